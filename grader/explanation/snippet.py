"""A call as Python text that can be pasted into a fresh interpreter."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.arguments import arrays_of
from grader.cases import Case
from grader.check import normwise_allowed
from grader.expected import Result
from grader.outcome import Array, Calling
from grader.problem import Check, Group
from grader.record import BindingEntry

_WIDTH = 88
_NOTEBOOK = ".ipynb"


def snippet(
    case: Case,
    filename: str,
    binding: BindingEntry | None = None,
    *,
    after_another: bool = False,
) -> str:
    """Write a program that makes the call of a case and compares its result.

    Blocks end with an empty line, so that it can be pasted at a prompt too.

    Parameters
    ----------
    case
        The call, and what is expected of it.
    filename
        The submission's file, which is looked for in the working directory; the
        program for a notebook is to be pasted into a cell of it.
    binding
        Under which names the submission takes the arguments.
    after_another
        Whether the call follows one with the same arrays, holding other numbers.
    """
    call = f"function({_call(case.call.arguments, binding)})"
    told = _told(case, call)
    lines = [
        *([] if filename.endswith(_NOTEBOOK) else ["import runpy", ""]),
        "import numpy as np",
        # Before the submission, which may patch it.
        *(
            f"from numpy.testing import {name}"
            for name in ("assert_allclose", "assert_array_equal")
            if any(line.startswith(name) for line in told)
        ),
        "",
        _load(filename),
        *(
            line
            for name, value in case.call.arguments.items()
            for line in _assignment(name, value)
        ),
        f"function = submission[{_function(case, binding)!r}]",
        *(_earlier_call(case, call) if after_another else ()),
        *told,
    ]
    return "\n".join(lines) + "\n"


def rename(text: str, former: str, filename: str) -> str:
    """Give a snippet for another file with the same bytes.

    Examples
    --------
    >>> rename("submission = runpy.run_path('a.py')", "a.py", "b.py")
    "submission = runpy.run_path('b.py')"
    """
    return text.replace(_load(former), _load(filename), 1)


def _load(filename: str) -> str:
    """Give the line after which `submission` holds what the submission defines."""
    if filename.endswith(_NOTEBOOK):
        return f"submission = globals()  # in a new cell at the end of {filename}"
    return f"submission = runpy.run_path({filename!r})"


def _told(case: Case, call: str) -> list[str]:
    """Make the call and tell what is wrong with what it does."""
    if case.group.check is Check.ERROR:
        return _refusal(case.group, call)
    if case.group.check is Check.COUNT:
        return [f"actual = {call}", f"assert actual == {case.expected.count}, actual"]
    arrays = arrays_of(case.call.arguments)
    calling = case.call.calling
    if calling is Calling.REPEATED:
        return [
            *(f"{name}_before = {name}.copy()" for name in arrays),
            f"actual = [{call} for _ in range(3)][-1]",
            "print(actual)",
            *(f"assert_array_equal({name}, {name}_before)" for name in arrays),
            *_comparison(case),
        ]
    later = []
    if calling is Calling.KEPT:
        later = [f"{name} = {name} + 1" for name in arrays]
        later.append(f"{call}  # a later call, of the same shapes")
    return [f"actual = {call}", *later, "print(actual)", *_comparison(case)]


def _earlier_call(case: Case, call: str) -> list[str]:
    arrays = arrays_of(case.call.arguments)
    return [
        *(f"{name} += 1" for name in arrays),
        f"{call}  # an earlier call, with the same arrays",
        *(f"{name} -= 1" for name in arrays),
    ]


def _refusal(group: Group, call: str) -> list[str]:
    asked = " or ".join(group.errors)
    return [
        "try:",
        f"    actual = {call}",
        f"except ({', '.join(group.errors)},) as error:",
        "    print('refused, as asked:', repr(error))",
        "else:",
        f"    raise AssertionError('{asked} is asked for, not ' + repr(actual))",
        "",
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
    # What lies in between differs, so that it shows who reads it.
    both = f"np.stack([{name}, {name} + 1], -1).reshape(*{name}.shape[:-1], -1)"
    return [*lines, f"{name} = {both}[..., ::2]"]


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
    line = " ".join(text.split())
    text = line if len(line) < _WIDTH else text
    return f"np.array({text if array.ndim else array.item()}, {array.dtype.name!r})"


_FORMATTERS: Any = {
    "float_kind": lambda number: (
        np.format_float_positional(number, trim="-")
        if abs(number) < 1e16  # noqa: PLR2004 - beyond, positions are no longer readable
        else repr(float(number))
    )
}


def _comparison(case: Case) -> list[str]:
    results = case.expected.results
    if not case.expected.is_tuple:
        return _compared(case, results[0], "actual", "expected")
    lines = [
        f"assert isinstance(actual, tuple) and len(actual) == {len(results)}, actual"
    ]
    for place, result in enumerate(results):
        actual = f"actual[{place}]"
        if result.value is None:
            lines.append(f"assert {actual} is None, {actual}")
        else:
            lines += _compared(case, result, actual, f"expected_{result.name}")
    return lines


def _compared(case: Case, result: Result, actual: str, expected: str) -> list[str]:
    assert result.value is not None
    shape = result.value.shape
    source = array_source(_as_asked(result.value, result.dtype))
    lines = [
        f"{expected} = {source}",
        f"assert isinstance({actual}, np.ndarray), type({actual})"
        if shape
        else f"assert np.ndim({actual}) == 0, {actual}",
        f"assert {actual}.shape == {shape}, {actual}.shape" if shape else "",
    ]
    if case.group.check is Check.DTYPE:
        lines.append(f"assert {actual}.dtype == {str(result.dtype)!r}, {actual}.dtype")
    elif case.group.check is not Check.UNMODIFIED:
        allowed = _allowed(case, result)
        within = "rtol=0, atol=" + (f"{allowed:.2g}" if allowed else "0")
        # A subclass could compare as it likes.
        lines.append(f"assert_allclose(np.asarray({actual}), {expected}, {within})")
    return [line for line in lines if line]


def _allowed(case: Case, result: Result) -> float:
    """Give the largest error that is excused."""
    if result.allowed is not None:
        return float(np.max(result.allowed, initial=0.0))
    return normwise_allowed(result, case.expected.working_dtype, exact=True) or 0.0


def _as_asked(value: Array, dtype: Any) -> Array:  # noqa: ANN401 - a dtype or None
    with np.errstate(over="ignore"):
        return value if dtype is None else value.astype(dtype)
