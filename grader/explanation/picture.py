"""Pictures of failing cases: where they differ, and what that is made from."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from grader.arguments import arrays_of, elements_of
from grader.cases import Case
from grader.check import WrongArray
from grader.expected import Reference
from grader.explanation.footprint import as_slices, footprint
from grader.explanation.heat_map import heat_map, where_words
from grader.mismatch import as_shown, number_text
from grader.outcome import Array
from grader.problem import Problem
from grader.record import Grid, Picture
from grader.score import Judged

PICTURES_PER_GROUP = 3
"""Failing cases of a group that get one."""
_MOST_IN_GRID = 64
"""Numbers of an array that is drawn number by number."""
_MOST_IN_GRIDS = 100
"""Numbers in all arguments of a call that is drawn."""


def pictures_of(problem: Problem, judged: Sequence[Judged]) -> dict[str, Picture]:
    """Draw the first failing cases of each group, by their ids."""
    return {
        one.case.id: picture
        for one in _first_failing(judged)
        if (picture := picture_of(problem, one.case, one.judgement.wrong_array))
        is not None
    }


def picture_of(
    problem: Problem, case: Case, wrong: WrongArray | None
) -> Picture | None:
    """Draw a case that gives a wrong array; None if it gives none."""
    if wrong is None:
        return None
    index = _first(wrong)
    sides = (wrong.actual, wrong.expected)
    masks: Mapping[str, Array] = {}
    is_small = elements_of(case.call.arguments) <= _MOST_IN_GRIDS and all(
        one.size <= _MOST_IN_GRID for one in sides
    )
    if is_small and index is not None:
        function = problem.spec.function(case.call.function)
        at = function.returns.index(wrong.result) if wrong.result else 0
        masks = footprint(Reference(problem, function), case.call.arguments, index, at)
    sources = [as_slices(name, mask) for name, mask in masks.items()]
    return Picture(
        result=wrong.result,
        where=where_words(wrong),
        heat_map=heat_map(wrong),
        index=index if masks else None,
        results=_results(wrong) if is_small else (),
        arguments=tuple(_arguments(case, masks)) if is_small else (),
        sources=tuple(one for one in sources if one),
    )


def _first_failing(judged: Iterable[Judged]) -> Iterable[Judged]:
    drawn: dict[str, int] = {}
    for one in judged:
        if one.failed and one.judgement.wrong_array is not None:
            drawn[one.group.id] = drawn.get(one.group.id, 0) + 1
            if drawn[one.group.id] <= PICTURES_PER_GROUP:
                yield one


def _first(one: WrongArray) -> tuple[int, ...] | None:
    """Give the first element of the right array that the actual one lacks."""
    found = np.argwhere(_wrong(one, one.expected))
    return tuple(int(at) for at in found[0]) if len(found) else None


def _wrong(one: WrongArray, side: Array) -> Array:
    """Mark what differs in one of the arrays, and what the other has no place for."""
    actual, expected = one.actual, one.expected
    if one.wrong is not None:
        return one.wrong
    if actual.ndim != expected.ndim:
        return np.zeros(0, bool)
    common = tuple(
        slice(min(one, other))
        for one, other in zip(actual.shape, expected.shape, strict=True)
    )
    wrong = np.ones(side.shape, bool)
    # In this form, so that a NaN differs.
    wrong[common] = ~(actual[common] == as_shown(expected, actual)[common])
    return wrong


def _results(one: WrongArray) -> tuple[Grid, Grid]:
    shown = as_shown(one.expected, one.actual)
    return (
        _grid("actual", one.actual, _wrong(one, one.actual)),
        _grid("expected", shown, _wrong(one, one.expected)),
    )


def _arguments(case: Case, masks: Mapping[str, Array]) -> Iterable[Grid]:
    for name, array in arrays_of(case.call.arguments).items():
        yield _grid(name, array, masks.get(name, np.zeros(0, bool)))


def _grid(name: str, array: Array, marked: Array) -> Grid:
    return Grid(
        name=name,
        shape=array.shape,
        numbers=tuple(number_text(one).removesuffix(".0") for one in array.ravel()),
        marked=tuple(int(place) for place in np.flatnonzero(marked)),
    )
