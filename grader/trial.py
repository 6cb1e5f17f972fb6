"""Make calls of trusted code in this process, with outcomes as a worker gives them."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from grader.arguments import arrays_of
from grader.cases import Case
from grader.outcome import (
    Calling,
    Foreign,
    NotRun,
    Outcome,
    Raised,
    Returned,
    Value,
)

Functions = Mapping[str, Callable[..., Any]]


@contextmanager
def quiet() -> Iterator[None]:
    """Have trusted code warn of nothing: around many calls, since it takes as long."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def call(functions: Functions, case: Case, following: Case | None = None) -> Outcome:
    """Make the call of a case, as often as it asks for.

    NumPy's warnings are not kept back, which `quiet` does.

    Parameters
    ----------
    functions
        Trusted functions, by the names in the problem.
    case
        What is called, with copies of its arguments.
    following
        The case after it, whose call is made before a kept result is read. Without
        it, that is left to the caller: the result holds the function's own arrays.
    """
    function = functions.get(case.call.function)
    if function is None:
        return NotRun(reason="not provided")
    arguments = _copied(case)
    times = 3 if case.call.calling is Calling.REPEATED else 1
    result: Any = None
    try:
        for _ in range(times):
            result = function(**arguments)
        if case.call.calling is Calling.KEPT and following is not None:
            # Whatever comes of it, the result before it is read again.
            with suppress(Exception, SystemExit):
                function(**_copied(following))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is the outcome
        names = tuple(one.__name__ for one in type(error).__mro__[:-1])
        return Raised(type_names=names, message=str(error))
    modified: tuple[str, ...] = ()
    if case.call.calling is Calling.REPEATED:
        modified = _modified(case, arguments)
    return Returned(value=_results(result), modified=modified)


def _modified(case: Case, arguments: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        name
        for name, array in arrays_of(case.call.arguments).items()
        if (array.shape, array.dtype) != (arguments[name].shape, arguments[name].dtype)
        or array.tobytes() != arguments[name].tobytes()
    )


def _copied(case: Case) -> dict[str, Any]:
    arguments = case.call.arguments
    copies = {
        name: array.copy(order="K") for name, array in arrays_of(arguments).items()
    }
    return {**arguments, **copies}


def _results(result: Any) -> Value | tuple[Value, ...]:  # noqa: ANN401 - anything at all
    if isinstance(result, tuple):
        return tuple(map(_value, result))
    return _value(result)


def _value(result: Any) -> Value:  # noqa: ANN401 - anything at all
    if isinstance(result, np.ndarray | np.generic):
        return np.asarray(result)
    if result is None or isinstance(result, bool | int | float):
        return result
    return Foreign(type_name=type(result).__name__)
