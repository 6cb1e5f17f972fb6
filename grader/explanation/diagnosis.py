"""Why a submission is wrong: the known mistake that does exactly what it does.

A mistake explains a part of the rubric if it gives what the submission gives on every
failing case of the part, and is right wherever the submission is right. That is then
put to the test on new data; what fits by accident does not survive it, and where
several fit, new data that tells them apart decides. What nothing explains has no name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, combinations, filterfalse, islice, pairwise

import numpy as np

from grader.arguments import arrays_of, is_in_order
from grader.cases import Case, cases_of_group
from grader.check import judge
from grader.exam import Exam
from grader.explanation.sameness import same
from grader.explanation.suspect import (
    Ask,
    Lineup,
    Observation,
    Omission,
    Suspect,
    Verbatim,
    observed,
)
from grader.misconceptions import Misconception, bank_of
from grader.outcome import Calling, Outcome, Raised, Returned
from grader.problem import Check, Part
from grader.record import DiagnosisEntry
from grader.score import Judged, excused, judge_all
from grader.trial import quiet

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
_CHECKS_AT_ONCE = (2, 3, 4)
"""Where more are left out, or others, it is enough to list what is let pass."""
_MOST_TELLING = 8
"""Failing cases on which mistakes are looked at one by one, before pairs of them."""
_HINTS_ON_MEMORY = (
    "Try an array that is a transposed or sliced view, and a copy of it.",
    "Look for places where your code reckons with steps in bytes, or with their order.",
    "Do the view and its copy give the same?",
)
_HINTS_ON_ARGUMENTS = (
    "Compare the arguments before and after a call.",
    "Look for a line that writes into an argument, or into a view of one.",
    "Is every array that your code writes to one that it has made itself?",
)


def diagnose(
    exam: Exam,
    judged: Sequence[Judged],
    outcomes: Sequence[Outcome],
    ask: Ask,
    *,
    normwise: bool,
    raising_lines: Mapping[int, frozenset[str]],
) -> tuple[tuple[DiagnosisEntry, ...], tuple[str, ...]]:
    """Find the known mistakes that explain what failed.

    The parts that the verdict depends on come first. What explains them may explain
    others too, or be a part of what does; where it has no name, more is asked of what
    explains other values.

    Parameters
    ----------
    exam
        The problem and its cases.
    judged
        What each of them shows.
    outcomes
        What the submission did on each.
    ask
        Calls its functions again.
    normwise
        Whether it is held to the bound for transforms.
    raising_lines
        Lines of the submission's file on which it raises on purpose, and the functions
        whose checks these are.

    Returns
    -------
    tuple
        At most one diagnosis for each part of the rubric; and the parts in which
        something is wrong that no known mistake explains.
    """
    bank = bank_of(exam.problem)
    if bank is None:
        return (), ()
    seen = tuple(observed(judged, outcomes, raising_lines))
    with quiet():
        return _diagnosed(exam, Lineup(bank), seen, ask, normwise=normwise)


def _diagnosed(
    exam: Exam,
    lineup: Lineup,
    seen: Sequence[Observation],
    ask: Ask,
    *,
    normwise: bool,
) -> tuple[tuple[DiagnosisEntry, ...], tuple[str, ...]]:
    """Go through the parts of the rubric in which something was seen to be wrong."""
    spec = exam.problem.spec
    required = {group.part for group in spec.groups if group.required}
    ordered = sorted(spec.parts, key=lambda part: part.id not in required)
    found: list[DiagnosisEntry] = []
    plain: list[DiagnosisEntry] = []
    unexplained: list[str] = []
    told: list[tuple[Misconception, ...]] = []
    for part in ordered:
        inquiry = _Inquiry(exam, lineup, part, seen, ask, normwise=normwise)
        if not inquiry.is_open:
            continue
        known = told[0] if told else ()
        said = tuple(chain.from_iterable(told))
        standing = list(chain.from_iterable(map(inquiry.explained_by, told)))
        if standing:
            found.append(inquiry.entry(standing, said))
            continue
        if inquiry.is_of_arguments:
            plain.append(inquiry.entry_of_arguments())
            continue
        nameless = {*unexplained, *(entry.part for entry in plain)}
        doubtful = inquiry.is_of_values and bool(required & nameless)
        standing = inquiry.standing(known, doubtful=doubtful)
        if standing:
            found.append(inquiry.entry(standing, said))
            told.append(standing[0].mistakes)
        elif inquiry.is_of_memory:
            plain.append(inquiry.entry_of_memory())
        elif not inquiry.is_silent:
            unexplained.append(part.id)
    return (*found, *plain), tuple(unexplained)


class _Inquiry:
    """What is asked about one part of the rubric."""

    def __init__(
        self,
        exam: Exam,
        lineup: Lineup,
        part: Part,
        seen: Sequence[Observation],
        ask: Ask,
        *,
        normwise: bool,
    ) -> None:
        self._exam, self._lineup, self._part, self._ask = exam, lineup, part, ask
        self._normwise = normwise
        self._seen = seen
        self._own = [one for one in seen if one.case.group.part == part.id]
        self._failing = [one for one in self._own if not one.right]
        # Who refuses little also lets pass what comes of a wrong size.
        refusals = [one.right for one in seen if one.case.group.check is Check.ERROR]
        self._checked = 2 * sum(refusals) >= len(refusals)
        self._vain: set[tuple[object, ...]] = set()
        """Mistakes that explain nothing, whether arguments are checked or not."""

    @property
    def is_of_values(self) -> bool:
        """Whether what fails is no exception and no count that was asked for."""
        checks = {one.case.group.check for one in self._failing}
        return not checks <= {Check.ERROR, Check.COUNT}

    @property
    def _returns(self) -> bool:
        """Whether something that fails is what a call returned."""
        return any(isinstance(one.outcome, Returned) for one in self._failing)

    @property
    def _is_of_bad_input(self) -> bool:
        """Whether all that fails should have been refused."""
        return all(one.case.group.check is Check.ERROR for one in self._failing)

    @property
    def is_of_arguments(self) -> bool:
        """Whether all that fails is that arguments are not as before."""
        return all(
            isinstance(one.outcome, Returned | Raised)
            and one.outcome.modified
            and one.case.group.check is Check.UNMODIFIED
            for one in self._failing
        )

    @property
    def is_of_memory(self) -> bool:
        """Whether only views fail whose numbers aren't in order, and no copies do."""
        calls = [seen.case.call for seen in self._failing]
        if not self.is_of_values or any(is_in_order(one.arguments) for one in calls):
            return False
        copied = [_in_order(seen.case) for seen in self._failing]
        answers = self._ask([case.call for case in copied])
        return all(one.passed for one in judge_all(copied, answers))

    @property
    def is_open(self) -> bool:
        """Whether there is something to explain, and enough seen to do it.

        Time-outs and crashes explain themselves. Exceptions alone say little: any
        mistake that raises would do, unless it must be right elsewhere. Where code
        raises on purpose, they say nothing of what it would have computed, so that
        they have to be all, and of a mistake that refuses. Where bad input is refused
        with a type that isn't asked for, that type says enough.
        """
        purposes = {one.on_purpose for one in self._failing}
        enough = self._is_of_bad_input or (self.is_of_values and len(purposes) == 1)
        return (
            bool(self._failing)
            and all(isinstance(one.outcome, Returned | Raised) for one in self._failing)
            and (self._returns or enough)
        )

    @property
    def is_silent(self) -> bool:
        """Whether there is little but exceptions, which speak for themselves.

        Any mistake that raises would do, unless it raises in the same words.
        """
        passing = len(self._own) - len(self._failing)
        raising = all(isinstance(one.outcome, Raised) for one in self._failing)
        return raising and passing < _ENOUGH_PASSING

    @property
    def _refuses(self) -> bool:
        """Whether all that fails is good input that is refused on purpose."""
        purposes = all(one.on_purpose for one in self._failing)
        return purposes and not self._is_of_bad_input

    @property
    def _refuses_itself(self) -> bool:
        """Whether that is what the function was called with, not what it passed on."""
        shared = all(one.in_shared_words for one in self._failing)
        return self._refuses and not shared

    @property
    def _only_raises(self) -> bool:
        """Whether all that fails is bad input, refused in another way than asked for.

        Many a mistake raises where the input is bad, by chance.
        """
        return self._is_of_bad_input and not self._returns

    @property
    def _lets_pass(self) -> bool:
        """Whether all that fails is bad input, and no exception says that it is."""
        purposes = any(one.on_purpose for one in self._failing)
        return self._is_of_bad_input and self._returns and not purposes

    @property
    def _checks(self) -> tuple[bool, bool]:
        """Whether programs check their arguments: first as the submission does."""
        return self._checked, not self._checked

    def explained_by(self, mistakes: Sequence[Misconception]) -> list[Suspect]:
        """Give what explains another part, if it explains this one as well."""
        return [one for one in self._variants(mistakes) if self._fits(one)]

    def standing(
        self, known: Sequence[Misconception], *, doubtful: bool
    ) -> list[Suspect]:
        """List who explains all that fails: one mistake, else two.

        Parameters
        ----------
        known
            What explains another part: it is made here too, beside another mistake.
        doubtful
            Whether something without a name is wrong in values that the verdict depends
            on. It may be what is wrong here, so that one mistake has to explain all of
            it, be right wherever the submission is, and new data has to show it; and
            exceptions alone, which other mistakes raise too, name none.
        """
        if doubtful and not self._returns:
            return []
        stages = [self._singles(known), self._omissions(1)]
        alone = doubtful or self._refuses or self.is_silent or self._only_raises
        if not alone:
            stages.append(self._lasting())
            stages += [self._pairs(known, checked=one) for one in self._checks]
            stages += [self._omissions(count) for count in _CHECKS_AT_ONCE]
        if self._is_of_bad_input:
            stages.append(self._omissions_beside())
        strictly = doubtful or self._refuses
        for suspects in stages:
            fitting = [one for one in suspects if self._fits(one, strictly=strictly)]
            if not self._returns:
                # Many a mistake raises; one that shows elsewhere is not made.
                fitting = list(filter(self._does_no_harm, fitting))
            standing = self._test(fitting, least=_DECIDING if strictly else 0)
            if standing:
                return sorted(standing, key=lambda one: self._rank(one, known))
        return []

    def _rank(
        self, suspect: Suspect, known: Sequence[Misconception]
    ) -> tuple[bool, int, int]:
        """Put first who does no harm, then who adds least to what is known.

        Another form of what is known adds nothing: it has the same explanation. Of the
        rest, first who raises most exceptions of the types that the submission raises.
        """
        told = {one.explanation for one in known}
        new = {one.explanation for one in suspect.mistakes} - told
        return not self._does_no_harm(suspect), len(new), self._unlike(suspect)

    def _unlike(self, suspect: Suspect) -> int:
        """Count exceptions of other types than the submission's, in some cases."""
        count = 0
        raising = (one for one in self._failing if isinstance(one.outcome, Raised))
        for seen in islice(raising, _MOST_TELLING):
            match suspect.outcome(seen.case, seen.following), seen.outcome:
                case Raised() as own, Raised() as other:
                    count += own.type_names[0] != other.type_names[0]
                case _:
                    pass
        return count

    def _variants(self, mistakes: Sequence[Misconception]) -> Iterator[Suspect]:
        kind = Verbatim if self.is_silent and not self._refuses_itself else Suspect
        for checked in self._checks:
            yield kind(self._lineup, *mistakes, checked=checked)

    def _singles(self, known: Sequence[Misconception]) -> Iterator[Suspect]:
        steps = {mistake.step for mistake in known}
        for mistake in self._lineup.misconceptions:
            if mistake.lasts or (self._refuses_itself and not mistake.refuses):
                continue
            if self._only_raises and not (mistake.omits or mistake.misrefuses):
                continue
            yield from self._variants([mistake])
            if known and mistake.step not in steps:
                yield from self._variants([*known, mistake])

    def _omissions(self, count: int) -> Iterator[Suspect]:
        """Give checks that may be left out, so many at once."""
        if not self._lets_pass:
            return
        possible = self._left_out if count == 1 else self._partly_left_out
        for some in combinations(possible, count):
            if len({one.step for one in some}) == count:
                yield Omission(self._lineup, *some)

    def _omissions_beside(self) -> Iterator[Suspect]:
        """Give checks that may be left out, where others refuse in a wrong way."""
        for mistake in self._lineup.misconceptions:
            for one in self._left_out if mistake.misrefuses else ():
                yield Omission(self._lineup, mistake, one)

    @property
    def _left_out(self) -> list[Misconception]:
        """The checks that may be left out."""
        return [one for one in self._lineup.misconceptions if one.omits]

    @cached_property
    def _partly_left_out(self) -> list[Misconception]:
        """Those of them that let pass some of what fails, and nothing else."""
        right = [seen for seen in self._evidence if seen.right]
        return [
            mistake
            for mistake in self._left_out
            if any(
                map((one := Omission(self._lineup, mistake)).explains, self._failing)
            )
            and all(map(one.explains, right))
        ]

    def _lasting(self) -> Iterator[Suspect]:
        for mistake in self._lineup.misconceptions:
            if mistake.lasts:
                yield Suspect(self._lineup, mistake, checked=self._checked)

    def _pairs(
        self, known: Sequence[Misconception], *, checked: bool
    ) -> Iterator[Suspect]:
        for two in () if known and self.is_of_values else self._partners:
            yield Suspect(self._lineup, *two, checked=checked)

    @cached_property
    def _partners(self) -> list[tuple[Misconception, Misconception]]:
        """Two mistakes each, that may explain together what fails.

        Two that undo each other are not looked for, nor one that shows only beside
        another: each must do harm where the submission fails, and none elsewhere.
        Where code refuses on purpose it has computed nothing that would show harm, but
        of a mistake that refuses.
        """
        brief = [one for one in self._lineup.misconceptions if not one.lasts]
        alone = {
            mistake.id: Suspect(self._lineup, mistake, checked=self._checked)
            for mistake in brief
        }
        some = self._telling(alone.values())
        everywhere = set(range(len(some)))
        computed = {at for at in everywhere if not some[at].on_purpose}
        harm = {name: one.wrong_on(some) for name, one in alone.items()}
        right = [seen for seen in self._evidence if seen.right]
        harmless = [
            mistake
            for mistake in brief
            if harm[mistake.id] & (everywhere if mistake.refuses else computed)
            and all(map(alone[mistake.id].explains, right))
        ]
        return [
            (one, other)
            for one, other in combinations(harmless, 2)
            if one.step != other.step
            and len(harm[one.id] | harm[other.id]) == len(some)
        ]

    def _telling(self, suspects: Iterable[Suspect]) -> list[Observation]:
        """Give some failing cases, few enough to look at with every mistake.

        Where one mistake explains all of them, another that shows in few cases is not
        seen in them: the first case that is left then tells of it.
        """
        failing = self._evidence[: len(self._failing)]
        some = failing[:: -(-len(failing) // _MOST_TELLING)]
        left = [
            seen
            for one in suspects
            if all(map(one.explains, some))
            for seen in islice(filterfalse(one.explains, failing), 1)
        ]
        return [*some, *left]

    @cached_property
    def _evidence(self) -> list[Observation]:
        """All cases of the part: first small ones that failed, then the rest."""
        failing = sorted(
            self._failing,
            key=lambda seen: (isinstance(seen.outcome, Raised), seen.case.elements),
        )
        return [*failing, *(seen for seen in self._own if seen.right)]

    @cached_property
    def _elsewhere(self) -> list[Observation]:
        """What is right in other parts, and the verdict depends on."""
        return [
            seen
            for seen in self._seen
            if seen.right
            and seen.case.group.required
            and seen.case.group.part != self._part.id
        ]

    @cached_property
    def _of_right_parts(self) -> list[Observation]:
        """The same of parts without a fault, where nothing is right by accident."""
        wrong = {seen.case.group.part for seen in self._seen if not seen.right}
        return [one for one in self._elsewhere if one.case.group.part not in wrong]

    @cached_property
    def _at_fault(self) -> set[str]:
        """The functions that fail; what another does by itself says nothing of them."""
        return {seen.case.call.function for seen in self._failing}

    def _fits(self, suspect: Suspect, *, strictly: bool = False) -> bool:
        """Tell whether a suspect explains the part, and is right elsewhere.

        Strictly, that is wherever the submission is right and the verdict depends on.
        """
        if suspect.lasts:
            return self._fits_in_order(suspect)
        key = type(suspect), strictly, *(mistake.id for mistake in suspect.mistakes)
        if key in self._vain:
            return False
        single = len(suspect.mistakes) == 1
        lenient = single and not strictly
        others = self._of_right_parts if lenient else self._elsewhere
        for seen in (*self._evidence, *others):
            if seen.case.call.function not in self._at_fault:
                continue
            answer = suspect.answer(seen)
            if not answer.explains:
                # Checks do nothing but refuse.
                returned = isinstance(seen.outcome, Returned)
                if answer.returns if suspect.checked else returned:
                    self._vain.add(key)
                return False
        return True

    def _fits_in_order(self, suspect: Suspect) -> bool:
        """Make all calls in their order; those of the part must be explained."""
        kept: tuple[Observation, Outcome] | None = None
        for seen in self._seen:
            outcome = suspect.outcome(seen.case, None)
            # What is kept is read after the next call.
            if kept is not None and not kept[0].is_explained_by(kept[1]):
                return False
            kept = None
            if seen.case.group.part != self._part.id:
                continue
            if seen.case.call.calling is Calling.KEPT:
                kept = seen, outcome
            elif not seen.is_explained_by(outcome):
                return False
        return kept is None or kept[0].is_explained_by(kept[1])

    def _does_no_harm(self, suspect: Suspect) -> bool:
        """Tell whether it leaves right what is right in other functions too."""
        return all(suspect.explains(seen) for seen in self._elsewhere)

    def _test(self, standing: list[Suspect], *, least: int) -> list[Suspect]:
        """Ask the submission about new data, and keep who still explains it.

        Parameters
        ----------
        standing
            Who explains what was seen.
        least
            Wrong answers to new data without which nobody is kept.
        """
        if all(one.lasts for one in standing):
            return standing  # all calls of the exam were made for it, in their order
        told = 0
        for attempt in range(1, _ROUNDS + 1):
            differing, wrong = self._questions(standing, attempt)
            questions = (differing or wrong)[:_MOST_QUESTIONS]
            answers = self._ask([case.call for case in questions])
            judged = judge_all(questions, answers)
            if self._normwise:
                judged = [excused(one) for one in judged]
            for seen in observed(judged, answers):
                told += not seen.right
                standing = [one for one in standing if one.explains(seen)]
            decided = len(standing) == 1 or not differing
            if not standing or (decided and told >= _DECIDING):
                break
        return standing if told >= least else []

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

    def entry_of_memory(self) -> DiagnosisEntry:
        """Say that a view is read as it lies in memory."""
        return self._plain_entry(
            "an array is a view whose numbers lie in memory in another order, or with "
            "gaps, and a copy in order gives the right result",
            "The order of the numbers in memory says nothing about the order of the "
            "axes of a view.",
            _HINTS_ON_MEMORY,
        )

    def entry_of_arguments(self) -> DiagnosisEntry:
        """Say which arguments are not as before."""
        names = dict.fromkeys(
            name
            for seen in self._failing
            if isinstance(seen.outcome, Returned | Raised)
            for name in seen.outcome.modified
        )
        changed = " and ".join(f"`{name}`" for name in names)
        return self._plain_entry(
            f"the call changes {changed}",
            "The arrays are the caller's, who may go on working with them.",
            _HINTS_ON_ARGUMENTS,
        )

    def _plain_entry(
        self, title: str, explanation: str, hints: tuple[str, str, str]
    ) -> DiagnosisEntry:
        """Word what the calls themselves show."""
        return DiagnosisEntry(
            part=self._part.id,
            misconceptions=(),
            title=title,
            explanation=explanation,
            hints=(hints,),
            cases_explained=len(self._failing),
            cases_failed=len(self._failing),
            case=self._evidence[0].case.id,
        )

    def entry(
        self, standing: Sequence[Suspect], said: Sequence[Misconception]
    ) -> DiagnosisEntry:
        """Word what was found; what another part has hints for needs no more."""
        best, *others = standing
        # Forms of one mistake have the same explanation.
        named = {one.explanation for one in best.mistakes}
        alike = {
            _joined([mistake.title for mistake in other.mistakes]): None
            for other in others
            if not named <= {one.explanation for one in other.mistakes}
        }
        return DiagnosisEntry(
            part=self._part.id,
            misconceptions=tuple(mistake.id for mistake in best.mistakes),
            title=_joined([mistake.title for mistake in best.mistakes]),
            explanation=" ".join(
                dict.fromkeys(mistake.explanation for mistake in best.mistakes)
            ),
            hints=tuple(
                dict.fromkeys(
                    mistake.hints
                    for mistake in best.mistakes
                    if mistake.title not in {one.title for one in said}
                )
            ),
            alike=tuple(alike)[:_MOST_ALIKE],
            lets_pass=isinstance(best, Omission) and self._lets_pass,
            exactly=self._returns and not self._is_of_bad_input,
            cases_explained=len(self._failing),
            cases_failed=len(self._failing),
            case=self._evidence[0].case.id,
        )


def _joined(titles: Sequence[str]) -> str:
    return ", and ".join(dict.fromkeys(titles))


def _in_order(case: Case) -> Case:
    """Give the case with arrays whose numbers lie in memory in order."""
    arguments = case.call.arguments
    copies = {
        name: np.ascontiguousarray(one) for name, one in arrays_of(arguments).items()
    }
    call = replace(case.call, arguments=arguments | copies, calling=Calling.ONCE)
    return replace(case, call=call)
