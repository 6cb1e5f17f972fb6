"""Whatever a candidate hands in, reading it gives a value or one of our errors."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import GraderError
from grader.findings import _encoding
from grader.submission import (
    Module,
    Submission,
    definitions_of,
    find_submissions,
    imports_beyond,
    read_submission,
)

CODECS = ["hex", "idna", "latin-1", "mbcs", "none", "undefined", "utf-7", "utf-16"]
SOURCES = st.binary(max_size=200) | st.builds(
    lambda codec, rest: b"# coding: " + codec.encode() + b"\nimport torch\n" + rest,
    st.sampled_from(CODECS),
    st.binary(max_size=40),
)
UNREADABLE = {
    "no Python": b"import torch, (",
    "null byte": b"import torch\n\0",
    "not UTF-8": b"import torch\n'\xff'",
    "unknown encoding": b"# coding: none\nimport torch",
    "brackets": b"import torch\n" + b"(" * 100_000,
    "signs": b"import torch\nx = " + b"-" * 100_000 + b"1",
    "attributes": b"import torch\nx" + b".y" * 100_000,
    "long integer": b"import torch\nx = " + b"1" * 5000,
}


def _submission(source: bytes) -> Submission:
    return Submission(name="it", source=source)


def _imports(source: bytes) -> list[tuple[str, int]]:
    found = imports_beyond(_submission(source), [])
    return sorted((one.module, one.line) for one in found)


@given(SOURCES)
def test_any_bytes_as_a_file_are_read_and_looked_into(source: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "it.py")
        path.write_bytes(source)
        submission = read_submission(path)

    assert submission.source == source
    assert (submission.name, submission.filename) == ("it", "it.py")
    assert all(one.line >= 1 for one in imports_beyond(submission, []))
    assert all(name.isidentifier() for name in definitions_of(submission))
    submission.text.encode()  # no lone surrogates: a record is UTF-8


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_does_not_parse_imports_and_defines_nothing(name: str) -> None:
    submission = _submission(UNREADABLE[name])

    assert imports_beyond(submission, []) == ()
    assert definitions_of(submission) == ()


def test_the_hash_is_sha256() -> None:
    # FIPS 180-2, appendix B.1.
    assert _submission(b"abc").sha256 == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_the_hash_tells_apart_what_each_file_is_for() -> None:
    one = Module(name="a", filename="a.py", source=b"1")
    two = Module(name="b", filename="b.py", source=b"2")
    made = [
        Submission(name="ann", source=b"abc", module=module, modules=own, tests=tests)
        for module, own, tests in (
            ("c", (), (one,)),
            ("c", (one,), ()),
            ("d", (one,), ()),
            ("c", (one, two), ()),
            ("c", (one,), (two,)),
            ("c", (Module(name="a", filename="a.py1", source=b""),), ()),
        )
    ]

    assert len({submission.sha256 for submission in made}) == len(made)


@given(st.text())
def test_the_text_of_utf_8_is_that_text(text: str) -> None:
    assert _submission(text.encode()).text == text


def test_what_is_not_utf_8_is_shown_escaped() -> None:
    assert _submission(b"\xc3\xa9 \xe9").text == "\xe9 \\xe9"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (b"import torch", [("torch", 1)]),
        (b"\nimport scipy.signal as os, math", [("scipy", 2)]),
        (b"from jax.numpy import dot", [("jax", 1)]),
        (b"def f():\n  if x:\n    import cv2", [("cv2", 3)]),
        (b"import os, os.path\nfrom math import pi\nfrom __future__ import x", []),
        (b"from . import torch\nfrom .torch import nn\nfrom ..a import b", []),
        (b"# import torch\n'import torch'\ntorch = 1", []),
        (b"import numpy\nimport numpy as np", [("numpy", 1), ("numpy", 2)]),
        (b"# coding: latin-1\nimport torch  # \xe9", [("torch", 2)]),
        (rb"x = '\d'; import torch", [("torch", 1)]),  # warns, and warnings are errors
    ],
)
def test_imports_beyond_the_standard_library_are_listed_with_their_lines(
    source: bytes, found: list[tuple[str, int]]
) -> None:
    assert _imports(source) == found


@pytest.mark.parametrize(
    "head",
    [
        *["if x:", "for x in y:", "while x:", "with x:", "class C:", "async def f():"],
        *[f"{loop}:\n  0\nelse:" for loop in ("if x", "for x in y", "while x")],
        *["try:\n  0\nexcept E:", "try:\n  0\nexcept* E:", "try:\n  0\nfinally:"],
        *["try:\n  0\nexcept E:\n  0\nelse:", "match x:\n case 0:"],
    ],
)
def test_no_block_hides_an_import(head: str) -> None:
    line = head.count("\n") + 3

    assert _imports(f"{head}\n  if x:\n    import cv2\n".encode()) == [("cv2", line)]


def test_definitions_are_those_at_the_top() -> None:
    source = (
        b"def f():\n  def g(): 1\nclass C:\n  def h(self): 1\nasync def k(): 1\nx = 1"
    )

    assert definitions_of(_submission(source)) == ("f", "C", "k")


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(tmp_path: Path) -> None:
    path = tmp_path / "large.py"
    path.touch()
    os.truncate(path, 512 * 1024)
    most = read_submission(path, name="mine")
    os.truncate(path, 512 * 1024 + 1)
    refusal = read_submission(path).refusal

    assert (most.name, len(most.source), most.refusal) == ("mine", 524_288, None)
    assert refusal is not None
    assert "512 KiB" in refusal


def test_what_cannot_be_read_is_one_of_our_errors(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.py", tmp_path / ("x" * 300)):
        with pytest.raises(GraderError, match=path.name):
            read_submission(path)
    with pytest.raises(GraderError, match="no such file or folder"):
        find_submissions([tmp_path / "none.py"])


def test_a_folder_stands_for_its_files_except_hidden_caches_and_links(
    tmp_path: Path,
) -> None:
    shown = ["a.py", "b/c.py", "b/d/__init__.py", "b/.e.py"]
    for name in [*shown, "x.txt", ".git/x.py", "b/__pycache__/x.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "link.py").symlink_to("a.py")
    (tmp_path / "links").symlink_to("b")
    found = find_submissions([tmp_path])

    assert sorted(path.relative_to(tmp_path).as_posix() for _, path in found) == sorted(
        shown
    )
    assert {name for name, _ in found} == {"a", "b/c", "b/d/__init__", "b/.e"}


def test_each_file_is_listed_once_and_by_a_name_of_its_own(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("1/x.py", "2/x.py", "3/x-2.py")]
    for path in paths:
        path.parent.mkdir()
        path.touch()
    found = find_submissions([*paths, tmp_path / "1", paths[0]])

    assert [path for _, path in found] == paths
    assert [name for name, _ in found] == ["x", "x-2", "x-2-2"]


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ("import numpy as np\nfrom typing import Any, TypeVar\n", []),
        ("import numpy as np  # and nothing more\n", []),
        ("def f():\n    from torch.nn import functional as F\n", ["torch"]),
        ("import numpy; import torch\n", ["torch"]),
        ("import numpy, torch\n", ["torch"]),
        ("from numpy import (\n    array,\n)\nimport scipy\n", ["scipy"]),
        ('"""\nimport torch\n"""\nimport numpy\n', []),
        ("try:\n    import torch\nexcept ImportError:\n    torch = None\n", ["torch"]),
        ("import numpy \\\n  , torch\n", ["torch"]),
    ],
)
def test_what_may_not_be_imported_is_listed_however_it_is_written(
    source: str, refused: list[str]
) -> None:
    found = imports_beyond(_submission(source.encode()), ["numpy"])

    assert [one.module for one in found] == refused


@pytest.mark.parametrize(
    "line",
    [
        f"import {'a' * 400_000}!",
        f"import {'a.' * 200_000}!",
        f"import a as {'b' * 400_000}!",
        f"from {'a' * 400_000} import !",
        f"from a import {' ' * 400_000}!",
        "from a import b" + " \t" * 200_000 + "!",
        f"{' ' * 400_000}import !",
        "import a " * 40_000,
    ],
    ids=range(8),
)
def test_no_line_takes_long_to_read(line: str) -> None:
    # It would be hours, were the pattern to go back and forth.
    source = f'"""\n{line}\n"""\nimport scipy\n'.encode()
    found = imports_beyond(Submission(name="test", source=source), ["numpy"])

    assert [(one.module, one.line) for one in found] == [("scipy", 4)]


@pytest.mark.parametrize(
    "name",
    [
        b"a." * 200_000 + b"a",
        b"a . \\\n" * 60_000 + b"a",
        b" " * 400_000 + b"a." * 50_000 + b"a",
        (b"a." * 99 + b"a " + b" " * 200) * 1_000,
        (b"a" * 5_000 + b".") * 80 + b"a",
    ],
    ids=range(5),
)
def test_no_name_takes_long_to_parse(name: bytes) -> None:
    # Python takes a time that grows with the square of the number of dots.
    for start in (b"import ", b"from ", b"x = (", b""):
        definitions_of(_submission(start + name + b"\n"))
        _imports(start + name + b"\nimport torch, \\\n sys\n")


def test_what_is_written_so_that_its_letters_mean_others_is_not_parsed() -> None:
    # In UTF-7, `+AC4-` is a dot.
    assert definitions_of(_submission(b"# coding: utf-7\ndef f(): pass\n")) == ()
    assert definitions_of(_submission(b"# coding: latin-1\ndef f(): '\xe9'\n")) == (
        "f",
    )


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"# coding: utf-7\nx = 1\n", 1),
        (b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\n# \xe9\n", 2),
        (b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\n", None),
        (b"# vim: set fileencoding=unicode_escape :\n", 1),
        (b"# coding: utf-8\n", None),
        (b"# coding=UTF_8\n", None),
        (b"x = 1\n\n# coding: utf-7\n", None),
        (b"'coding: utf-7'\n", None),
    ],
)
def test_a_file_that_python_reads_in_another_way_is_told(
    source: bytes, line: int | None
) -> None:
    found = list(_encoding(Submission(name="test", source=source)))

    assert [one.line for one in found] == ([] if line is None else [line])
