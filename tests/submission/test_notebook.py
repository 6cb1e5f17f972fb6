"""A notebook becomes one source whose every line is known to be some cell's."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.places import line_words, place_of
from grader.submission.notebook import LARGEST_NOTEBOOK_BYTES, Notebook, read_notebook
from grader.submission.submission import Place, Refusal
from tests.submission.notebooks import code, notebook, text

REFUSED = {
    "empty": (b"", "it is no notebook: Invalid JSON"),
    "no JSON": (b"\x89PNG", "it is no notebook: Invalid JSON"),
    "a list": (b"[]", "it is no notebook: Input should be an object"),
    "no notebook": (b"{}", "it is no notebook: nbformat: Field required"),
    "deep": (b"[" * 100_000, "it is no notebook: Invalid JSON"),
    "format 3": (
        b'{"nbformat": 3, "worksheets": []}',
        "format 3: save it anew, in format 4",
    ),
    "R": (
        notebook("f <- 1", kernelspec={"name": "ir", "language": "R"}),
        "in R, and not in Python",
    ),
    "Julia": (
        notebook("f", language_info={"name": "julia"}),
        "in julia, and not in Python",
    ),
    "kernel": (
        notebook("f", kernelspec={"name": "bash"}),
        "in bash, and not in Python",
    ),
    "no cells": (notebook(), "without code"),
    "text only": (notebook(text("def f(): pass")), "without code"),
    "blank": (notebook(" \n", code("f = 1", "skip")), "without code"),
    "odd cell": (notebook({"cell_type": "code", "source": 1}), "cells.0.source"),
    "too much code": (notebook("#" * 600_000), "more than the 512 KiB that are read"),
    "too many cells": (
        notebook(*[""] * 2_000, "def f(): pass"),
        "more than the 2,000 cells with code that are read",
    ),
    "too large": (
        b" " * (LARGEST_NOTEBOOK_BYTES + 1),
        "more than the 8 MiB that are read",
    ),
    "long language": (
        notebook("f", language_info={"name": "\x1b" * 9_000}),
        "in \\x1b",
    ),
}


def read(data: bytes) -> Notebook:
    found = read_notebook(data, ["f"])
    assert isinstance(found, Notebook)
    return found


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notebook_in_python_is_refused_in_one_line(name: str) -> None:
    data, words = REFUSED[name]
    found = read_notebook(data, ["f"])

    assert isinstance(found, Refusal)
    assert words in found.reason
    assert found.reason.isprintable()
    assert len(found.reason) < 200


def _of(cells: bytes) -> bytes:
    return b'{"nbformat": 4, "cells": [' + cells + b"]}"


@pytest.mark.parametrize(
    "document",
    [
        _of(b"0," * 300_000 + b"0"),
        _of(b"{}," * 200_000 + b"{}"),
        _of(b'{"cell_type": "a"},' * 50_000 + b"0"),
        _of(b'{"cell_type": "code", "source": [' + b"0," * 300_000 + b"0]}"),
        _of(b'{"cell_type": "a", "metadata": {"tags": [' + b"0," * 300_000 + b"0]}}"),
    ],
    ids=range(5),
)
def test_of_countless_faults_the_first_is_told(document: bytes) -> None:
    read_notebook(document, ["f"])  # what is made once
    tracemalloc.start()
    try:
        found = read_notebook(document, ["f"])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(found, Refusal)
    assert len(found.reason) < 200
    assert most < 20 * len(document)


def test_cells_are_counted_as_jupyter_does_and_lines_found_in_them() -> None:
    found = read(
        notebook(
            text("# Convolution"),
            "%matplotlib inline\nimport numpy as np",
            code("import torch", "remove-cell"),
            code(["def f(x):\n", "    return np.sum(x)\n"]),
        )
    )

    assert found.source.decode().split("\n")[1:] == [
        "#- %matplotlib inline",
        "import numpy as np",
        "def f(x):",
        "    return np.sum(x)",
        "",
    ]
    assert [line_words(found.places, line) for line in range(1, 6)] == [
        "line 1",
        "cell 1, line 1",
        "cell 1, line 2",
        "cell 3, line 1",
        "cell 3, line 2",
    ]


def test_cells_without_lines_are_counted_and_are_no_places() -> None:
    found = read(notebook(*[""] * 1_000, "def f(): pass", *["", "\n"] * 490))

    assert [(one.first_line, one.title) for one in found.places] == [(2, "cell 1001")]
    assert found.source.count(b"\n") == 2


def test_a_line_of_a_plain_file_is_just_that() -> None:
    assert line_words((), 7) == "line 7"
    assert place_of((), 7) is None


@given(st.lists(st.integers(1, 9), min_size=1), st.data())
def test_every_line_is_in_the_last_place_that_begins_before_it(
    lengths: list[int], data: st.DataObject
) -> None:
    starts = [2 + sum(lengths[:at]) for at in range(len(lengths))]
    places = [Place(first_line=one, title=str(at)) for at, one in enumerate(starts)]
    cell = data.draw(st.integers(0, len(lengths) - 1))
    line = data.draw(st.integers(1, lengths[cell]))

    assert place_of(places, starts[cell] + line - 1) == (str(cell), line)


def test_imports_from_the_future_come_first() -> None:
    source = read(
        notebook("import os", "from __future__ import annotations\ndef f(x: X): pass")
    ).source

    compile(source, "it", "exec")
    assert source.startswith(b"from __future__ import annotations\n")


@pytest.mark.parametrize("comment", ["# coding: latin-1", "# -*- coding: utf-7 -*-"])
def test_no_comment_changes_how_the_source_is_read(comment: str) -> None:
    source = read(notebook(f"{comment}\ndef f(): return 'é+AGE-'")).source
    names: dict[str, object] = {}
    exec(compile(source, "it", "exec"), names)

    assert names["f"]() == "é+AGE-"  # type: ignore[operator]


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_lines_may_end_as_anywhere(ends: str) -> None:
    found = read(notebook(f"x = 1{ends}def f(): return x"))

    assert found.source.endswith(b"\nx = 1\ndef f(): return x\n")


def test_null_bytes_do_not_keep_the_rest_from_running() -> None:
    compile(read(notebook("print('\0')\n# \0", "def f(): pass")).source, "it", "exec")


def test_a_byte_order_mark_is_passed_over() -> None:
    data = notebook("def f(): pass")

    assert read(b"\xef\xbb\xbf" + data) == read(data)


def test_odd_outputs_are_no_reason_to_refuse_an_answer() -> None:
    document = json.loads(notebook("def f(): pass"))
    document["cells"][0]["outputs"] = {"odd": [None, 1e308]}
    document["cells"][0]["execution_count"] = "many"

    assert read(json.dumps(document).encode()) == read(notebook("def f(): pass"))


@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_text_in_cells_gives_a_source_with_its_lines(cells: list[str]) -> None:
    found = read_notebook(notebook(*cells), ["f"])
    if isinstance(found, Notebook):
        texts = [
            one.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
            for one in cells
        ]
        expected = [one for one in texts if one]
        starts = [
            2 + sum(one.count("\n") + 1 for one in expected[:at])
            for at in range(len(expected))
        ]

        assert [one.first_line for one in found.places] == starts
        assert found.source.decode().count("\n") == starts[-1] + expected[-1].count(
            "\n"
        )


def test_nothing_in_a_notebook_is_run_while_it_is_read(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    ran = f"open({str(trace)!r}, 'w')"
    path = tmp_path / "it.ipynb"
    path.write_bytes(
        notebook(
            f"%run {ran}\n!touch {trace}\nX = {ran}\ndef f(a={ran}): {ran}",
            f"%%python\n{ran}",
        )
    )
    program = f"from pathlib import Path\nfrom grader.submission import read_submission\nread_submission(Path({str(path)!r}))"
    subprocess.run([sys.executable, "-c", program], check=True)

    assert not trace.exists()
