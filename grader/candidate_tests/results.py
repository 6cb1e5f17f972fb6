"""What came of all runs of a candidate's tests, and which of the tests count."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from grader.candidate_tests.implementations import CORRECT, REFERENCE, key_of
from grader.candidate_tests.suite_runs import SuiteRun
from grader.misconceptions import Misconception


@dataclass(slots=True)
class Notice:
    """What the tests make of one mistake."""

    tests: list[str] = field(default_factory=list)
    """The first that notices it."""
    by_shape: list[str] = field(default_factory=list)
    """Those before it to which it only shows in a shape."""

    @property
    def first(self) -> list[str]:
        """The one that it is noticed by, if there is any."""
        return [*self.tests, *self.by_shape][:1]


class Results:
    """What came of the runs up to now.

    Parameters
    ----------
    mistakes
        Those that the tests should notice.
    """

    def __init__(self, mistakes: Sequence[Misconception]) -> None:
        self.mistakes = mistakes
        self.is_cut_short = False
        """Whether the runs took so long that not all mistakes were tried."""
        self.own = SuiteRun()
        """The run on the candidate's own code."""
        self.right: dict[str, list[SuiteRun]] = {name: [] for name in CORRECT}
        """The runs on each correct implementation."""
        self.notices: dict[str, Notice] = {}
        """What was noticed of each mistake that was tried."""
        self.first_keys: set[str] = set()
        """What the first run on the reference asked, in short."""
        self.leaning: dict[str, str] = {}
        """What tests use that the code under test is made of, by their functions."""
        self.doubted: set[str] = set()
        """The tests that were not the same in two runs on one mistake."""
        self._asked: set[bytes] = set()
        """What the runs on all that is right asked, in short."""
        self._scrambled: list[SuiteRun] = []

    @property
    def first(self) -> SuiteRun:
        """The first run on the reference."""
        return self.right[REFERENCE][0]

    def keep_right(self, name: str, run: SuiteRun) -> None:
        """Keep a run on a correct implementation."""
        keys = "".join(key_of(one.call) for one in run.questions)
        self._asked.add(hashlib.sha256(keys.encode()).digest())
        is_first = not self.right[REFERENCE]
        if is_first:
            self.first_keys = {key_of(one.call) for one in run.questions}
        # What several runs asked would take much room.
        self.right[name].append(run if is_first else replace(run, questions=()))

    def keep_scrambled(self, run: SuiteRun) -> None:
        """Keep a run on wrong numbers; who is not always the same on it is doubted."""
        before = self._scrambled[0] if self._scrambled else run
        if not run.fault and not before.fault:
            self.doubted.update(
                test
                for test in self.first.tests
                if run.outcome(test) != before.outcome(test)
            )
        self._scrambled.append(replace(run, questions=()))

    def noticed(self) -> list[str]:
        """Drop what doesn't count, and list the mistakes that are noticed."""
        counting = self.counting()
        for one in self.notices.values():
            one.tests = [test for test in one.tests if test in counting]
            one.by_shape = [test for test in one.by_shape if test in counting]
        return [name for name, one in self.notices.items() if one.first]

    @property
    def is_left_to_chance(self) -> bool:
        """Whether a test had several outcomes on one implementation."""
        return any(map(self.is_by_chance, self.first.tests))

    @property
    def asks_the_same(self) -> bool:
        """Whether the tests ask for the same calls of all that is right."""
        return len(self._asked) == 1

    def all_right(self) -> list[SuiteRun]:
        """Give all runs on correct implementations."""
        return [run for runs in self.right.values() for run in runs]

    def counting(self) -> set[str]:
        """List the tests that pass on the candidate's code and on all that is right."""
        runs = (self.own, *self.all_right())
        return {
            name
            for name in self.first.tests
            if all(run.outcome(name) == "passed" for run in runs)
            and not self.leans_on(name)
            and name not in self.doubted
        }

    def leans_on(self, test: str) -> str:
        """Give what a test uses that the code under test is made of; else nothing."""
        name = self.first.tests[test].name.partition("[")[0].rpartition("::")[2]
        return self.leaning.get(name, "")

    def is_by_chance(self, test: str) -> bool:
        """Tell whether a test had several outcomes on one implementation."""
        return test in self.doubted or any(
            len({run.outcome(test) for run in runs}) > 1 for runs in self.right.values()
        )

    def is_blind(self, test: str) -> bool:
        """Tell whether a test passes though every number is wrong."""
        return any(run.outcome(test) == "passed" for run in self._scrambled)
