"""Judge one outcome: in this order, type, shape, finiteness, values.

Runs where the candidate's code does not, on arrays that were rebuilt from bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

import numpy as np

from grader.bounds import NORMWISE_INTEGER, normwise_bound
from grader.cases import Case
from grader.expected import Expected, Result
from grader.mismatch import (
    describe,
    elements_marked,
    mismatch_of,
    mismatch_of_shapes,
)
from grader.outcome import (
    Array,
    Crashed,
    NotRun,
    Outcome,
    Raised,
    Returned,
    TimedOut,
    TooLarge,
    Value,
)
from grader.problem import Check, Group
from grader.record import Mismatch
from grader.verdict import Verdict

_SHORT_BYTES, _DOUBLE_BYTES = 4, 8
"""Floats no longer than the first are exact in double."""
_LARGEST = np.finfo(np.float64).max
_LEAST = np.finfo(np.float64).smallest_subnormal
_AS_ASKED = "None, as asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongArray:
    """An array that is wrong, beside the right one."""

    actual: Array
    expected: Array
    wrong: Array | None = None
    """Which elements are; None where shapes differ."""
    result: str = ""
    """Its name, where a function gives several."""

    @property
    def mismatch(self) -> Mismatch:
        """Where the two differ, written out."""
        if self.wrong is None:
            return mismatch_of_shapes(self.actual, self.expected)
        return mismatch_of(self.actual, self.expected, self.wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one case shows."""

    verdict: Verdict | None
    """None if the case was not run."""
    credit: float
    """The share of its points, from 0 to 1."""
    message: str
    """What happened, in words."""
    actual: str | None = None
    """With `check: count`, what was returned, in words."""
    line: int | None = None
    """The last line of the submission that an exception passed."""
    bound_used: float | None = None
    """The largest error as a share of what rounding explains."""
    normwise_used: float | None = None
    """The same for the norm-wise bound; None where that can't excuse the result."""
    wrong_array: WrongArray | None = field(default=None, compare=False, repr=False)
    too_large: Mismatch | None = None
    """Of a wrong array that is not here, since it has too many bytes."""

    @property
    def mismatch(self) -> Mismatch | None:
        """Where a wrong array differs; few are asked for, and writing takes long."""
        return self.wrong_array.mismatch if self.wrong_array else self.too_large

    @property
    def is_right_normwise(self) -> bool:
        """Whether it is as accurate as a whole as transforms are."""
        return self.normwise_used is not None and self.normwise_used <= 1


def judge(case: Case, outcome: Outcome) -> Judgement:
    """Judge the outcome of a case."""
    match outcome:
        case NotRun():
            return Judgement(verdict=None, credit=0, message=outcome.reason)
        case TimedOut():
            return _failed(Verdict.TIME_LIMIT_EXCEEDED, outcome.words)
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


def _wrong(message: str, **more: Any) -> Judgement:  # noqa: ANN401 - fields
    return _failed(Verdict.WRONG_ANSWER, message, **more)


def _passed(message: str, **more: Any) -> Judgement:  # noqa: ANN401 - fields
    return Judgement(verdict=Verdict.ACCEPTED, credit=1, message=message, **more)


def _judge_raised(group: Group, raised: Raised) -> Judgement:
    words = f"raised {raised.words}"
    if raised.is_out_of_memory:
        return _failed(Verdict.MEMORY_LIMIT_EXCEEDED, words, line=raised.line)
    if group.check is Check.UNMODIFIED and raised.modified:
        return _wrong(f"{_changed(raised.modified)}; then it {words}", line=raised.line)
    if group.check is not Check.ERROR or raised.in_binding:
        return _failed(Verdict.RUNTIME_ERROR, words, line=raised.line)
    # SystemExit and its like end a program that calls the function.
    is_error = "Exception" in raised.type_names
    if is_error and any(name in raised.type_names for name in group.errors):
        return _passed(words, line=raised.line)
    earns = group.other_errors_earn if is_error else 0.0
    asked = " or ".join(group.errors)
    return Judgement(
        verdict=Verdict.WRONG_ANSWER,
        credit=earns,
        message=f"{words}; {asked} is asked for",
        line=raised.line,
    )


def _judge_returned(case: Case, returned: Returned) -> Judgement:
    check = case.group.check
    if check is Check.ERROR:
        words = f"returned {describe(returned.value)}; an exception is expected"
        return _wrong(words)
    if check is Check.COUNT:
        return _judge_count(case.expected.count, returned.value)
    pairs = _paired(case.expected, returned.value)
    if isinstance(pairs, Judgement):
        return pairs
    if check is Check.UNMODIFIED and returned.modified:
        return _wrong(_changed(returned.modified))
    return _worst_of(
        [(result.name, _judge_result(case, result, value)) for result, value in pairs]
    )


def _changed(names: Sequence[str]) -> str:
    quoted = " and ".join(f"`{name}`" for name in names)
    return (
        f"after the call, {quoted} {'is' if len(names) == 1 else 'are'} not as before"
    )


def _paired(
    expected: Expected, value: Value | tuple[Value, ...]
) -> list[tuple[Result, Value]] | Judgement:
    """Put what was returned beside what is expected, if there are as many."""
    asked = expected.results
    if expected.is_tuple:
        if isinstance(value, tuple) and len(value) == len(asked):
            return list(zip(asked, value, strict=True))
        names = ", ".join(result.name for result in asked)
        words = f"returned {describe(value)}; a tuple ({names}) is expected"
        return _wrong(words)
    if isinstance(value, tuple):
        words = f"returned {describe(value)}; an array is expected"
        return _wrong(words)
    return [(asked[0], value)]


def _worst_of(judged: Sequence[tuple[str, Judgement]]) -> Judgement:
    """Sum up the judgements of several results: the first fault, the largest errors.

    The credit is the share of the arrays that are right.
    """
    if len(judged) == 1:
        return judged[0][1]
    parts = [judgement for _, judgement in judged]
    asked = [part for part in parts if part.message != _AS_ASKED] or parts
    bounds = [part.bound_used for part in parts if part.bound_used is not None]
    normwise = [part.normwise_used for part in asked]
    name, worst = next(
        ((name, part) for name, part in judged if part.credit < 1),
        ("", max(parts, key=lambda part: part.bound_used or 0)),
    )
    return replace(
        worst,
        credit=sum(part.credit for part in asked) / len(asked),
        wrong_array=replace(worst.wrong_array, result=name)
        if worst.wrong_array
        else None,
        message=f"{name}: {worst.message}" if name else worst.message,
        bound_used=max(bounds, default=None),
        normwise_used=None
        if None in normwise
        else max((used for used in normwise if used is not None), default=None),
    )


def _judge_result(case: Case, result: Result, value: Value) -> Judgement:
    if result.value is None:
        words = f"returned {describe(value)}; None is expected"
        right = value is None
        return _passed(_AS_ASKED) if right else _wrong(words)
    if result.value.shape == () and isinstance(value, int | float):
        value = np.asarray(value)
    refused = _wrong_form(result.value, value)
    if refused is not None:
        return refused
    assert isinstance(value, np.ndarray)
    if case.group.check is Check.DTYPE:
        return _judge_dtype(result, value)
    if case.group.check is Check.UNMODIFIED:
        return _passed("the arguments are as before")
    return _judge_values(case, result, value)


def _judge_dtype(result: Result, value: Array) -> Judgement:
    if value.dtype == result.dtype:
        return _passed(f"the dtype is {value.dtype}")
    words = f"the dtype is {value.dtype}; {result.dtype} is expected"
    return _wrong(words)


def _judge_count(expected: int | None, value: Value | tuple[Value, ...]) -> Judgement:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "iu":
        whole, value = True, int(value)
    actual = describe(value)
    if not whole:
        words = f"returned {actual}; the integer {expected} is expected"
        return _wrong(words, actual=actual)
    if value != expected:
        words = f"returned {actual}; {expected} is expected"
        return _wrong(words, actual=actual)
    return _passed(f"returned {actual}", actual=actual)


def _wrong_form(expected: Array, value: Value) -> Judgement | None:
    """Refuse what is not a real array of the right shape with finite elements."""
    shape = expected.shape
    if not isinstance(value, np.ndarray | TooLarge):
        words = f"returned {describe(value)}; an array of shape {shape} is expected"
        return _wrong(words)
    if isinstance(value, TooLarge) and value.shape == shape:
        words = f"returned {describe(value)}, which takes too much memory"
        return _wrong(words)
    if value.dtype.kind not in "fiu":
        words = f"the dtype is {value.dtype}; real numbers are expected"
        return _wrong(words)
    if value.shape != shape:
        return _wrong_shape(value, expected)
    assert isinstance(value, np.ndarray)
    finite = np.isfinite(value)
    if np.count_nonzero(finite) < value.size:
        words = f"{elements_marked(~finite)} not finite"
        return _wrong_at(words, value, expected, ~finite)
    return None


def _wrong_shape(value: Array | TooLarge, expected: Array) -> Judgement:
    words = f"the shape is {value.shape}; {expected.shape} is expected"
    if isinstance(value, TooLarge):
        return _wrong(words, too_large=mismatch_of_shapes(value, expected))
    return _wrong(words, wrong_array=WrongArray(actual=value, expected=expected))


def _judge_values(case: Case, result: Result, actual: Array) -> Judgement:
    assert result.value is not None
    exact = result.allowed is None
    if exact and not np.count_nonzero(actual != result.value):
        return _passed("equal", normwise_used=0.0)
    error = error_of(actual, result.value)
    allowed = np.zeros(error.shape) if result.allowed is None else result.allowed
    within = error <= allowed  # in this form, so that a NaN fails
    used = None if exact else _bound_used(error, allowed)
    normwise = _normwise_used(result, case.expected.working_dtype, error, exact=exact)
    if np.count_nonzero(within) == within.size:
        words = "equal" if exact else "within the bound"
        return _passed(words, bound_used=used, normwise_used=normwise)
    words = f"{elements_marked(~within)} wrong"
    if case.group.check is Check.KEPT:
        words += ", read after the next call"
    if used is not None:
        words += f"; the largest error is {used:.3g} times what rounding explains"
    return _wrong_at(
        words,
        actual,
        result.value,
        ~within,
        bound_used=used,
        normwise_used=normwise,
    )


def _wrong_at(
    message: str,
    actual: Array,
    expected: Array,
    wrong: Array,
    **more: Any,  # noqa: ANN401 - fields
) -> Judgement:
    """Judge an array to be wrong in some elements."""
    wrong_array = WrongArray(actual=actual, expected=expected, wrong=wrong)
    return _wrong(message, wrong_array=wrong_array, **more)


def error_of(actual: Array, expected: Array) -> Array:
    """Give by how much elements differ, in float64; where they do, that is not 0."""
    # What is read off short floats needs no more, and that is several times faster.
    short = actual.dtype.kind == "f" and actual.dtype.itemsize <= _SHORT_BYTES
    exact_dtype = (
        np.float64 if short and expected.itemsize <= _DOUBLE_BYTES else np.longdouble
    )
    with np.errstate(all="ignore"):
        exact = np.subtract(actual, expected, dtype=exact_dtype, casting="unsafe")
        error = np.asarray(np.abs(exact), np.float64)
    if np.count_nonzero(error == 0):
        lost = (error == 0) & (actual != expected)
        error[lost] = _LEAST
        # Where no float is longer than 53 bits, large integers round to the same one.
        error[lost & (exact == 0)] = 1.0
    return error


def _bound_used(error: Array, allowed: Array) -> float:
    # Where nothing is allowed, nothing may be used; any use is beyond all bounds.
    with np.errstate(all="ignore"):
        shares = error / allowed
    # That of 0 by 0 is no number, and passed over.
    return float(min(np.fmax.reduce(shares, axis=None, initial=0.0), _LARGEST))


def _normwise_used(
    result: Result, working: np.dtype[Any] | None, error: Array, *, exact: bool
) -> float | None:
    """Give the share of the norm-wise bound, which is all that a transform keeps."""
    allowed = normwise_allowed(result, working, exact=exact)
    if allowed is None:
        return None
    largest = float(np.max(error, initial=0.0))
    if largest == 0:
        return 0.0
    return largest / allowed if allowed > 0 else None


def normwise_allowed(
    result: Result, working: np.dtype[Any] | None, *, exact: bool
) -> float | None:
    """Give the largest error that a transform may make in a result.

    Parameters
    ----------
    result
        What is expected.
    working
        The type in which the arguments ask the sums to be computed.
    exact
        Whether equality is asked for: integers must then round to the right ones.

    Returns
    -------
    float or None
        None if it is not known how large the terms of the sums are.
    """
    if result.magnitude is None or result.value is None or working is None:
        return None
    if working.kind != "f":
        working = np.dtype(np.float64)  # what transforms of integers are computed in
    allowed = normwise_bound(result.largest, result.terms, working)
    if exact and bool(np.all(result.value == np.rint(result.value))):
        allowed = min(allowed, NORMWISE_INTEGER)
    return allowed
