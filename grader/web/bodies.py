"""What is sent to the API, and what it sends back."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from grader.described import Described
from grader.store.rows import JobState
from grader.verdict import Verdict
from grader.web.people import LONGEST_NAME

MOST_AT_ONCE = 256
"""Submissions in a batch, or jobs whose scores are asked for."""
LONGEST_SOURCE = 12 << 20
"""Characters; how large a submission may be is for the server to say."""


class _Model(Described):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Name one unknown key: to tell of millions would take all memory."""
        if isinstance(value, dict):
            unknown = next((key for key in value if key not in cls.model_fields), None)
            if unknown is not None:
                raise PydanticCustomError(
                    "unknown_key", "unknown key `{key}`", {"key": str(unknown)[:40]}
                )
        return value


class _FileBody(_Model):
    filename: Annotated[str, Field(max_length=255, pattern=r"\.(py|ipynb|zip)$")] = (
        "submission.py"
    )
    """What kind it is, by its ending."""
    name: Annotated[str | None, Field(min_length=1, max_length=LONGEST_NAME)] = None
    """What reports call it; a candidate's name is the token's."""


class TextBody(_FileBody):
    """A file to grade, as text."""

    source: Annotated[str, Field(max_length=LONGEST_SOURCE)]
    """Its text."""


class BytesBody(_FileBody):
    """A file to grade that is no text, such as a zip file."""

    base64: Annotated[
        str,
        Field(
            max_length=LONGEST_SOURCE,
            pattern=r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
        ),
    ]
    """Its bytes."""


FORMS = ("TextBody", "BytesBody")
"""The two forms of a file, as errors name them; no name that is sent is one of them."""


def _form(file: object) -> str:
    """Tell which form is meant, so that what is said to be wrong is wrong with it."""
    is_bytes = isinstance(file, BytesBody) or (
        isinstance(file, dict) and "base64" in file and "source" not in file
    )
    return FORMS[is_bytes]


FileBody = Annotated[
    Annotated[TextBody, Tag(FORMS[0])] | Annotated[BytesBody, Tag(FORMS[1])],
    Discriminator(_form),
]


class SubmitBody(_Model):
    """What to grade, and against what."""

    problem: Annotated[str, Field(min_length=1, max_length=200)]
    """Its id."""
    submission: FileBody
    timing: bool = False
    """Whether speed is measured; for candidates the token says."""


class BatchBody(_Model):
    """Files to grade, all against one problem."""

    problem: Annotated[str, Field(min_length=1, max_length=200)]
    """Its id."""
    submissions: Annotated[list[FileBody], Field(min_length=1, max_length=MOST_AT_ONCE)]
    timing: bool = False
    """Whether speed is measured."""


class ProblemAnswer(_Model):
    """A problem that can be handed in to."""

    id: str
    title: str
    statement: str
    """Its text; empty if there is none."""


class JobAnswer(_Model):
    """One grading, from the moment it was asked for."""

    id: str
    problem: str
    sha256: str
    """Of the submission."""
    state: JobState
    """`failed`: there will be no record."""
    progress: str
    """What is being done, in words."""
    created_at: datetime


class ScoreAnswer(_Model):
    """One number for a submission, and its parts."""

    job: str
    state: JobState
    score: Annotated[float | None, Field(ge=0, le=1)] = None
    """The share of all points. Null until it is known, and for ever if the grader
    failed: that is neither a pass nor a failure."""
    verdict: Verdict | None = None
    parts: dict[str, Annotated[float | None, Field(ge=0, le=1)]] = {}  # noqa: RUF012 - Pydantic copies it
    """The share of each part's points, by its id; null if it was not measured."""


class RowAnswer(_Model):
    """A record in a list."""

    id: int
    name: str
    problem: str
    sha256: str
    verdict: Verdict
    points: float
    maximum: float
    graded_at: datetime
