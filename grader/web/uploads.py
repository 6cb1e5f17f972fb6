"""Make submissions of what visitors send; all of it is hostile until read."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PureWindowsPath

from grader.errors import SubmissionError
from grader.problem import Function
from grader.submission import Submission, read_submission
from grader.submission.reading import SUFFIXES
from grader.text import message
from grader.web.refusal import invalid

_LONGEST_FILENAME = 100


def submission_of(
    data: bytes,
    filename: str,
    functions: Sequence[Function],
    name: str | None = None,
) -> Submission:
    """Read a submission.

    Parameters
    ----------
    data
        The file's bytes.
    filename
        As the visitor's machine calls it: of that nothing but its kind is used.
    functions
        What the problem asks for.
    name
        What reports call the submission; its file's name, if left out.

    Raises
    ------
    Refusal
        If nothing can be made of it.
    """
    # A browser may send a path, and of either kind; both are taken apart here.
    last = PureWindowsPath(filename.replace("\0", "")).name
    start, dot, kind = last.rpartition(".")
    stem = message(start)[:_LONGEST_FILENAME] or "submission"
    suffix = f"{dot}{kind.lower()}"
    if suffix not in SUFFIXES:
        raise invalid(f"a submission's file ends in {', '.join(SUFFIXES)}")
    with tempfile.TemporaryDirectory(prefix="grader-upload-") as folder:
        path = Path(folder) / f"submission{suffix}"
        path.write_bytes(data)
        try:
            submission = read_submission(
                path, name=message(name or stem), functions=functions
            )
        except SubmissionError as error:
            raise invalid(error.issue) from None
    return replace(submission, filename=f"{stem}{suffix}")


def pasted(text: str) -> bytes:
    """Give the bytes of a text that was typed into a page, with plain line ends."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.encode("utf-8", "backslashreplace")
