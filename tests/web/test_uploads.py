"""What visitors send is hostile until read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from grader.loading import load_problem
from grader.web.refusal import Refusal
from grader.web.uploads import pasted, submission_of
from tests.web.visits import ROOT


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("conv.py", "conv.py"),
        ("../../etc/cron.d/job.py", "job.py"),
        ("C:\\Users\\ada\\my file.py", "my file.py"),
        ("/etc/passwd\0.py", "passwd.py"),
        ("<script>alert(1)<\\script>.py", "script>.py"),
        ("a\nb\u202e.py", "a b\\u202e.py"),
        (".py", "submission.py"),
        ("x" * 5_000 + ".py", "x" * 100 + ".py"),
        ("UPPER.PY", "UPPER.py"),
    ],
)
def test_of_a_file_name_only_what_can_be_shown_is_left(sent: str, shown: str) -> None:
    assert submission_of(b"", sent, ()).filename == shown


@pytest.mark.parametrize("sent", ["", "py", "a.exe", "a.py.sh", ".."])
def test_what_is_no_submission_is_refused(sent: str) -> None:
    with pytest.raises(Refusal, match="ends in"):
        submission_of(b"", sent, ())


@given(st.binary(max_size=300), st.text(max_size=60), st.text(min_size=1, max_size=80))
def test_any_bytes_with_any_name_are_a_submission_or_refused(
    data: bytes, filename: str, name: str
) -> None:
    try:
        submission = submission_of(data, f"{filename}.py", (), name)
    except Refusal:
        return

    assert submission.source == data
    assert submission.name.isprintable()
    assert submission.filename.isprintable()
    assert "/" not in submission.filename


@pytest.mark.parametrize(
    ("filename", "kind", "source"),
    [("notebook.ipynb", "notebook", b"def conv2d"), ("zipped.zip", "zip", b"conv2d")],
)
def test_notebooks_and_zips_are_read_for_the_problem(
    filename: str, kind: str, source: bytes
) -> None:
    data = (ROOT / "submissions/conv2d/accepted" / filename).read_bytes()
    functions = load_problem("conv2d").spec.functions
    submission = submission_of(data, f"C:\\fakepath\\{filename}", functions, "Ada")

    assert submission.kind == kind
    assert submission.refusal is None
    assert source in submission.source
    assert (submission.name, submission.filename) == ("Ada", filename)


def test_a_pasted_text_has_plain_line_ends() -> None:
    assert pasted("a\r\nb\rc\n") == b"a\nb\nc\n"
