"""Whether two outcomes of a case are the same, but for what rounding does."""

from typing import Any

import numpy as np

from grader.bounds import NORMWISE_INTEGER, normwise_bound
from grader.cases import Case
from grader.outcome import Array, Calling, Outcome, Raised, Returned, TooLarge, Value
from grader.problem import BOUND_CHECKS, Check

_EXACT_IN_FLOAT32 = 2.0**24
"""Sums of whole numbers below this are."""


def same(case: Case, one: Outcome, other: Outcome) -> bool:
    """Tell whether two outcomes of a case are alike, but for rounding.

    Exceptions are alike, and where one is asked for, if they are of the same type;
    arrays if shapes agree and so do all elements, exactly or, where sums are rounded,
    within the norm-wise bound.
    """
    match one, other:
        case (Raised(), Raised()):
            asked = case.group.check is Check.ERROR
            return not asked or one.type_names[0] == other.type_names[0]
        case (Returned(), Returned()):
            if case.call.calling is not Calling.ONCE and one.modified != other.modified:
                return False
            return _same_values(case, one, other)
        case _:
            return False


def _same_values(case: Case, one: Returned, other: Returned) -> bool:
    return (
        isinstance(one.value, tuple) == isinstance(other.value, tuple)
        and len(one.values) == len(other.values)
        and all(
            _same_value(case, mine, yours)
            for mine, yours in zip(one.values, other.values, strict=True)
        )
    )


def _same_value(case: Case, one: Value, other: Value) -> bool:
    if case.group.check is Check.COUNT:
        one, other = _as_number(one), _as_number(other)
    if isinstance(one, np.ndarray) and isinstance(other, TooLarge):
        # Of a result far larger than expected, no more than this is known.
        return bool(one.shape == other.shape)
    if not isinstance(one, np.ndarray) or not isinstance(other, np.ndarray):
        return type(one) is type(other) and bool(np.all(one == other))
    if case.group.check is Check.DTYPE and one.dtype != other.dtype:
        return False
    if one.shape != other.shape:
        return False
    numeric = one.dtype.kind in "fiub" and other.dtype.kind in "fiub"
    return bool(np.array_equal(one, other)) or (
        numeric and _are_close(case, one, other)
    )


def _as_number(value: Value) -> Value:
    """Give a number of NumPy's as one of Python's, which it prints as."""
    if isinstance(value, np.ndarray) and value.shape == ():
        number: int | float = value.item()
        return number
    return value


def _are_close(case: Case, one: Array, other: Array) -> bool:
    """Tell whether two arrays differ by what rounding may have done to sums."""
    mine, yours = one.astype(np.longdouble), other.astype(np.longdouble)
    slack = 0.0
    if case.group.check is Check.ERROR:
        # Nothing is expected: the numbers alone say how large sums are.
        largest = float(np.max(np.abs(mine[np.isfinite(mine)]), initial=0.0))
        slack = normwise_bound(largest, mine.size, _working(case))
    elif case.group.check in BOUND_CHECKS or not (_is_whole(mine) and _is_whole(yours)):
        slack = _slack(case, _working(case))  # sums of integers are exact
    with np.errstate(all="ignore"):
        error = np.abs(mine - yours)
    alike = (mine == yours) | (np.isnan(mine) & np.isnan(yours))
    if np.all(alike | (error <= slack)):
        return True
    return (
        one.dtype == other.dtype
        and bool(np.all(alike | (error <= _slack_of_float32(case))))
        and _has_float32_digits(one)
        and _has_float32_digits(other)
    )


def _slack(case: Case, dtype: np.dtype[Any]) -> float:
    """Give how far rounding in a type may move a sum, by the rule of the verdict."""
    slack = max(
        (
            normwise_bound(result.largest, result.terms, dtype)
            for result in case.expected.results
            if result.magnitude is not None
        ),
        default=0.0,
    )
    exact = case.group.check not in BOUND_CHECKS and dtype == _working(case)
    return min(slack, NORMWISE_INTEGER) if exact else slack


def _working(case: Case) -> np.dtype[Any]:
    working = case.expected.working_dtype
    if working is None or working.kind != "f":
        return np.dtype(np.float64)  # what transforms of integers are computed in
    return working


def _slack_of_float32(case: Case) -> float:
    """Give how far sums may be moved that have no more digits than float32 holds."""
    if _working(case) != np.float64:
        return 0.0
    dtype = np.dtype(np.float32)
    largest = max(
        (
            float(result.magnitude.max(initial=0))
            for result in case.expected.results
            if result.magnitude is not None
        ),
        default=0.0,
    )
    exact = case.group.check not in BOUND_CHECKS and largest < _EXACT_IN_FLOAT32
    return 0.0 if exact else _slack(case, dtype)


def _has_float32_digits(array: Array) -> bool:
    with np.errstate(all="ignore"):
        return np.array_equal(array, array.astype(np.float32), equal_nan=True)


def _is_whole(array: Array) -> bool:
    return bool(np.all(array == np.rint(array)))
