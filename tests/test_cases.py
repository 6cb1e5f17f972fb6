"""Cases hold what the spec says, drawn from the seed and their own name alone."""

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from grader.arguments import make_arguments
from grader.cases import Case, followed, prepare_cases
from grader.errors import ProblemError
from grader.expected import Expected, Result, output_bytes
from grader.loading import load_problem, parse_spec
from grader.outcome import Array
from grader.problem import ArraySpec, Dtype, Layout, Problem, Values

HAND = {name: f"{{id: {name}, arguments: {{a: {{shape: [8]}}}}}}" for name in "pqr"}
SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)
SUM = 'reference: "numpy:sum", arguments: [{name: a}, {name: axis, optional: true}]'
CONV = 'reference: "reference.conv2d:conv2d", magnitude: "reference.conv2d:magnitude", arguments: [{name: x}, {name: weight}]'
DRAW = "generate: [{arguments: {a: {shape: [N, 3], values: %s}, axis: K}, draw: {count: %d, sizes: {N: %s, K: %s}}}]"
ERROR = (
    "check: error, errors: [ValueError], cases: [{id: x, arguments: {a: {shape: [2]}}}]"
)
REFUSED = {
    "raises nothing": ERROR,
    "size N has no value": "generate: [{arguments: {a: {shape: [N]}}}]",
    "reference fails": "cases: [{id: x, arguments: {a: {shape: [2]}, axis: 1}}]",
    "too few of the draws": DRAW % ("signs", 1, [0, 0], [0, 1]),  # sums of nothing
    "more than 16,777,216 elements": "cases: [{id: x, arguments: {a: {shape: [20000, 20000]}}}]",
    "up to case g1.05": "generate: [{arguments: {a: {shape: [1000, 1000]}}, dtypes: [int8, int8, int8, int8, int8, int8]}]",
    "large_integers can't be made in float64": "generate: [{arguments: {a: {shape: [2], values: large_integers}}}]",
}


PATH = Path("nowhere/by_another_name.yaml")


def _cases(*groups: str, function: str = SUM) -> tuple[Case, ...]:
    text = f"id: f\ntitle: F\nfunctions: [{{name: f, {function}}}]\n"
    text += "parts: [{id: p, title: P, points: 1}]\ngroups:\n"
    for at, group in enumerate(groups):
        check = "" if "check:" in group else "check: exact, required: true, "
        text += f"  - {{id: g{at}, title: G, part: p, function: f, {check}{group}}}\n"
    spec = parse_spec(text.encode(), PATH)
    return prepare_cases(Problem(spec=spec, path=PATH, sha256=""), seed=1)


def _data(cases: Sequence[Case]) -> dict[str, str]:
    with np.printoptions(threshold=100_000, floatmode="unique"):
        return {one.id: repr(one.call.arguments) for one in cases}


def _array(spec: ArraySpec, dtype: Dtype) -> Array:
    made = make_arguments({"a": spec}, {}, dtype, np.random.default_rng(3))["a"]
    assert isinstance(made, np.ndarray)
    return made


def test_the_same_seed_gives_the_same_data_and_another_seed_others() -> None:
    problem = load_problem("conv2d")
    first, again, other = (_data(prepare_cases(problem, seed)) for seed in (5, 5, 6))

    assert first == again
    drawn = [name for name in first if name.startswith(("batches.", "floats."))]
    assert drawn
    assert all(first[name] != other.get(name) for name in drawn)


@pytest.mark.parametrize("left_out", ["p", "q", "r", "pq", "qr"])
def test_a_case_stays_the_same_when_others_come_and_go(left_out: str) -> None:
    last = "generate: [{arguments: {a: {shape: [8]}}}]"
    every = _data(_cases(f"cases: [{', '.join(HAND.values())}]", last))
    kept = ", ".join(text for name, text in HAND.items() if name not in left_out)
    fewer = _data(_cases(f"cases: [{kept}]", last))

    assert set(every) - set(fewer) == {f"g0.{name}" for name in left_out}
    assert fewer == {name: every[name] for name in fewer}
    assert len(set(every.values())) == 5  # each has its own


@given(SHAPES, st.sampled_from(Dtype), st.sampled_from(Layout))
def test_arrays_have_the_shape_the_type_and_the_layout_asked_for(
    shape: tuple[int, ...], dtype: Dtype, layout: Layout
) -> None:
    array = _array(ArraySpec(shape=shape, layout=layout), dtype)
    step, flags = array.strides[-1] // array.itemsize, array.flags
    lies = [flags.c_contiguous, flags.f_contiguous, step == 2, step == -1]

    assert (array.shape, array.dtype.name) == (shape, dtype)
    assert lies[list(Layout).index(layout)]
    assert np.array_equal(array, _array(ArraySpec(shape=shape), dtype))


def _kept_by(array: Array, shorter: str) -> float:
    return float(np.mean(array.astype(shorter).astype(array.dtype) == array))


# fmt: off
PROMISES: list[tuple[Values, Dtype, Callable[[Array], Any]]] = [
    (Values.SMALL_INTEGERS, Dtype.FLOAT32, lambda a: set(a) == {-4, -3, -2, -1, 1, 2, 3, 4}),
    (Values.SMALL_INTEGERS, Dtype.UINT8, lambda a: set(a) == {1, 2, 3, 4}),
    (Values.HALVES, Dtype.FLOAT32, lambda a: np.all(2 * np.abs(a) % 2 == 1) and np.abs(a).max() == 4.5),
    (Values.PRECISE_INTEGERS, Dtype.FLOAT32, lambda a: np.all(a % 2 == 1) and _kept_by(a, "float16") < 0.3),
    (Values.PRECISE_INTEGERS, Dtype.FLOAT32, lambda a: np.abs(a).max() * 1000 < 2**24),
    (Values.PRECISE_INTEGERS, Dtype.FLOAT64, lambda a: np.all(a % 2 == 1) and _kept_by(a, "float32") < 0.01),
    (Values.PRECISE_INTEGERS, Dtype.FLOAT64, lambda a: np.abs(a).max() * 4000 < 2**53),
    (Values.SIGNS, Dtype.INT8, lambda a: set(a) == {-1, 1}),
    (Values.NORMAL, Dtype.FLOAT64, lambda a: kstest(a, "norm").pvalue > 0.01),
    (Values.POSITIVE, Dtype.FLOAT64, lambda a: kstest(a - 0.5, "uniform").pvalue > 0.01),
    (Values.CONSTANT, Dtype.FLOAT64, lambda a: set(a) == {0.1}),
    (Values.LARGE_INTEGERS, Dtype.UINT8, lambda a: set(a) == set(range(128, 256))),
    (Values.LARGE_INTEGERS, Dtype.INT8, lambda a: set(a) == set(range(64, 128))),
    (Values.LARGE_INTEGERS, Dtype.INT64, lambda a: 2**19 <= a.min() < a.max() < 2**20),
]
# fmt: on


@pytest.mark.parametrize(("values", "dtype", "holds"), PROMISES)
def test_each_kind_of_values_is_what_it_promises(
    values: Values, dtype: Dtype, holds: Callable[[Array], Any]
) -> None:
    assert holds(_array(ArraySpec(shape=(2000,), values=values), dtype))


def test_patterns_are_combined_in_full() -> None:
    sizes, vary = "sizes: [{N: 3}, {N: 4}]", "vary: {axis: [0, 1]}"
    cases = _cases(
        f"generate: [{{arguments: {{a: {{shape: [N, 2]}}}}, {sizes}, {vary}}}]"
    )
    made = [tuple(one.call.arguments.values()) for one in cases]
    asked = product((3, 4), ("float32", "float64"), (0, 1))

    assert [one.id for one in cases] == [f"g0.{number:02d}" for number in range(1, 9)]
    assert {(len(a), a.dtype.name, axis) for a, axis in made} == set(asked)


def test_draws_are_as_many_as_asked_within_their_ranges_and_right_input() -> None:
    cases = _cases(DRAW % ("positive", 40, [1, 3], [0, 9]))
    made = [one.call.arguments for one in cases]

    assert {one["a"].shape for one in made} == {(1, 3), (2, 3), (3, 3)}
    assert [one["a"].dtype.name for one in made] == ["float64", "float32"] * 20
    assert {one["axis"] for one in made} == {0, 1}  # all that NumPy takes
    fewer = _data(_cases(DRAW % ("positive", 30, [1, 3], [0, 9])))
    assert fewer.items() < _data(cases).items()


def test_no_drawn_result_is_all_zeros() -> None:
    cases = _cases(DRAW % ("signs", 200, [2, 2], [0, 0]))

    assert all(np.any(one.expected.arrays[0]) for one in cases)


def test_what_is_expected_is_given_or_worked_out_in_wider_arithmetic() -> None:
    given_, tenths = _cases(
        "cases: [{id: x, arguments: {a: {array: [1, 2]}}, expected: {array: 7}}]",
        "generate: [{arguments: {a: {shape: [3], values: constant}}, dtypes: [float32]}]",
    )

    assert given_.expected.arrays[0] == 7
    assert (
        tenths.expected.arrays[0] == 3 * 0.100000001490116119384765625
    )  # float32's 0.1
    assert (
        tenths.expected.results[0].dtype == tenths.expected.working_dtype == np.float32
    )
    assert tenths.filled_with == {"a": "constant"}


def test_a_right_result_fits_in_what_a_call_may_return() -> None:
    value = np.ones(1000, np.clongdouble)

    assert output_bytes(Expected(results=(Result(value=value),))) >= value.nbytes


@pytest.mark.parametrize("words", REFUSED)
def test_a_case_that_cannot_be_made_is_the_fault_of_the_spec(words: str) -> None:
    right = "check: exact, required: true, cases: [{id: x, arguments: {a: {array: 1}}}]"
    with pytest.raises(ProblemError, match=words) as caught:
        _cases(right, REFUSED[words])

    assert caught.value.path == PATH


@pytest.mark.parametrize(("x", "exact"), [(2**24 - 1, True), (2**24, False)])
def test_data_whose_sums_might_be_rounded_is_not_for_exact_checks(
    x: int, *, exact: bool
) -> None:
    one = "{array: [[[[1]]]], dtype: float32}"
    group = f"cases: [{{id: x, arguments: {{x: {{array: [[[{x}]]], dtype: float32}}, weight: {one}}}}}]"
    if exact:
        assert _cases(group, function=CONV)[0].expected.arrays[0] == x
    else:
        with pytest.raises(ProblemError, match="not exact in float32"):
            _cases(group, function=CONV)


def test_a_case_is_followed_by_the_next_of_its_own_group_alone() -> None:
    cases = _cases(
        "check: exact, required: true, cases: [{id: x, arguments: {a: {array: 1}}}, "
        "{id: y, arguments: {a: {array: 2}}}]",
        "cases: [{id: z, arguments: {a: {array: 3}}}]",
    )

    names = [(case.id, after and after.id) for case, after in followed(cases)]
    assert names == [("g0.x", "g0.y"), ("g0.y", None), ("g1.z", None)]
    assert list(followed([])) == []
