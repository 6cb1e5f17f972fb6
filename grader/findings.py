"""Notes for the interviewer: what is worth a look and changes no verdict."""

from collections.abc import Iterator

from grader.outcome import Loaded, Raised, Returned, Run
from grader.problem import Problem
from grader.record import Finding
from grader.submission import LARGEST_BYTES, Submission, imports_beyond, odd_encodings

NORMWISE = "transform"
MODIFIED = "modified input"
IMPORT = "import"
PRINTS = "prints"
SIGNATURE = "signature"
TIMED = "timed result"
BESIDE = "work beside calls"
ENCODING = "encoding"
STATE = "state"
WEAK_TEST = "weak test"
TESTS_LEFT_OUT = "tests left out"

_MOST_IMPORTS = 10

READ_FROM_SOURCE = frozenset(
    {IMPORT, SIGNATURE, PRINTS, ENCODING, WEAK_TEST, TESTS_LEFT_OUT}
)
"""The kinds that tell nothing of hidden cases."""


def findings_of(
    problem: Problem, submission: Submission, run: Run, *, normwise: bool
) -> tuple[Finding, ...]:
    """Collect what is worth a look."""
    return (
        # What compiled in the worker, within its limits, can be parsed here.
        *(_imports(problem, submission) if isinstance(run.load, Loaded) else ()),
        *_encoding(submission),
        *_tests_left_out(submission),
        *_signatures(run),
        *_modified(run),
        *_prints(run),
        *_transform(normwise=normwise),
    )


def _encoding(submission: Submission) -> Iterator[Finding]:
    """Tell of a file that Python reads in another way than it is shown."""
    for number, name in odd_encodings(submission.source):
        words = f"is written in {name}: what runs may not be what is shown"
        yield Finding(kind=ENCODING, message=words, line=number)
    for module in submission.modules:
        for _, name in odd_encodings(module.source):
            words = f"{module.filename} is written in {name}"
            words += ": what runs may not be what is shown"
            yield Finding(kind=ENCODING, message=words)


def _tests_left_out(submission: Submission) -> Iterator[Finding]:
    if submission.tests_left_out:
        files = "file" if submission.tests_left_out == 1 else "files"
        words = f"has {submission.tests_left_out} {files} of tests beside it that are "
        words += f"left out: with its code, {LARGEST_BYTES >> 10} KiB are read"
        yield Finding(kind=TESTS_LEFT_OUT, message=words)


def _imports(problem: Problem, submission: Submission) -> Iterator[Finding]:
    imports = imports_beyond(submission, problem.spec.allowed_imports)
    refused = {one.module: one for one in reversed(imports)}
    firsts = [one for one in imports if refused[one.module] is one]
    for one in firsts[:_MOST_IMPORTS]:
        words = f"imports {one.module}, which is not available to submissions"
        if one.filename == submission.filename:
            yield Finding(kind=IMPORT, message=words, line=one.line)
        else:
            yield Finding(kind=IMPORT, message=f"{one.filename} {words}")


def _signatures(run: Run) -> Iterator[Finding]:
    for binding in run.load.bindings if isinstance(run.load, Loaded) else ():
        if binding.missing:
            words = f"`{binding.found_as}` takes no {', '.join(binding.missing)}"
            yield Finding(kind=SIGNATURE, message=words)


def _modified(run: Run) -> Iterator[Finding]:
    names: set[str] = set()
    count = 0
    for outcome in run.outcomes:
        if isinstance(outcome, Returned | Raised) and outcome.modified:
            names.update(outcome.modified)
            count += 1
    if count:
        words = f"changes its caller's {' and '.join(sorted(names))}, in {count} calls"
        yield Finding(kind=MODIFIED, message=words)


def _prints(run: Run) -> Iterator[Finding]:
    if run.stdout:
        lines = run.stdout.count("\n")
        yield Finding(kind=PRINTS, message=f"prints while it runs ({lines} lines)")


def _transform(*, normwise: bool) -> Iterator[Finding]:
    if normwise:
        words = (
            "accurate relative to its largest result and not element by element, as "
            "transforms (FFT, Winograd) are; held to the norm-wise bound"
        )
        yield Finding(kind=NORMWISE, message=words)
