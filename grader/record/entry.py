"""What all parts of a record share."""

from typing import Annotated

from pydantic import ConfigDict, Field

from grader.described import Described

Finite = Annotated[float, Field(allow_inf_nan=False)]
Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""An integer that is also one where numbers are drawn or divided."""


class Entry(Described):
    """The base of every part of a record: frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        defer_build=True,  # most processes need few of them
        frozen=True,
        extra="forbid",
    )
