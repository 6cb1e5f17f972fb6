"""What a spec says of the functions that a submission provides."""

from pydantic import Field

from grader.outcome import AskedArgument, Signature
from grader.problem.arguments import Scalar
from grader.problem.spec import PythonName, Spec, Target


class Argument(Spec):
    """One argument of a function."""

    name: PythonName
    """Its name in the statement."""
    aliases: tuple[PythonName, ...] = ()
    """Other names under which a submission may take it."""
    default: Scalar | tuple[int, ...] = None
    """The value that the statement gives it where `optional` is true."""
    optional: bool = False
    """Whether a call may leave it out."""


class Function(Spec):
    """A function that a submission provides."""

    name: PythonName
    """Its name in the statement."""
    aliases: tuple[PythonName, ...] = ()
    """Other names under which a submission may provide it."""
    required: bool = True
    """Whether a submission without it is invalid."""
    reference: Target
    """The function that gives the expected values."""
    magnitude: Target | None = None
    """The function that gives, for the same arguments, what rounding errors are
    measured by: elementwise sums of absolute values, and the number of terms."""
    oracle: Target | None = None
    """An independent implementation, against which `grader verify` holds the
    reference."""
    arguments: tuple[Argument, ...] = Field(min_length=1)
    """Its arguments, in order."""
    returns: tuple[PythonName, ...] = Field(default=(), max_length=4)
    """If it returns a tuple of arrays, what they are called."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which a submission may provide it, its own first."""
        return self.name, *self.aliases

    @property
    def names_in_words(self) -> str:
        """What a message calls it, if there is no knowing how it was provided."""
        also = f" (or {', '.join(self.aliases)})" if self.aliases else ""
        return f"`{self.name}`{also}"

    @property
    def signature(self) -> Signature:
        """What is asked of a submission: names, and no more."""
        return Signature(
            name=self.name,
            aliases=self.aliases,
            arguments=tuple(
                AskedArgument(**argument.model_dump()) for argument in self.arguments
            ),
        )
