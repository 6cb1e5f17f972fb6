"""Data that others may have written, held to the shape that it should have."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")
_SHAPES: dict[type, TypeAdapter[Any]] = {}


def shaped(kind: type[T], values: Mapping[str, Any]) -> T:
    """Make a dataclass of values that are of its types, or can be taken for them.

    Raises
    ------
    ValueError
        If they are not; it says in one line what the first is.

    Examples
    --------
    >>> from dataclasses import make_dataclass
    >>> shaped(make_dataclass("Score", [("points", float)]), {"points": None})
    Traceback (most recent call last):
    ...
    ValueError: points: Input should be a valid number
    """
    if kind not in _SHAPES:  # making one takes long
        _SHAPES[kind] = TypeAdapter(kind)
    shape: TypeAdapter[T] = _SHAPES[kind]
    try:
        return shape.validate_python(values)
    except ValidationError as error:
        raise ValueError(first_issue(error)) from None


def first_issue(error: ValidationError) -> str:
    """Say where data is first of another shape, and how."""
    first: Any = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
