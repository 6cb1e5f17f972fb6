"""What people hand in, by the command line: one line for what is wrong, and its place."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from grader.cli import main
from grader.record import ErrorEntry, ErrorKind, Finding, PlaceEntry, Record
from grader.report.feedback import for_candidate
from grader.report.html import render_html
from grader.report.summary import error_sentence
from grader.report.terminal import render_terminal
from tests.report import records
from tests.submission.notebooks import notebook

SOFTMAX = Path(__file__).parent.parent / "softmax"
RIGHT = (SOFTMAX / "right.py").read_text()


def grade(path: Path, output: Path) -> tuple[int, Record]:
    arguments = ["grade", str(path), "--problem", str(SOFTMAX), "--no-timing"]
    code = main([*arguments, "--output", str(output)])
    written = output / "record.json"
    return code, Record.from_json(written.read_bytes(), written)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.ipynb", b"not JSON", "it is no notebook: Invalid JSON"),
        ("a.ipynb", b'{"nbformat": 3}', "it is a notebook of format 3"),
        ("a.ipynb", notebook(), "it is a notebook without code"),
        ("a.zip", b"no zip", "it is no zip that can be read"),
    ],
)
def test_what_is_broken_gives_a_record_one_line_and_a_code(
    name: str, data: bytes, words: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    code, record = grade(tmp_path / name, tmp_path / "out")

    assert code == 4
    assert record.error is not None
    assert record.error.kind is ErrorKind.REFUSED
    assert record.error.message.startswith(words)
    assert "\n" not in record.error.message
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_notebook_is_graded_and_its_faults_are_told_by_cell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answer.ipynb"
    path.write_bytes(notebook("import torch\ntorch.ones(3)", "%%time\n" + RIGHT, "!ls"))
    code, right = grade(path, tmp_path / "right")
    path.write_bytes(notebook("x = 1", "def softmax(logits):\n    return logits.no"))
    failed, wrong = grade(path, tmp_path / "wrong")
    path.write_bytes(notebook("x = 1", "x = 2\ndef softmax(logits:\n    pass"))
    capsys.readouterr()
    unread, _ = grade(path, tmp_path / "unread")
    told = " ".join(capsys.readouterr().out.split())

    assert (code, failed, unread) == (0, 1, 4)
    assert (right.submission.kind, right.findings) == ("notebook", ())
    # The first line is no cell's; the second is that of the first cell.
    assert {case.line for case in wrong.cases} == {4}
    assert [(one.title, one.first_line) for one in wrong.submission.places] == [
        ("cell 1", 2),
        ("cell 2", 3),
    ]
    assert "SyntaxError in cell 2, line 2" in told
    assert "was never closed (cell 2, line 2)" in told


def test_a_folder_that_is_one_submission_is_graded_as_one(tmp_path: Path) -> None:
    folder = tmp_path / "alice"
    folder.mkdir()
    (folder / "answer.py").write_text(
        "from inner import softmax as inner\n\ndef softmax(x):\n    return inner(x)\n"
    )
    (folder / "inner.py").write_text(
        RIGHT.replace("def softmax", "def hidden")
        + "\n\nglobals()['softmax'] = hidden\n"
    )
    (folder / "test_answer.py").write_text("import answer\n")
    code, record = grade(folder, tmp_path / "out")

    assert code == 0
    assert (record.submission.name, record.submission.kind) == ("alice", "folder")
    assert [one.filename for one in record.submission.tests] == ["test_answer.py"]


def test_a_file_with_the_longest_name_has_its_reports(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("é" * 125 + "aa", "short"):
        (tmp_path / "in" / f"{name}.py").write_text(RIGHT)
    arguments = [
        "grade",
        str(tmp_path / "in"),
        "--problem",
        str(SOFTMAX),
        "--no-timing",
    ]

    assert (
        main([*arguments, "--output", str(tmp_path / "out"), "--format", "json"]) == 0
    )
    assert len(list((tmp_path / "out").glob("*/record.json"))) == 2


def in_cells(record: Record) -> Record:
    places = (
        PlaceEntry(first_line=2, title="cell 1"),
        PlaceEntry(first_line=5, title="cell 4"),
    )
    submission = record.submission.model_copy(
        update={"kind": "notebook", "places": places}
    )
    return record.model_copy(update={"submission": submission})


def printed(record: Record) -> str:
    console = Console(file=io.StringIO(), width=200)
    render_terminal(record, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_reports_name_a_line_by_its_cell() -> None:
    wrong = records.wrong_answer()
    cases = tuple(one.model_copy(update={"line": 3}) for one in wrong.cases)
    finding = Finding(kind="import", message="imports torch", line=11)
    wrong = in_cells(wrong.model_copy(update={"cases": cases, "findings": (finding,)}))
    error = ErrorEntry(
        kind=ErrorKind.RAISED, exception="NameError", message="x", line=5
    )
    unread = in_cells(records.not_loaded().model_copy(update={"error": error}))

    assert "in cell 1, line 2 of the submission" in printed(wrong)
    assert "cell 4, line 7: imports torch" in printed(wrong)
    assert (
        error_sentence(unread)
        == "The file could not be loaded: NameError in cell 4, line 1."
    )


def test_what_goes_by_another_name_is_said_to_both_audiences(tmp_path: Path) -> None:
    path = (
        Path(__file__).parent.parent.parent
        / "submissions/conv2d/accepted/other_names.py"
    )
    main(
        [
            "grade",
            str(path),
            "-p",
            "conv2d",
            "--no-timing",
            "--no-explain",
            "-o",
            str(tmp_path),
        ]
    )
    record = json.loads((tmp_path / "record.json").read_bytes())
    own_names = {one["found_as"] for one in record["bindings"]} - {"conv2d"}
    renamed = {own for one in record["bindings"] for _, own in one.get("renamed", ())}
    assert own_names | renamed
    for page in ("report.html", "feedback.html"):
        text = (tmp_path / page).read_text()

        assert "Names that differ from the statement" in text
        assert all(f"<code>{name}</code>" in text for name in own_names)
        assert all(f"`{name}` is taken for" in text for name in renamed)


def test_a_candidate_is_shown_all_of_their_own_files() -> None:
    record = in_cells(records.wrong_answer())

    assert for_candidate(record).submission == record.submission
    render_html(for_candidate(record))
