"""From a problem and a seed to concrete calls and what is expected of them.

Everything here is a pure function of the spec, the seed and the reference. Each case
draws from a stream of its own, named by the seed and the case's id, so that a case
stays the same when others come and go.
"""

import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.errors import ProblemError
from grader.loading import load_target
from grader.outcome import Array, Call
from grader.problem import (
    BOUND_CHECKS,
    VALUE_CHECKS,
    ArgumentSpec,
    ArrayLiteral,
    ArraySpec,
    Check,
    Dtype,
    Function,
    Generator,
    Group,
    HandCase,
    Layout,
    Problem,
    Values,
)

_MOST_DRAWS = 10_000
_SMALL_RESULT_BYTES = 4096
_LONGEST_ELEMENT_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a call should give."""

    value: Array | int | None = None
    """The result; None where only an exception is expected."""
    dtype: np.dtype[Any] | None = None
    """The element type of the reference's own result."""
    magnitude: Array | None = None
    """What errors are measured by, in the shape of the result."""
    terms: int = 0
    """How many terms each element sums."""
    working_dtype: np.dtype[Any] | None = None
    """The type in which the arguments ask the sums to be computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A test case: a call, what is expected, and how it is judged."""

    id: str
    group: Group
    call: Call
    filled_with: Mapping[str, str]
    """For each generated array, what it holds, in words."""
    expected: Expected


def prepare_cases(problem: Problem, seed: int) -> tuple[Case, ...]:
    """Make all cases of a problem.

    Raises
    ------
    ProblemError
        If the reference fails on one, or its data can't be judged as the spec says.
    """
    return tuple(
        case
        for group in problem.spec.groups
        for case in _Maker(problem, group, seed).cases()
    )


def stream(seed: int, name: str) -> np.random.Generator:
    """Give the random numbers of one case."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


class _Maker:
    """Makes the cases of one group."""

    def __init__(self, problem: Problem, group: Group, seed: int) -> None:
        self._problem, self._group, self._seed = problem, group, seed
        self._function = problem.spec.function(group.function)
        self._reference = Reference(problem, self._function)

    def cases(self) -> Iterator[Case]:
        for case in self._group.cases:
            yield self._hand_case(case)
        numbers = itertools.count(1)
        for place, generator in enumerate(self._group.generate):
            configurations = (
                self._drawn(generator, place)
                if generator.draw
                else _combined(generator)
            )
            for specs, sizes, dtype in configurations:
                name = f"{self._group.id}.{next(numbers):02d}"
                rng = stream(self._seed, name)
                arguments = self._made(name, specs, sizes, dtype, rng)
                yield self._case(name, arguments, _filled_with(specs), None)

    def _hand_case(self, case: HandCase) -> Case:
        name = f"{self._group.id}.{case.id}"
        rng = stream(self._seed, name)
        arguments = self._made(name, case.arguments, {}, Dtype.FLOAT64, rng)
        given = case.expected
        value = literal(given) if isinstance(given, ArrayLiteral) else given
        return self._case(name, arguments, _filled_with(case.arguments), value)

    def _case(
        self,
        name: str,
        arguments: dict[str, Any],
        filled_with: dict[str, str],
        value: Array | int | None,
    ) -> Case:
        try:
            expected = self._reference.expected(self._group.check, arguments, value)
        except ProblemError:
            raise
        except Exception as error:
            issue = f"case {name}: the reference fails: {error!r}"
            raise ProblemError(self._problem.folder / "problem.yaml", issue) from error
        call = Call(
            function=self._function.name,
            arguments=arguments,
            output_bytes=output_bytes(expected),
        )
        return Case(
            id=name,
            group=self._group,
            call=call,
            filled_with=filled_with,
            expected=expected,
        )

    def _made(
        self,
        name: str,
        specs: Mapping[str, ArgumentSpec],
        sizes: Mapping[str, int],
        dtype: Dtype,
        rng: np.random.Generator,
    ) -> dict[str, Any]:
        try:
            return make_arguments(specs, sizes, dtype, rng)
        except (ValueError, TypeError) as error:
            issue = f"case {name}: {error}"
            raise ProblemError(self._problem.folder / "problem.yaml", issue) from error

    def _drawn(
        self, generator: Generator, place: int
    ) -> Iterator[tuple[dict[str, ArgumentSpec], dict[str, int], Dtype]]:
        draw = generator.draw
        assert draw is not None
        generator_name = f"{self._group.id}/{place}"
        rng = stream(self._seed, generator_name)
        found = 0
        for _ in range(_MOST_DRAWS):
            sizes = dict(generator.sizes[0]) | {
                name: int(rng.integers(low, high, endpoint=True))
                for name, (low, high) in draw.sizes.items()
            }
            specs = dict(generator.arguments) | {
                name: choices[rng.integers(len(choices))]
                for name, choices in generator.vary.items()
            }
            dtype = generator.dtypes[found % len(generator.dtypes)]
            if self._is_valid(self._made(generator_name, specs, sizes, dtype, rng)):
                yield specs, sizes, dtype
                found += 1
            if found == draw.count:
                return
        issue = f"group {self._group.id}: the reference accepts too few of the draws"
        raise ProblemError(self._problem.folder / "problem.yaml", issue)

    def _is_valid(self, arguments: dict[str, Any]) -> bool:
        try:
            result = self._reference.call(arguments)
        except ValueError:
            return False
        return bool(np.any(result))  # else code that returns zeros would be right


def _combined(
    generator: Generator,
) -> Iterator[tuple[dict[str, ArgumentSpec], dict[str, int], Dtype]]:
    choices = itertools.product(
        generator.sizes,
        generator.dtypes,
        list(itertools.product(*generator.vary.values())),
    )
    for sizes, dtype, varied in choices:
        named = dict(zip(generator.vary, varied, strict=True))
        yield generator.arguments | named, sizes, dtype


def _filled_with(specs: Mapping[str, ArgumentSpec]) -> dict[str, str]:
    filled = {}
    for name, spec in specs.items():
        if isinstance(spec, ArraySpec):
            words = spec.values.replace("_", " ")
            lies = "" if spec.layout is Layout.CONTIGUOUS else f", {spec.layout}"
            filled[name] = words + lies
    return filled


def output_bytes(expected: Expected) -> int:
    """Give what the largest form of a right result takes, with room for a small one."""
    size = expected.value.size if isinstance(expected.value, np.ndarray) else 0
    return size * _LONGEST_ELEMENT_BYTES + _SMALL_RESULT_BYTES


class Reference:
    """A function's reference and magnitude, called with more precision than asked."""

    def __init__(self, problem: Problem, function: Function) -> None:
        self._path = problem.folder / "problem.yaml"
        self.call_with = load_target(function.reference, problem.folder)
        self._magnitude: Callable[..., tuple[Array, int]] | None = None
        if function.magnitude is not None:
            self._magnitude = load_target(function.magnitude, problem.folder)

    def call(self, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any result
        """Call the reference with the arguments as they are."""
        return self.call_with(**arguments)

    def expected(
        self, check: Check, arguments: dict[str, Any], given: Array | int | None
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
        """
        if check is Check.ERROR:
            return self._expect_error(arguments)
        if check is Check.COUNT:
            value = given if given is not None else int(self.call(arguments))
            return Expected(value=value)
        working = _working_dtype(arguments)
        own = np.asarray(self.call(arguments))
        if check not in VALUE_CHECKS:
            return Expected(value=own, dtype=own.dtype, working_dtype=working)
        wide = _widened(arguments)
        value = np.asarray(self.call(wide)) if given is None else np.asarray(given)
        if self._magnitude is None:
            return Expected(value=value, dtype=own.dtype, working_dtype=working)
        magnitude, terms = self._magnitude(**wide)
        if check not in BOUND_CHECKS and working.kind == "f":
            self._require_exact(magnitude, working)
        return Expected(
            value=value,
            dtype=own.dtype,
            magnitude=magnitude,
            terms=terms,
            working_dtype=working,
        )

    def _expect_error(self, arguments: dict[str, Any]) -> Expected:
        try:
            self.call(arguments)
        except (ValueError, TypeError):
            return Expected()
        raise ProblemError(
            self._path, f"the reference raises nothing for {sorted(arguments)}"
        )

    def _require_exact(self, magnitude: Array, working: np.dtype[Any]) -> None:
        largest = float(np.max(magnitude, initial=0.0))
        most = 2.0 ** (np.finfo(working).nmant + 1)
        if largest >= most:
            issue = (
                f"sums of {largest:.4g} are not exact in {working}; use smaller data"
            )
            raise ProblemError(self._path, issue)


def _working_dtype(arguments: Mapping[str, Any]) -> np.dtype[Any]:
    """Give the type that the array arguments ask to be computed in."""
    dtypes = [one.dtype for one in arguments.values() if isinstance(one, np.ndarray)]
    return np.result_type(*dtypes) if dtypes else np.dtype(np.int64)


def _widened(arguments: Mapping[str, Any]) -> dict[str, Any]:
    wider = {"float32": np.float64, "float64": np.longdouble}
    return {
        name: one.astype(wider.get(one.dtype.name, one.dtype))
        if isinstance(one, np.ndarray)
        else one
        for name, one in arguments.items()
    }


def make_arguments(
    specs: Mapping[str, ArgumentSpec],
    sizes: Mapping[str, int],
    dtype: Dtype,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Make the arguments of one call.

    Parameters
    ----------
    specs
        What they are to be.
    sizes
        What the named sizes stand for.
    dtype
        Of arrays that don't state their own.
    rng
        Where random values come from.

    Raises
    ------
    ValueError
        If a size has no value.
    """
    return {name: _argument(spec, sizes, dtype, rng) for name, spec in specs.items()}


def _argument(
    spec: ArgumentSpec, sizes: Mapping[str, int], dtype: Dtype, rng: np.random.Generator
) -> Any:  # noqa: ANN401 - arrays, tuples, numbers, words
    if isinstance(spec, ArrayLiteral):
        return literal(spec)
    if isinstance(spec, ArraySpec):
        shape = tuple(_length(one, sizes) for one in spec.shape)
        array = _values(spec.values, shape, np.dtype(spec.dtype or dtype), rng)
        return _laid_out(array, spec.layout)
    if isinstance(spec, tuple):
        return tuple(_length(one, sizes) for one in spec)
    return sizes.get(spec, spec) if isinstance(spec, str) else spec


def _length(one: float | str, sizes: Mapping[str, int]) -> Any:  # noqa: ANN401 - a number
    if not isinstance(one, str):
        return one
    if one not in sizes:
        raise ValueError(f"the size {one} has no value")
    return sizes[one]


def literal(spec: ArrayLiteral) -> Array:
    """Make the array that a spec writes out."""
    return np.array(spec.array, dtype=np.dtype(spec.dtype))


def _values(
    kind: Values, shape: tuple[int, ...], dtype: np.dtype[Any], rng: np.random.Generator
) -> Array:
    drawn: Array
    match kind:
        case Values.SMALL_INTEGERS:
            magnitudes = rng.integers(1, 4, shape, endpoint=True)
            signed = dtype.kind != "u"
            drawn = magnitudes * (_signs(shape, rng) if signed else 1)
        case Values.PRECISE_INTEGERS:
            # float16 and TF32 hold 11 bits, float32 24.
            half = 1 << (39 if dtype == np.float64 else 12)
            drawn = 2 * rng.integers(-half, half, shape) + 1
        case Values.SIGNS:
            drawn = _signs(shape, rng)
        case Values.NORMAL:
            drawn = rng.standard_normal(shape)
        case Values.POSITIVE:
            drawn = rng.uniform(0.5, 1.5, shape)
        case Values.CONSTANT:
            drawn = np.full(shape, 0.1)
        case Values.LARGE_INTEGERS:
            most = np.iinfo(dtype).max
            drawn = rng.integers(most // 2 + 1, most, shape, endpoint=True)
    return np.asarray(drawn).astype(dtype)


def _signs(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return 2 * rng.integers(0, 1, shape, endpoint=True) - 1


def _laid_out(array: Array, layout: Layout) -> Array:
    match layout:
        case Layout.CONTIGUOUS:
            return array
        case Layout.FORTRAN:
            return np.asfortranarray(array)
        case Layout.STRIDED:
            wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
            wide[..., ::2] = array
            return wide[..., ::2]
        case Layout.REVERSED:
            return array[..., ::-1].copy()[..., ::-1]
