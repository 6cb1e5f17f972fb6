"""A bank of known mistakes, as a problem provides it.

The grader only asks for two things: what is known, and the functions of a program that
makes some of the mistakes. What the program does is the problem's business.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from grader.loading import load_target
from grader.problem import Problem


class Misconception(Protocol):
    """A known mistake."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def step(self) -> str:
        """The step of the program that it changes."""

    @property
    def lasts(self) -> bool:
        """Whether what it does to a call depends on the calls before."""

    @property
    def omits(self) -> bool:
        """Whether it leaves out a check, and what bad input gives is chance."""

    @property
    def misrefuses(self) -> bool:
        """Whether it refuses bad input in another way than is asked for."""

    @property
    def refuses(self) -> bool:
        """Whether it refuses what should be taken, as people do on purpose too."""

    @property
    def title(self) -> str:
        """What is done wrong, in words that can follow "when"."""

    @property
    def explanation(self) -> str:
        """A sentence on why that is wrong."""

    @property
    def hints(self) -> tuple[str, str, str]:
        """A nudge, where to look, and what to check."""


class Bank(Protocol):
    """Known mistakes in one program."""

    @property
    def misconceptions(self) -> Sequence[Misconception]:
        """All that are known."""

    def functions(
        self, *ids: str, checked: bool = True
    ) -> Mapping[str, Callable[..., Any]]:
        """Give the program's functions, with some mistakes in different steps.

        Without `checked` they refuse nothing.
        """


def bank_of(problem: Problem) -> Bank | None:
    """Load the bank of a problem, if it has one.

    Raises
    ------
    ProblemError
        If it can't be imported.
    """
    target = problem.spec.misconceptions
    return None if target is None else load_target(target, problem.folder)
