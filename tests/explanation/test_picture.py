"""Small cases number by number: what differs, and what the right value is made from."""

import numpy as np
from numpy.typing import ArrayLike

from grader.arguments import elements_of
from grader.cases import Case, case_of
from grader.check import Judgement, judge
from grader.expected import Reference
from grader.explanation.picture import picture_of, pictures_of
from grader.loading import load_problem
from grader.outcome import Returned
from grader.problem import Check
from grader.score import Judged

PROBLEM = load_problem("conv2d")
GROUP = next(one for one in PROBLEM.spec.groups if one.id == "examples")


def _case(x: ArrayLike, stride: tuple[int, int] = (1, 1), name: str = "one") -> Case:
    arguments = {
        "x": np.array(x, float),
        "weight": np.array([[[[1.0, 10.0]]]]),
        "bias": None,
        "stride": stride,
        "padding": (0, 0),
    }
    reference = Reference(PROBLEM, PROBLEM.spec.function("conv2d"))
    return case_of(name, GROUP, arguments, reference.expected(Check.EXACT, arguments))


def _judged(case: Case, result: ArrayLike) -> Judgement:
    return judge(case, Returned(value=np.array(result, float)))


def test_a_wrong_element_is_shown_with_its_window_and_kernel() -> None:
    case = _case([[[1, 2, 3]]])
    wrong_array = _judged(case, [[[21, 99]]]).wrong_array
    picture = picture_of(PROBLEM, case, wrong_array)

    assert picture is not None
    assert picture.where == "Exactly the last column differs."
    assert picture.index == (0, 0, 1)
    assert picture.sources == ("x[0, 0, 1:3]", "weight")
    assert [grid.numbers for grid in picture.results] == [("21", "99"), ("21", "32")]
    assert [grid.marked for grid in picture.results] == [(1,), (1,)]
    assert [grid.marked for grid in picture.arguments] == [(1, 2), (0, 1)]


def test_what_only_one_of_two_shapes_has_is_marked() -> None:
    case = _case([[[1, 2, 3, 4]]])
    picture = picture_of(PROBLEM, case, _judged(case, [[[21, 32]]]).wrong_array)

    assert picture is not None
    assert picture.where == "Axis 2 is 2 long; 3 is expected."
    assert picture.heat_map is None
    assert [grid.marked for grid in picture.results] == [(), (2,)]
    assert picture.sources == ("x[0, 0, 2:4]", "weight")


def test_large_cases_have_a_map_and_no_numbers() -> None:
    case = _case(np.ones((1, 9, 20)).tolist())
    assert elements_of(case.call.arguments) > 100
    picture = picture_of(
        PROBLEM, case, _judged(case, np.zeros((1, 9, 19)).tolist()).wrong_array
    )

    assert picture is not None
    assert picture.heat_map is not None
    assert (picture.results, picture.arguments, picture.sources) == ((), (), ())


def test_the_first_three_of_a_group_get_one_and_what_is_right_none() -> None:
    cases = [_case([[[1, 2, 3]]], name=f"{at}") for at in range(5)]
    judged = [Judged(case=one, judgement=_judged(one, [[[0, 0]]])) for one in cases]
    right = Judged(case=cases[0], judgement=_judged(cases[0], [[[21, 32]]]))

    assert list(pictures_of(PROBLEM, [right, *judged])) == ["0", "1", "2"]
    assert right.judgement.wrong_array is None
