"""What a call comes to, in a form that can be compared."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from reference.misconceptions.bank import Bank

Call = tuple[str, Sequence[Any]]
Outcome = tuple[Any, ...]


def outcomes(bank: Bank, calls: Iterable[Call], *ids: str) -> tuple[Outcome, ...]:
    """Give shape and values, or the exception, of each call of a function.

    They are read when all calls have been made: what was given back should stay.
    """
    functions = bank.functions(*ids)
    made = [_made(functions[name], arguments) for name, arguments in calls]
    return tuple(map(_plain, made))


def _made(function: Callable[..., Any], arguments: Sequence[Any]) -> Any:  # noqa: ANN401
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return function(*arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - mistakes may raise anything
            return type(error)


def _plain(result: Any) -> Outcome:  # noqa: ANN401
    if result is None or isinstance(result, type):
        return (result,)
    if isinstance(result, tuple):
        return tuple(map(_plain, result))
    kind = result.dtype.str if isinstance(result, np.ndarray) else type(result).__name__
    array = np.asarray(result, np.float64) + 0.0  # no difference between 0 and -0
    return kind, array.shape, array.tobytes()
