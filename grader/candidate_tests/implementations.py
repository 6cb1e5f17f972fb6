"""Correct code and known mistakes, to be called with arguments of unknown origin.

What a candidate's tests ask for may take for ever, so nothing of it is called here: the
reference, the oracle and the bank go over to a worker as text, as a submission does.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Self

import numpy as np

from grader.bundle import bundle_all
from grader.outcome import AskedArgument, Call, Crashed, Outcome, Returned, TimedOut
from grader.problem import Limits, Problem
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.witness import ROOM_BYTES, Witness
from grader.submission import Submission

REFERENCE, ORACLE, PLAIN = "reference", "oracle", "plain"
"""The right ones: the last is the bank's program without a mistake."""
CORRECT = {
    REFERENCE: "the reference",
    ORACLE: "a second implementation",
    PLAIN: "a third implementation",
}
_LIMITS = Limits(call_seconds=1, run_seconds=60, memory_mib=512)
_LEAST_OUTPUT_BYTES = 16 << 10
_GLUE = """
import sys

def _of(target):
    module, name = target.split(":")
    return getattr(sys.modules[module], name)

_targets = {targets!r}
_known = {{
    name: {{function: _of(one) for function, one in functions.items()}}
    for name, functions in _targets.items()
}}
_bank = _of({bank!r})

def _function(implementation, function):
    if implementation not in _known:
        ids = [] if implementation == {plain!r} else [implementation]
        _known[implementation] = _bank.functions(*ids)
    return _known[implementation][function]
"""
_ENTRY = """
def {name}(*, implementation, **arguments):
    return _function(implementation, {name!r})(**arguments)
"""


def key_of(call: Call) -> str:
    """Name a question, the same name for the same arguments."""
    digest = hashlib.sha256(call.function.encode())
    for name, value in call.arguments.items():
        digest.update(f"\0{name}\0".encode())
        if isinstance(value, np.ndarray):
            digest.update(f"{value.dtype.str}{value.shape}".encode())
            digest.update(np.ascontiguousarray(value).tobytes())
        else:
            digest.update(repr(value).encode())
    return digest.hexdigest()


class Implementations:
    """All that a problem knows of its functions, right and wrong, with what they gave.

    Parameters
    ----------
    sandbox
        Where they are called.
    problem
        It must have a bank.
    """

    def __init__(self, sandbox: Sandbox, problem: Problem) -> None:
        extra = AskedArgument(name="implementation")
        signatures = [
            replace(
                one.signature,
                aliases=(),
                arguments=(
                    *(replace(own, aliases=()) for own in one.signature.arguments),
                    extra,
                ),
            )
            for one in problem.spec.functions
        ]
        source = _source(problem)
        self._stack = ExitStack()
        self._witness = Witness(sandbox, source, signatures, _LIMITS)
        self._stack.enter_context(self._witness)
        self._given: dict[tuple[str, str], Outcome] = {}

    def __enter__(self) -> Self:
        """Give them; their worker ends on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the worker."""
        self._stack.close()

    def answer(self, name: str, call: Call) -> Outcome:
        """Give what one of them makes of a call."""
        return self.answers([name], [call])[0]

    def answers(self, names: Sequence[str], calls: Sequence[Call]) -> list[Outcome]:
        """Give what some of them make of calls: all of the first, then of the next."""
        keyed = [(key_of(call), call) for call in calls]
        if set(names) - {REFERENCE}:
            self._work_out([REFERENCE], keyed)
        self._work_out(names, keyed)
        return [self._given[name, key] for name in names for key, _ in keyed]

    def forget(self, name: str) -> None:
        """Drop what one of them gave, but not that it gave nothing.

        What stopped it once would again, and after a few such faults none is asked.
        """
        self._given = {
            given: one
            for given, one in self._given.items()
            if given[0] != name or isinstance(one, TimedOut | Crashed)
        }

    def keep(self, keys: Collection[str]) -> None:
        """Drop what was given to any but these questions."""
        self._given = {
            given: one for given, one in self._given.items() if given[1] in keys
        }

    def _work_out(
        self, names: Sequence[str], keyed: Sequence[tuple[str, Call]]
    ) -> None:
        missing = {}
        for name in names:
            for key, call in keyed:
                if (name, key) not in self._given:
                    right = self._given.get((REFERENCE, key))
                    if name == ORACLE and not isinstance(right, Returned):
                        # It trusts its arguments: what is refused is the reference's
                        # to say.
                        assert right is not None
                        self._given[name, key] = right
                    else:
                        missing[name, key] = _call(name, call, right)
        for part in _parts(missing):
            outcomes = self._witness.ask([missing[one] for one in part])
            self._given.update(zip(part, outcomes, strict=True))


def _call(name: str, call: Call, right: Outcome | None) -> Call:
    room = call.output_bytes
    if right is not None:
        room = _LEAST_OUTPUT_BYTES
        if isinstance(right, Returned):
            room += 4 * right.array_bytes
    return replace(
        call, arguments=call.arguments | {"implementation": name}, output_bytes=room
    )


def _parts(
    calls: dict[tuple[str, str], Call],
) -> Iterator[list[tuple[str, str]]]:
    """Cut into pieces that there is room for."""
    part: list[tuple[str, str]] = []
    used = 0
    for name, call in calls.items():
        size = call.output_bytes + (8 << 10) + call.array_bytes
        if part and used + size > ROOM_BYTES // 2:
            yield part
            part, used = [], 0
        part.append(name)
        used += size
    if part:
        yield part


def _source(problem: Problem) -> Submission:
    spec = problem.spec
    assert spec.misconceptions is not None
    targets = {
        REFERENCE: {one.name: one.reference for one in spec.functions},
        ORACLE: {one.name: one.oracle or one.reference for one in spec.functions},
    }
    named = [one for functions in targets.values() for one in functions.values()]
    modules = [target.split(":")[0] for target in (*named, spec.misconceptions)]
    glue = _GLUE.format(targets=targets, bank=spec.misconceptions, plain=PLAIN)
    glue += "".join(_ENTRY.format(name=one.name) for one in spec.functions)
    libraries = spec.allowed_imports
    source = bundle_all(modules, problem.folder, libraries) + glue.encode()
    return Submission(name="implementations", source=source)
