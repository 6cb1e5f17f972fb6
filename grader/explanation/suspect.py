"""Known mistakes that may explain a submission, held against what was seen of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from grader.cases import Case, followed
from grader.check import judge
from grader.explanation.sameness import same
from grader.misconceptions import Bank, Misconception
from grader.outcome import Call, Outcome, Raised, Returned
from grader.problem import Check
from grader.score import Judged
from grader.trial import Functions, call

Ask = Callable[[Sequence[Call]], Sequence[Outcome]]
"""Calls the submission's functions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A call, what came of it, and whether that was right."""

    case: Case
    following: Case | None
    outcome: Outcome
    right: bool
    on_purpose: bool
    """Whether it is an exception, and raised by the submission's own words."""
    in_shared_words: bool
    """Whether another function that is asked for has these words too, so that they may
    be about what this one wrongly passed on."""

    def is_explained_by(self, outcome: Outcome) -> bool:
        """Tell whether this is what would have been seen, and as right or wrong.

        Two results may be the same but for rounding, and one of them right.
        """
        alike = self.right or same(self.case, outcome, self.outcome)
        return alike and (judge(self.case, outcome).credit == 1) is self.right


def observed(
    judged: Sequence[Judged],
    outcomes: Sequence[Outcome],
    raising_lines: Mapping[int, frozenset[str]] = MappingProxyType({}),
) -> Iterator[Observation]:
    """Say what was seen, and what is right by the rule of the verdict."""
    pairs = followed([one.case for one in judged])
    for one, (case, following), outcome in zip(judged, pairs, outcomes, strict=True):
        if one.passed or one.failed:
            line = outcome.line if isinstance(outcome, Raised) else None
            sharing = owners = raising_lines.get(line or 0, frozenset())
            if case.group.check is not Check.ERROR:
                # What another function refuses shows what it was wrongly asked for.
                owners &= {case.call.function}
            yield Observation(
                case=case,
                following=following,
                outcome=outcome,
                right=one.passed,
                on_purpose=bool(owners),
                in_shared_words=len(sharing) > 1,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a suspect has to say to what was seen."""

    seen: Observation
    explains: bool
    """Whether it gives what was seen; or, where that was right, is right."""
    returns: bool
    """Whether it returns something."""


class Lineup:
    """A bank to take suspects from, who are asked everything once.

    Each part of the rubric asks much of what others have asked.
    """

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._answers: dict[tuple[object, ...], Answer] = {}

    @property
    def misconceptions(self) -> Sequence[Misconception]:
        """All mistakes that are known."""
        return self._bank.misconceptions

    def functions(
        self, mistakes: Sequence[Misconception], *, checked: bool
    ) -> Functions:
        """Give the functions of a program that makes some mistakes."""
        ids = (mistake.id for mistake in mistakes)
        return self._bank.functions(*ids, checked=checked)

    def answer(self, suspect: "Suspect", seen: Observation) -> Answer:
        """Give what a suspect has to say, or one like it has said."""
        ids = (mistake.id for mistake in suspect.mistakes)
        key = type(suspect), suspect.checked, id(seen), *ids
        known = self._answers.get(key)
        if known is None:
            outcome = suspect.outcome(seen.case, seen.following)
            known = self._answers[key] = Answer(
                seen=seen,  # nothing else then has its id
                explains=suspect.accounts_for(seen, outcome),
                returns=isinstance(outcome, Returned),
            )
        return known


class Suspect:
    """Mistakes that, made together, may explain a submission.

    Parameters
    ----------
    lineup
        Where they come from.
    mistakes
        Each in a step of its own.
    checked
        Whether bad input is refused on the way.
    """

    def __init__(self, lineup: Lineup, *mistakes: Misconception, checked: bool) -> None:
        self._lineup = lineup
        self.mistakes = mistakes
        self.checked = checked
        self.lasts = any(mistake.lasts for mistake in mistakes)
        """Whether calls have to be made in their order."""

    @cached_property
    def _functions(self) -> Functions:
        return self._lineup.functions(self.mistakes, checked=self.checked)

    def outcome(self, case: Case, following: Case | None) -> Outcome:
        """Do what the submission would do if it made just these mistakes."""
        return call(self._functions, case, following)

    def explains(self, seen: Observation) -> bool:
        """Tell whether it gives what was seen; or, where that was right, is right."""
        return self.answer(seen).explains

    def answer(self, seen: Observation) -> Answer:
        """Say what it gives where something was seen, and what that explains."""
        return self._lineup.answer(self, seen)

    def accounts_for(self, seen: Observation, outcome: Outcome) -> bool:
        """Tell whether what it gives explains what was seen."""
        return seen.is_explained_by(outcome)

    def wrong_on(self, seen: Sequence[Observation]) -> frozenset[int]:
        """Give the places of what it is wrong on."""
        return frozenset(
            place
            for place, one in enumerate(seen)
            if judge(one.case, self.outcome(one.case, one.following)).credit < 1
        )


class Omission(Suspect):
    """Checks that are left out, whatever comes of bad input then.

    What a submission returns for it is chance, as is an exception that it doesn't raise
    on purpose. What counts is which refusals are gone. Beside them there may be a
    mistake in how bad input is refused, which what is refused must show.
    """

    def __init__(self, lineup: Lineup, *mistakes: Misconception) -> None:
        super().__init__(lineup, *mistakes, checked=True)
        others = (mistake for mistake in mistakes if not mistake.omits)
        self._with_checks = Suspect(lineup, *others, checked=True)

    def accounts_for(self, seen: Observation, outcome: Outcome) -> bool:
        """Tell whether it lets pass what the submission does, and all else is so."""
        if seen.case.group.check is not Check.ERROR:
            return super().accounts_for(seen, outcome)
        if seen.right:
            return not seen.on_purpose or judge(seen.case, outcome).credit == 1
        if isinstance(outcome, Raised) and seen.is_explained_by(outcome):
            return True
        refusal = self._with_checks.outcome(seen.case, seen.following)
        is_gone = isinstance(refusal, Raised) and outcome != refusal
        return is_gone and not seen.on_purpose


class Verbatim(Suspect):
    """Mistakes that must raise in the same words: that they raise says little.

    But for bad input, whose refusal everyone puts in words of their own.
    """

    def accounts_for(self, seen: Observation, outcome: Outcome) -> bool:
        """Tell whether it raises what the submission does, or is right as it is."""
        if seen.right or seen.case.group.check is Check.ERROR:
            return super().accounts_for(seen, outcome)
        match outcome, seen.outcome:
            case Raised() as one, Raised() as other:
                same_type = one.type_names[0] == other.type_names[0]
                return same_type and one.message == other.message
            case _:
                return False
