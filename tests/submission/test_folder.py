"""Which of several files has the functions, and which go with it."""

import tracemalloc
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.loading import load_problem
from grader.submission.files import Room, is_test
from grader.submission.folder import assemble, imported_by, main_of
from grader.submission.submission import Submission
from grader.submission.syntax import imports_beyond
from tests.submission.notebooks import notebook

CONV2D = load_problem("conv2d").spec.functions
MAIN = b"def conv2d(x, weight): pass\n"


def one_of(files: dict[str, bytes]) -> Submission:
    return assemble(files, CONV2D, name="it", kind="folder")


def names(submission: Submission) -> list[str]:
    assert submission.refusal is None
    return [one.name for one in submission.modules]


def test_the_main_file_is_the_one_that_has_the_function_and_others_go_with_it() -> None:
    files = {
        "answer.py": b"import helper, os\nfrom tools.pad import pad\n" + MAIN,
        "helper.py": b"import further\n",
        "further.py": b"",
        "tools/pad.py": b"from . import deep\n",
        "tools/deep.py": b"",
        "unused.py": b"",
        "test_answer.py": b"import answer, hidden",
        "tests/conftest.py": b"",
        "hidden.py": b"",
    }
    found = one_of(files)

    assert (found.source, found.filename, found.module) == (
        files["answer.py"],
        "answer.py",
        "answer",
    )
    assert names(found) == ["further", "helper", "tools.deep", "tools.pad"]
    assert [one.filename for one in found.tests] == [
        "test_answer.py",
        "tests/conftest.py",
    ]
    assert [one.source for one in found.tests] == [b"import answer, hidden", b""]


def test_what_is_called_like_a_test_goes_with_who_imports_it() -> None:
    files = {
        "answer.py": b"import test_tools\nfrom tests.same import check\n" + MAIN,
        "test_tools.py": b"",
        "tests/same.py": b"import conftest",
        "tests/other.py": b"",
        "test_answer.py": b"import answer",
    }
    found = one_of(files)

    assert found.filename == "answer.py"
    assert names(found) == ["test_tools", "tests.same"]
    assert {one.filename for one in found.tests} == files.keys() - {"answer.py"}


@pytest.mark.parametrize(
    "main",
    [
        *(MAIN, b"async def conv2d(): pass", b"class conv2d: pass", b"conv2d = print"),
        *(
            b"if True:\n    def conv2d(): pass",
            b"try:\n    conv2d = 1\nexcept E:\n    pass",
        ),
        *(b"def convolve2d(): pass", b"def conv2d(: pass"),
    ],
)
def test_a_function_may_be_defined_in_any_way_and_by_any_name(main: bytes) -> None:
    assert (
        one_of(
            {"a.py": b"conv2d\n", "b.py": main, "c.py": b"from b import conv2d"}
        ).filename
        == "b.py"
    )


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "it has no Python file"),
        (
            {"a.py": b"", "b.py": b"conv2d(1)"},
            "none of its files defines `conv2d` (or conv2d_forward, convolve2d, ",
        ),
        ({"a.py": MAIN, "b/c.py": MAIN}, "): a.py, b/c.py. Only one may"),
        (
            {f"{n}.py": MAIN for n in range(30)},
            "0.py, 1.py, 10.py, 11.py, 12.py and 25 more",
        ),
        ({"test_a.py": MAIN}, "none of its files defines"),
    ],
)
def test_without_one_main_file_there_is_one_clear_message(
    files: dict[str, bytes], words: str
) -> None:
    refusal = one_of(files).refusal

    assert refusal is not None
    assert words in refusal


@pytest.mark.parametrize(
    ("files", "module", "modules"),
    [
        ({"src/conv.py": b"import helper\n" + MAIN, "src/helper.py": b""}, "conv", ["helper"]),
        ({"p/__init__.py": b"", "p/conv.py": b"from .h import x\n" + MAIN, "p/h.py": b"import p"}, "p.conv", ["p", "p.h"]),
        ({"p/__init__.py": MAIN + b"from p import h", "p/h.py": b""}, "p", ["p.h"]),
        ({"s/p/__init__.py": b"", "s/p/q/__init__.py": b"", "s/p/q/c.py": b"from ..h import x\n" + MAIN, "s/p/h.py": b""}, "p.q.c", ["p", "p.h", "p.q"]),
        ({"main.py": b"import lib.h\n" + MAIN, "lib/h.py": b"from lib import g", "lib/g.py": b""}, "main", ["lib.g", "lib.h"]),
        ({"code/c.py": b"from util.h import x\n" + MAIN, "util/h.py": b""}, "c", ["util.h"]),
        ({"__init__.py": b"from .c import conv2d", "c.py": b"from .h import x\n" + MAIN, "h.py": b""}, "handed_in.c", ["handed_in", "handed_in.h"]),
        ({"a.py": b"import b\n" + MAIN, "b.py": b"import a"}, "a", ["b"]),
        ({"a.py": b"from .b.c import *\nfrom ... import d\n" + MAIN, "d.py": b""}, "a", ["d"]),
        ({"a.py": b"def f():\n    import b\n" + MAIN, "b.py": b"\xff import c", "c.py": b""}, "a", ["b"]),
        ({"n.ipynb": notebook("import b", "from b import c\ndef conv2d(): c"), "b.py": b""}, "n", ["b"]),
    ],
    ids=range(11),
)  # fmt: skip
def test_imports_are_followed_as_python_follows_them(
    files: dict[str, bytes], module: str, modules: list[str]
) -> None:
    found = one_of(files)

    assert (found.module, names(found)) == (module, modules)


@pytest.mark.parametrize(
    ("files", "together"),
    [
        ({"a.py": MAIN}, False),
        ({"a.py": MAIN, "test_a.py": b""}, True),
        ({"a.py": MAIN, "tests/x.py": b""}, True),
        ({"a.py": b"import b\n" + MAIN, "b.py": b""}, True),
        ({"a.py": b"import b\n" + MAIN, "b.py": b"import c", "c.py": b""}, True),
        ({"a.py": MAIN, "b.py": b""}, False),
        ({"a.py": b"import b\n" + MAIN, "b.py": MAIN}, False),
        ({"a.py": b"import b\n", "b.py": b""}, False),
        ({"p/__init__.py": b"", "p/a.py": MAIN, "p/b.py": b""}, True),
        ({"p/__init__.py": b"", "p/a.py": MAIN, "b.py": b""}, False),
        ({"a.ipynb": notebook("import b\ndef conv2d(): b"), "b.py": b""}, True),
        ({"a.py": MAIN, "demo.ipynb": notebook("import a")}, False),
        ({"x/a.py": b"import b\n" + MAIN, "x/b.py": b"", "x/test_a.py": b""}, True),
    ],
    ids=range(13),
)  # fmt: skip
def test_files_are_one_submission_only_if_one_of_them_uses_all_others(
    files: dict[str, bytes], *, together: bool
) -> None:
    assert (main_of(files, CONV2D) is not None) is together


@pytest.mark.parametrize(
    "path",
    [
        "test_a.py",
        "a_test.py",
        "b/test_a.py",
        "tests/a.py",
        "test/b/c.py",
        "conftest.py",
    ],
)
def test_tests_are_told_by_their_names(path: str) -> None:
    assert is_test(PurePosixPath(path))


@pytest.mark.parametrize(
    "path", ["a.py", "testing.py", "test_a.ipynb", "contest.py", "my_tests/a.py"]
)
def test_and_nothing_else_is_one(path: str) -> None:
    assert not is_test(PurePosixPath(path))


@pytest.mark.parametrize(
    ("path", "size", "words"),
    [
        ("a.py", (512 << 10) + 1, "512 KiB"),
        ("a.ipynb", (8 << 20) + 1, "8 MiB"),
    ],
)
def test_no_more_is_read_than_there_is_room_for(
    path: str, size: int, words: str
) -> None:
    at = PurePosixPath(path)
    room = Room()
    assert room.left(at) == size - 1
    assert room.take(at, size - 1) is None
    refusal = room.take(at, 1)

    assert refusal is not None
    assert words in refusal.reason


def test_nor_are_more_files() -> None:
    room = Room()
    refusals = [room.take(PurePosixPath("a.py"), 0) for _ in range(1_001)]

    assert refusals[-2] is None
    assert refusals[-1] is not None


def test_no_more_notebooks_are_looked_through_than_take_a_moment() -> None:
    lessons = {f"{n}.ipynb": notebook("x = 1\n", "# conv2d") for n in range(100)}
    others = {f"other{n}.ipynb": notebook("x = 1\n") for n in range(100)}
    few = dict(list(lessons.items())[:9])
    answer = {"answer.ipynb": notebook(MAIN.decode())}

    refused = one_of(lessons | answer)
    assert refused.refusal == "more than 10 of its notebooks speak of what is asked for"
    assert main_of(lessons | answer, CONV2D) is None
    assert one_of(few | others | answer).filename == "answer.ipynb"


def test_what_is_loaded_is_no_more_than_is_read_however_it_is_imported() -> None:
    files = {
        "src/a.py": b"import b, src.b\n" + MAIN,
        "src/b.py": b"#" * (300 << 10),
        "src/c.py": b"",
    }
    once = one_of(files | {"src/a.py": b"import b\n" + MAIN})
    twice = one_of(files)
    long = one_of(
        {
            "a.py": b"from p import b\n" + MAIN,
            f"p/{'q' * 50_000}.py": b"",
            "p/b.py": b"",
        }
    )

    assert (names(once), names(long)) == (["b"], ["p.b"])
    assert twice.refusal is not None
    assert "512 KiB" in twice.refusal
    assert twice.modules == ()


def test_what_any_of_its_files_may_not_import_is_listed() -> None:
    files = {
        "a.py": b"import b\nimport torch\n" + MAIN,
        "b.py": b"import a, numpy, os\n\nimport scipy.signal\n",
    }
    found = imports_beyond(one_of(files), ["numpy"])

    assert [(one.module, one.filename, one.line) for one in found] == [
        ("torch", "a.py", 2),
        ("scipy", "b.py", 3),
    ]


@pytest.mark.parametrize(
    "imports",
    [
        b"import " + b".".join([b"a"] * 200_000),
        b"from "
        + b".".join([b"a"] * 9)
        + b" import "
        + b",".join(b"a%d" % n for n in range(60_000)),
        b"import a\n" * 50_000,
        b"from . import a\n" * 30_000,
        b"from " + b"a" * 200_000 + b" import " + b",".join([b"x"] * 100_000),
        b"from "
        + b"a" * 200_000
        + b" import "
        + b",".join(b"a%d" % n for n in range(40_000)),
        b"from . import " + b",".join(b"a%d" % n for n in range(60_000)),
        b"import " + b",".join(b"a" * 900 + b".b%d" % n for n in range(500)),
    ],
    ids=range(8),
)
def test_no_imports_take_long(imports: bytes) -> None:
    files = {"a.py": b"", "b.py": imports + b"\n" + MAIN}

    assert one_of(files).filename == "b.py"


@pytest.mark.parametrize("package", ["p" * 200_000, "p/" * 20_000 + "p", "p" * 900])
@pytest.mark.parametrize(
    "imports",
    [
        b"from " + b"a" * 200_000 + b" import " + b",".join([b"x"] * 20_000),
        b"from " + b"a" * 900 + b" import " + b",".join(b"a%d" % n for n in range(10_000)),
        b"from . import a\n" * 10_000,
        b"from . import " + b",".join(b"a%d" % n for n in range(15_000)),
    ],
    ids=["absolute", "many", "relative", "one relative"],
)  # fmt: skip
def test_names_that_are_joined_fill_no_memory(package: str, imports: bytes) -> None:
    name = package.replace("/", ".")
    tracemalloc.start()
    try:
        found = imported_by(f"{name}.b", f"{package}/b.py", imports)
        longest = max(map(len, found), default=0)
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()
    assert longest <= 2_001


PARTS = st.sampled_from(
    ["a", "b", "p", "__init__", "test_a", "tests", "..", "é", "x y"]
)
PATHS = st.builds(
    lambda parts, end: "/".join(parts) + end,
    st.lists(PARTS, min_size=1, max_size=3),
    st.sampled_from([".py", ".ipynb"]),
)
TEXTS = st.sampled_from(
    [
        MAIN,
        b"",
        b"from . import a",
        b"from .. import p",
        b"import a.b.c, p",
        b"from a import *\n" + MAIN,
        b"(",
        b"\xff",
        notebook("def conv2d(): pass"),
    ]
)


@given(st.dictionaries(PATHS, TEXTS, max_size=5))
def test_any_files_are_a_submission_or_a_refusal(files: dict[str, bytes]) -> None:
    found = one_of(files)

    main_of(files, CONV2D)
    assert (found.refusal is None) == bool(found.source)
    assert {one.filename for one in (*found.modules, *found.tests)} <= set(files)
