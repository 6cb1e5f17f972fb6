"""What the linter says follows from the source alone."""

import pytest

from grader.style.lint import MOST_FINDINGS, lint


def test_findings_and_complexities_go_by_line() -> None:
    found = lint(b"import os\n\ndef f(x):\n    if x == None:\n        return 1\n")

    assert found.linter.startswith("ruff ")
    assert [(one.code, one.line) for one in found.findings] == [
        ("F401", 1),
        ("E711", 4),
    ]
    assert dict(found.complexities) == {3: 2}


@pytest.mark.parametrize(
    "comment", [b"  # noqa", b"  # noqa: F401", b"\n# ruff: noqa"]
)  # fmt: skip
def test_comments_do_not_silence_it(comment: bytes) -> None:
    assert [one.code for one in lint(b"import os" + comment + b"\n").findings] == [
        "F401"
    ]


def test_names_of_formulas_are_no_finding() -> None:
    source = b"def f(N, C_in):\n    H_out = N\n    return H_out * C_in\n"

    assert lint(source).findings == ()


def test_it_says_no_more_than_anyone_reads() -> None:
    assert (
        len(lint(b"x = 1;;;;\n" * 3 + b"import os\n" * 2000).findings) <= MOST_FINDINGS
    )
    assert len(lint(b"import os\n" * 5000).findings) == MOST_FINDINGS


def test_what_is_no_python_gives_no_findings() -> None:
    assert lint(b"def f(:\n").findings == ()


def test_names_in_messages_are_shown_and_not_obeyed() -> None:
    (finding, *_) = lint("def f():\n    \u202eü = 1\n".encode()).findings or [None]

    assert finding is None or finding.message.isprintable()
