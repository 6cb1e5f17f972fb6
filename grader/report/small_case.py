"""A call with numbers small enough to check by hand, and what came of it."""

from collections.abc import Iterable, Sequence

import numpy as np
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grader.mismatch import array_text
from grader.places import Titled, line_words
from grader.record import Counterexample, Mismatch
from grader.report import calls, words
from grader.report.terminal_pieces import shown, sides, without_empty_lines
from grader.score import Judged

_SHOWN_ELEMENTS = 64
"""Of an argument; a larger one is told by its shape."""
_LONGEST_LINE = 60
"""Characters of an array that is written in one line."""


def case_blocks(one: Judged, places: Sequence[Titled]) -> Iterable[RenderableType]:
    """Draw a call with its arguments, and what is wrong with the result.

    Parameters
    ----------
    one
        The case.
    places
        Where the submission's lines come from.
    """
    yield Text(f"{one.case.call.function} with")
    arguments = Table(box=None, pad_edge=False, show_edge=False, show_header=False)
    for name, value in one.case.call.arguments.items():
        arguments.add_row(Text(f"  {name} ="), Text(_value(value)))
    yield arguments
    judgement = one.judgement
    words = judgement.message
    if judgement.line is not None:
        words += f" ({line_words(places, judgement.line)})"
    yield from _what_is_wrong(words, judgement.mismatch)


def example_blocks(example: Counterexample) -> Iterable[RenderableType]:
    """Draw the smallest input that was found, and what is wrong with the result."""
    yield shown(f"Smallest input: {example.function} with")
    for one in example.arguments:
        yield shown(f"  {one.name} = {one.text}")
    yield from _what_is_wrong(example.message, example.mismatch)


def _value(value: object) -> str:
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.size > _SHOWN_ELEMENTS:
        return f"{value.dtype} {value.shape}"
    return _compact(array_text(value))


def _compact(text: str) -> str:
    r"""Write an array in one line if that is short, and without empty lines if not.

    Examples
    --------
    >>> _compact("[[ 1.,  2.],\n [10., 20.]]")
    '[[1., 2.], [10., 20.]]'
    """
    line = " ".join(text.split()).replace("[ ", "[")
    if len(line) <= _LONGEST_LINE:
        return line
    return without_empty_lines(text)


def _what_is_wrong(message: str, mismatch: Mismatch | None) -> Iterable[RenderableType]:
    if mismatch is None:
        yield shown(message)
        return
    if mismatch.first_index is not None and mismatch.elements != 1:
        message += f", the first at {words.shape(mismatch.first_index)}"
    if calls.is_of_numbers(mismatch):
        message += f": actual {mismatch.actual}, expected {mismatch.expected}"
        yield shown(message)
        return
    yield shown(message)
    yield from sides(mismatch)
