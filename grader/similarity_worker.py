"""What tells which sources are alike: a process of its own, since sources are hostile.

It imports nothing of ours, reads lines of JSON from standard input, a source each and
at last what else there is to know, and writes lines of JSON to standard output: which
sources were compared, and then the pairs. A source that takes too long to read is left
out; if all takes too long, or too much memory, the process ends and there is no answer.
"""

import io
import json
import resource
import signal
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout, suppress
from itertools import combinations

import numpy as np
from copydetect import CodeFingerprint, compare_files
from copydetect.utils import get_token_coverage

CHARACTERS = 25
"""Of what is left of a source when names and texts have one letter each: the shortest
passage that two can have in common."""
LEAST_LEFT = 100
"""Of the same: with fewer that are its own, a source is not compared."""
LEAST_PASSAGES = 0.3
"""Pairs with a smaller share of passages in common are not looked at any closer."""
CPU_SECONDS = 60
SOURCE_CPU_SECONDS = 2.0
MEMORY_BYTES = 4 << 30


class _TooLongError(Exception):
    """A source takes too long to read."""


def fingerprint(text: str, common: frozenset[int]) -> CodeFingerprint | None:
    """Read a source, and take out what it has in common with what all were given."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if plain.startswith("\n"):
        plain = f"#{plain}"  # empty lines at the start are else not counted
    signal.setitimer(signal.ITIMER_VIRTUAL, SOURCE_CPU_SECONDS)
    try:
        found = CodeFingerprint("source.py", CHARACTERS, 1, fp=io.StringIO(plain))
    except (_TooLongError, RecursionError, ValueError, IndexError):
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    # The library's own way of leaving passages out goes wrong where one is repeated.
    for passage in found.hashes & common:
        found.hashes.remove(passage)
        del found.hash_idx[passage]
    size = len(found.filtered_code)
    found.token_coverage = int(get_token_coverage(found.hash_idx, CHARACTERS, size))
    return found


def pairs(
    sources: dict[int, CodeFingerprint], least: float
) -> Iterator[dict[str, object]]:
    """Compare all with all, and give those that have enough in common."""
    for first, second in combinations(sources, 2):
        one, other = sources[first], sources[second]
        most = max(len(one.hashes), len(other.hashes))
        if len(one.hashes & other.hashes) < LEAST_PASSAGES * most:
            continue
        _, shares, passages = compare_files(one, other)
        share = min(1.0, *map(float, shares))
        if share >= least:
            yield {
                "pair": (first, second),
                "share": round(share, 4),
                "lines": [
                    lines(source.raw_code, found)
                    for source, found in zip((one, other), passages, strict=True)
                ],
            }


def lines(text: str, passages: Sequence[Sequence[int]]) -> list[int]:
    """List the lines that passages touch, counted from 1."""
    ends = [at for at, letter in enumerate(text) if letter == "\n"]
    found: set[int] = set()
    for begin, end in np.asarray(passages, dtype=int).reshape(2, -1).T.tolist():
        last = max(begin, end - 1)
        found.update(range(bisect_left(ends, begin), bisect_left(ends, last) + 1))
    return [line + 1 for line in sorted(found)]


def compare_all(
    sources: Sequence[str], given: Sequence[str], least: float
) -> Iterator[dict[str, object]]:
    """Compare sources, but for what they have in common with those that were given."""
    known = (fingerprint(text, frozenset()) for text in given)
    common = frozenset[int]().union(*(one.hashes for one in known if one is not None))
    read = {at: fingerprint(text, common) for at, text in enumerate(sources)}
    own = {
        at: found
        for at, found in read.items()
        if found is not None and found.token_coverage >= LEAST_LEFT
    }
    yield {
        "sizes": {at: found.token_coverage for at, found in own.items()},
        "unread": [at for at, found in read.items() if found is None],
    }
    yield from pairs(own, least)


def _give_up(*_: object) -> None:
    raise _TooLongError


def main() -> None:
    """Answer what standard input asks."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    with suppress(ValueError, OSError):  # not every system has such a limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGVTALRM, _give_up)
    *sources, asked = map(json.loads, sys.stdin)
    answers = sys.stdout
    with redirect_stdout(sys.stderr):
        for one in compare_all(sources, asked["given"], asked["least"]):
            print(json.dumps(one), file=answers)


if __name__ == "__main__":
    main()
