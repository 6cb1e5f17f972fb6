"""What a call should give, worked out with more precision than is asked for."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from grader.arguments import arrays_of, literal
from grader.bounds import bound
from grader.errors import ProblemError
from grader.loading import load_target
from grader.outcome import Array
from grader.problem import (
    BOUND_CHECKS,
    ArrayLiteral,
    Check,
    ExpectedSpec,
    Function,
    Problem,
)

_SMALL_RESULT_BYTES = 4096
"""Room for a small wrong result, whatever its shape."""
_LONGEST_ELEMENT_BYTES = 32
"""A complex number of the longest floats: the widest that a result may hold."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """One array that a call should give."""

    name: str = ""
    """What it is called, if a call gives several."""
    value: Array | None
    """Its elements; None where None is asked for."""
    dtype: np.dtype[Any] | None = None
    """The element type of the reference's own result."""
    magnitude: Array | None = None
    """What errors are measured by, in the shape of the result."""
    terms: int = 0
    """How many terms each element sums."""
    allowed: Array | None = None
    """The largest error that rounding explains; None where elements must be equal."""
    elsewhere: float = 0.0
    """Where all are 0, what sums that are left out may come to: by a stride, say."""

    @cached_property
    def largest(self) -> float:
        """The largest magnitude, which the errors of a transform go by.

        It works out all sums at once, so where all that is left is 0, others count.
        """
        assert self.magnitude is not None
        return float(np.max(self.magnitude, initial=0.0)) or self.elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a call should give: arrays, or a count, or (if neither) an exception."""

    results: tuple[Result, ...] = ()
    is_tuple: bool = False
    """Whether they come in a tuple."""
    count: int | None = None
    working_dtype: np.dtype[Any] | None = None
    """The type in which the arguments ask the sums to be computed."""

    @property
    def arrays(self) -> tuple[Array, ...]:
        """The arrays among the results."""
        return tuple(one.value for one in self.results if one.value is not None)

    @property
    def products(self) -> float:
        """How many terms are summed, over all elements."""
        return float(
            sum(
                result.value.size * max(result.terms, 1)
                for result in self.results
                if result.value is not None
            )
        )


def output_bytes(expected: Expected) -> int:
    """Give what the largest form of a right result takes, with room for a small one."""
    elements = sum(array.size for array in expected.arrays)
    return elements * _LONGEST_ELEMENT_BYTES + _SMALL_RESULT_BYTES


class Reference:
    """A function's reference and magnitude, called with more precision than asked."""

    def __init__(self, problem: Problem, function: Function) -> None:
        self._path = problem.path
        self._function = function
        self._call = load_target(function.reference, problem.folder)
        self._magnitude: Callable[..., tuple[Any, Any]] | None = None
        if function.magnitude is not None:
            self._magnitude = load_target(function.magnitude, problem.folder)

    def call(self, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any result
        """Call the reference with the arguments as they are."""
        return self._call(**arguments)

    def expected(
        self, check: Check, arguments: dict[str, Any], given: ExpectedSpec = None
    ) -> Expected:
        """Work out what a call should give.

        Parameters
        ----------
        check
            How the result is to be judged.
        arguments
            The arguments of the call.
        given
            The result that the spec states, if it does.

        Raises
        ------
        ProblemError
            If the reference doesn't do what its spec says.
        """
        if check is Check.ERROR:
            return self._expect_error(arguments)
        if check is Check.COUNT:
            count = given if isinstance(given, int) else int(self.call(arguments))
            return Expected(count=count)
        working = _working_dtype(arguments)
        if check in BOUND_CHECKS and working.kind != "f":
            raise self._error(f"`check: {check}` is for floats, not {working}")
        own = self._several(self.call(arguments))
        wide = _widened(arguments)
        values = self._several(self.call(wide))
        values = [
            value if stated is None else stated
            for value, stated in zip(values, self._stated(given), strict=True)
        ]
        results = []
        for name, mine, value, (magnitude, terms) in zip(
            self._names, own, values, self._magnitudes(wide), strict=True
        ):
            if magnitude is not None and check not in BOUND_CHECKS:
                self._require_exact(magnitude, working)
            dtype = None if mine is None else mine.dtype
            results.append(
                Result(
                    name=name,
                    value=value,
                    dtype=dtype,
                    magnitude=magnitude,
                    terms=terms,
                    allowed=_allowed(check, magnitude, terms, working),
                    elsewhere=0.0
                    if magnitude is None or np.any(magnitude)
                    else _elsewhere(wide, terms),
                )
            )
        return Expected(
            results=tuple(results),
            is_tuple=bool(self._function.returns),
            working_dtype=working,
        )

    @property
    def _names(self) -> Sequence[str]:
        return self._function.returns or ("",)

    def _several(self, returned: Any) -> list[Array | None]:  # noqa: ANN401 - any result
        values = returned if self._function.returns else (returned,)
        if not isinstance(values, tuple) or len(values) != len(self._names):
            raise self._error("the reference does not return what `returns` names")
        return [None if value is None else np.asarray(value) for value in values]

    def _stated(self, given: ExpectedSpec) -> list[Array | None]:
        if isinstance(given, ArrayLiteral):
            return [self._literal(given)]
        stated = given if isinstance(given, dict) else {}
        arrays = [stated.get(name) for name in self._names]
        return [None if one is None else self._literal(one) for one in arrays]

    def _literal(self, spec: ArrayLiteral) -> Array:
        try:
            return literal(spec)
        except ValueError as error:
            raise self._error(f"expected: {error}") from error

    def _magnitudes(self, wide: dict[str, Any]) -> list[tuple[Array | None, int]]:
        if self._magnitude is None:
            return [(None, 0) for _ in self._names]
        magnitudes, terms = self._magnitude(**wide)
        if not self._function.returns:
            return [(np.asarray(magnitudes), int(terms))]
        return list(zip(self._several(magnitudes), map(int, terms), strict=True))

    def _expect_error(self, arguments: dict[str, Any]) -> Expected:
        try:
            self.call(arguments)
        except (ValueError, TypeError):
            return Expected()
        raise self._error("the reference raises nothing")

    def _require_exact(self, magnitude: Array, working: np.dtype[Any]) -> None:
        if working.kind != "f":
            return
        largest = float(np.max(magnitude, initial=0.0))
        most = 2.0 ** (np.finfo(working).nmant + 1)
        if not largest < most:  # in this form, so that a NaN is refused
            raise self._error(
                f"sums of {largest:.4g} are not exact in {working}; use smaller data"
            )

    def _error(self, issue: str) -> ProblemError:
        return ProblemError(self._path, issue)


def _working_dtype(arguments: Mapping[str, Any]) -> np.dtype[Any]:
    """Give the type that the array arguments ask to be computed in."""
    dtypes = [array.dtype for array in arrays_of(arguments).values()]
    return np.result_type(*dtypes) if dtypes else np.dtype(np.int64)


def _widened(arguments: Mapping[str, Any]) -> dict[str, Any]:
    wider = {"float32": np.float64, "float64": np.longdouble}
    widened = {
        name: array.astype(wider.get(array.dtype.name, array.dtype))
        for name, array in arrays_of(arguments).items()
    }
    return {**arguments, **widened}


def _allowed(
    check: Check, magnitude: Array | None, terms: int, working: np.dtype[Any]
) -> Array | None:
    if magnitude is None or check not in BOUND_CHECKS:
        return None
    random = check is Check.RANDOM_BOUND
    return np.asarray(bound(magnitude, terms, working, random=random), np.float64)


def _elsewhere(arguments: Mapping[str, Any], terms: int) -> float:
    """Bound so many products of two numbers that are in any of the arrays."""
    largest = max(
        (
            max(float(one.max(initial=0)), -float(one.min(initial=0)))
            for one in arrays_of(arguments).values()
        ),
        default=0.0,
    )
    bound = terms * largest * largest
    return bound if math.isfinite(bound) else 0.0
