"""Why a submission is wrong: the known mistake that does exactly what it does.

A mistake explains a part of the rubric if it gives what the submission gives on every
failing case of the part, and is right wherever the submission is right. That is then
put to the test on new data; what fits by accident does not survive it, and where
several fit, new data that tells them apart decides. What nothing explains has no name.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

import numpy as np

from grader.bounds import normwise_bound
from grader.cases import Case, cases_of_group, followed
from grader.check import judge
from grader.grade import Exam
from grader.misconceptions import Bank, Misconception, bank_of
from grader.outcome import (
    Array,
    Call,
    Calling,
    Outcome,
    Raised,
    Returned,
    TooLarge,
    Value,
)
from grader.problem import BOUND_CHECKS, Check, Part
from grader.record import DiagnosisEntry
from grader.trial import call

Ask = Callable[[Sequence[Call]], Sequence[Outcome]]
"""Calls the submission's functions with new arguments."""

_ROUNDS = 4
"""How often new data is drawn to put what fits to the test."""
_MOST_QUESTIONS = 24
"""Calls of the submission in each round."""
_MOST_ALIKE = 3
"""Titles of others that can't be told apart."""
_ENOUGH_PASSING = 3
"""Cases that are right, without which exceptions say too little."""
_DECIDING = 4
"""As many telling answers settle it."""
_MOST_TELLING = 8
"""Failing cases on which mistakes are looked at one by one, before pairs of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A call, what came of it, and whether that was right."""

    case: Case
    following: Case | None
    outcome: Outcome
    right: bool


class Suspect:
    """Mistakes that, made together, may explain a submission.

    Parameters
    ----------
    bank
        Where they come from.
    mistakes
        Each in a step of its own.
    checked
        Whether bad input is refused on the way.
    """

    def __init__(self, bank: Bank, *mistakes: Misconception, checked: bool) -> None:
        self.mistakes = mistakes
        ids = (mistake.id for mistake in mistakes)
        self._functions = bank.functions(*ids, checked=checked)

    def outcome(self, case: Case, following: Case | None) -> Outcome:
        """Do what the submission would do if it made just these mistakes."""
        return call(self._functions, case, following)

    def explains(self, seen: Observation) -> bool:
        """Tell whether it gives what was seen; or, where that was right, is right."""
        outcome = self.outcome(seen.case, seen.following)
        if seen.right:
            return judge(seen.case, outcome).credit == 1
        return same(seen.case, outcome, seen.outcome)

    def wrong_on(self, seen: Sequence[Observation]) -> frozenset[int]:
        """Give the places of those on which it is wrong."""
        return frozenset(
            place
            for place, one in enumerate(seen)
            if judge(one.case, self.outcome(one.case, one.following)).credit < 1
        )


def diagnose(
    exam: Exam, outcomes: Sequence[Outcome], ask: Ask
) -> tuple[tuple[DiagnosisEntry, ...], tuple[str, ...]]:
    """Find the known mistakes that explain what failed.

    The parts that the verdict depends on come first. What explains them may explain
    others too, or be a part of what does; where it has no name, what other values say
    has none either.

    Parameters
    ----------
    exam
        The problem and its cases.
    outcomes
        What the submission did on each of them.
    ask
        Calls its functions again.

    Returns
    -------
    tuple
        At most one diagnosis for each part of the rubric; and the parts in which
        something is wrong that no known mistake explains.
    """
    bank = bank_of(exam.problem)
    if bank is None:
        return (), ()
    seen = tuple(_observed(exam.cases, outcomes))
    spec = exam.problem.spec
    required = {group.part for group in spec.groups if group.required}
    ordered = sorted(spec.parts, key=lambda part: part.id not in required)
    found: list[DiagnosisEntry] = []
    unexplained: list[str] = []
    known: tuple[Misconception, ...] = ()
    for part in ordered:
        inquiry = _Inquiry(exam, bank, part, seen, ask)
        if not inquiry.is_open:
            continue
        standing = inquiry.explained_by(known) if known else []
        if standing:
            found.append(inquiry.entry(standing, known))
            continue
        if required & set(unexplained) - {part.id} and inquiry.is_of_values:
            continue
        standing = inquiry.standing(known)
        if standing:
            found.append(inquiry.entry(standing, known))
            known = known or standing[0].mistakes
        else:
            unexplained.append(part.id)
    return tuple(found), tuple(unexplained)


class _Inquiry:
    """What is asked about one part of the rubric."""

    def __init__(
        self,
        exam: Exam,
        bank: Bank,
        part: Part,
        seen: Sequence[Observation],
        ask: Ask,
    ) -> None:
        self._exam, self._bank, self._part, self._ask = exam, bank, part, ask
        self._own = [one for one in seen if one.case.group.part == part.id]
        self._failing = [one for one in self._own if not one.right]
        # Who refuses little also lets pass what comes of a wrong size.
        refusals = [one.right for one in seen if one.case.group.check is Check.ERROR]
        self._checked = 2 * sum(refusals) >= len(refusals)

    @property
    def is_of_values(self) -> bool:
        """Whether what fails is no exception and no count that was asked for."""
        checks = {one.case.group.check for one in self._failing}
        return not checks <= {Check.ERROR, Check.COUNT}

    @property
    def is_open(self) -> bool:
        """Whether there is something to explain, and enough seen to do it.

        Time-outs and crashes explain themselves. Exceptions alone say little: any
        mistake that raises would do, unless it must be right elsewhere.
        """
        passing = len(self._own) - len(self._failing)
        telling = any(isinstance(one.outcome, Returned) for one in self._failing)
        return (
            bool(self._failing)
            and all(isinstance(one.outcome, Returned | Raised) for one in self._failing)
            and (telling or (self.is_of_values and passing >= _ENOUGH_PASSING))
        )

    def explained_by(self, mistakes: Sequence[Misconception]) -> list[Suspect]:
        """Give what explains another part, if it explains this one as well."""
        return [one for one in self._variants(mistakes) if self._fits(one)]

    def standing(self, known: Sequence[Misconception]) -> list[Suspect]:
        """List who explains all that fails: one mistake, else two.

        Parameters
        ----------
        known
            What explains another part: it is made here too, beside another mistake.
        """
        for suspects in (self._singles(known), self._pairs(known)):
            standing = self._test([one for one in suspects if self._fits(one)])
            if standing:
                return standing
        return []

    def _variants(self, mistakes: Sequence[Misconception]) -> Iterator[Suspect]:
        for checked in (self._checked, not self._checked):
            yield Suspect(self._bank, *mistakes, checked=checked)

    def _singles(self, known: Sequence[Misconception]) -> Iterator[Suspect]:
        steps = {mistake.step for mistake in known}
        for mistake in self._bank.misconceptions:
            yield from self._variants([mistake])
            if known and mistake.step not in steps:
                yield from self._variants([*known, mistake])

    def _pairs(self, known: Sequence[Misconception]) -> Iterator[Suspect]:
        if known and self.is_of_values:
            return
        # Two that undo each other are not looked for, nor one that shows only beside
        # another: each must do harm where the submission fails, and none elsewhere.
        failing = self._evidence[: len(self._failing)]
        some = failing[:: -(-len(failing) // _MOST_TELLING)]
        alone = {
            mistake.id: Suspect(self._bank, mistake, checked=self._checked)
            for mistake in self._bank.misconceptions
        }
        harm = {name: one.wrong_on(some) for name, one in alone.items()}
        right = [seen for seen in self._evidence if seen.right]
        harmless = [
            mistake
            for mistake in self._bank.misconceptions
            if harm[mistake.id] and all(map(alone[mistake.id].explains, right))
        ]
        for one, other in combinations(harmless, 2):
            all_harmed = len(harm[one.id] | harm[other.id]) == len(some)
            if one.step != other.step and all_harmed:
                yield Suspect(self._bank, one, other, checked=self._checked)

    @cached_property
    def _evidence(self) -> list[Observation]:
        """All cases of the part: first small ones that failed, then the rest."""
        failing = sorted(
            self._failing,
            key=lambda seen: (isinstance(seen.outcome, Raised), seen.case.elements),
        )
        return [*failing, *(seen for seen in self._own if seen.right)]

    def _fits(self, suspect: Suspect) -> bool:
        return all(suspect.explains(seen) for seen in self._evidence)

    def _test(self, standing: list[Suspect]) -> list[Suspect]:
        """Ask the submission about new data, and keep who still explains it."""
        told = 0
        for attempt in range(1, _ROUNDS + 1):
            differing, wrong = self._questions(standing, attempt)
            questions = (differing or wrong)[:_MOST_QUESTIONS]
            answers = self._ask([case.call for case in questions])
            for seen in _observed(questions, answers):
                told += not seen.right
                standing = [one for one in standing if one.explains(seen)]
            decided = len(standing) == 1 or not differing
            if not standing or (decided and told >= _DECIDING):
                break
        return standing

    def _questions(
        self, standing: Sequence[Suspect], attempt: int
    ) -> tuple[list[Case], list[Case]]:
        """Make new cases on which suspects differ, and such as all get wrong alike."""
        differing: list[Case] = []
        wrong: list[Case] = []
        wanted = differing if len(standing) > 1 else wrong
        for case in self._new_cases(attempt) if standing else ():
            given = [suspect.outcome(case, None) for suspect in standing]
            if any(not same(case, *two) for two in pairwise(given)):
                differing.append(case)
            elif judge(case, given[0]).credit < 1:
                wrong.append(case)
            if len(wanted) >= _MOST_QUESTIONS:
                break
        return differing, wrong

    def _new_cases(self, attempt: int) -> Iterator[Case]:
        """Make the generated cases of groups that fail, with other data."""
        groups = {seen.case.group.id: seen.case.group for seen in self._failing}
        for group in groups.values():
            if group.generate:
                seed = self._exam.seed + attempt
                yield from cases_of_group(self._exam.problem, group, seed)

    def entry(
        self, standing: Sequence[Suspect], known: Sequence[Misconception]
    ) -> DiagnosisEntry:
        """Word what was found; what is known from another part needs no more hints."""
        best, *others = standing
        named = {one.id for one in best.mistakes}
        alike = {
            _joined([mistake.title for mistake in other.mistakes]): None
            for other in others
            if not named <= {one.id for one in other.mistakes}
        }
        # Forms of one mistake have the same words.
        title = _joined([mistake.title for mistake in best.mistakes])
        alike.pop(title, None)
        return DiagnosisEntry(
            part=self._part.id,
            misconceptions=tuple(mistake.id for mistake in best.mistakes),
            title=title,
            explanation=" ".join(mistake.explanation for mistake in best.mistakes),
            hints=tuple(
                mistake.hints for mistake in best.mistakes if mistake not in known
            ),
            alike=tuple(alike)[:_MOST_ALIKE],
            cases_explained=len(self._failing),
            cases_failed=len(self._failing),
            case=self._evidence[0].case.id,
        )


def _joined(titles: Sequence[str]) -> str:
    return ", and ".join(titles)


def _observed(
    cases: Sequence[Case], outcomes: Sequence[Outcome]
) -> Iterator[Observation]:
    for (case, following), outcome in zip(followed(cases), outcomes, strict=True):
        judgement = judge(case, outcome)
        if judgement.verdict is None:
            continue
        right = judgement.credit == 1
        yield Observation(case=case, following=following, outcome=outcome, right=right)


def same(case: Case, one: Outcome, other: Outcome) -> bool:
    """Tell whether two outcomes of a case are alike, but for rounding.

    Exceptions are alike, and where one is asked for, if they are of the same type;
    arrays if shapes agree and so do all elements, exactly or, where sums are rounded,
    within the norm-wise bound.
    """
    match one, other:
        case (Raised(), Raised()):
            asked = case.group.check is Check.ERROR
            return not asked or one.type_names[0] == other.type_names[0]
        case (Returned(), Returned()):
            if case.call.calling is not Calling.ONCE and one.modified != other.modified:
                return False
            return _same_values(case, one.value, other.value)
        case _:
            return False


def _same_values(
    case: Case, one: Value | tuple[Value, ...], other: Value | tuple[Value, ...]
) -> bool:
    ones, others = _several(one), _several(other)
    return (
        isinstance(one, tuple) == isinstance(other, tuple)
        and len(ones) == len(others)
        and all(
            _same_value(case, mine, yours)
            for mine, yours in zip(ones, others, strict=True)
        )
    )


def _several(value: Value | tuple[Value, ...]) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else (value,)


def _slack(case: Case) -> float:
    working = case.expected.working_dtype
    if working is None or working.kind != "f":
        return 0.0
    return max(
        (
            normwise_bound(result.magnitude, result.terms, working)
            for result in case.expected.results
            if result.magnitude is not None
        ),
        default=0.0,
    )


def _same_value(case: Case, one: Value, other: Value) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, TooLarge):
        # Of a result far larger than expected, no more than this is known.
        return bool(one.shape == other.shape)
    if not isinstance(one, np.ndarray) or not isinstance(other, np.ndarray):
        return type(one) is type(other) and bool(np.all(one == other))
    if case.group.check is Check.DTYPE and one.dtype != other.dtype:
        return False
    if one.shape != other.shape:
        return False
    numeric = one.dtype.kind in "fiub" and other.dtype.kind in "fiub"
    return bool(np.array_equal(one, other)) or (
        numeric and _are_close(case, one, other)
    )


def _are_close(case: Case, one: Array, other: Array) -> bool:
    """Tell whether two arrays differ by what rounding may have done to sums."""
    mine, yours = one.astype(np.longdouble), other.astype(np.longdouble)
    slack = 0.0
    if case.group.check in BOUND_CHECKS or not (_is_whole(mine) and _is_whole(yours)):
        slack = _slack(case)  # sums of integers are exact, whatever is wrong with them
    with np.errstate(all="ignore"):
        close = np.abs(mine - yours) <= slack
    return bool(np.all(close | (mine == yours) | (np.isnan(mine) & np.isnan(yours))))


def _is_whole(array: Array) -> bool:
    return bool(np.all(array == np.rint(array)))
