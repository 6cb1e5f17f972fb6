"""Which of the known mistakes a candidate's tests should notice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter
from pathlib import Path

from grader.arguments import is_in_order
from grader.cases import Case
from grader.check import judge
from grader.exam import Exam
from grader.misconceptions import Bank, Misconception
from grader.problem import Problem
from grader.trial import Functions, call, quiet

_known_to_be_asked: dict[tuple[Path, str], tuple[Misconception, ...]] = {}
"""By a problem's folder and hash, what takes a moment to find out."""
_SEED = 0
"""Of the cases that it is found out with: the same for every submission."""


def asked_for(problem: Problem, bank: Bank) -> tuple[Misconception, ...]:
    """List the mistakes that tests should notice: one form of each.

    What is wrong in optional functions only need not be tested; what shows after other
    calls only is not looked for.
    """
    key = (problem.folder, problem.sha256)
    if key not in _known_to_be_asked:
        required = {one.name for one in problem.spec.functions if one.required}
        cases = _one_of_each_group_first(
            case
            for case in Exam(problem, _SEED).cases
            if case.call.function in required and is_in_order(case.call.arguments)
        )
        forms: dict[tuple[str, ...], Misconception] = {}
        for mistake in bank.misconceptions:
            if not mistake.lasts:
                forms.setdefault(mistake.hints, mistake)
        _known_to_be_asked[key] = tuple(
            mistake
            for mistake in forms.values()
            if _fails_any(bank.functions(mistake.id), cases)
        )
    return _known_to_be_asked[key]


def _one_of_each_group_first(cases: Iterable[Case]) -> list[Case]:
    """Order cases so that most mistakes fail one of the first."""
    seen = Counter[str]()
    places: list[tuple[int, int, Case]] = []
    for case in sorted(cases, key=lambda case: case.elements):
        places.append((seen[case.group.id], len(places), case))
        seen[case.group.id] += 1
    return [case for *_, case in sorted(places, key=itemgetter(0, 1))]


def _fails_any(functions: Functions, cases: Sequence[Case]) -> bool:
    with quiet():
        given = ((case, call(functions, case)) for case in cases)
        return any(judge(case, outcome).credit < 1 for case, outcome in given)
