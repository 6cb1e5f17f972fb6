"""What a grading found, as the entries of a record."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from grader.cases import Case
from grader.outcome import (
    Crashed,
    Loaded,
    LoadOutcome,
    Raised,
    Refused,
    TimedOut,
)
from grader.places import line_words
from grader.problem import Check, Function, Problem
from grader.record import (
    ArgumentEntry,
    BindingEntry,
    CaseEntry,
    CountEntry,
    ErrorEntry,
    ErrorKind,
    FileEntry,
    ParametersEntry,
    Picture,
    PlaceEntry,
    SubmissionEntry,
)
from grader.score import Judged
from grader.submission import Module, Submission, definitions_of, imports_beyond

_SMALL_ELEMENTS = 24
"""Larger arguments are told by what fills them."""
_MOST_NAMES = 10
"""How many names of a submission a message lists."""


def submission_entry(submission: Submission) -> SubmissionEntry:
    """Describe a submission in a record."""
    return SubmissionEntry(
        name=submission.name,
        kind=submission.kind,
        filename=submission.filename,
        sha256=submission.sha256,
        source=submission.text,
        places=tuple(
            PlaceEntry(first_line=one.first_line, title=one.title)
            for one in submission.places
        ),
        modules=tuple(_file_entry(one) for one in submission.modules),
        tests=tuple(_file_entry(one) for one in submission.tests),
    )


def _file_entry(module: Module) -> FileEntry:
    return FileEntry(filename=module.filename, source=module.text)


def load_error(
    problem: Problem, submission: Submission, load: LoadOutcome
) -> ErrorEntry | None:
    """Say why a submission can't be graded, if it can't."""
    match load:
        case Raised():
            return ErrorEntry(
                kind=ErrorKind.RAISED,
                exception=load.type_names[0],
                message=_words_of_load(problem, submission, load),
                line=load.line,
            )
        case TimedOut():
            words = f"loading it was {load.words}"
            return ErrorEntry(kind=ErrorKind.TIMED_OUT, message=words)
        case Crashed():
            words = f"while loading, {load.reason}"
            return ErrorEntry(kind=ErrorKind.CRASHED, message=words)
        case Refused():
            return ErrorEntry(kind=ErrorKind.REFUSED, message=load.reason)
        case Loaded():
            return _missing_function(problem, submission, load)


def _words_of_load(problem: Problem, submission: Submission, raised: Raised) -> str:
    words = f"loading it raised {_with_places(submission, raised.words)}"
    if raised.is_out_of_memory:
        return f"loading it took more than {problem.spec.limits.memory_mib} MiB"
    if "ImportError" in raised.type_names:
        allowed = problem.spec.allowed_imports
        imports = imports_beyond(submission, allowed)
        refused = sorted({f"`{one.module}`" for one in imports})[:_MOST_NAMES]
        if refused:
            words += f". It imports {' and '.join(refused)}"
        words += f"; allowed are {', '.join(allowed)} and the standard library"
    return words


def _with_places(submission: Submission, words: str) -> str:
    """Name lines as they are in the notebook, where Python names those of its source.

    It does so in the text of a `SyntaxError`.
    """
    if not submission.places:
        return words
    lines = re.compile(rf"\({re.escape(submission.filename)}, line (\d{{1,9}})\)")
    return lines.sub(
        lambda found: f"({line_words(submission.places, int(found[1]))})", words
    )


def _missing_function(
    problem: Problem, submission: Submission, loaded: Loaded
) -> ErrorEntry | None:
    for function in problem.spec.functions:
        if function.required and function.name not in loaded.provided:
            defined = ", ".join(definitions_of(submission)[:_MOST_NAMES]) or "nothing"
            words = f"it has no function {function.names_in_words}"
            words = f"{words}; it defines {defined}"
            return ErrorEntry(kind=ErrorKind.MISSING_FUNCTION, message=words)
    return None


def case_entry(
    one: Judged,
    arguments: tuple[ArgumentEntry, ...],
    picture: Picture | None = None,
) -> CaseEntry:
    """Describe a case and what it showed."""
    judgement, group = one.judgement, one.group
    return CaseEntry(
        id=one.case.id,
        group=group.id,
        part=group.part,
        function=group.function,
        visibility=group.visibility,
        required=group.required,
        verdict=judgement.verdict,
        credit=judgement.credit,
        message=judgement.message,
        line=judgement.line,
        bound_used=judgement.bound_used,
        arguments=arguments,
        mismatch=judgement.mismatch,
        picture=picture,
    )


def argument_entries(case: Case) -> tuple[ArgumentEntry, ...]:
    """Describe the arguments of a case, without dumping what is large."""
    return tuple(
        _argument_entry(name, value, case.filled_with)
        for name, value in case.call.arguments.items()
    )


def _argument_entry(
    name: str, value: object, filled_with: Mapping[str, str]
) -> ArgumentEntry:
    if not isinstance(value, np.ndarray):
        return ArgumentEntry(name=name, text=repr(value))
    if value.size <= _SMALL_ELEMENTS:
        text = " ".join(np.array2string(value, separator=", ").split())
    else:
        text = filled_with.get(name, f"{value.size} elements")
    return ArgumentEntry(
        name=name, shape=value.shape, dtype=value.dtype.name, text=text
    )


def binding_entries(load: LoadOutcome) -> tuple[BindingEntry, ...]:
    """Describe how the functions were found."""
    if not isinstance(load, Loaded):
        return ()
    return tuple(
        BindingEntry(
            function=binding.function,
            found_as=binding.found_as,
            renamed=binding.renamed,
            by_position=binding.by_position,
            missing=binding.missing,
        )
        for binding in load.bindings
    )


def parameter_entries(
    functions: Sequence[Function], load: LoadOutcome, judged: Sequence[Judged]
) -> tuple[ParametersEntry, ...]:
    """Sum up the counts that functions were asked for."""
    entries = []
    found = load.provided if isinstance(load, Loaded) else frozenset()
    for function in functions:
        own = [
            one
            for one in judged
            if one.group.check is Check.COUNT and one.group.function == function.name
        ]
        if own:
            provided = function.name in found
            entries.append(
                ParametersEntry(
                    function=function.name,
                    provided=provided,
                    correct=sum(one.passed for one in own),
                    total=len(own),
                    rows=tuple(map(_count_entry, own)) if provided else (),
                )
            )
    return tuple(entries)


def _count_entry(one: Judged) -> CountEntry:
    arguments = one.case.call.arguments
    expected = one.case.expected.count
    assert expected is not None
    return CountEntry(
        arguments=", ".join(f"{name}={value!r}" for name, value in arguments.items()),
        expected=expected,
        actual=one.judgement.actual or one.judgement.message,
        correct=one.passed,
    )
