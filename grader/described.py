"""Models whose JSON Schemas describe each field by its docstring.

Pydantic can do so too, but reads the sources of all models whenever they are imported;
schemas are seldom asked for.
"""

import ast
import inspect
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue


class Described(BaseModel):
    """The base of models with docstrings below their fields."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls,
        core_schema: Any,  # noqa: ANN401 - as Pydantic calls it
        handler: GetJsonSchemaHandler,
        /,
    ) -> JsonSchemaValue:
        """Add the docstrings to what Pydantic makes of the types."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for model in cls.__mro__:
            if issubclass(model, Described) and model is not Described:
                for name, words in field_docstrings(model).items():
                    properties[name].setdefault("description", words)
        return schema


def field_docstrings(model: type[Described]) -> dict[str, str]:
    """Give the docstrings below a class's own fields."""
    body = ast.parse(dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(body.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }
