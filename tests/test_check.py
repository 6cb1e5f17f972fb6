"""Single outcomes judged: what is expected is written out here."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grader.cases import Case
from grader.check import error_of, judge
from grader.expected import Expected, Result
from grader.outcome import Array, Call, Outcome, Raised, Returned, TooLarge, Value
from grader.problem import Check, Group, HandCase
from grader.verdict import Verdict

Anything = Value | tuple[Value, ...]


def _case(*results: Result, check: Check = Check.EXACT, several: bool = False) -> Case:
    case = HandCase(id="x", arguments={"x": 1})
    group = Group(id="g", title="g", part="p", function="f", check=check, cases=(case,))
    return Case(
        id="g.x",
        group=group,
        call=Call(function="f", arguments={}, output_bytes=0),
        filled_with={},
        expected=Expected(
            results=results, is_tuple=several, working_dtype=np.dtype(np.float64)
        ),
    )


def _result(value: float | list[float], name: str = "") -> Result:
    array = np.asarray(value, np.float64)
    return Result(
        name=name, value=array, dtype=array.dtype, magnitude=np.abs(array), terms=1
    )


def _verdict(case: Case, value: Value | tuple[Value, ...]) -> Verdict | None:
    outcome: Outcome = Returned(value=value)
    return judge(case, outcome).verdict


@pytest.mark.parametrize(
    "actual",
    [
        np.array([3 - 2**63, 4]),
        np.array([3, 4 + 2**62]),
        np.array([3, 2**64 - 4], np.uint64),
        np.array([3.0, np.nan]),
        np.array([3.0, 4.0 + 1e-15 * 4]),
        np.array([3, 4, 5]),
        np.array([[3, 4]]),
        np.array([True, True]),
        np.array([3 + 0j, 4]),
        TooLarge(shape=(2,), dtype=np.dtype(np.float64)),
        None,
        3.0,
        (np.array([3, 4]),),
    ],
    ids=repr,
)
def test_what_is_not_the_same_array_is_wrong(actual: Anything) -> None:
    assert _verdict(_case(_result([3, 4])), actual) is Verdict.WRONG_ANSWER


@pytest.mark.parametrize(
    ("expected", "actual", "words"),
    [
        ([3, 4], [3, 5], "1 of 2 elements is wrong"),
        ([3, 4], [4, 5], "2 of 2 elements are wrong"),
        ([3, 4], [3, np.nan], "1 of 2 elements is not finite"),
        ([3], [4], "the only element is wrong"),
        ([3], [np.inf], "the only element is not finite"),
        (3, 4.0, "the only element is wrong"),
    ],
)
def test_it_is_said_how_many_elements_are_wrong(
    expected: float | list[float], actual: float | list[float], words: str
) -> None:
    value = np.array(actual, np.float64)

    judgement = judge(_case(_result(expected)), Returned(value=value))

    assert judgement.message == words


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "i1", "u8", "i8"])
def test_the_same_numbers_are_right_in_any_real_dtype(dtype: str) -> None:
    assert _verdict(_case(_result([3, 4])), np.array([3, 4], dtype)) is Verdict.ACCEPTED


@pytest.mark.parametrize("large", [2**53 + 1, 2**62 + 1, 2**63 - 1])
def test_large_integers_are_told_apart_by_one(large: int) -> None:
    value = np.array([large])
    expected = Result(value=value, dtype=value.dtype, magnitude=value, terms=1)
    case = _case(expected)

    assert _verdict(case, np.array([large])) is Verdict.ACCEPTED
    assert _verdict(case, np.array([large - 1])) is Verdict.WRONG_ANSWER


def test_a_small_offset_on_integers_is_no_transform() -> None:
    judgement = judge(_case(_result([3, 4])), Returned(value=np.array([3.2, 4.2])))

    assert judgement.normwise_used is not None
    assert judgement.normwise_used > 1


@pytest.mark.parametrize(("error", "is_right"), [(1e-14, True), (0.2, False)])
def test_where_nothing_is_summed_a_transform_errs_by_what_it_leaves_out(
    error: float, *, is_right: bool
) -> None:
    zeros = np.zeros(2)
    few = Result(value=zeros, dtype=zeros.dtype, magnitude=zeros, terms=1, elsewhere=16)
    judgement = judge(_case(few), Returned(value=zeros + error))

    assert judgement.verdict is Verdict.WRONG_ANSWER
    assert judgement.is_right_normwise is is_right


@pytest.mark.parametrize("number", [2.5, np.array(2.5)])
def test_a_result_without_axes_may_be_a_plain_number(number: Anything) -> None:
    assert _verdict(_case(_result(2.5)), number) is Verdict.ACCEPTED


def _pair(check: Check = Check.EXACT) -> Case:
    none = Result(name="db", value=None)
    return _case(_result([1, 2], "dx"), none, check=check, several=True)


def test_several_results_are_right_if_each_is() -> None:
    assert _verdict(_pair(), (np.array([1.0, 2.0]), None)) is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((np.array([1.0, 3.0]), None), "dx: 1 of 2 elements is wrong"),
        ((np.array([1.0, 2.0]), np.zeros(2)), "db: returned an array"),
        ((np.array([1.0, 2.0]),), "a tuple (dx, db) is expected"),
        (np.array([1.0, 2.0]), "a tuple (dx, db) is expected"),
    ],
)
def test_the_wrong_one_of_several_results_is_named(value: Anything, words: str) -> None:
    judgement = judge(_pair(), Returned(value=value))

    assert judgement.verdict is Verdict.WRONG_ANSWER
    assert words in judgement.message


def test_the_largest_error_of_several_results_is_told() -> None:
    allowed = np.array([2.0**-50])
    one, other = (replace(_result([1.0], name), allowed=allowed) for name in "ab")
    case = _case(one, other, check=Check.RANDOM_BOUND, several=True)
    value = (np.array([1.0 + 2.0**-51]), np.array([1.0 - 2.0**-52]))
    judgement = judge(case, Returned(value=value))

    assert judgement.verdict is Verdict.ACCEPTED
    assert judgement.bound_used == pytest.approx(0.5)


def test_each_right_one_of_several_results_earns_its_share() -> None:
    case = _case(_result([1.0], "a"), _result([2.0], "b"), several=True)
    judgement = judge(case, Returned(value=(np.array([1.0]), np.array([3.0]))))

    assert judgement.verdict is Verdict.WRONG_ANSWER
    assert judgement.credit == 0.5


def _exactly(number: Any) -> Fraction:  # noqa: ANN401 - a number of NumPy's
    if isinstance(number, np.integer):
        return Fraction(int(number))
    return Fraction(*number.as_integer_ratio())


REALS = [*np.typecodes["AllInteger"], *np.typecodes["Float"]]


@given(
    arrays(st.sampled_from(REALS), 1),
    arrays(st.sampled_from(["l", "d", "g"]), 1),
)
@example(np.array([1e-4940], "g"), np.array([0.0], "g"))
@example(
    np.array([0.1], "f"), np.array([np.float32(0.1)], "g") + np.exp2(-60, dtype="g")
)
@example(np.array([2**64 - 1], "Q"), np.array([-1], "l"))
@example(np.array([2**53], "d"), np.array([2**53 + 1], "l"))
def test_what_differs_has_an_error_and_what_is_equal_has_none(
    actual: Array, expected: Array
) -> None:
    assume(np.isfinite(actual).all() and np.isfinite(expected).all())
    error = error_of(actual, expected)

    assert error.dtype == np.float64
    assert bool(error[0] > 0) is (_exactly(actual[0]) != _exactly(expected[0]))


@given(st.floats(0.5, 2), st.floats(2**-70, 2**-20))
def test_an_error_is_as_large_as_the_difference(value: float, off: float) -> None:
    short = np.array([value], np.float32)
    wide = short.astype(np.longdouble) + np.longdouble(off)
    exact = float(wide[0] - short[0])

    assert error_of(short, wide) == pytest.approx([exact], rel=1e-9)
    assert error_of(wide, short.astype(np.float64)) == pytest.approx([exact], rel=1e-9)


@pytest.mark.parametrize(
    ("names", "credit"),
    [
        (("ValueError", "Exception", "BaseException"), 1.0),
        (("Odd", "ValueError", "Exception", "BaseException"), 1.0),
        (("LookupError", "Exception", "BaseException"), 0.5),
        # What handles exceptions would not handle these, whatever they are called.
        (("ValueError", "BaseException"), 0.0),
        (("SystemExit", "BaseException"), 0.0),
        ((), 0.0),
    ],
)
def test_an_error_of_the_type_asked_for_is_one_that_a_caller_can_handle(
    names: tuple[str, ...], credit: float
) -> None:
    case = _case()
    asked = {"errors": ("ValueError",), "other_errors_earn": 0.5, "check": Check.ERROR}
    case = replace(case, group=case.group.model_copy(update=asked))
    raised = Raised(type_names=names or ("unnamed exception",), message="")

    assert judge(case, raised).credit == credit
