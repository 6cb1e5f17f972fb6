"""Judge one outcome: in this order, type, shape, finiteness, values.

Runs where the candidate's code does not, on arrays that were rebuilt from bytes.
"""

from dataclasses import dataclass
from typing import Any, assert_never

import numpy as np

from grader.bounds import NORMWISE_INTEGER, bound, normwise_bound
from grader.cases import Case, Expected
from grader.outcome import (
    Array,
    Crashed,
    Foreign,
    NotRun,
    Outcome,
    Raised,
    Returned,
    TimedOut,
    TooLarge,
    Value,
)
from grader.problem import BOUND_CHECKS, Check, Group
from grader.record import Mismatch
from grader.verdict import Verdict

_SMALL_ELEMENTS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one case shows."""

    verdict: Verdict | None
    """None if the case was not run."""
    credit: float
    """The share of its points, from 0 to 1."""
    message: str
    """What happened, in words."""
    line: int | None = None
    """The last line of the submission that an exception passed."""
    bound_used: float | None = None
    """The largest error as a share of what rounding explains."""
    normwise_used: float | None = None
    """The same for the norm-wise bound; None where that can't excuse the result."""
    mismatch: Mismatch | None = None


def judge(case: Case, outcome: Outcome) -> Judgement:
    """Judge the outcome of a case."""
    match outcome:
        case NotRun():
            return Judgement(verdict=None, credit=0, message=outcome.reason)
        case TimedOut():
            words = f"stopped after {outcome.limit_seconds:g} s of processor time"
            return _failed(Verdict.TIME_LIMIT_EXCEEDED, words)
        case Crashed():
            return _failed(Verdict.RUNTIME_ERROR, outcome.reason)
        case Raised():
            return _judge_raised(case.group, outcome)
        case Returned():
            return _judge_returned(case, outcome)
        case _:
            assert_never(outcome)


def _failed(verdict: Verdict, message: str, **more: Any) -> Judgement:  # noqa: ANN401 - fields
    return Judgement(verdict=verdict, credit=0, message=message, **more)


def _passed(message: str, **more: Any) -> Judgement:  # noqa: ANN401 - fields
    return Judgement(verdict=Verdict.ACCEPTED, credit=1, message=message, **more)


def words_of(raised: Raised) -> str:
    """Word an exception as Python does: type and text."""
    name = raised.type_names[0]
    return f"{name}: {raised.message}" if raised.message else name


def is_out_of_memory(raised: Raised) -> bool:
    """Tell whether an exception means that memory ran out."""
    return "MemoryError" in raised.type_names


def _judge_raised(group: Group, raised: Raised) -> Judgement:
    words = f"raised {words_of(raised)}"
    if is_out_of_memory(raised):
        return _failed(Verdict.MEMORY_LIMIT_EXCEEDED, words, line=raised.line)
    if group.check is not Check.ERROR or raised.in_binding:
        return _failed(Verdict.RUNTIME_ERROR, words, line=raised.line)
    if any(name in raised.type_names for name in group.errors):
        return _passed(words, line=raised.line)
    # SystemExit and its like end a program that calls the function.
    earns = group.other_errors_earn if "Exception" in raised.type_names else 0.0
    asked = " or ".join(group.errors)
    return Judgement(
        verdict=Verdict.WRONG_ANSWER,
        credit=earns,
        message=f"{words}; {asked} is asked for",
        line=raised.line,
    )


def _judge_returned(case: Case, returned: Returned) -> Judgement:
    value = returned.value
    match case.group.check:
        case Check.ERROR:
            words = f"returned {describe(value)}; an exception is expected"
            return _failed(Verdict.WRONG_ANSWER, words)
        case Check.COUNT:
            return _judge_count(case.expected.value, value)
        case Check.DTYPE | Check.UNMODIFIED:
            return _judge_side(case, returned)
        case Check.EXACT | Check.RANDOM_BOUND | Check.STRUCTURED_BOUND:
            fault = _wrong_form(case.expected, value)
            if fault is not None:
                return fault
            assert isinstance(value, np.ndarray)
            return _judge_values(case, value)


def describe(value: Value | tuple[Value, ...]) -> str:
    """Say in words what a call returned.

    Examples
    --------
    >>> describe(np.zeros((2, 3), np.float32))
    'an array of shape (2, 3) and dtype float32'
    >>> describe((None, 3))
    'a tuple of 2: None, 3'
    """
    match value:
        case tuple():
            return f"a tuple of {len(value)}: {', '.join(map(describe, value))}"
        case np.ndarray() | TooLarge():
            return f"an array of shape {value.shape} and dtype {value.dtype}"
        case Foreign():
            kind = value.type_name or "object"
            return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"
        case _:
            return str(value)


def _judge_count(expected: Any, value: Value | tuple[Value, ...]) -> Judgement:  # noqa: ANN401 - int
    whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "iu":
        whole, value = True, int(value)
    if not whole:
        words = f"returned {describe(value)}; the integer {expected} is expected"
        return _failed(Verdict.WRONG_ANSWER, words)
    if value != expected:
        words = f"returned {value}; {expected} is expected"
        return _failed(Verdict.WRONG_ANSWER, words)
    return _passed(f"returned {value}")


def _judge_side(case: Case, returned: Returned) -> Judgement:
    fault = _wrong_form(case.expected, returned.value)
    if fault is not None:
        return fault
    if case.group.check is Check.UNMODIFIED:
        if returned.modified:
            names = " and ".join(f"`{name}`" for name in returned.modified)
            words = f"{names} holds other values after the call"
            return _failed(Verdict.WRONG_ANSWER, words)
        return _passed("the arguments are as before")
    assert isinstance(returned.value, np.ndarray)
    actual, expected = returned.value.dtype, case.expected.dtype
    if actual != expected:
        words = f"the dtype is {actual}; {expected} is expected"
        return _failed(Verdict.WRONG_ANSWER, words)
    return _passed(f"the dtype is {actual}")


def _wrong_form(
    expected: Expected, value: Value | tuple[Value, ...]
) -> Judgement | None:
    """Refuse what is not a real array of the right shape with finite elements."""
    assert isinstance(expected.value, np.ndarray)
    shape = expected.value.shape
    if not isinstance(value, np.ndarray | TooLarge):
        words = f"returned {describe(value)}; an array of shape {shape} is expected"
        return _failed(Verdict.WRONG_ANSWER, words)
    if value.dtype.kind not in "fiu":
        words = f"the dtype is {value.dtype}; real numbers are expected"
        return _failed(Verdict.WRONG_ANSWER, words)
    if value.shape != shape:
        words = f"the shape is {value.shape}; {shape} is expected"
        sides = Mismatch(
            actual=_side(value), expected=_side(expected.value, actual=value)
        )
        return _failed(Verdict.WRONG_ANSWER, words, mismatch=sides)
    assert isinstance(value, np.ndarray)
    wrong = ~np.isfinite(value)
    if wrong.any():
        mismatch = _mismatch(value, expected.value, wrong)
        words = f"{mismatch.differing} of {value.size} elements are not finite"
        return _failed(Verdict.WRONG_ANSWER, words, mismatch=mismatch)
    return None


def _judge_values(case: Case, actual: Array) -> Judgement:
    expected = case.expected
    assert isinstance(expected.value, np.ndarray)
    error = _error(actual, expected.value)
    exact = case.group.check not in BOUND_CHECKS
    if exact or expected.magnitude is None:
        allowed = np.zeros(error.shape)
    else:
        allowed = _allowed(case, expected.magnitude)
    within = error <= allowed  # in this form, so that a NaN fails
    used = None if exact else _share(error, allowed)
    normwise = _normwise_used(expected, error, exact=exact)
    if within.all():
        words = "equal" if exact else "within the bound"
        return _passed(words, bound_used=used, normwise_used=normwise)
    mismatch = _mismatch(actual, expected.value, ~within)
    words = f"{mismatch.differing} of {actual.size} elements are wrong"
    if used is not None:
        words += f"; the largest error is {used:.3g} times what rounding explains"
    return _failed(
        Verdict.WRONG_ANSWER,
        words,
        bound_used=used,
        normwise_used=normwise,
        mismatch=mismatch,
    )


def _error(actual: Array, expected: Array) -> Array:
    wide = np.result_type(actual, expected)
    if wide.kind == "f":
        wide = np.dtype(np.longdouble)
    elif wide.kind == "u":
        wide = np.dtype(np.int64)
    return np.asarray(np.abs(actual.astype(wide) - expected.astype(wide)))


def _allowed(case: Case, magnitude: Array) -> Array:
    working = case.expected.working_dtype
    assert working is not None
    random = case.group.check is Check.RANDOM_BOUND
    return bound(magnitude, case.expected.terms, working, random=random)


def _share(error: Array, allowed: Array) -> float:
    # Where nothing is allowed, nothing may be used; any use is beyond all bounds.
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(error == 0, 0.0, error / allowed)
    return float(min(np.max(shares, initial=0.0), np.finfo(np.float64).max))


def _normwise_used(expected: Expected, error: Array, *, exact: bool) -> float | None:
    """Give the share of the norm-wise bound, which is all that a transform keeps."""
    working = expected.working_dtype
    if expected.magnitude is None or working is None or working.kind != "f":
        return None
    largest = float(np.max(error, initial=0.0))
    allowed = NORMWISE_INTEGER
    if not exact:
        allowed = normwise_bound(expected.magnitude, expected.terms, working)
    return largest / allowed if allowed > 0 else None


def _mismatch(actual: Array, expected: Array, wrong: Array) -> Mismatch:
    first = tuple(int(at) for at in np.argwhere(wrong)[0])
    small = actual.size <= _SMALL_ELEMENTS
    return Mismatch(
        actual=array_text(actual) if small else number_text(actual[first]),
        expected=array_text(_as_shown(expected, actual))
        if small
        else number_text(_as_shown(expected, actual)[first]),
        first_index=first,
        differing=int(np.count_nonzero(wrong)),
        elements=actual.size,
    )


def _side(value: Array | TooLarge, actual: Array | TooLarge | None = None) -> str:
    small = isinstance(value, np.ndarray) and value.size <= _SMALL_ELEMENTS
    if small and isinstance(value, np.ndarray):
        return array_text(value if actual is None else _as_shown(value, actual))
    return f"an array of shape {value.shape}"


def _as_shown(expected: Array, actual: Array | TooLarge) -> Array:
    """Show the expected values with no more digits than the actual ones have."""
    if expected.dtype.kind == "f" and actual.dtype.kind == "f":
        return expected.astype(actual.dtype)
    return expected.astype(np.float64) if expected.dtype.kind == "f" else expected


def array_text(array: Array) -> str:
    """Write out a small array, so that a difference in the last digit shows."""
    return np.array2string(
        array, separator=", ", floatmode="unique", max_line_width=100, threshold=10_000
    )


def number_text(number: Any) -> str:  # noqa: ANN401 - any NumPy scalar
    """Write out one element.

    Examples
    --------
    >>> number_text(np.float32(0.1))
    '0.1'
    """
    return array_text(np.asarray(number))
