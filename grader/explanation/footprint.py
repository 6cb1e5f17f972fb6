"""Which numbers of a call's arguments one element of its result is made from.

Found by changing them one by one in a call of the reference, so that it holds for any
problem, and needs no word about it in a spec.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.arguments import arrays_of
from grader.expected import Reference
from grader.outcome import Array

_CHANGE = 1e-6
"""As a share of the value: less is rounding."""


def footprint(
    reference: Reference,
    arguments: Mapping[str, Any],
    index: tuple[int, ...],
    result: int = 0,
) -> dict[str, Array]:
    """Find the numbers that an element of a result depends on.

    Each is changed in turn, on positive data of the same shapes, so that neither zeros
    nor sums that cancel hide any. It takes a call of the reference for each number.

    Parameters
    ----------
    reference
        What gives right results.
    arguments
        Of the call; only the shapes of its arrays matter.
    index
        Of the element.
    result
        Which of several results it is in.

    Returns
    -------
    dict
        For each array a mask; empty if the reference takes no data of this kind.
    """
    rng = np.random.default_rng(0)
    data: dict[str, Array] = {
        name: np.asarray(rng.uniform(1.0, 2.0, array.shape))
        for name, array in arrays_of(arguments).items()
    }

    def value() -> float:
        returned = reference.call({**arguments, **data})
        several = returned if isinstance(returned, tuple) else (returned,)
        return float(several[result][index])

    masks = {}
    try:
        before = value()
        for name, array in data.items():
            masks[name] = np.zeros(array.shape, bool)
            for place in np.ndindex(array.shape):
                kept = array[place]
                array[place] = kept + 0.5
                masks[name][place] = abs(value() - before) > _CHANGE * abs(before)
                array[place] = kept
    except Exception:  # noqa: BLE001 - a picture less, whatever the reference thinks
        return {}
    return masks


def as_slices(name: str, mask: Array) -> str:
    """Write the marked elements of an array as a slice; nothing if they are none.

    Examples
    --------
    >>> mask = np.zeros((2, 5), bool)
    >>> mask[0, 1:4] = True
    >>> as_slices("x", mask)
    'x[0, 1:4]'
    >>> mask[0, 2] = False
    >>> as_slices("x", mask)
    'x[0, 1:4:2]'
    """
    if not mask.any():
        return ""
    if mask.ndim == 0 or mask.all():
        return name
    places = [
        np.flatnonzero(mask.any(axis=tuple(set(range(mask.ndim)) - {axis})))
        for axis in range(mask.ndim)
    ]
    steps = [_slice(one, mask.shape[axis]) for axis, one in enumerate(places)]
    is_box = mask[np.ix_(*places)].all() and "" not in steps
    words = f"{name}[{', '.join(steps)}]"
    return words if is_box else f"{np.count_nonzero(mask)} numbers of {name}"


def _slice(places: Array, length: int) -> str:
    first, last = int(places[0]), int(places[-1])
    if len(places) == 1:
        return str(first)
    if len(places) == length:
        return ":"
    gaps = set(np.diff(places).tolist())
    if len(gaps) > 1:
        return ""
    step = gaps.pop()
    return f"{first}:{last + 1}" if step == 1 else f"{first}:{last + 1}:{step}"
