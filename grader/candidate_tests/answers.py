"""What comes back from a call, as tests would see it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from grader.candidate_tests.implementations import key_of
from grader.outcome import Array, Call, Outcome, Raised, Returned, Value


def digest_of(outcomes: Sequence[Outcome]) -> bytes:
    """Sum up what came of some calls, as tests would see it."""
    digest = hashlib.sha256()
    for one in outcomes:
        match one:
            case Returned():
                digest.update(f"\n{isinstance(one.value, tuple)}".encode())
                for value in one.values:
                    if isinstance(value, np.ndarray):
                        digest.update(f"{value.dtype.str}{value.shape}".encode())
                        digest.update(value.tobytes())
                    else:
                        digest.update(repr(value).encode())
            case Raised():
                digest.update(f"\n{one.type_names} {one.message}".encode())
            case _:
                digest.update(f"\n{one}".encode())
    return digest.digest()


def shape_differs(right: Outcome, wrong: Outcome) -> bool:
    """Tell whether what was returned differs from what is right in a shape."""
    if not isinstance(right, Returned):
        return False
    values = wrong.values if isinstance(wrong, Returned) else ()
    return _shapes(right.values) != _shapes(values)


def _shapes(values: Sequence[Value]) -> list[tuple[int, ...] | None]:
    return [getattr(one, "shape", None) for one in values]


def scrambled(outcome: Outcome, call: Call) -> Outcome:
    """Make every number wrong, the same way for a call, and keep shapes and types."""
    if not isinstance(outcome, Returned):
        return outcome
    value, random = outcome.value, _random_for(call)
    if isinstance(value, tuple):
        return replace(outcome, value=tuple(_wrong(one, random) for one in value))
    return replace(outcome, value=_wrong(value, random))


def _wrong(value: Value, random: np.random.Generator) -> Value:
    if isinstance(value, np.ndarray):
        with np.errstate(all="ignore"):
            off = random.integers(1, 100, value.shape)
            # Of an array without axes, a sum is no array.
            wrong: Array = np.asarray(value + off).astype(value.dtype)
        return wrong
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + 1
    return value


def _random_for(call: Call) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(key_of(call).encode()[:8]))
