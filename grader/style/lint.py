"""Have Ruff look at a source, with a few rules that an interviewer might speak of."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from threading import Timer
from typing import Any

from grader.record import LintEntry
from grader.text import message

MOST_FINDINGS = 100
_MOST_BYTES = 1 << 20
"""Of what Ruff may say; what comes after is not read."""
_SECONDS = 5.0
_COMPLEXITY = "C901"
_BRANCHES = re.compile(r"\((\d{1,6}) > 0\)")

# Arrays keep the names of their formulas (N803, N806). What is unused, compares badly,
# hides a builtin or can be said more simply is worth a word; where
# blanks go is not.
_RULES = "F,E4,E7,E9,E501,W605,N,A,B,C4,C901,NPY,PERF,SIM"
_PASSED_OVER = "N803,N806,B905,SIM108"
_OPTIONS = (
    "check",
    "--isolated",
    "--no-cache",
    "--quiet",
    "--exit-zero",
    "--ignore-noqa",
    "--output-format=json-lines",
    "--target-version=py311",
    "--line-length=100",
    "--config=lint.mccabe.max-complexity=0",
    f"--select={_RULES}",
    f"--ignore={_PASSED_OVER}",
    "--stdin-filename=submission.py",
    "-",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """What the linter says of a source."""

    linter: str = ""
    """Its name and version; empty if there is none."""
    findings: tuple[LintEntry, ...] = ()
    """By line, the first `MOST_FINDINGS` of them."""
    complexities: Mapping[int, int] = field(default_factory=dict)
    """McCabe's number of the function that begins in a line."""


def lint(source: bytes) -> Linted:
    """Have a source looked at; without Ruff, or if that fails, say so by saying less.

    What it says depends on the source and Ruff's version alone: no settings are read,
    and comments that would silence it are passed over.
    """
    program = _program()
    said = None if program is None else _run(program, source)
    if said is None:
        return Linted()
    complexities: dict[int, int] = {}
    findings: set[tuple[int, str, str]] = set()
    for one in _lines(said):
        line, code, words = one["location"]["row"], one["code"], message(one["message"])
        branches = _BRANCHES.search(words) if code == _COMPLEXITY else None
        if branches is not None:
            complexities[line] = int(branches[1])
        else:
            findings.add((line, code, words))
    return Linted(
        linter=_name(),
        findings=tuple(
            LintEntry(code=code, message=words, line=line)
            for line, code, words in sorted(findings)[:MOST_FINDINGS]
        ),
        complexities=complexities,
    )


@cache
def _program() -> str | None:
    try:
        from ruff.__main__ import find_ruff_bin  # noqa: PLC0415 - it may not be there

        return str(find_ruff_bin())
    except (ImportError, FileNotFoundError):
        return None


@cache
def _name() -> str:
    with suppress(PackageNotFoundError):
        return f"ruff {version('ruff')}"
    return "ruff"


def _run(program: str, source: bytes) -> bytes | None:
    """Give what Ruff says, up to a size; None if it fails, or takes too long."""
    with tempfile.TemporaryFile() as file:
        file.write(source)
        file.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - our own program and options
                [program, *_OPTIONS],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={},
            )
        except OSError:
            return None
    timer = Timer(_SECONDS, process.kill)
    timer.start()
    try:
        assert process.stdout is not None
        said = process.stdout.read(_MOST_BYTES)
        if len(said) == _MOST_BYTES:
            process.kill()
        process.stdout.close()
        failed = process.wait() != 0
    finally:
        timer.cancel()
    return None if failed and len(said) < _MOST_BYTES else said


def _lines(said: bytes) -> Iterator[Any]:
    for line in said.splitlines():
        with suppress(ValueError):  # the last one, if it was cut
            found = json.loads(line)
            if found["code"] not in {None, "invalid-syntax"}:
                yield found
