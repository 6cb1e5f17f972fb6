"""An exam: a problem with cases of one seed, and how a submission gets its seed."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from grader.cases import Case, prepare_cases
from grader.entries import argument_entries
from grader.problem import Problem, Visibility
from grader.record import ArgumentEntry
from grader.sandbox.protocol import Exchange, encode_calls
from grader.submission import Submission


@dataclass(frozen=True)
class Exam:
    """A problem and a seed, and their cases, made once for many submissions."""

    problem: Problem
    seed: int

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """All cases, with what is expected; those that candidates see come first."""
        cases = prepare_cases(self.problem, self.seed)
        return tuple(sorted(cases, key=_is_hidden))

    @cached_property
    def arguments(self) -> dict[str, tuple[ArgumentEntry, ...]]:
        """The arguments of each case as records show them."""
        return {case.id: argument_entries(case) for case in self.cases}

    @cached_property
    def exchanges(self) -> tuple[Exchange, Exchange]:
        """The calls of all cases: those that candidates see, then the hidden ones.

        What a submission says while only the first are in its memory can't tell of
        the second, and so may be shown to the candidate. No answer to the first is
        one to the second: they are numbered.
        """
        visible = [case.call for case in self.cases if not _is_hidden(case)]
        hidden = [case.call for case in self.cases if _is_hidden(case)]
        return encode_calls(visible, sequence=1), encode_calls(hidden, sequence=2)


def _is_hidden(case: Case) -> bool:
    return case.group.visibility is Visibility.HIDDEN


def seed_of(problem: Problem, submission: Submission) -> int:
    """Derive the seed for grading a submission when none is given.

    The same file always gets the same data, so its grade can be had again; and a file
    can't hold the answers to its own data, since they change with every byte of it.
    """
    return derive_seed(problem.sha256, submission.sha256)


def derive_seed(spec_sha256: str, submission_sha256: str) -> int:
    """Derive a seed from the hashes of a spec and a submission."""
    both = f"{spec_sha256} {submission_sha256}".encode()
    return int.from_bytes(hashlib.sha256(both).digest()[:6], "big")
