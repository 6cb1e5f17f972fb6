"""Where a result differs: a coarse picture of it, and words."""

import math
from collections.abc import Sequence

import numpy as np

from grader.check import WrongArray, error_of
from grader.outcome import Array
from grader.record import HeatMap, HeatPlane

_MOST_PLANES = 12
_MOST_CELLS = 1536
"""In all planes together."""
_LONGEST_SIDE = 32
"""Cells of a plane, each way."""
_HOTTEST = 9
_FEW = 3
"""So many places along an axis are named one by one."""
_ON_BORDER = "Only elements on the border differ."
_ALL_OVER = "What differs lies in all rows and columns."


def heat_map(one: WrongArray) -> HeatMap | None:
    """Draw where a result differs; None where shapes do, or there is one element."""
    wrong = one.wrong
    if wrong is None or wrong.size <= 1:
        return None
    leading, (rows, columns) = _split(wrong.shape)
    planes = wrong.reshape(-1, rows, columns)
    heat = _heat(one, wrong).reshape(planes.shape)
    shown = _shown(planes)
    cell = _cell(rows, columns, len(shown))
    return HeatMap(
        rows=rows,
        columns=columns,
        cell=cell,
        planes=tuple(
            HeatPlane(
                index=tuple(int(at) for at in np.unravel_index(place, leading)),
                cells=_cells(heat[place], cell),
                wrong=int(np.count_nonzero(planes[place])),
            )
            for place in shown
        ),
        missing=len(planes) - len(shown),
    )


def where_words(one: WrongArray) -> str:
    """Say where a result differs, by its shape or by its elements."""
    if one.wrong is not None:
        return where(one.wrong)
    actual, expected = one.actual.shape, one.expected.shape
    if len(actual) != len(expected):
        axes = "axis" if len(actual) == 1 else "axes"
        return f"It has {len(actual)} {axes}; {len(expected)} are expected."
    return " ".join(
        f"Axis {axis} is {one} long; {other} is expected."
        for axis, (one, other) in enumerate(zip(actual, expected, strict=True))
        if one != other
    )


def where(wrong: Array) -> str:
    """Say where the marked elements are, as simply as that is possible.

    Examples
    --------
    >>> wrong = np.zeros((2, 3, 4), bool)
    >>> wrong[1, :, -1] = True
    >>> where(wrong)
    'Exactly the last column at index 1 of axis 0 differs.'
    >>> where(np.ones((2, 2), bool))
    'Every element differs.'
    """
    if wrong.all():
        return "Every element differs."
    touched = [
        np.flatnonzero(wrong.any(axis=tuple(set(range(wrong.ndim)) - {axis})))
        for axis in range(wrong.ndim)
    ]
    named = {
        axis: _place(places, wrong.shape[axis], _noun(axis, wrong.ndim))
        for axis, places in reversed(list(enumerate(touched)))
        if len(places) < wrong.shape[axis]
    }
    if not named:
        inner = _inner(wrong)
        return _ON_BORDER if inner.size and not inner.any() else _ALL_OVER
    inside = [axis for axis in named if axis >= wrong.ndim - 2]
    subject = " of ".join(named[axis] for axis in inside)
    beside = [
        f"at {named[axis]} of axis {axis}" for axis in named if axis not in inside
    ]
    is_exact = bool(wrong[np.ix_(*touched)].all())
    if is_exact and inside:
        is_one = named[inside[0]].startswith("every") or len(touched[inside[0]]) == 1
        verb = "differs" if is_one else "differ"
        return f"Exactly {' '.join([subject, *beside])} {verb}."
    start = "Exactly the elements" if is_exact else "Only elements"
    within = [f"in {subject}"] if inside else []
    return f"{start} {' '.join([*within, *beside])} differ."


def _split(shape: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, int]]:
    """Split a shape into the axes that planes are numbered by, and those of a plane."""
    if len(shape) == 1:
        return (), (1, shape[0])
    return tuple(shape[:-2]), (shape[-2], shape[-1])


def _heat(one: WrongArray, wrong: Array) -> Array:
    """Give each element a number from 0 to 9; what is wrong has at least 1."""
    error = error_of(one.actual, one.expected)
    error[~np.isfinite(error)] = np.inf
    finite = error[wrong & np.isfinite(error)]
    largest = float(np.max(finite, initial=0.0)) or 1.0
    with np.errstate(all="ignore"):
        heat = np.ceil(_HOTTEST * np.minimum(error / largest, 1.0))
    return np.where(wrong, np.clip(heat, 1, _HOTTEST), 0).astype(np.int64)


def _shown(planes: Array) -> list[int]:
    """Choose planes: all if there is room, else the first of those that differ."""
    if len(planes) <= _MOST_PLANES:
        return list(range(len(planes)))
    differing = np.flatnonzero(planes.any(axis=(1, 2)))
    return [int(place) for place in differing[:_MOST_PLANES]]


def _cell(rows: int, columns: int, planes: int) -> tuple[int, int]:
    """Choose how many rows and columns a cell stands for."""
    high, wide = (max(1, math.ceil(one / _LONGEST_SIDE)) for one in (rows, columns))
    while math.ceil(rows / high) * math.ceil(columns / wide) * planes > _MOST_CELLS:
        if rows / high > columns / wide:
            high += 1
        else:
            wide += 1
    return high, wide


def _cells(heat: Array, cell: tuple[int, int]) -> str:
    for axis, step in enumerate(cell):
        starts = np.arange(0, heat.shape[axis], step)
        heat = np.maximum.reduceat(heat, starts, axis=axis)
    return " ".join("".join(map(str, row)) for row in heat.tolist())


def _noun(axis: int, axes: int) -> str:
    if axes == 1:
        return "element"
    return {axes - 1: "column", axes - 2: "row"}.get(axis, "index")


def _place(places: Array, length: int, noun: str) -> str:
    """Name some of the places along an axis, as simply as that is possible."""
    found = [int(place) for place in places]
    first, last = found[0], found[-1]
    left_out = set(range(length)) - set(found)
    if len(found) == 1:
        return _one(first, length, noun)
    if found == [0, length - 1] and noun != "index":
        return f"the first and the last {noun}"
    if len(found) >= _FEW and found == list(range(first, last + 1, 2)):
        return f"every second {noun} from {first} on"
    several = "indices" if noun == "index" else f"{noun}s"
    if len(left_out) == 1 and length > _FEW:
        other = _one(left_out.pop(), length, noun)
        return f"all {several} but {other.removesuffix(f' {noun}')}"
    if len(found) > 2 and found == list(range(first, last + 1)):  # noqa: PLR2004 - two are named
        return f"{several} {first} to {last}"
    return _several(found, length, several)


def _one(place: int, length: int, noun: str) -> str:
    if noun != "index" and place in {0, length - 1}:
        return f"the {'first' if place == 0 else 'last'} {noun}"
    return f"{noun} {place}"


def _several(found: Sequence[int], length: int, noun: str) -> str:
    if len(found) <= _FEW:
        return f"{noun} {', '.join(map(str, found[:-1]))} and {found[-1]}"
    return f"{len(found)} of {length} {noun}"


def _inner(wrong: Array) -> Array:
    """Cut the first and the last places off the last two axes."""
    if wrong.ndim == 1:
        return wrong[1:-1]
    return wrong[..., 1:-1, 1:-1]
