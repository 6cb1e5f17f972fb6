"""From judgements to points and a verdict: pure arithmetic over the rubric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.cases import Case
from grader.check import Judgement, judge
from grader.outcome import (
    Crashed,
    Loaded,
    LoadOutcome,
    Outcome,
    Raised,
    Refused,
    TimedOut,
)
from grader.problem import EXACT_CHECKS, VALUE_CHECKS, Group, ProblemSpec, Visibility
from grader.record import GroupEntry, PartEntry, Score
from grader.text import ONLY_WITH_VALUES, cases_passed
from grader.verdict import Verdict, worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A case and what it shows."""

    case: Case
    judgement: Judgement

    @property
    def group(self) -> Group:
        """The group of the case."""
        return self.case.group

    @property
    def failed(self) -> bool:
        """Whether it was run and earns less than all its points."""
        return self.judgement.verdict is not None and not self.passed

    @property
    def passed(self) -> bool:
        """Whether it earns all its points."""
        return self.judgement.credit == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The share of a part's points that something other than cases earns."""

    credit: float | None
    """From 0 to 1; None if it was not measured."""
    reason: str


_IMPRECISE = 100.0
"""How many times the norm-wise bound errors may be that come of lost digits."""
NOT_MEASURED = Share(credit=None, reason="not measured")


def judge_all(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> list[Judged]:
    """Judge each case by its outcome."""
    return [
        Judged(case=case, judgement=judge(case, outcome))
        for case, outcome in zip(cases, outcomes, strict=True)
    ]


def excuse_normwise(judged: Sequence[Judged]) -> tuple[tuple[Judged, ...], bool]:
    """Take for right what is accurate as a whole, though not element by element.

    A transform (FFT, Winograd) is honest, and its error is bounded relative to the
    largest element only. It is accepted if that holds on *every* required case:
    integer data must round to the right integers, so no index can be wrong, and all
    other data must keep the norm-wise bound, so no shorter arithmetic is used. If it is
    wrong in some, by far, the others count all the same: it then shows by integers that
    are missed by no more than that, which direct sums hit.

    Returns
    -------
    tuple
        The judgements, and whether any was changed.
    """
    required = [one for one in judged if one.group.required]
    if all(one.passed for one in required):
        return tuple(judged), False
    after = tuple(excused(one) for one in judged)
    if all(one.judgement.is_right_normwise for one in required):
        return after, True
    wrong = [one for one in after if one.group.required and not one.passed]
    is_precise = wrong and not any(map(_is_imprecise, wrong))
    if is_precise and any(map(_misses_integers_only_just, required)):
        return after, True
    return tuple(judged), False


def _misses_integers_only_just(one: Judged) -> bool:
    exact = one.group.check in EXACT_CHECKS
    return exact and one.failed and one.judgement.is_right_normwise


def _is_imprecise(one: Judged) -> bool:
    """Tell whether a wrong case is so near that its digits are wrong, and no index."""
    used = one.judgement.normwise_used
    return used is not None and used <= _IMPRECISE


def excused(one: Judged) -> Judged:
    """Accept a case that is right norm-wise, of a transform."""
    right = one.judgement.is_right_normwise and one.group.check in VALUE_CHECKS
    if one.passed or not right:
        return one
    used = one.judgement.normwise_used
    judgement = replace(
        one.judgement,
        verdict=Verdict.ACCEPTED,
        credit=1.0,
        message=f"accepted norm-wise: {used:.2g} of the bound for transforms",
        bound_used=None,
        wrong_array=None,
    )
    return Judged(case=one.case, judgement=judgement)


def verdict_of(
    load: LoadOutcome, judged: Sequence[Judged], *, provided: bool = True
) -> Verdict:
    """Give the verdict: the worst over the required cases, or over loading.

    Parameters
    ----------
    load
        What loading the submission did.
    judged
        All cases.
    provided
        Whether it has the functions that are required.

    A required case that was not run is never the only fault: what stopped the run
    is among those before it.
    """
    match load:
        case Raised() if load.is_out_of_memory:
            return Verdict.MEMORY_LIMIT_EXCEEDED
        case Raised() | Crashed() | Refused():
            return Verdict.INVALID_SUBMISSION
        case TimedOut():
            return Verdict.TIME_LIMIT_EXCEEDED
        case Loaded():
            pass
    if not provided:
        return Verdict.INVALID_SUBMISSION
    required = [one.judgement for one in judged if one.group.required]
    found = [one.verdict for one in required if one.verdict is not None]
    if len(found) < len(required) and worst(found) is Verdict.ACCEPTED:
        # Cases of other groups used up the faults before these were run.
        others = [one.judgement.verdict for one in judged]
        return worst(one for one in others if one is not None)
    return worst(found)


def group_entries(spec: ProblemSpec, judged: Sequence[Judged]) -> list[GroupEntry]:
    """Sum up the cases group by group."""
    return [
        GroupEntry(
            id=group.id,
            title=group.title,
            part=group.part,
            required=group.required,
            visibility=group.visibility,
            passed=sum(one.passed for one in own),
            total=len(own),
        )
        for group, own in _by_group(spec, judged)
    ]


def _by_group(
    spec: ProblemSpec, judged: Sequence[Judged]
) -> list[tuple[Group, list[Judged]]]:
    found: dict[str, list[Judged]] = {group.id: [] for group in spec.groups}
    for one in judged:
        found[one.case.group.id].append(one)
    return [(group, found[group.id]) for group in spec.groups]


def part_entries(
    spec: ProblemSpec, judged: Sequence[Judged], others: Mapping[str, Share]
) -> tuple[PartEntry, ...]:
    """Give each part its points.

    Parameters
    ----------
    spec
        The rubric, and the groups' weights.
    judged
        All cases.
    others
        For parts without cases, what they earn.
    """
    right = _has_right_values(judged)
    groups = _by_group(spec, judged)
    entries = []
    for part in spec.parts:
        own = [(group, cases) for group, cases in groups if group.part == part.id]
        share = others.get(part.id) or _share_of_cases(own, right=right)
        points = None if share.credit is None else round(share.credit * part.points, 2)
        entries.append(
            PartEntry(
                id=part.id,
                title=part.title,
                points=points,
                maximum=part.points,
                reason=share.reason,
            )
        )
    return tuple(entries)


def _has_right_values(judged: Sequence[Judged]) -> bool:
    """Tell whether there are values that are right, and that nobody could look up."""
    required = [one for one in judged if one.group.required]
    hidden = [one for one in required if one.group.visibility is Visibility.HIDDEN]
    return any(one.judgement.credit > 0 for one in hidden or required)


def _share_of_cases(
    groups: Sequence[tuple[Group, Sequence[Judged]]], *, right: bool
) -> Share:
    if not groups:
        return Share(credit=None, reason="has no cases")
    if not right and not any(group.required for group, _ in groups):
        # Else code that always raises would earn the points of validation.
        return Share(credit=0, reason=ONLY_WITH_VALUES)
    weights = sum(group.weight for group, _ in groups)
    credit = 0.0
    for group, cases in groups:
        earned = [one.judgement.credit for one in cases]
        credit += group.weight / weights * (sum(earned) / len(earned))
    return Share(
        credit=credit, reason=_reason([one for _, cases in groups for one in cases])
    )


def _reason(own: Sequence[Judged]) -> str:
    passed = sum(one.passed for one in own)
    words = [cases_passed(passed, len(own))]
    partly = sum(0 < one.judgement.credit < 1 for one in own)
    if partly:
        words.append(f"{partly} in part")
    not_run = [one.judgement for one in own if one.judgement.verdict is None]
    if not_run:
        reasons = sorted({one.message for one in not_run})
        words.append(f"{len(not_run)} not run ({'; '.join(reasons)})")
    return ", ".join(words)


def total_of(parts: Sequence[PartEntry]) -> Score:
    """Add up the parts that were measured."""
    measured = [part for part in parts if part.points is not None]
    return Score(
        points=round(sum(part.points or 0 for part in measured), 2),
        maximum=round(sum(part.maximum for part in measured), 2),
    )
