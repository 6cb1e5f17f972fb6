"""An author's proof that a problem tells right from wrong.

The reference is held against an independent implementation, every known mistake must
fail a case, so must code that is wrong on purpose, and every example submission must
get the verdict of its folder, right ones with any seed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from grader.cases import followed
from grader.check import judge
from grader.errors import GraderError
from grader.exam import Exam
from grader.loading import load_problem, load_target
from grader.misconceptions import bank_of
from grader.outcome import Loaded
from grader.problem import VALUE_CHECKS, Check, Problem
from grader.record import Record
from grader.sandbox.layers import Level
from grader.score import Judged, verdict_of
from grader.session import Item, Session, Settings
from grader.submission import find_submissions
from grader.trial import Functions, call, quiet
from grader.verdict import Verdict

FULL_SEEDS = 20
_MUTANT_SEEDS = 3
"""A mistake must be found with each of so many seeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was looked at."""

    title: str
    text: str
    """What was found."""
    faults: tuple[str, ...] = ()
    """What is wrong; nothing if all is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is known of a problem."""

    problem: str
    steps: tuple[Step, ...]
    kills: Mapping[str, tuple[str, ...]]
    """For each known mistake the cases that it fails, with the first seed; in a quick
    proof no more than one, but for a table."""
    cases: tuple[str, ...] = ()
    """All cases."""

    @property
    def faults(self) -> tuple[str, ...]:
        """All that is wrong."""
        return tuple(fault for step in self.steps for fault in step.faults)

    def sole_kills(self, case: str) -> tuple[str, ...]:
        """List the mistakes that no other case would find."""
        return tuple(name for name, cases in self.kills.items() if cases == (case,))


def verify(
    target: str,
    *,
    quick: bool = False,
    table: bool = False,
    isolation: Level = Level.FULL,
    progress: Callable[[str], None] = lambda _: None,
) -> Proof:
    """Look at everything that a problem promises.

    Parameters
    ----------
    target
        A problem's id, or a path.
    quick
        With one seed, and without grading the example submissions.
    table
        Whether all cases that find a mistake are wanted, in a quick proof too.
    isolation
        The least that submissions are run in.
    progress
        Told what is being looked at.
    """
    try:
        problem = load_problem(target)
        tried = 1 if quick else _MUTANT_SEEDS
        exams = [Exam(problem, seed) for seed in range(1, tried + 1)]
        cases = exams[0].cases
    except GraderError as error:
        step = Step(title="spec", text="can't be used", faults=(str(error),))
        return Proof(problem=target, steps=(step,), kills={})
    steps = [Step(title="spec", text=f"{len(cases)} cases with each seed")]
    progress("reference")
    steps.append(_reference_step(exams))
    progress("known mistakes")
    kills = _kills(exams, first_only=quick and not table)
    steps.append(_mistakes_step(kills))
    progress("wrong on purpose")
    steps.append(_forgeries_step(exams[0]))
    if not quick:
        steps += _examples_steps(problem, target, isolation, progress)
    return Proof(
        problem=problem.spec.id,
        steps=tuple(steps),
        kills={name: found[0] for name, found in kills.items()},
        cases=tuple(case.id for case in cases),
    )


def _judged(exam: Exam, functions: Functions) -> Iterator[Judged]:
    for case, following in followed(exam.cases):
        with quiet():
            outcome = call(functions, case, following)
        yield Judged(case=case, judgement=judge(case, outcome))


def _failed(exam: Exam, functions: Functions) -> Iterator[str]:
    return (one.case.id for one in _judged(exam, functions) if one.failed)


def _reference_step(exams: Sequence[Exam]) -> Step:
    """Hold the reference against an independent implementation."""
    problem = exams[0].problem
    oracles = {
        function.name: load_target(function.oracle, problem.folder)
        for function in problem.spec.functions
        if function.oracle is not None
    }
    compared, faults = 0, []
    for exam in exams:
        for one in _judged(exam, oracles):
            if one.group.check not in {*VALUE_CHECKS, Check.COUNT}:
                continue
            compared += one.judgement.verdict is not None
            if one.failed:
                words = f"case {one.case.id}, seed {exam.seed}: {one.judgement.message}"
                faults.append(f"reference and oracle differ: {words}")
    without = [f.name for f in problem.spec.functions if f.name not in oracles]
    text = f"agrees with an independent implementation on {compared} cases"
    if not oracles:
        text = "no independent implementation is named"
    elif without:
        text += f"; none is named for {', '.join(without)}"
    return Step(title="reference", text=text, faults=tuple(faults))


def _kills(
    exams: Sequence[Exam], *, first_only: bool
) -> dict[str, list[tuple[str, ...]]]:
    """List for each known mistake, and each seed, the cases that it fails."""
    bank = bank_of(exams[0].problem)
    if bank is None:
        return {}
    most = 1 if first_only else None
    return {
        mistake.id: [
            tuple(islice(_failed(exam, bank.functions(mistake.id)), most))
            for exam in exams
        ]
        for mistake in bank.misconceptions
    }


def _mistakes_step(kills: Mapping[str, Sequence[tuple[str, ...]]]) -> Step:
    faults = tuple(
        f"no case finds the known mistake {name} (seed {seed})"
        for name, found in kills.items()
        for seed, cases in enumerate(found, start=1)
        if not cases
    )
    text = f"{len(kills)} of them, all found" if kills else "no bank is named"
    if faults:
        text = "not all are found"
    return Step(title="known mistakes", text=text, faults=faults)


def _forgeries_step(exam: Exam) -> Step:
    """See that code which is wrong on purpose is not accepted."""
    names = []
    faults = []
    for name, forge in _FORGERIES.items():
        functions = {
            function.name: forge(load_target(function.reference, exam.problem.folder))
            for function in exam.problem.spec.functions
        }
        judged = _judged(exam, functions)
        if verdict_of(Loaded(bindings=()), list(judged)) is Verdict.ACCEPTED:
            faults.append(f"a submission that returns {name} would be accepted")
        else:
            names.append(name)
    text = f"not accepted: {', '.join(names)}"
    return Step(title="wrong on purpose", text=text, faults=tuple(faults))


Function = Callable[..., Any]


def _each(result: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - any result
    if isinstance(result, tuple):
        return tuple(None if one is None else change(one) for one in result)
    return change(result)


def _zeros(function: Function) -> Function:
    return lambda **given: _each(function(**given), np.zeros_like)


def _constant(function: Function) -> Function:
    def first(result: Any) -> Any:  # noqa: ANN401 - an array or a number
        array = np.asarray(result)
        return np.full_like(array, array.flat[0] if array.size else 0)

    return lambda **given: _each(function(**given), first)


def _halved(function: Function) -> Function:
    def call_in_half(**given: Any) -> Any:  # noqa: ANN401 - any arguments
        floats = [
            one.dtype
            for one in given.values()
            if isinstance(one, np.ndarray) and one.dtype.kind == "f"
        ]
        half = {
            name: one.astype(np.float16)
            if isinstance(one, np.ndarray) and one.dtype.kind == "f"
            else one
            for name, one in given.items()
        }
        dtype = np.result_type(*floats) if floats else None
        return _each(
            function(**half), lambda one: one if dtype is None else one.astype(dtype)
        )

    return call_in_half


def _stale(function: Function) -> Function:
    kept: dict[Any, Any] = {}

    def call_once(**given: Any) -> Any:  # noqa: ANN401 - any arguments
        result = function(**given)
        shapes = str([np.shape(one) for one in given.values()])
        return kept.setdefault(shapes, result)

    return call_once


_FORGERIES: Mapping[str, Callable[[Function], Function]] = {
    "zeros": _zeros,
    "one number everywhere": _constant,
    "sums in float16": _halved,
    "the result of an earlier call": _stale,
}


HOSTILE = "hostile"
"""The folder of examples that try to misuse the grader, by what they aim at."""


def promised(path: Path) -> frozenset[str]:
    """Give the verdicts that an example may get, by the folder that it lies in.

    Elsewhere a folder is named for the one verdict. What is hostile may race, and so
    get different ones; what matters is that it is not accepted. To hurry, by whatever
    means, costs nobody the verdict of right values; to be honest must not, either.

    Examples
    --------
    >>> promised(Path("softmax/wrong_answer/rows.py"))
    frozenset({'wrong_answer'})
    >>> "accepted" in promised(Path("softmax/hostile/forge/own_frames.py"))
    False
    """
    aim = path.parent.name
    if path.parent.parent.name != HOSTILE:
        return frozenset({aim})
    if aim == "honest":
        return frozenset({Verdict.ACCEPTED})
    every = frozenset(Verdict) - {Verdict.JUDGE_ERROR}
    return every if aim == "hurry" else every - {Verdict.ACCEPTED}


def _examples_steps(
    problem: Problem,
    target: str,
    isolation: Level,
    progress: Callable[[str], None],
) -> Iterator[Step]:
    """Grade the examples beside the problem, right ones with many seeds."""
    spec = problem.spec
    folder = problem.folder.parent.parent / "submissions" / spec.id
    found = find_submissions([folder] if folder.is_dir() else [], spec.functions)
    paths = sorted(path for _, path in found)
    if not paths:
        yield Step(title="examples", text=f"none in {folder}")
        return
    right: list[Record] = []
    faults = []
    settings = Settings(
        problem=target, isolation=isolation, explain=False, tests=False, style=False
    )
    with Session(settings) as session:
        for path in paths:
            progress(path.stem)
            record = session.grade(Item(name=path.stem, path=path), timing=False)
            if record.verdict not in promised(path):
                faults.append(f"{path} gets {record.verdict.value}")
            elif promised(path) == {Verdict.ACCEPTED}:
                right.append(record)
        text = f"{len(paths)} submissions get the verdicts of their folders"
        yield Step(title="examples", text=text, faults=tuple(faults))
        accepted = [path for path in paths if promised(path) == {Verdict.ACCEPTED}]
        faults = []
        for seed in range(1, FULL_SEEDS + 1):
            session.use_seed(seed)
            for path in accepted:
                progress(f"{path.stem}, seed {seed}")
                record = session.grade(Item(name=path.stem, path=path), timing=False)
                right.append(record)
                if record.verdict is not Verdict.ACCEPTED:
                    words = f"{path} gets {record.verdict.value} with seed {seed}"
                    faults.append(words)
    text = f"{len(accepted)} right submissions are accepted with {FULL_SEEDS} seeds"
    yield Step(title="seeds", text=text, faults=tuple(faults))
    yield Step(title="slack", text=_slack_text(right))


def _slack_text(records: Sequence[Record]) -> str:
    """Tell how much of each bound right submissions use at the most."""
    most: dict[str, float] = {}
    for record in records:
        for case in record.cases:
            if case.bound_used is not None and case.verdict is Verdict.ACCEPTED:
                most[case.group] = max(most.get(case.group, 0.0), case.bound_used)
    shares = ", ".join(f"{group} {share:.2f}" for group, share in most.items())
    return f"of the bounds at most: {shares}" if shares else "no bounds are used"
