"""What an element is made from, against windows that are known by hand."""

from pathlib import Path

import numpy as np
import pytest

from grader.expected import Reference
from grader.explanation.footprint import as_slices, footprint
from grader.loading import load_problem

PROBLEM = load_problem("conv2d")


def _sources(index: tuple[int, ...], **arguments: object) -> list[str]:
    reference = Reference(PROBLEM, PROBLEM.spec.function("conv2d"))
    masks = footprint(reference, arguments, index)
    return [as_slices(name, mask) for name, mask in masks.items()]


def test_a_window_and_its_kernel_are_found() -> None:
    # Row 1 of the output begins at row 2 of x, column 1 at column 1 less the padding.
    x, weight = np.zeros((2, 5, 4)), np.zeros((3, 2, 2, 3))

    assert _sources(
        (1, 1, 1), x=x, weight=weight, bias=np.zeros(3), stride=(2, 1), padding=(0, 1)
    ) == ["x[:, 2:4, 0:3]", "weight[1, :, :, :]", "bias[1]"]


def test_what_meets_padding_alone_is_left_out() -> None:
    x, weight = np.zeros((1, 1, 3)), np.zeros((1, 1, 1, 2))

    assert _sources(
        (0, 0, 0), x=x, weight=weight, bias=None, stride=(1, 1), padding=(0, 1)
    ) == ["x[0, 0, 0]", "weight[0, 0, 0, 1]"]


def test_arguments_that_the_reference_refuses_have_none() -> None:
    x, weight = np.zeros((3, 5, 4)), np.zeros((3, 2, 2, 3))

    assert (
        _sources(
            (0, 0, 0), x=x, weight=weight, bias=None, stride=(1, 1), padding=(0, 0)
        )
        == []
    )


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([], ""),
        ([(0, 0)], "x[0, 0]"),
        ([(0, 0), (0, 2)], "x[0, 0:3:2]"),
        ([(0, 0), (1, 1)], "2 numbers of x"),
        ([(0, 0), (1, 0)], "x[:, 0]"),
        ([(row, column) for row in range(2) for column in range(4)], "x"),
    ],
)
def test_slices_are_written_as_in_python(
    places: list[tuple[int, int]], words: str
) -> None:
    mask = np.zeros((2, 4), bool)
    for place in places:
        mask[place] = True

    assert as_slices("x", mask) == words


def test_another_problem_needs_no_word_about_it() -> None:
    problem = load_problem("softmax", root=Path(__file__).parents[1])
    function = problem.spec.functions[0]
    (name,) = [argument.name for argument in function.arguments][:1]
    masks = footprint(Reference(problem, function), {name: np.zeros((2, 3))}, (1, 0))

    assert as_slices(name, masks[name]) == f"{name}[1, :]"
