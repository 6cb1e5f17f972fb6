"""Which submissions of a batch are so alike that someone should look at both.

That is all it says: honest answers to a small question are often alike. What all were
given, the starter and the reference, is taken out before sources are compared.
"""

import json
import re
import subprocess
import sys
import tempfile
from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.errors import ProblemError
from grader.loading import module_path
from grader.problem import Problem
from grader.record import SubmissionEntry
from grader.submission.magics import empty_texts

NEAR_IDENTICAL = 0.75
"""Share of its own that the longer of two has in common with the other."""
NEAR_IDENTICAL_IF_SHORT = 0.9
"""The same where one of them is short."""
SHORT = 300
"""Characters of its own, with names and texts of one letter each: about ten lines."""
LARGEST_SOURCE = 64 << 10
"""Characters of a source that is compared, without all that doesn't count; more than
any honest answer has."""
_SPACE = re.compile(r"[ \t\f]++")
_PATIENCE_SECONDS = 600
_WORKER = Path(__file__).with_name("similarity_worker.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two submissions that are near-identical."""

    first: int
    """Its place in the batch."""
    second: int
    share: float
    """What the longer one has in common with the other, of what is its own."""
    rank: float
    """The share of all pairs of the batch that are less alike."""
    first_lines: frozenset[int]
    """What they have in common, in lines of the one."""
    second_lines: frozenset[int]
    """The same in lines of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """What comparing the sources of a batch gave."""

    pairs: tuple[Pair, ...] = ()
    """The most alike first."""
    missing: int = 0
    """Pairs that are alike, and more than were asked for."""
    compared: int = 0
    """How many submissions were compared with one another."""
    left_out: tuple[int, ...] = ()
    """The places in the batch of those that are too long, or take too long to read."""
    failure: str = ""
    """Why there is no answer, if there is none."""


def given_code(problem: Problem) -> tuple[str, ...]:
    """List what all candidates may have seen: the starter, and the reference."""
    paths = [problem.folder / problem.spec.starter]
    for function in problem.spec.functions:
        try:
            module = function.reference.split(":")[0]
            paths.append(module_path(module, problem.folder))
        except ProblemError:
            continue
    return tuple(
        path.read_text(encoding="utf-8", errors="replace")
        for path in dict.fromkeys(paths)
        if path.is_file()
    )


def find_similar(
    submissions: Sequence[SubmissionEntry],
    given: Sequence[str],
    most: int | None = None,
) -> Similarity:
    """Find the pairs of submissions that are near-identical.

    Parameters
    ----------
    submissions
        Of one batch; each is looked at by itself, and may come from disk.
    given
        What all candidates have been given, which doesn't count.
    most
        So many of the pairs are given, the most alike; all, if left out.

    Returns
    -------
    Similarity
        Without pairs and with a reason, if that fails or takes too long.
    """
    too_long: list[int] = []
    known = [_code([text]) for text in given]
    try:
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answers:
            compared = 0
            for at, submission in enumerate(submissions):
                text = _code_of(submission)
                if _length(text) > LARGEST_SOURCE:
                    too_long.append(at)
                    text = ""
                compared += bool(text)
                asked.write(f"{json.dumps(text)}\n".encode())
            if compared < 2:  # noqa: PLR2004 - a pair
                return Similarity(
                    compared=len(submissions) - len(too_long), left_out=tuple(too_long)
                )
            last = {"given": known, "least": NEAR_IDENTICAL}
            asked.write(json.dumps(last).encode())
            asked.seek(0)
            subprocess.run(  # noqa: S603 - our own file, and nothing of a candidate's
                [sys.executable, "-I", str(_WORKER)],
                stdin=asked,
                stdout=answers,
                stderr=subprocess.DEVNULL,
                check=True,
                timeout=_PATIENCE_SECONDS,
            )
            answers.seek(0)
            told = map(json.loads, answers)
            first = next(told)
            sizes = {int(at): size for at, size in first["sizes"].items()}
            found = _ranked(told, sizes, most)
    except (OSError, subprocess.SubprocessError):
        return Similarity(failure="comparing the sources failed, or took too long")
    left_out = tuple(sorted({*too_long, *first["unread"]}))
    return replace(found, left_out=left_out)


def _code_of(submission: SubmissionEntry) -> str:
    modules = (one.source for one in submission.modules)
    return _code((submission.source, *modules))


def _code(files: Iterable[str]) -> str:
    """Take of files, one after the other, all but comments and the insides of texts."""
    plain = (file.replace("\r\n", "\n").replace("\r", "\n") for file in files)
    return "\n".join(map(empty_texts, plain)).strip(" \t\f\\")


def _length(text: str) -> int:
    """Count the characters that count: a copy is not made longer by gaps in it."""
    bare = (_SPACE.sub(" ", line).strip(" \\") for line in text.split("\n"))
    return sum(len(line) + 1 for line in bare if line)


def _ranked(
    found: Iterable[dict[str, Any]], sizes: dict[int, int], most: int | None = None
) -> Similarity:
    """Choose the pairs that are near-identical, the most alike first.

    There may be millions, of which only the shares stay in memory.
    """
    total = len(sizes) * (len(sizes) - 1) // 2
    shares = array("d")
    best: list[Pair] = []
    alike = 0
    for one in found:
        first, second = one["pair"]
        shares.append(one["share"])
        is_short = min(sizes[first], sizes[second]) < SHORT
        if one["share"] < (NEAR_IDENTICAL_IF_SHORT if is_short else NEAR_IDENTICAL):
            continue
        alike += 1
        pair = Pair(
            first=first,
            second=second,
            share=one["share"],
            rank=0.0,  # not known yet
            first_lines=frozenset(one["lines"][0]),
            second_lines=frozenset(one["lines"][1]),
        )
        insort(best, pair, key=lambda pair: (-pair.share, pair.first, pair.second))
        if most is not None:
            del best[most:]
    ordered = sorted(shares)
    pairs = []
    for pair in best:
        as_much = len(ordered) - bisect_left(ordered, pair.share)
        pairs.append(replace(pair, rank=1 - as_much / total))
    return Similarity(
        pairs=tuple(pairs), missing=alike - len(pairs), compared=len(sizes)
    )
