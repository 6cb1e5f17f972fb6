"""What a call comes to, in a form that can be compared."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from reference.misconceptions.bank import Bank

Call = tuple[str, Sequence[Any]]
Outcome = tuple[Any, ...]


def outcomes(bank: Bank, calls: Iterable[Call], *ids: str) -> tuple[Outcome, ...]:
    """Give shape and values, or the exception, of each call of a function."""
    functions = bank.functions(*ids)
    return tuple(_outcome(functions[name], arguments) for name, arguments in calls)


def _outcome(function: Callable[..., Any], arguments: Sequence[Any]) -> Outcome:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _plain(function(*arguments))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - mistakes may raise anything
            return (type(error),)


def _plain(result: Any) -> Outcome:  # noqa: ANN401
    if result is None:
        return (None,)
    if isinstance(result, tuple):
        return tuple(map(_plain, result))
    kind = result.dtype.str if isinstance(result, np.ndarray) else type(result).__name__
    array = np.asarray(result, np.float64) + 0.0  # no difference between 0 and -0
    return kind, array.shape, array.tobytes()
