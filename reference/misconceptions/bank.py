"""A bank: a program in named steps, and known mistakes as changes to one step each."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Change = TypeVar("Change", bound=Callable[..., Any])

_CHECK = "check"
"""What the names of steps begin with that only refuse."""
_REFUSE = "refuse"
"""The step that says that input is bad, for all that check it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconception:
    """A known mistake."""

    id: str
    step: str
    """The step of the program that it changes."""
    title: str
    """What is done wrong, in a few words that can follow "when"."""
    explanation: str
    """A sentence on why that is wrong."""
    hints: tuple[str, str, str]
    """A nudge, where to look, and what to check; never the code."""
    change: Callable[..., Any]
    """The step as people get it wrong; a method of the program."""
    lasts: bool = False
    """Whether what it does to a call depends on the calls before."""
    refuses: bool = False
    """Whether it refuses what should be taken, as people do on purpose too."""
    omits: bool = False
    """Whether it leaves out a check, and what bad input gives is chance."""

    @property
    def misrefuses(self) -> bool:
        """Whether it refuses bad input in another way than is asked for."""
        return self.step == _REFUSE


class Bank:
    """Known mistakes in one program.

    Parameters
    ----------
    program
        A class whose methods are the steps of a right implementation.
    functions
        The methods that a submission provides as functions.
    """

    def __init__(self, program: type, functions: Sequence[str]) -> None:
        self._program, self._names = program, tuple(functions)
        self._known: dict[str, Misconception] = {}
        self._unchecked: dict[str, Callable[..., Any]] = {
            step: _pass_over for step in dir(program) if step.startswith(_CHECK)
        }

    @property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """All that are known, in the order in which they were added."""
        return tuple(self._known.values())

    def mistake(  # noqa: PLR0913 (what is known of a mistake)
        self,
        step: str,
        *,
        title: str,
        explanation: str,
        hints: tuple[str, str, str],
        lasts: bool = False,
        refuses: bool = False,
        omits: bool = False,
    ) -> Callable[[Change], Change]:
        """Add the decorated function as a mistaken form of a step.

        Its name gives the id: `pad_ignored` is `pad-ignored`. What it keeps for the
        next call, if it `lasts`, is in the program. A step whose name begins with
        `check` only refuses, so its mistaken form `omits` something, or `refuses`.
        """
        if not hasattr(self._program, step):
            raise AttributeError(f"{self._program.__name__} has no step `{step}`")

        def add(change: Change) -> Change:
            name = change.__name__.replace("_", "-")
            if name in self._known:
                raise ValueError(f"there are two mistakes called `{name}`")
            self._known[name] = Misconception(
                id=name,
                step=step,
                title=title,
                explanation=explanation,
                hints=hints,
                change=change,
                lasts=lasts,
                refuses=refuses,
                omits=omits or (step.startswith(_CHECK) and not refuses),
            )
            return change

        return add

    def variant(
        self,
        original: Misconception | str,
        step: str | None = None,
        *,
        shows: str | None = None,
        refuses: bool = False,
        omits: bool = False,
    ) -> Callable[[Change], Change]:
        """Add the decorated function as another form of a known mistake.

        Whoever makes the mistake may write it in several ways that differ in what they
        give; explanation and hints hold for all of them.

        Parameters
        ----------
        original
            The known form, or its id in this bank.
        step
            The step that is changed, if it isn't the same one.
        shows
            What sets this form apart, to follow the title and a comma.
        refuses
            Whether it refuses what should be taken, as the known form needn't.
        omits
            Whether it leaves out a check in a step that does more than check.
        """
        known = self._known[original] if isinstance(original, str) else original
        return self.mistake(
            step or known.step,
            title=f"{known.title}, {shows}" if shows else known.title,
            explanation=known.explanation,
            hints=known.hints,
            lasts=known.lasts,
            refuses=refuses,
            omits=omits,
        )

    def known(self, name: str) -> Misconception:
        """Give a mistake by its id."""
        return self._known[name]

    def include(self, other: "Bank", *ids: str, without: Collection[str] = ()) -> None:
        """Take over the mistakes of a program that this one is made from.

        Parameters
        ----------
        other
            Their bank.
        ids
            Which of them; all, if none is named.
        without
            Steps that this program does not take, or has mistakes of its own in; and
            mistakes that can't show in it.

        Raises
        ------
        ValueError
            If one is known already, or nothing is left out by a word in `without`.
        """
        named = [other.known(name) for name in ids] or other.misconceptions
        idle = set(without).difference(*((one.id, one.step) for one in named))
        if idle:
            raise ValueError(f"nothing is left out by: {', '.join(sorted(idle))}")
        taken = {one.id: one for one in named if not {one.id, one.step} & set(without)}
        both = self._known.keys() & taken.keys()
        if both:
            raise ValueError(f"known already: {', '.join(sorted(both))}")
        self._known |= taken

    def functions(
        self, *ids: str, checked: bool = True
    ) -> Mapping[str, Callable[..., Any]]:
        """Give the program's functions, with some mistakes in them.

        Parameters
        ----------
        ids
            Of the mistakes.
        checked
            Whether to take the steps whose names begin with `check`; without them,
            the program refuses nothing.

        Raises
        ------
        ValueError
            If two mistakes change the same step.
        """
        known = [self._known[name] for name in ids]
        changes = {mistake.step: mistake.change for mistake in known}
        if len(changes) < len(known):
            raise ValueError(f"two of {', '.join(ids)} change the same step")
        if not checked:
            changes = self._unchecked | changes
        program = type(self._program.__name__, (self._program,), changes)()
        return {name: getattr(program, name) for name in self._names}


def _pass_over(*_: Any, **__: Any) -> None:  # noqa: ANN401 - any step's arguments
    """Stand for a check that is not made."""
