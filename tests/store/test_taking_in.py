"""Records on disk, of all kinds, come into a store once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.cli import main
from grader.entries import submission_entry
from grader.errors import RecordError
from grader.loading import load_problem
from grader.record import ErrorEntry, ErrorKind, Record
from grader.report.feedback import for_candidate
from grader.store.store import Store
from grader.store.taking_in import find_records, take_in
from grader.submission import Module, Submission, read_submission
from tests.report.records import accepted, hostile, not_loaded

SOFTMAX = Path(__file__).parent.parent / "softmax"
PLAIN = Submission(name="ann", source="# añn 😀\r\nx = 1\n".encode(), filename="ann.py")
LATIN = Submission(name="ben", source=b"# caf\xe9\n", filename="ben.py")
FOLDER = Submission(
    name="cleo",
    source=b"import one",
    modules=(Module(name="one", filename="one.py", source=b""),),
)


def _write(folder: Path, submission: Submission) -> Path:
    entry = submission_entry(submission)
    record = accepted().model_copy(update={"submission": entry})
    folder.mkdir(parents=True)
    path = folder / "record.json"
    path.write_text(record.to_json())
    return path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path}/store.sqlite3")


def test_a_record_is_taken_in_once_with_what_was_handed_in(
    store: Store, tmp_path: Path
) -> None:
    path = _write(tmp_path / "ann", PLAIN)
    first, second = take_in(store, path), take_in(store, path)

    assert (first.is_new, second.is_new, first.id) == (True, False, second.id)
    assert first.has_source
    again = store.submission(PLAIN.sha256, name="ann", filename="ann.py")
    assert again == PLAIN
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    assert store.row(first.id).graded_at == written


def test_what_was_refused_is_taken_in_with_the_reason(
    store: Store, tmp_path: Path
) -> None:
    refused = Submission(name="ann", source=b"", kind="zip", refusal="it is no zip")
    error = ErrorEntry(kind=ErrorKind.REFUSED, message="it is no zip")
    record = not_loaded().model_copy(
        update={"submission": submission_entry(refused), "error": error}
    )
    path = tmp_path / "record.json"
    path.write_text(record.to_json())

    assert take_in(store, path).has_source
    assert store.submission(refused.sha256).refusal == "it is no zip"


@pytest.mark.parametrize("submission", [LATIN, FOLDER])
def test_what_a_record_does_not_show_whole_is_looked_up(
    store: Store, submission: Submission, tmp_path: Path
) -> None:
    path = _write(tmp_path / "one", submission)
    assert not take_in(store, path).has_source
    later = take_in(store, path, {submission.sha256: submission})

    assert (later.is_new, later.has_source) == (False, True)
    assert store.submission(submission.sha256).source == submission.source


def test_a_candidate_s_record_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text(for_candidate(accepted()).to_json())

    with pytest.raises(RecordError, match="lacks what is hidden"):
        take_in(store, path)


def test_records_are_found_in_and_below_folders(tmp_path: Path) -> None:
    paths = [_write(tmp_path / name, PLAIN) for name in ("a", "b/c")]

    assert list(find_records([tmp_path])) == paths
    assert list(find_records([paths[1]])) == paths[1:]
    with pytest.raises(RecordError, match="no such file"):
        list(find_records([tmp_path / "none"]))


def test_the_command_says_what_it_could_not_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    _write(tmp_path / "reports/ben", LATIN)
    (tmp_path / "ben.py").write_bytes(LATIN.source)

    assert main(["store", "import", str(tmp_path / "reports"), "--store", url]) == 0
    captured = capsys.readouterr()
    assert "1 taken in" in captured.out
    assert "--submissions" in captured.err
    more = ["--submissions", str(tmp_path / "ben.py"), "--store", url]
    assert main(["store", "import", str(tmp_path / "reports"), *more]) == 0
    assert capsys.readouterr().err == ""

    (tmp_path / "reports/ben/record.json").write_text("{}")
    _write(tmp_path / "reports/zoe", PLAIN)
    assert main(["store", "import", str(tmp_path / "reports"), "--store", url]) == 2
    captured = capsys.readouterr()
    assert "1 taken in" in captured.out
    assert len(captured.err.splitlines()) == 1
    (tmp_path / "empty").mkdir()
    assert main(["store", "import", str(tmp_path / "empty"), "--store", url]) == 5


def test_a_folder_is_read_for_its_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    folder = tmp_path / "handed in" / "cleo"
    folder.mkdir(parents=True)
    (folder / "answer.py").write_text(
        "from own import e\ndef softmax(x): return e(x)\n"
    )
    (folder / "own.py").write_text("from numpy import exp as e\n")
    functions = load_problem(str(SOFTMAX)).spec.functions
    submission = read_submission(folder, functions=functions)
    assert submission.kind == "folder"
    _write(tmp_path / "reports", submission)

    more = ["--submissions", str(folder), "--problem", str(SOFTMAX)]
    command = ["store", "import", str(tmp_path / "reports"), "--store", url]
    assert main([*command, *more]) == 0
    assert capsys.readouterr().err == ""
    with Store(url) as store:
        again = store.submission(
            submission.sha256, name=submission.name, filename=submission.filename
        )
    assert again == submission


def test_an_empty_store_and_one_without_a_match_are_told_apart(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--store", f"sqlite:///{tmp_path}/store.sqlite3"]
    assert main(["store", "list", *where]) == 0
    assert "`grader store import FOLDER` takes them in" in capsys.readouterr().out
    store.put_record(hostile())
    for wanted in (["--problem", "p"], ["--name", "n"], ["--sha256", "0"]):
        assert main(["store", "list", *wanted, *where]) == 0
        assert "no records that match" in capsys.readouterr().out
    assert main(["store", "list", "--offset", "1", *where]) == 0
    assert "no records that match" in capsys.readouterr().out


def test_what_candidates_wrote_does_nothing_to_a_terminal(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = store.put_record(hostile())
    store.annotate(number, author="\x1b[31mann", note="[red]no[/red]\x07")
    where = ["--store", f"sqlite:///{tmp_path}/store.sqlite3"]
    assert main(["store", "list", *where]) == 0
    assert main(["store", "show", str(number), *where]) == 0
    printed = capsys.readouterr().out

    assert not {"\x1b", "\x07", "\u202e"} & set(printed)
    assert "[red]no[/red]" in printed
    assert main(["store", "show", str(number), "--json", *where]) == 0
    assert Record.from_json(capsys.readouterr().out.encode(), Path()) == hostile()
