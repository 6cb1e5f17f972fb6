"""Count how often loops turn, in small calls and in calls that are larger in one size.

The submission is run in the sandbox with counters in its source (`turns`). The far side
is not to be trusted, and need not be: what it says is evidence, and no point depends
on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.arguments import make_arguments, stream
from grader.cases import Case, case_of
from grader.entries import argument_entries
from grader.expected import Reference
from grader.grade import Executor
from grader.outcome import Call, Loaded, Outcome, Returned, Signature
from grader.problem import ArraySpec, Axis, Check, Function, Problem, Timing
from grader.record import ArgumentEntry
from grader.sandbox.protocol import encode_calls
from grader.style.turns import COUNTS
from grader.submission import Submission

_MOST = 6
"""A varied size is no larger than this in the smallest call."""
_GROWS = 1.5
"""How much more often a loop turns that goes with a size which is doubled."""
_LONGEST_SECONDS = 1.0
"""Of a call; honest ones take a thousandth of it."""
_LONGEST_LOOP = 2**53
_ASKED = Signature(name=COUNTS, arguments=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A call, and the turns of each loop in it."""

    title: str
    axis: str | None
    """The size that it is larger in."""
    arguments: tuple[ArgumentEntry, ...]
    turns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """A call to count in."""

    title: str
    axis: str | None
    case: Case


class Counter:
    """Calls to count turns in, made once for a problem.

    Parameters
    ----------
    problem
        It needs a `timing`: that says what is called, and which sizes are varied.
    """

    def __init__(self, problem: Problem) -> None:
        limits = problem.spec.limits
        self._limits = limits.model_copy(
            update={
                "faults": 1,
                "call_seconds": min(limits.call_seconds, _LONGEST_SECONDS),
                "run_seconds": min(limits.run_seconds, 2 * _LONGEST_SECONDS),
            }
        )
        self._calls: tuple[Sized, ...] = ()
        self._function: Function | None = None
        timing = problem.spec.timing
        if timing is not None:
            self._function = problem.spec.function(timing.function)
            self._calls = _calls(problem, timing, self._function)

    def count(
        self, submission: Submission, executor: Executor, loops: int
    ) -> tuple[Counted, ...]:
        """Run a submission that has counters in its source.

        Parameters
        ----------
        submission
            With the source that `turns.with_counters` gives.
        executor
            What runs it.
        loops
            How many counters it has.

        Returns
        -------
        tuple of Counted
            The smallest call first; nothing if that one, or the rest, can't be made.
        """
        if self._function is None or not self._calls:
            return ()
        ask = Call(function=COUNTS, arguments={}, output_bytes=8 * loops)
        calls = [call for one in self._calls for call in (one.case.call, ask)]
        run = executor.run(
            submission,
            [self._function.signature, _ASKED],
            self._limits,
            [encode_calls(calls, sequence=1)],
        )
        if not isinstance(run.load, Loaded):
            return ()
        counted = []
        for number, one in enumerate(self._calls):
            made, said = run.outcomes[2 * number : 2 * number + 2]
            turns = _turns(said, loops)
            if not isinstance(made, Returned) or turns is None:
                if number == 0:
                    return ()
                continue
            arguments = _described(one.case)
            counted.append(
                Counted(
                    title=one.title, axis=one.axis, arguments=arguments, turns=turns
                )
            )
        return tuple(counted)


def grows_with(counted: Sequence[Counted], loop: int) -> tuple[str, ...]:
    """Name the sizes with which a loop turns more often."""
    if not counted:
        return ()
    smallest = counted[0].turns[loop]
    return tuple(
        one.axis
        for one in counted[1:]
        if one.axis is not None and one.turns[loop] > _GROWS * max(smallest, 1)
    )


def _described(case: Case) -> tuple[ArgumentEntry, ...]:
    """Describe a call's arguments by their shapes: its numbers don't matter."""
    return tuple(
        one.model_copy(update={"text": case.filled_with.get(one.name, one.text)})
        for one in argument_entries(case)
    )


def _turns(said: Outcome, loops: int) -> tuple[int, ...] | None:
    if not isinstance(said, Returned) or not isinstance(said.value, np.ndarray):
        return None
    turns = said.value
    if turns.shape != (loops,) or turns.dtype != np.int64:
        return None
    if (turns < 0).any() or (turns > _LONGEST_LOOP).any():
        return None
    return tuple(map(int, turns))


def _calls(problem: Problem, timing: Timing, function: Function) -> tuple[Sized, ...]:
    """Make the calls from the first rung that can be made larger in every size."""
    reference = Reference(problem, function)
    best: tuple[Sized, ...] = ()
    for rung in timing.rungs:
        sizes = _reduced(rung.sizes, timing.growth)
        found = [_sized(problem, timing, reference, "smallest", None, sizes)]
        if found[0] is None:
            continue
        for axis in timing.growth:
            title = f"{axis.size} doubled"
            larger = sizes | {axis.size: 2 * sizes[axis.size]}
            one = _sized(problem, timing, reference, title, axis.title, larger)
            found.append(one)
        made = tuple(one for one in found if one is not None)
        if len(made) > len(best):
            best = made
        if len(made) == len(found):
            break
    return best


def _reduced(sizes: Mapping[str, int], axes: Sequence[Axis]) -> dict[str, int]:
    varied = {axis.size: min(sizes[axis.size], _MOST) for axis in axes}
    return {**sizes, **varied}


def _sized(
    problem: Problem,
    timing: Timing,
    reference: Reference,
    title: str,
    axis: str | None,
    sizes: Mapping[str, int],
) -> Sized | None:
    """Make a call; None if the reference refuses it."""
    rng = stream(0, f"style/{title}")
    try:
        arguments = make_arguments(timing.arguments, sizes, timing.dtype, rng)
        expected = reference.expected(Check.RANDOM_BOUND, arguments)
    except Exception:  # noqa: BLE001 - a size that can't be doubled by itself
        return None
    group = problem.spec.groups[0].model_copy(update={"function": timing.function})
    filled = {
        name: spec.values.replace("_", " ")
        for name, spec in timing.arguments.items()
        if isinstance(spec, ArraySpec)
    }
    case = case_of(title, group, arguments, expected, filled)
    once = replace(case.call, calling=case.call.calling.ONCE)
    return Sized(title=title, axis=axis, case=replace(case, call=once))
