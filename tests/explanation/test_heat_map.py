"""Where a result differs: maps that stay small, and words that are true."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from grader.check import WrongArray
from grader.explanation.heat_map import heat_map, where, where_words


def _wrong_array(wrong: np.ndarray) -> WrongArray:
    expected = np.zeros(wrong.shape)
    return WrongArray(actual=expected + wrong, expected=expected, wrong=wrong)


def _marked(shape: tuple[int, ...], *places: Any) -> np.ndarray:  # noqa: ANN401 - any index
    wrong = np.zeros(shape, bool)
    for place in places:
        wrong[place] = True
    return wrong


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (_marked((2, 3, 4), np.s_[1, :, -1]), "Exactly the last column at index 1 of axis 0 differs."),
        (_marked((2, 3, 4), 1), "Exactly the elements at index 1 of axis 0 differ."),
        (_marked((4, 5), 0, -1), "Exactly the first and the last row differ."),
        (_marked((3, 5, 6), np.s_[:, :, ::2]), "Exactly every second column from 0 on differs."),
        (_marked((2, 5, 5), np.s_[:, 0], np.s_[:, -1], np.s_[:, :, 0], np.s_[:, :, -1]), "Only elements on the border differ."),
        (_marked((2, 5, 6), np.s_[:, 1:, 1:]), "Exactly all columns but the first of all rows but the first differ."),
        (_marked((2, 3), (0, 0), (1, 2)), "Only elements in the first and the last column differ."),
        (_marked((5,), 2), "Exactly element 2 differs."),
        (_marked((2, 2), np.s_[:]), "Every element differs."),
        (_marked((3, 3), (0, 0), (1, 1), (2, 2)), "What differs lies in all rows and columns."),
    ],
)  # fmt: skip
def test_words_name_the_simplest_region(wrong: np.ndarray, words: str) -> None:
    assert where(wrong) == words


def test_shapes_are_compared_axis_by_axis() -> None:
    two, three = np.zeros((2, 3)), np.zeros((2, 4, 1))

    assert (
        where_words(WrongArray(actual=two, expected=three))
        == "It has 2 axes; 3 are expected."
    )
    assert (
        where_words(WrongArray(actual=two, expected=np.zeros((2, 5))))
        == "Axis 1 is 3 long; 5 is expected."
    )


@given(array_shapes(max_dims=4, max_side=70), st.integers(0, 2**32), st.floats(0, 1))
def test_a_map_is_small_and_leaves_out_no_fault_of_its_planes(
    shape: tuple[int, ...], seed: int, share: float
) -> None:
    assume(1 < math.prod(shape) < 100_000)
    wrong = np.random.default_rng(seed).random(shape) < share
    wrong.flat[0] = True
    found = heat_map(_wrong_array(wrong))

    assert found is not None
    rows = [row for plane in found.planes for row in plane.cells.split(" ")]
    assert len(found.planes) <= 12
    assert sum(map(len, rows)) <= 1536
    assert max(map(len, rows)) <= 32
    for plane in found.planes:
        assert (plane.wrong > 0) == bool(set(plane.cells) - set("0 "))
    if not found.missing:
        assert sum(plane.wrong for plane in found.planes) == np.count_nonzero(wrong)
    assert where(wrong)


def test_the_largest_error_is_the_hottest_and_what_is_not_finite_too() -> None:
    expected = np.zeros((1, 4))
    actual = np.array([[0.0, 1.0, 100.0, np.nan]])
    wrong_array = WrongArray(actual=actual, expected=expected, wrong=actual != expected)
    found = heat_map(wrong_array)

    assert found is not None
    assert found.planes[0].cells == "0199"


def test_a_single_number_and_other_shapes_have_no_map() -> None:
    one = np.ones((1, 1))

    assert heat_map(_wrong_array(one > 0)) is None
    assert heat_map(WrongArray(actual=one, expected=np.ones(3))) is None


@given(st.integers(1, 200), st.integers(1, 200))
def test_cells_cover_a_plane_of_any_size(rows: int, columns: int) -> None:
    wrong = np.zeros((rows, columns), bool)
    wrong[-1, -1] = True
    found = heat_map(_wrong_array(wrong))

    if found is not None:
        high, wide = found.cell
        cells = found.planes[0].cells.split(" ")
        assert len(cells) == -(-rows // high)
        assert len(cells[0]) == -(-columns // wide)
        assert cells[-1][-1] == "9"
