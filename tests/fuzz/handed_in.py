"""Notebooks and zips as nobody should hand them in."""

import json
import random
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from grader.entries import submission_entry
from grader.loading import load_problem
from grader.places import place_of
from grader.problem import Function
from grader.record import Record
from grader.report.html import render_html
from grader.submission import (
    Submission,
    definitions_of,
    imports_beyond,
    read_submission,
)
from tests.fuzz.mutation import mutate_document, mutate_text
from tests.report import records
from tests.submission.zips import zipped

EXAMPLES = Path(__file__).parent.parent.parent / "submissions" / "conv2d"
_LONGEST_MESSAGE = 1_100
_LINES = (
    "%time x",
    "!ls '",
    "conv2d?",
    "%%bash",
    "x = !ls",
    "'''",
    '"""\\',
    "from __future__ import annotations",
    "from __future__ import no_such",
    "from .a import *",
    "import a.b.c",
    "# coding: utf-7",
    "def conv2d(*a): return conv2d",
    "conv2d = conv2d; print(conv2d)",
    "if x:\n  %time y",
    "x = (",
    "\\",
    "\f",
    "\0",
    "\u2028",
    "lambda: (yield)",
    "class conv2d(conv2d): x: int = x",
)
_Files = dict[str, bytes]


def attempt_notebook(rng: random.Random) -> None:
    """Read a notebook that has been changed, and show it in a report."""
    text = rng.choice(_notebooks())
    match rng.randrange(3):
        case 0:
            data = mutate_text(rng, text)
        case 1:
            data = mutate_document(rng, json.loads(text))
        case _:
            data = json.dumps(_with_odd_cells(rng, json.loads(text))).encode()
    read_and_show("answer.ipynb", data)


def attempt_zip(rng: random.Random) -> None:
    """Read a zip that is damaged, or that holds what it should not."""
    files = dict(_files())
    for _ in range(rng.randrange(3)):
        name = rng.choice(list(files))
        files[_mutated_name(rng, name)] = mutate_text(
            rng, files[name].decode("utf-8", "replace")
        )
    method = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    data = bytearray(zipped(*files.items(), method=method))
    for _ in range(rng.choice((0, 0, 1, 2, 5, 20))):
        at = rng.randrange(len(data))
        if rng.random() < 0.5:  # where its table of contents is
            at = len(data) - 1 - rng.randrange(min(len(data), 600))
        data[at] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
    read_and_show("answer.zip", bytes(data))


def read_and_show(name: str, data: bytes) -> None:
    """Read what was handed in, and show it in a report."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        read = read_submission(path, functions=_functions())
    _require_sound(read)
    definitions_of(read)
    imports_beyond(read, ["numpy"])
    record = records.not_loaded().model_copy(
        update={"submission": submission_entry(read)}
    )
    assert Record.from_json(record.to_json().encode(), path) == record
    render_html(record)


def _require_sound(read: Submission) -> None:
    if read.refusal is not None:
        assert read.refusal.isprintable(), read.refusal
        assert 0 < len(read.refusal) <= _LONGEST_MESSAGE, read.refusal
        return
    lines = read.source.decode("utf-8", "replace").count("\n")
    for number in range(2, lines + 1) if read.places else ():
        at = place_of(read.places, number)
        assert at is not None
        assert at.line >= 1


def _with_odd_cells(rng: random.Random, document: Any) -> Any:  # noqa: ANN401 - JSON
    for _ in range(rng.randrange(1, 6)):
        cell = rng.choice(document["cells"])
        lines = "".join(cell["source"]).split("\n")
        at = rng.randrange(len(lines) + 1)
        lines[at:at] = [rng.choice(_LINES)] * rng.choice((1, 1, 1, 3))
        if rng.random() < 0.3:
            del lines[rng.randrange(len(lines))]
        cell["source"] = "\n".join(lines)
        cell["cell_type"] = rng.choice(("code", "code", "code", "raw"))
    rng.shuffle(document["cells"])
    return document


def _mutated_name(rng: random.Random, name: str) -> str:
    change = rng.choice(("..", "/", "a", "__init__", "tests", "\\", "\x1b", "é", ""))
    parts = [*name.split("/"), change]
    rng.shuffle(parts)
    return "/".join(parts) + rng.choice(("", ".py", ".ipynb")) or "a"


@cache
def _functions() -> tuple[Function, ...]:
    return load_problem("conv2d").spec.functions


@cache
def _notebooks() -> tuple[str, ...]:
    return tuple(path.read_text() for path in sorted(EXAMPLES.glob("*/*.ipynb")))


@cache
def _files() -> _Files:
    folder = EXAMPLES / "accepted" / "several_files"
    files = {f"answer/{one.name}": one.read_bytes() for one in folder.glob("*.py")}
    return files | {"answer/notes.txt": b"notes", "answer/demo.ipynb": b"{}"}
