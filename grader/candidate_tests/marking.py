"""Run a candidate's tests on all that is right, and on every known mistake.

The tests can't see whose code they are run on. In each turn the same is asked of a
mistake and of two that are right, and only whose answers the tests are shown differs:
so nothing but the answers, no clock and no count, tells which it was. Correct code
comes up again at places that are drawn, and so do mistakes that were noticed.
"""

import secrets
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeVar

from grader.candidate_tests.answers import digest_of, scrambled, shape_differs
from grader.candidate_tests.implementations import (
    CORRECT,
    ORACLE,
    PLAIN,
    REFERENCE,
    Implementations,
    key_of,
)
from grader.candidate_tests.results import Notice, Results
from grader.candidate_tests.suite_runs import (
    Answer,
    Asked,
    Stops,
    Suite,
    SuiteRun,
    test_id,
)
from grader.candidate_tests.weak_tests import leaning_tests
from grader.misconceptions import Misconception
from grader.outcome import Call, Outcome, Raised, Returned
from grader.sandbox.questions import TestTold
from grader.sandbox.witness import Witness

_TURNS = 2
"""How often each correct implementation comes up again among the mistakes."""
_SAMPLE = 12
"""Mistakes that must be noticed again if nothing seems left to chance."""
_CONFIRMATIONS = 3
"""Runs in which each must be noticed again, once anything was left to chance."""
_ROUNDS = 2
"""In which other tests may notice what one noticed by chance."""
_REPEATS_TO_A_RIGHT = 6
"""How often correct code comes up among what is repeated."""
_MOST_SECONDS = 40.0
"""Processor time of all runs together."""
_MOST_WALL_SECONDS = 160.0
"""The same, on the wall."""
_OTHERS = (ORACLE, PLAIN)
_SCRAMBLED = "scrambled"
"""The reference with wrong numbers."""
_SHARE_TO_NOTICE = 0.8
"""Of all time; the rest is for repeating."""
_AT_ONCE = 32
"""Questions that are put to a mistake at once, to see whether it shows."""
_Turn = TypeVar("_Turn", bound=tuple[str | None, str])


class Marking:
    """All runs of one submission's tests."""

    def __init__(
        self,
        suite: Suite,
        known: Implementations,
        witness: Witness,
        mistakes: Sequence[Misconception],
    ) -> None:
        self._suite, self._known, self._witness = suite, known, witness
        self.results = Results(mistakes)
        self._begun = time.monotonic()
        self._used_seconds, self._runs = 0.0, 0
        self._own_answers: dict[str, Outcome] = {}
        self._differing: dict[str, bool] = {}
        """Whether a mistake shows in what the first run asked, once that is known."""

    def make(self) -> Results:
        """Run the tests, on no more than the reference if they don't run there."""
        first = self._run(partial(self._known.answer, REFERENCE))
        self.results.keep_right(REFERENCE, first)
        if first.fault or not first.tests:
            return self.results
        files = {one.filename for one in first.tests.values()}
        names = self._suite.names
        self.results.leaning = leaning_tests(self._suite.submission, names, files)
        self.results.own = self._run(self._answer_of_own)
        for name in _OTHERS:
            self.results.keep_right(name, self._run(partial(self._known.answer, name)))
        self.results.keep_scrambled(self._run(self._answer_scrambled))
        if self.results.counting() and self.results.mistakes:
            self._try_mistakes()
        return self.results

    def _run(self, answer: Answer, stops: Stops = lambda *_: False) -> SuiteRun:
        run = self._suite.run(answer, stops)
        self._used_seconds += run.processor_seconds
        self._runs += 1
        self._known.keep(self.results.first_keys)
        return run

    @property
    def _spent(self) -> float:
        """The share of all the time that there is which was taken up to now."""
        waited = time.monotonic() - self._begun
        return max(self._used_seconds / _MOST_SECONDS, waited / _MOST_WALL_SECONDS)

    def _answer_of_own(self, call: Call) -> Outcome:
        key = key_of(call)
        if key not in self._own_answers:
            self._own_answers[key] = self._witness.ask([call])[0]
        return self._own_answers[key]

    def _answer_scrambled(self, call: Call) -> Outcome:
        return scrambled(self._known.answer(REFERENCE, call), call)

    def _try_mistakes(self) -> None:
        """Run the tests on each mistake that gives anything else than it should."""
        names = [one.id for one in self.results.mistakes]
        rights = [*list(CORRECT) * _TURNS, _SCRAMBLED]
        self._notice(names, rights)
        steady = self.results.asks_the_same and not self.results.is_left_to_chance
        noticed = self.results.noticed()
        self._repeat(_drawn(noticed, self._affordable) if steady else noticed)
        for _ in range(_ROUNDS):
            if not self.results.is_left_to_chance:
                break
            lost = set(noticed) - set(self.results.noticed())
            self._notice(sorted(lost), list(CORRECT))
            noticed = self.results.noticed()
            self._repeat(noticed * _CONFIRMATIONS)
        self.results.noticed()

    @property
    def _affordable(self) -> int:
        """How many mistakes can be repeated in the time that is left."""
        spent = self._spent
        runs = (1 - spent) / spent * self._runs
        return max(1, min(_SAMPLE, int(runs * 2 / 3)))

    def _notice(self, names: Sequence[str], rights: Sequence[str]) -> None:
        """Run the tests on mistakes, and on others among them."""
        turns: list[tuple[str | None, str]] = [(name, name) for name in names]
        turns += [(None, right) for right in rights]
        for name, shown in _shuffled(turns):
            if self._spent > _SHARE_TO_NOTICE:
                self.results.is_cut_short = True
                break
            if name is None:
                self._run_right(self._draw_showing(), shown)
                continue
            if self._shows_in_first(name):
                self.results.notices[name] = self._first_to_notice(name)
            self._known.forget(name)

    def _draw_showing(self) -> str:
        """Draw a mistake that tests can be run on: about others nothing is asked.

        Were any drawn, an answer that is there at once could tell that it is right.
        """
        names = [one.id for one in self.results.mistakes]
        for name in _drawn(names, len(names)):
            if self._spent > _SHARE_TO_NOTICE:
                break
            if name not in self._differing:
                self._shows_in_first(name)
                self._known.forget(name)
            if self._differing[name] or not self.results.asks_the_same:
                return name
        return names[0]

    def _repeat(self, names: Sequence[str]) -> None:
        """See that what was noticed is noticed again, by the same test.

        One that does not notice it is left to chance, and so is all that could not be
        repeated.
        """
        turns = [(name, name) for name in names]
        count = -(-len(names) // _REPEATS_TO_A_RIGHT)
        turns += [
            (secrets.choice(names), secrets.choice(list(CORRECT))) for _ in range(count)
        ]
        for name, shown in _shuffled(turns):
            if self._spent > 1:
                self.results.doubted.update(self.results.notices[name].first)
            elif shown != name:
                self._run_right(name, shown)
            else:
                self._see_again(name)

    def _see_again(self, name: str) -> None:
        (test,) = self.results.notices[name].first
        self._shows_in_first(name)  # as before a run on what is right
        run = self._run_wrong(name, lambda failed, _: test_id(failed) == test)
        self._known.forget(name)
        if run is None or (run.report.ended and run.outcome(test) != "failed"):
            self.results.doubted.add(test)

    def _run_right(self, name: str, shown: str) -> None:
        """Run the tests as on a mistake, and show them what is right."""
        self._shows_in_first(name)  # as before a run on it
        run = self._run(self._turn(name, shown))
        if shown == _SCRAMBLED:
            self.results.keep_scrambled(run)
        else:
            self.results.keep_right(shown, run)
        self._known.forget(name)

    def _turn(self, name: str, shown: str) -> Answer:
        """Give what answers in one turn: whoever is shown, all are asked."""
        other = shown if shown in _OTHERS else secrets.choice(_OTHERS)

        def answer(call: Call) -> Outcome:
            asked = [REFERENCE, other, name]
            outcomes = dict(zip(asked, self._known.answers(asked, [call]), strict=True))
            wrong = scrambled(outcomes[REFERENCE], call)
            return wrong if shown == _SCRAMBLED else outcomes[shown]

        return answer

    def _shows_in_first(self, name: str) -> bool:
        """Tell whether a mistake shows in anything that was asked, or may be later."""
        self._differing[name] = self._differs(name)
        return self._differing[name] or not self.results.asks_the_same

    def _differs(self, name: str) -> bool:
        """Tell whether a mistake shows in anything that the first run asked."""
        made = [one.call for one in self.results.first.questions if one.was_made]
        calls = {key_of(call): call for call in made}
        for part in _in_parts(list(calls.values())):
            right = self._known.answers([PLAIN], part)
            if digest_of(self._known.answers([name], part)) != digest_of(right):
                return True
        return False

    def _run_wrong(self, name: str, stops: Stops = lambda *_: False) -> SuiteRun | None:
        """Run the tests on a mistake; give nothing if that can't tell anything.

        A test that asks for so much that a mistake isn't done in time is not one that
        notices it.
        """
        unanswered = []
        shown = self._turn(name, name)

        def answer(call: Call) -> Outcome:
            outcome = shown(call)
            if not isinstance(outcome, Returned | Raised):
                unanswered.append(outcome)
            return outcome

        run = self._run(answer, stops)
        return None if run.fault or unanswered else run

    def _first_to_notice(self, name: str) -> Notice:
        """Run the tests on a mistake, up to the first one that notices it."""
        counting = self.results.counting()
        notice = Notice()

        def stops(failed: TestTold, questions: Sequence[Asked]) -> bool:
            test = test_id(failed)
            if test not in counting:
                return False
            own = questions[failed.first : failed.last]
            if self.results.is_blind(test) and self._shows(own or questions):
                notice.by_shape.append(test)
                return False
            notice.tests.append(test)
            return True

        run = self._run_wrong(name, stops)
        if run is None:
            return Notice()
        if run.report.ended:  # what is not there was not even collected
            for test in sorted(counting - run.tests.keys())[:1]:
                by_shape = self.results.is_blind(test) and self._shows(run.questions)
                (notice.by_shape if by_shape else notice.tests).append(test)
        return notice

    def _shows(self, asked: Sequence[Asked]) -> bool:
        """Tell whether what was answered differs from what is right in a shape."""
        return any(
            shape_differs(self._known.answer(PLAIN, one.call), one.outcome)
            for one in asked
            if one.was_made
        )


def _shuffled(turns: Sequence[_Turn]) -> list[_Turn]:
    return secrets.SystemRandom().sample(turns, len(turns))


def _drawn(names: Sequence[str], most: int) -> list[str]:
    return secrets.SystemRandom().sample(names, min(most, len(names)))


def _in_parts(calls: Sequence[Call]) -> Iterator[Sequence[Call]]:
    for start in range(0, len(calls), _AT_ONCE):
        yield calls[start : start + _AT_ONCE]
