"""A call as Python text that can be pasted into a fresh interpreter."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.cases import Case
from grader.outcome import Array, Calling
from grader.problem import Check
from grader.record import BindingEntry

_WIDTH = 88


def snippet(case: Case, filename: str, binding: BindingEntry | None = None) -> str:
    """Write a program that makes the call of a case and compares its result.

    Parameters
    ----------
    case
        The call, and what is expected of it.
    filename
        The submission's file, which is looked for in the working directory.
    binding
        Under which names the submission takes the arguments.
    """
    arguments = case.call.arguments
    lines = [
        "import runpy",
        "",
        "import numpy as np",
        "",
        f"submission = runpy.run_path({filename!r})",
        *(
            line
            for name, value in arguments.items()
            for line in _assignment(name, value)
        ),
        f"function = submission[{_function(case, binding)!r}]",
        f"actual = function({_call(arguments, binding)})",
        *_later_call(case, binding),
        *_comparison(case),
    ]
    return "\n".join(lines) + "\n"


def _later_call(case: Case, binding: BindingEntry | None) -> list[str]:
    """Make another call, where a result is read after it."""
    arrays = [
        name
        for name, value in case.call.arguments.items()
        if isinstance(value, np.ndarray)
    ]
    if case.call.calling is not Calling.KEPT or not arrays:
        return []
    call = _call(case.call.arguments, binding)
    first = arrays[0]
    return [
        f"{first} = -{first}",
        f"function({call})  # a later call, of the same shapes",
    ]


def _function(case: Case, binding: BindingEntry | None) -> str:
    return case.call.function if binding is None else binding.found_as


def _call(arguments: Mapping[str, Any], binding: BindingEntry | None) -> str:
    """Write the arguments as the worker passes them: by place up to the last such."""
    names = list(arguments)
    renamed = dict(binding.renamed) if binding else {}
    by_position = binding.by_position if binding else ()
    placed = max((names.index(name) + 1 for name in by_position), default=0)
    keywords = [f"{renamed.get(name, name)}={name}" for name in names[placed:]]
    return ", ".join([*names[:placed], *keywords])


def _assignment(name: str, value: Any) -> list[str]:  # noqa: ANN401 - any argument
    if not isinstance(value, np.ndarray):
        return [f"{name} = {value!r}"]
    lines = [f"{name} = {array_source(value)}"]
    if value.size <= 1 or value.flags.c_contiguous:
        return lines
    if value.flags.f_contiguous:
        return [*lines, f"{name} = np.asfortranarray({name})"]
    if value.strides[-1] < 0:
        return [*lines, f"{name} = {name}[..., ::-1].copy()[..., ::-1]"]
    return [*lines, f"{name} = np.repeat({name}, 2, axis=-1)[..., ::2]"]


def array_source(array: Array) -> str:
    """Write an array as an expression.

    Examples
    --------
    >>> array_source(np.array([[1.0, 2.5]], np.float32))
    "np.array([[1, 2.5]], 'float32')"
    """
    text = np.array2string(
        array,
        separator=", ",
        max_line_width=_WIDTH,
        threshold=array.size + 1,
        floatmode="unique",
        formatter=_FORMATTERS if array.dtype.kind == "f" else None,
    )
    return f"np.array({text if array.ndim else array.item()}, {array.dtype.name!r})"


_FORMATTERS: Any = {
    "float_kind": lambda number: (
        np.format_float_positional(number, trim="-")
        if abs(number) < 1e16  # noqa: PLR2004 - beyond, positions are no longer readable
        else repr(float(number))
    )
}


def _comparison(case: Case) -> list[str]:
    expected = case.expected
    if case.group.check is Check.ERROR:
        errors = " or ".join(case.group.errors)
        return [f"raise AssertionError('{errors} is asked for, not ' + repr(actual))"]
    if case.group.check is Check.COUNT:
        return [f"assert actual == {expected.count}, actual"]
    results = [
        "None" if one.value is None else array_source(_as_asked(one.value, one.dtype))
        for one in expected.results
    ]
    if not expected.is_tuple:
        return [f"expected = {results[0]}", _equal("actual", "expected")]
    lines = [f"expected = ({', '.join(results)},)"]
    for place, result in enumerate(expected.results):
        actual, right = f"actual[{place}]", f"expected[{place}]"
        none = result.value is None
        lines.append(f"assert {actual} is None" if none else _equal(actual, right))
    return lines


def _equal(actual: str, expected: str) -> str:
    return f"np.testing.assert_allclose({actual}, {expected}, rtol=1e-5, atol=1e-5)"


def _as_asked(value: Array, dtype: Any) -> Array:  # noqa: ANN401 - a dtype or None
    with np.errstate(over="ignore"):
        return value if dtype is None else value.astype(dtype)
