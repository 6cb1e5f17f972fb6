"""Which submissions of a batch are so alike that someone should look at both.

That is all it says: honest answers to a small question are often alike. What all were
given, the starter and the reference, is taken out before sources are compared.
"""

import json
import re
import subprocess
import sys
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.errors import ProblemError
from grader.loading import module_path
from grader.problem import Problem
from grader.record import Record
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
    compared: int = 0
    """How many submissions were compared with one another."""
    left_out: tuple[int, ...] = ()
    """The places in the batch of those that are too long, or take too long to read."""
    failure: str = ""
    """Why there is no answer, if there is none."""


def given_code(problem: Problem) -> tuple[str, ...]:
    """List what all candidates may have seen: the starter, and the reference."""
    paths = [problem.folder / "starter.py"]
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


def find_similar(records: Sequence[Record], given: Sequence[str]) -> Similarity:
    """Find the pairs of submissions that are near-identical.

    Parameters
    ----------
    records
        Of one batch; they hold the sources.
    given
        What all candidates have been given, which doesn't count.

    Returns
    -------
    Similarity
        Without pairs and with a reason, if that fails or takes too long.
    """
    texts = [_code_of(record) for record in records]
    too_long = [at for at, text in enumerate(texts) if _length(text) > LARGEST_SOURCE]
    for at in too_long:
        texts[at] = ""
    if sum(map(bool, texts)) < 2:  # noqa: PLR2004 - a pair
        return Similarity(
            compared=len(records) - len(too_long), left_out=tuple(too_long)
        )
    known = [_code([text]) for text in given]
    asked = {"sources": texts, "given": known, "least": NEAR_IDENTICAL}
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and nothing of a candidate's
            [sys.executable, "-I", str(_WORKER)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            check=True,
            timeout=_PATIENCE_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return Similarity(failure="comparing the sources failed, or took too long")
    answer = json.loads(done.stdout)
    found = _ranked(answer["pairs"], {int(at): n for at, n in answer["sizes"].items()})
    return replace(found, left_out=tuple(sorted({*too_long, *answer["unread"]})))


def _code_of(record: Record) -> str:
    modules = (one.source for one in record.submission.modules)
    return _code((record.submission.source, *modules))


def _code(files: Iterable[str]) -> str:
    """Take of files, one after the other, all but comments and the insides of texts."""
    plain = (file.replace("\r\n", "\n").replace("\r", "\n") for file in files)
    return "\n".join(map(empty_texts, plain)).strip(" \t\f\\")


def _length(text: str) -> int:
    """Count the characters that count: a copy is not made longer by gaps in it."""
    bare = (_SPACE.sub(" ", line).strip(" \\") for line in text.split("\n"))
    return sum(len(line) + 1 for line in bare if line)


def _ranked(found: Sequence[dict[str, Any]], sizes: dict[int, int]) -> Similarity:
    total = len(sizes) * (len(sizes) - 1) // 2
    shares = sorted(one["share"] for one in found)
    pairs = []
    for one in found:
        first, second = one["pair"]
        is_short = min(sizes[first], sizes[second]) < SHORT
        if one["share"] < (NEAR_IDENTICAL_IF_SHORT if is_short else NEAR_IDENTICAL):
            continue
        as_much = len(shares) - bisect_left(shares, one["share"])
        pairs.append(
            Pair(
                first=first,
                second=second,
                share=one["share"],
                rank=1 - as_much / total,
                first_lines=frozenset(one["lines"][0]),
                second_lines=frozenset(one["lines"][1]),
            )
        )
    pairs.sort(key=lambda pair: (-pair.share, pair.first, pair.second))
    return Similarity(pairs=tuple(pairs), compared=len(sizes))
