"""What a candidate hands in: a file, a notebook, a folder or a zip.

`find_submissions` says what there is to grade, and `read_submission` makes one
`Submission` of it, whatever it was handed in as::

    file ------------------------------------------> submission
    notebook --> magics, definitions --------------> one source, and places
    zip -----> archive \
                        files by path --> folder --> main file, modules, tests
    folder ------------/

Nothing that is read here is ever run here, and what is wrong with it is a reason to
refuse it, not an exception.
"""

from grader.submission.encodings import odd_encodings
from grader.submission.finding import find_submissions
from grader.submission.reading import read_submission
from grader.submission.submission import (
    LARGEST_BYTES,
    Module,
    Place,
    Refusal,
    Submission,
    last_line,
    printable_name,
)
from grader.submission.syntax import (
    Import,
    bound_by,
    definitions_of,
    has_tests,
    imports_beyond,
    lines_that_raise,
    tree_of,
)

__all__ = [
    "LARGEST_BYTES",
    "Import",
    "Module",
    "Place",
    "Refusal",
    "Submission",
    "bound_by",
    "definitions_of",
    "find_submissions",
    "has_tests",
    "imports_beyond",
    "last_line",
    "lines_that_raise",
    "odd_encodings",
    "printable_name",
    "read_submission",
    "tree_of",
]
