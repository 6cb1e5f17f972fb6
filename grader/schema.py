"""JSON Schemas of what people write and read: problem specs and records."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from grader.problem import ProblemSpec
from grader.record import Record

_DRAFT = "http://json-schema.org/draft-07/schema#"
"""What the yaml-language-server supports in full."""


class _Draft7(GenerateJsonSchema):
    schema_dialect = _DRAFT


def problem_schema() -> dict[str, Any]:
    """Give the schema of `problem.yaml`."""
    return _document(ProblemSpec.model_json_schema(schema_generator=_Draft7))


def record_schema() -> dict[str, Any]:
    """Give the schema of `record.json`."""
    schema = Record.model_json_schema(schema_generator=_Draft7, mode="serialization")
    return _document(schema)


def _document(schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": _DRAFT} | schema
