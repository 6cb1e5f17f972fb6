"""The smallest input that shows a submission's fault.

Hypothesis draws inputs as the problem's generators describe them, the sandbox answers,
and what fails is shrunk: sizes first, then the numbers towards 0. What goes wrong only
from a certain size on is looked for with one long size, all others being least.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from grader.arguments import arrays_of, elements_of
from grader.cases import Case, Configuration
from grader.check import Judgement, judge
from grader.entries import argument_entries
from grader.exam import Exam
from grader.explanation.inputs import (
    LARGEST_STEP,
    configurations,
    has_own_dtypes,
    has_ranks,
    is_mixed,
    listed_configurations,
    ones_within,
    other_numbers,
    ranges_of,
    with_one_long,
)
from grader.explanation.picture import picture_of
from grader.explanation.probe import (
    Probe,
    calls_of,
    is_answer,
    is_fault,
    on_other_numbers,
)
from grader.explanation.snippet import snippet
from grader.explanation.suspect import Ask
from grader.problem import VALUE_CHECKS, Check, Dtype, Generator, Values
from grader.record import BindingEntry, Counterexample
from grader.score import Judged
from grader.verdict import Verdict

_WIDE_STEP = 64
"""Above the least of each size, where neither finds anything small."""
_MOST_NUMBERS = 60
"""Larger inputs are left with the numbers that were drawn for them."""
_MOST_EARLIER = 8
"""Calls before one that fails only after others."""
_SIMPLE = 100
"""Numbers below that are small, and so are sums of a few of their products."""
_FLOATS = (Values.SMALL_INTEGERS, Values.PRECISE_INTEGERS)
_INTEGERS = (Values.SMALL_INTEGERS, Values.LARGE_INTEGERS)


def find_counterexample(
    exam: Exam,
    judged: Sequence[Judged],
    bindings: Sequence[BindingEntry],
    filename: str,
    ask: Ask,
    ask_first: Ask,
) -> Counterexample | None:
    """Find the smallest input that shows what is wrong.

    Parameters
    ----------
    exam
        The problem and its cases.
    judged
        What each case showed.
    bindings
        How the submission's functions take their arguments.
    filename
        The submission's file.
    ask
        Calls its functions, after other calls.
    ask_first
        Calls them before any other.

    Returns
    -------
    Counterexample or None
        None if nothing fails, or only by what quite other calls have left behind.
    """
    failing = sorted((one for one in judged if one.failed), key=_rank)
    if not failing:
        return None
    first = failing[0]
    found = _shrunk(exam, failing, ask)
    if found is not None and found.elements > first.case.elements:
        found = None
    case = found or first.case
    shown = _shown(case, first.judgement, ask_first)
    if shown is None:
        return None
    judgement, after_another = shown
    named = {binding.function: binding for binding in bindings}
    return Counterexample(
        function=case.call.function,
        is_case=found is None,
        after_another=after_another,
        numbers=case.elements,
        arguments=argument_entries(case),
        message=judgement.message,
        mismatch=judgement.mismatch,
        picture=picture_of(exam.problem, case, judgement.wrong_array),
        snippet=snippet(
            case,
            filename,
            named.get(case.call.function),
            after_another=after_another,
        ),
    )


def _rank(one: Judged) -> tuple[bool, bool, int]:
    """Put what tells most, and then what is smallest, first."""
    return not one.group.required, not is_fault(one.judgement), one.case.elements


def _shown(
    case: Case, judgement: Judgement, ask_first: Ask
) -> tuple[Judgement, bool] | None:
    """Judge a case alone, or after earlier calls if it takes them; and say which.

    None if more than a few must come before it. What it shows then is what candidates
    see: the submission's words have come from a worker that never had data of a hidden
    case. What takes too long is not asked again: its judgement is known.
    """
    if judgement.verdict is Verdict.TIME_LIMIT_EXCEEDED:
        return judgement, False
    # Several, since which objects of a worker take the place of others is chance.
    for earlier in (0, 1, _MOST_EARLIER):
        calls = [*[on_other_numbers(case.call)] * earlier, *calls_of(case)]
        fresh = judge(case, ask_first(calls)[earlier])
        if fresh.credit < 1 and earlier:
            words = f"{fresh.message}, after an earlier call"
            return replace(fresh, message=words), True
        if fresh.credit < 1:
            return fresh, False
    return None


def _shrunk(exam: Exam, failing: Sequence[Judged], ask: Ask) -> Case | None:
    """Shrink the sizes with numbers that are drawn for them, then the numbers."""
    first = failing[0]
    check, function = first.group.check, first.group.function
    if first.judgement.verdict is Verdict.TIME_LIMIT_EXCEEDED:
        return None
    if check is Check.ERROR:
        probe = Probe(exam, first.case, ask, Dtype.FLOAT64)
        return probe.shown(probe.smallest(ones_within(first.case), probe.failing))
    if check is Check.COUNT or not is_answer(ask(calls_of(first.case))[0]):
        return None
    alike = [
        one.case
        for one in failing
        if one.group.function == function
        and (one.group.check is check or {one.group.check, check} <= VALUE_CHECKS)
    ]
    mixed = all(is_mixed(case.call.arguments) for case in alike)
    generators = [
        generator
        for group in exam.problem.spec.groups
        if group.function == function and group.check in VALUE_CHECKS
        for generator in group.generate
        if has_own_dtypes(generator) is mixed
        and any(has_ranks(generator, case) for case in alike)
    ]
    dtype = _mixed_in_dtype(first.case) if mixed else _dtype_of(first.case)
    # Where small integers are right, rounding may be at fault, or overflow.
    kinds = _FLOATS if dtype.startswith("float") else _INTEGERS
    for values in kinds if any(map(_is_simple, alike)) else reversed(kinds):
        probe = Probe(exam, first.case, ask, dtype)
        shaped = _shaped(generators, probe, values)
        arguments = None if shaped is None else probe.filled(shaped)
        # What depends on earlier calls may fail once, and then no more.
        if shaped is None or arguments is None:
            continue
        few = elements_of(arguments) <= _MOST_NUMBERS
        if few and values is Values.SMALL_INTEGERS:
            numbers = other_numbers(arguments, shaped.layouts)
            arguments = probe.smallest(numbers, probe.failing) or arguments
        return probe.shown(arguments)
    return None


def _dtype_of(case: Case) -> Dtype:
    working = case.expected.working_dtype
    return Dtype.FLOAT64 if working is None else Dtype(working.name)


def _mixed_in_dtype(case: Case) -> Dtype:
    """Give the element type of a case's integers, among which there are floats."""
    arrays = arrays_of(case.call.arguments).values()
    return next(Dtype(one.dtype.name) for one in arrays if one.dtype.kind != "f")


def _is_simple(case: Case) -> bool:
    """Tell whether a case holds small integers alone, in a type for more."""
    return all(
        one.dtype.kind == "f"
        and np.all((one == np.rint(one)) & (np.abs(one) < _SIMPLE))
        for one in arrays_of(case.call.arguments).values()
    )


def _shaped(
    generators: Sequence[Generator], probe: Probe, values: Values
) -> Configuration | None:
    """Search until something small is found, or give the smallest of all."""
    best = None
    for found in _searches(generators, probe, values):
        if found is None:
            continue
        if best is None or probe.numbers(found) < probe.numbers(best):
            best = found
        if probe.numbers(best) <= _MOST_NUMBERS:
            break
    return best


def _searches(
    generators: Sequence[Generator], probe: Probe, values: Values
) -> Iterator[Configuration | None]:
    """Search among small sizes, with one that is long, with several, and as listed."""
    drawn = [one for one in generators if one.draw is not None]
    listed = [one for one in generators if one.draw is None]
    sized = [one for one in generators if ranges_of(one)]
    yield _smallest(drawn, probe, values, LARGEST_STEP)
    yield _smallest(listed, probe, values, LARGEST_STEP)
    long = [with_one_long(one) for one in drawn or listed]
    yield probe.first(listed_configurations(long, values))
    yield _smallest(drawn, probe, values, _WIDE_STEP)
    yield _smallest(sized, probe, values, _WIDE_STEP)
    yield probe.first(listed_configurations(listed, values))


def _smallest(
    generators: Sequence[Generator], probe: Probe, values: Values, step: int
) -> Configuration | None:
    """Find the smallest that generators draw, with which the submission fails."""
    if not generators:
        return None
    return probe.smallest(configurations(generators, values, step), probe.filled)
