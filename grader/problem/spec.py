"""What all models of a spec share: names, sizes, and how they refuse what is wrong."""

from collections.abc import Collection
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from grader.described import Described

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
"""What a problem, part, group, case, rung or baseline is called."""
PythonName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=80)]
"""A function or an argument, as Python spells it."""
Symbol = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=20)]
"""A named size, such as H."""
Target = Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")]
"""Where a function of ours lives: `module:function`."""
_Enumeration = TypeVar("_Enumeration", bound=StrEnum)
Word = Annotated[_Enumeration, Strict(False)]  # noqa: FBT003 - its only argument
"""One of a few words; all else is taken only in its own type."""
Size = Annotated[int, Field(ge=0, le=100_000)]
"""A length of one axis, or a small count."""
NamedSize = Annotated[int, Field(ge=-100_000, le=100_000)]
"""What a name in a shape or a tuple stands for; negative only to be refused."""
_MOST_NAMES = 20
"""How many known words a hint lists."""


def refuse(issue: str, *path: str | int) -> PydanticCustomError:
    """Make the error for what types alone can't say, at a path below the model."""
    return PydanticCustomError("issue", "{issue}", {"issue": issue, "path": path})


def nearest(word: str, known: Collection[str]) -> str:
    """Give a hint at the closest known word, or list them all.

    Examples
    --------
    >>> nearest("tilte", ["id", "title"])
    'did you mean `title`?'
    >>> nearest("x", ["id", "title"])
    'known are: id, title'
    """
    words = sorted(known)
    close = get_close_matches(word, words, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    more = len(words) - _MOST_NAMES
    named = ", ".join(words[:_MOST_NAMES])
    return f"known are: {named}{f' and {more} more' if more > 0 else ''}"


def require_unique(names: list[str], kind: str, *path: str | int) -> None:
    """Refuse names of which two are the same."""
    for at, name in enumerate(names):
        if name in names[:at]:
            raise refuse(f"there are two {kind}s called `{name}`", *path, at)


class Spec(Described):
    """The base of every model: frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        defer_build=True,  # most processes need few of them
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
    )

    @model_validator(mode="before")
    @classmethod
    def _name_the_nearest_key(cls, data: Any) -> Any:  # noqa: ANN401 - not yet parsed
        if isinstance(data, dict):
            for key in data:
                if key not in cls.model_fields:
                    hint = nearest(key, list(cls.model_fields))
                    raise refuse(f"unknown key `{key}`; {hint}", key)
        return data
