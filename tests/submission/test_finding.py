"""What there is to grade below a path: files, and folders that are one submission."""

from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.findings import _tests_left_out
from grader.loading import load_problem
from grader.record import Record
from grader.sandbox.layers import Level
from grader.session import Item, Session, Settings
from grader.submission import find_submissions, read_submission
from grader.verdict import Verdict
from tests.submission.notebooks import notebook
from tests.submission.zips import zipped

ROOT = Path(__file__).parent.parent.parent
SOFTMAX = ROOT / "tests" / "softmax"
RIGHT = (SOFTMAX / "right.py").read_text()
CONV2D = load_problem("conv2d").spec.functions
MAIN = "def conv2d(x, weight): pass\n"


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def grade(path: Path) -> Record:
    """Grade a submission to softmax, in whatever sandbox there can be."""
    settings = Settings(problem=str(SOFTMAX), explain=False, isolation=Level.NONE)
    with Session(settings) as session:
        return session.grade(Item(name="it", path=path), timing=False)


def found_in(folder: Path) -> dict[str, str]:
    return {
        name: path.relative_to(folder).as_posix()
        for name, path in find_submissions([folder], CONV2D)
    }


@pytest.mark.parametrize("problem", ["conv2d", "conv2d_backward"])
def test_the_examples_are_found_one_by_one(problem: str) -> None:
    folder = ROOT / "submissions" / problem
    found = found_in(folder)
    paths = [*folder.glob("*/*.py"), *folder.glob("hostile/*/*.py")]

    assert len(paths) > 10
    for path in paths:
        inside = path.relative_to(folder)
        assert found[inside.with_suffix("").as_posix()] == inside.as_posix()


def test_in_a_flat_folder_each_file_stands_for_itself(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "alice.py": "import bob\n" + MAIN,
            "bob.py": MAIN,
            "cleo.ipynb": notebook(MAIN),
            "dan.zip": b"",
            "dan.py": MAIN,
            "test_alice.py": "",
            "notes.txt": "",
        },
    )

    assert found_in(tmp_path) == {
        "alice": "alice.py",
        "bob": "bob.py",
        "cleo": "cleo.ipynb",
        "dan": "dan.py",
        "dan-2": "dan.zip",
    }


def test_a_folder_within_is_one_submission_if_its_files_belong_together(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        {
            "alice/conv.py": "import pad\n" + MAIN,
            "alice/pad.py": "",
            "ben/conv.py": MAIN,
            "ben/test_conv.py": "",
            "cleo/conv.py": MAIN,
            "group/dan/a.py": "import b\n" + MAIN,
            "group/dan/b.py": "",
            "group/eve.py": MAIN,
            "fay/conv.py": MAIN,
            "fay/other.py": "",
            "link": b"",
        },
    )
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("alice")

    assert found_in(tmp_path) == {
        "alice": "alice",
        "ben": "ben",
        "cleo/conv": "cleo/conv.py",
        "fay/conv": "fay/conv.py",
        "fay/other": "fay/other.py",
        "group/dan": "group/dan",
        "group/eve": "group/eve.py",
    }


def test_the_folder_itself_may_be_one(tmp_path: Path) -> None:
    folder = tmp_path / "alice"
    write(folder, {"conv.py": "import pad\n" + MAIN, "pad.py": "", "test_conv.py": ""})

    assert find_submissions([folder], CONV2D) == [("alice", folder)]
    assert [name for name, _ in find_submissions([folder])] == ["conv", "pad"]


USES_BOB = "import bob\n" + MAIN


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"alice.py": USES_BOB, "bob.py": ""}, ["alice", "bob"]),
        ({"alice.py": USES_BOB, "bob.py": "(", "test_alice.py": ""}, ["alice", "bob"]),
        ({"alice.py": USES_BOB, "bob.py": "", "tests/a.py": ""}, ["alice", "bob"]),
        ({"alice.py": "import bob.x\n" + MAIN, "bob/x.py": ""}, ["alice", "bob/x"]),
        ({"alice.ipynb": notebook("import bob", MAIN), "bob.py": ""}, ["alice", "bob"]),
        ({"alice_test.py": "import bob", "bob.py": MAIN}, ["bob"]),
        ({"Solution.py": USES_BOB, "bob.py": ""}, ["cands"]),
        ({"main.py": USES_BOB, "bob.py": ""}, ["cands"]),
        ({"conv2d.py": USES_BOB, "bob.py": "", "test_x.py": ""}, ["cands"]),
        ({"cands.py": USES_BOB, "bob.py": ""}, ["cands"]),
        ({"alice.py": MAIN, "__init__.py": "", "bob.py": ""}, ["cands"]),
        ({"alice.py": MAIN, "tests/test_it.py": ""}, ["cands"]),
        ({"src/main.py": USES_BOB, "src/bob.py": ""}, ["cands"]),
        ({"in/alice.py": USES_BOB, "in/bob.py": ""}, ["in"]),
        ({"in/alice.py": USES_BOB, "in/bob.py": MAIN}, ["in/alice", "in/bob"]),
        ({"in/alice.py": USES_BOB, "in/bob.py": "("}, ["in"]),
        ({"in/in.py": USES_BOB, "in/bob.py": "", "eve.py": MAIN}, ["eve", "in"]),
        ({"in/alice.py": MAIN, "in/tests/x.py": "", "eve.py": MAIN}, ["eve", "in"]),
        ({"in/alice.py": MAIN, "in/__init__.py": "", "eve.py": MAIN}, ["eve", "in"]),
    ],
    ids=range(19),
)  # fmt: skip
def test_in_a_folder_that_is_named_no_file_swallows_that_of_another(
    files: dict[str, str | bytes], found: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "cands"
    write(folder, files)

    names = [name for name, _ in find_submissions([folder], CONV2D)]
    assert names == found
    if found != ["cands"]:
        assert [name for name, _ in find_submissions([folder, folder], CONV2D)] == found


@pytest.mark.parametrize("name", ["a" * 251, "é" * 125, "\udcff" * 100, "a" * 121])
def test_long_names_are_cut_and_still_tell_apart(tmp_path: Path, name: str) -> None:
    other = name[:-1] + "b"
    write(tmp_path, {f"{name}.py": "", f"{other}.py": "", "short.py": ""})
    names = [one for one, _ in find_submissions([tmp_path])]

    assert len(set(names)) == 3
    assert "short" in names
    for one in names:
        assert len(one.encode()) <= 120
        (tmp_path / "reports" / one).mkdir(parents=True)


def test_tests_beside_a_file_are_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.py": MAIN,
            "b.ipynb": notebook(MAIN),
            "test_a.py": "1",
            "a_test.py": "2",
            "test_b.py": "import a",
            "test_both.py": "from a import conv2d\nimport b",
            "c_test.py": "import a",
            "test_none.py": "'a'",
            "tests.py": "import a",
        },
    )

    def tests_of(name: str) -> list[str]:
        read = read_submission(tmp_path / name, functions=CONV2D)
        return [one.filename for one in read.tests]

    assert tests_of("a.py") == ["a_test.py", "test_a.py"]
    assert tests_of("b.ipynb") == ["test_b.py"]
    assert (
        read_submission(tmp_path / "a.py").sha256
        != read_submission(tmp_path / "tests.py").sha256
    )


@pytest.mark.parametrize(
    ("main", "beside", "own"),
    [
        ("bob.py", {"alice_test.py": "import bob"}, []),
        ("solution.py", {"test_x.py": "import solution"}, ["test_x.py"]),
        ("cands.py", {"x_test.py": "from cands import conv2d"}, ["x_test.py"]),
        ("conv2d.py", {"test_x.py": "import conv", "conftest.py": "import conv2d"}, ["conftest.py"]),
        ("solution.py", {"test_x.py": "import solution", "bob.py": ""}, []),
        ("solution.py", {"test_x.py": "import solution", "bob.ZIP": ""}, []),
        ("solution.py", {"test_solution.py": "", "bob.py": "", "test_bob.py": "import solution"}, ["test_solution.py"]),
    ],
    ids=range(7),
)  # fmt: skip
def test_tests_that_are_not_named_after_a_file_are_its_own_only_where_it_is_alone(
    main: str, beside: dict[str, str | bytes], own: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "cands"
    write(folder, {main: MAIN, **beside})
    read = read_submission(folder / main, functions=CONV2D)

    assert [one.filename for one in read.tests] == own


@pytest.mark.parametrize(
    ("sizes", "kept", "left_out"),
    [
        ({"test_a.py": 512 << 10}, [], 1),
        ({"test_a.py": 300 << 10, "a_test.py": 300 << 10}, ["a_test.py"], 1),
        ({"test_a.py": 9, "a_test.py": 600 << 10}, ["test_a.py"], 1),
        ({"test_a.py": 600 << 10, "a_test.py": 600 << 10}, [], 2),
        ({"test_other.py": 600 << 10, "other_test.py": 524_300}, [], 0),
        ({"test_a.py": 9}, ["test_a.py"], 0),
    ],
    ids=range(6),
)
def test_tests_without_room_are_left_out_and_the_code_is_not_refused(
    sizes: dict[str, int], kept: list[str], left_out: int, tmp_path: Path
) -> None:
    write(tmp_path, {"a.py": MAIN})
    without = read_submission(tmp_path / "a.py", functions=CONV2D)
    write(tmp_path, {name: b"#" * size for name, size in sizes.items()})
    read = read_submission(tmp_path / "a.py", functions=CONV2D)

    assert read.refusal is None
    assert [one.filename for one in read.tests] == kept
    assert read.tests_left_out == left_out
    told = [one.message for one in _tests_left_out(read)]
    assert len(told) == bool(left_out)
    assert all("512 KiB" in one and one.startswith(f"has {left_out} ") for one in told)
    assert (read.sha256 == without.sha256) is not bool(kept or left_out)


@pytest.mark.parametrize(
    ("source", "is_same"),
    [("", True), ("# a\n", True), ("import b\n", False), ("from a import x\n", False)],
)
def test_files_of_the_same_bytes_are_the_same_unless_they_may_import_themselves(
    source: str, *, is_same: bool, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text(source + MAIN)
    one, other = (read_submission(tmp_path / f"{name}.py") for name in ("a", "b"))

    assert (one.sha256 == other.sha256) is is_same


def test_a_zip_and_a_folder_of_the_same_files_are_the_same(tmp_path: Path) -> None:
    files = {
        "CONV.PY": b"import pad\n" + MAIN.encode(),
        "pad.py": b"",
        "tests/x.py": b"1",
        ".git/a.py": MAIN.encode(),
    }
    write(tmp_path / "it", {**files})
    write(tmp_path, {"it.zip": zipped(*files.items())})
    folder, packed = (
        read_submission(tmp_path / name, functions=CONV2D) for name in ("it", "it.zip")
    )

    assert (folder.kind, packed.kind) == ("folder", "zip")
    assert folder.sha256 == packed.sha256
    assert (folder.name, folder.modules, folder.tests) == (
        packed.name,
        packed.modules,
        packed.tests,
    )


def test_without_a_problem_no_folder_and_no_zip_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"a.zip": b""})
    for path in (tmp_path, tmp_path / "a.zip"):
        with pytest.raises(SubmissionError, match=path.name):
            read_submission(path)


@pytest.mark.parametrize(
    ("main", "helper"),
    [("code", "queue"), ("types", "statistics"), ("pad", "colorsys"), ("a", "pytest")],
)
def test_own_modules_come_before_libraries_that_are_called_alike(
    main: str, helper: str, tmp_path: Path
) -> None:
    source = f"import {helper}\n{RIGHT}\nassert {helper}.OWN\n"
    made = zipped((f"{main}.py", source.encode()), (f"{helper}.py", b"OWN = 1"))
    (tmp_path / "it.zip").write_bytes(made)
    record = grade(tmp_path / "it.zip")

    assert record.verdict is Verdict.ACCEPTED, record.error


def test_what_every_python_has_comes_before_own_modules(tmp_path: Path) -> None:
    source = f"import os, time\n{RIGHT}\nassert os.sep and time.time()\n".encode()
    made = zipped(("a.py", source), ("os.py", b""), ("time.py", b""))
    (tmp_path / "it.zip").write_bytes(made)
    record = grade(tmp_path / "it.zip")

    assert record.verdict is Verdict.ACCEPTED, record.error


def test_modules_are_imported_from_memory(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "it/pkg/__init__.py": "from .answer import softmax\n",
            "it/pkg/answer.py": "from .deep.shift import shifted\nfrom space.within import ONE\n" + RIGHT.replace("def softmax", "def plain") + "\n\ndef softmax(x):\n    return plain(shifted(x)) * ONE\n",
            "it/pkg/deep/__init__.py": "",
            "it/pkg/deep/shift.py": "import pkg.answer\n\ndef shifted(x):\n    return x - pkg.answer.ONE\n",
            "it/space/within.py": "ONE = 1\n",
        },
    )  # fmt: skip
    record = grade(tmp_path / "it")

    assert record.error is None
    assert record.verdict is Verdict.ACCEPTED
    assert [one.filename for one in record.submission.modules] == [
        "pkg/__init__.py",
        "pkg/deep/__init__.py",
        "pkg/deep/shift.py",
        "space/within.py",
    ]
