"""Schemas say of each field what the docstring below it says."""

from grader.described import Described
from grader.record import Record
from grader.schema import problem_schema, record_schema


class Window(Described):
    """A window."""

    rows: int
    """How high it is.

    In pixels.
    """
    columns: int = 3
    """How wide it is."""
    name: str = ""


class Tall(Window):
    """A window of another height."""

    rows: int = 5
    """Higher than it is wide."""
    window: Window | None = None
    """What it lies in."""


def test_a_field_is_described_by_the_docstring_below_it() -> None:
    fields = Window.model_json_schema()["properties"]

    assert fields["rows"]["description"] == "How high it is.\n\nIn pixels."
    assert fields["columns"]["description"] == "How wide it is."
    assert "description" not in fields["name"]


def test_fields_are_described_by_the_class_that_has_them_last() -> None:
    schema = Tall.model_json_schema()

    assert schema["properties"]["rows"]["description"] == "Higher than it is wide."
    assert schema["properties"]["columns"]["description"] == "How wide it is."
    assert schema["properties"]["window"]["description"] == "What it lies in."
    assert schema["$defs"]["Window"]["properties"]["rows"]["description"].startswith(
        "How high"
    )


def test_the_schemas_that_are_printed_describe_their_fields() -> None:
    limits = problem_schema()["$defs"]["Limits"]["properties"]
    written = record_schema()["properties"]

    assert limits["memory_mib"]["description"]
    assert written["unexplained"]["description"].startswith("Parts in which")
    assert set(written) == set(Record.model_fields)
