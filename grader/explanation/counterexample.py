"""The smallest input that shows a submission's fault.

Hypothesis draws inputs as the problem's generators describe them, the sandbox answers,
and what fails is shrunk: sizes first, then the numbers towards 0. What goes wrong only
from a certain size on is looked for with one long size, all others being least.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any, TypeVar

import numpy as np
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.extra.numpy import arrays

from grader.arguments import arrays_of, elements_of, laid_out, make_arguments
from grader.cases import Case, Configuration, case_of, combined
from grader.check import Judgement, judge
from grader.entries import argument_entries
from grader.errors import GraderError
from grader.expected import Reference
from grader.explanation.picture import picture_of
from grader.explanation.snippet import snippet
from grader.grade import Exam
from grader.outcome import Call, Calling, Outcome, Raised, Returned
from grader.problem import (
    BOUND_CHECKS,
    VALUE_CHECKS,
    ArgumentSpec,
    ArraySpec,
    Check,
    Dtype,
    Generator,
    Layout,
    Values,
)
from grader.record import BindingEntry, Counterexample
from grader.score import Judged
from grader.verdict import Verdict

Ask = Callable[[Sequence[Call]], Sequence[Outcome]]
"""Calls the submission's functions."""

T = TypeVar("T")

_FEW_NUMBERS = 12
"""An input with no more is small already: for a smaller one, less is tried."""
_FEW_EXAMPLES, _MOST_EXAMPLES = 100, 300
_LARGEST_STEP = 4
"""Above the least of a drawn size: what fails at all mostly fails on small ones."""
_LONG = 17
"""Up to which a size alone is tried: one more than whole tiles of 2, 4, 8 or 16."""
_WIDE_STEP = 64
"""Above the least of each size, where neither finds anything small."""
_MOST_NUMBERS = 60
"""Larger inputs are left with the numbers that were drawn for them."""
_SEEDS = (0, 1)
"""Of the numbers that each configuration is tried with."""
_MOST_EARLIER = 8
"""Calls before one that fails only after others."""
_SIMPLE = 100
"""Numbers below that are small, and so are sums of a few of their products."""


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
    failing = sorted(
        (one for one in judged if one.failed),
        key=lambda one: (
            not one.group.required,
            not _is_fault(one.judgement),
            one.case.elements,
        ),
    )
    if not failing:
        return None
    first = failing[0]
    found = _shrunk(exam, failing, ask)
    if found is not None and found.elements > first.case.elements:
        found = None
    case = found or first.case
    shown = _earlier_calls(case, first.judgement, ask_first)
    if shown is None:
        return None
    earlier, judgement = shown
    if earlier:
        words = f"{judgement.message}, after an earlier call"
        judgement = replace(judgement, message=words)
    named = {binding.function: binding for binding in bindings}
    return Counterexample(
        function=case.call.function,
        is_case=found is None,
        after_another=earlier > 0,
        numbers=case.elements,
        arguments=argument_entries(case),
        message=judgement.message,
        mismatch=judgement.mismatch,
        picture=picture_of(exam.problem, case, judgement.fault),
        snippet=snippet(
            case,
            filename,
            named.get(case.call.function),
            after_another=earlier > 0,
        ),
    )


def _earlier_calls(
    case: Case, judgement: Judgement, ask_first: Ask
) -> tuple[int, Judgement] | None:
    """Count the calls that must come before a case, so that it fails; None if more.

    With it goes what the case shows then. That is what candidates see: the submission's
    words have come from a worker that never had data of a hidden case. What takes too
    long is not asked again: its judgement is known.
    """
    if judgement.verdict is Verdict.TIME_LIMIT_EXCEEDED:
        return 0, judgement
    # Several, since which objects of a worker take the place of others is chance.
    for earlier in (0, 1, _MOST_EARLIER):
        calls = [*[_on_other_numbers(case.call)] * earlier, *_calls(case)]
        fresh = judge(case, ask_first(calls)[earlier])
        if fresh.credit < 1:
            return earlier, fresh
    return None


def _calls(case: Case) -> list[Call]:
    """Give the call of a case, with a later one where its result is read after that."""
    if case.call.calling is not Calling.KEPT:
        return [case.call]
    return [case.call, _on_other_numbers(case.call)]


def _on_other_numbers(call: Call) -> Call:
    """Give a call of the same shapes."""
    others = {name: array + 1 for name, array in arrays_of(call.arguments).items()}
    return replace(call, arguments=call.arguments | others)


def _is_fault(judgement: Judgement) -> bool:
    """Tell whether a result is wrong, and not just rounded as transforms round."""
    used = judgement.normwise_used
    return judgement.credit < 1 and (used is None or used > 1)


def _is_answer(outcome: Outcome) -> bool:
    return isinstance(outcome, Returned | Raised)


def _shrunk(exam: Exam, failing: Sequence[Judged], ask: Ask) -> Case | None:
    """Shrink the sizes with numbers that are drawn for them, then the numbers."""
    first = failing[0]
    check, function = first.group.check, first.group.function
    if first.judgement.verdict is Verdict.TIME_LIMIT_EXCEEDED:
        return None
    if check is Check.ERROR:
        trial = _Trial(exam, first.case, ask, Dtype.FLOAT64)
        return trial.shown(trial.smallest(_cut(first.case), trial.failing))
    if check is Check.COUNT or not _is_answer(ask(_calls(first.case))[0]):
        return None
    alike = [
        one.case
        for one in failing
        if one.group.function == function
        and (one.group.check is check or {one.group.check, check} <= VALUE_CHECKS)
    ]
    generators = [
        generator
        for group in exam.problem.spec.groups
        if group.function == function and group.check in VALUE_CHECKS
        for generator in group.generate
        if any(_has_ranks(generator, case) for case in alike)
    ]
    dtype = _dtype_of(first.case)
    # Where small integers are right, rounding may be at fault, or overflow.
    kinds = _FLOATS if dtype.startswith("float") else _INTEGERS
    for values in kinds if any(map(_is_simple, alike)) else reversed(kinds):
        trial = _Trial(exam, first.case, ask, dtype)
        shaped = _shaped(generators, trial, values)
        arguments = None if shaped is None else trial.filled(shaped)
        # What depends on earlier calls may fail once, and then no more.
        if shaped is None or arguments is None:
            continue
        few = elements_of(arguments) <= _MOST_NUMBERS
        if few and values is Values.SMALL_INTEGERS and kinds is _FLOATS:
            numbers = _numbers_for(arguments, shaped.layouts)
            arguments = trial.smallest(numbers, trial.failing) or arguments
        return trial.shown(arguments)
    return None


_FLOATS = (Values.SMALL_INTEGERS, Values.PRECISE_INTEGERS)
_INTEGERS = (Values.SMALL_INTEGERS, Values.LARGE_INTEGERS)


def _has_ranks(generator: Generator, case: Case) -> bool:
    """Tell whether a generator can make arrays of as many axes as a case has."""
    arrays = arrays_of(case.call.arguments)
    ranks = {
        name: {
            len(spec.shape)
            for spec in generator.vary.get(name, (generator.arguments.get(name),))
            if isinstance(spec, ArraySpec)
        }
        for name in arrays
    }
    return all(arrays[name].ndim in known for name, known in ranks.items() if known)


def _dtype_of(case: Case) -> Dtype:
    working = case.expected.working_dtype
    return Dtype.FLOAT64 if working is None else Dtype(working.name)


def _is_simple(case: Case) -> bool:
    """Tell whether a case holds small integers alone, in a type for more."""
    return all(
        one.dtype.kind == "f"
        and np.all((one == np.rint(one)) & (np.abs(one) < _SIMPLE))
        for one in arrays_of(case.call.arguments).values()
    )


def _shaped(
    generators: Sequence[Generator], trial: "_Trial", values: Values
) -> Configuration | None:
    """Search until something small is found, or give the smallest of all."""
    best = None
    for found in _searches(generators, trial, values):
        if found is None:
            continue
        if best is None or trial.numbers(found) < trial.numbers(best):
            best = found
        if trial.numbers(best) <= _MOST_NUMBERS:
            break
    return best


def _searches(
    generators: Sequence[Generator], trial: "_Trial", values: Values
) -> Iterator[Configuration | None]:
    """Search among small sizes, with one that is long, with several, and as listed."""
    drawn = [one for one in generators if one.draw is not None]
    listed = [one for one in generators if one.draw is None]
    sized = [one for one in generators if _ranges(one)]
    yield trial.drawn(drawn, values, _LARGEST_STEP)
    yield trial.drawn(listed, values, _LARGEST_STEP)
    long = [_with_one_long(one) for one in drawn or listed]
    yield trial.first(_listed(long, values))
    yield trial.drawn(drawn, values, _WIDE_STEP)
    yield trial.drawn(sized, values, _WIDE_STEP)
    yield trial.first(_listed(listed, values))


def _filled(
    specs: Mapping[str, ArgumentSpec], values: Values
) -> list[dict[str, ArgumentSpec]]:
    """Say what generated arrays hold; one alone is precise, so that sums are exact."""
    names = [name for name, spec in specs.items() if isinstance(spec, ArraySpec)]
    fillings = [dict.fromkeys(names, values)]
    if values is Values.PRECISE_INTEGERS:
        signs = dict.fromkeys(names, Values.SIGNS)
        fillings = [{**signs, name: values} for name in names]
    return [
        {
            name: spec.model_copy(update={"values": filling[name], "dtype": None})
            if isinstance(spec, ArraySpec)
            else spec
            for name, spec in specs.items()
        }
        for filling in fillings
    ]


class _Trial:
    """Puts inputs to a submission that a group of cases could hold."""

    def __init__(self, exam: Exam, failing: Case, ask: Ask, dtype: Dtype) -> None:
        group = failing.group
        exact = {"check": Check.EXACT} if group.check in BOUND_CHECKS else {}
        self._group = group.model_copy(update={"id": "smallest", **exact})
        function = exam.problem.spec.function(group.function)
        self._reference = Reference(exam.problem, function)
        self._ask, self._dtype = ask, dtype
        self._settings = settings(
            max_examples=_FEW_EXAMPLES
            if failing.elements <= _FEW_NUMBERS
            else _MOST_EXAMPLES,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )

    def smallest(
        self, strategy: st.SearchStrategy[T], failing: Callable[[T], object | None]
    ) -> T | None:
        """Find the smallest value with which something fails."""
        try:
            return find(
                strategy,
                lambda value: failing(value) is not None,
                settings=self._settings,
                random=Random(0),  # noqa: S311 - the same inputs in every run
            )
        except HypothesisException:
            return None

    def drawn(
        self, generators: Sequence[Generator], values: Values, step: int
    ) -> Configuration | None:
        """Find the smallest that generators draw, with which the submission fails."""
        if not generators:
            return None
        return self.smallest(_drawn(generators, values, step), self.filled)

    def first(self, configurations: Sequence[Configuration]) -> Configuration | None:
        """Give the one of fewest numbers with which the submission fails."""
        ordered = sorted(configurations, key=self.numbers)
        return next(filter(self.filled, ordered), None)

    def numbers(self, configuration: Configuration) -> int:
        """Count the elements of a configuration's arrays."""
        return elements_of(self._arguments(configuration, 0))

    def filled(self, configuration: Configuration) -> dict[str, Any] | None:
        """Give arguments with which the submission fails; it may do so on some only."""
        for seed in _SEEDS:
            arguments = self._arguments(configuration, seed)
            case = self._case(arguments)
            if case is None:
                return None
            if self._judgement(case) is not None:
                return arguments
        return None

    def _arguments(self, configuration: Configuration, seed: int) -> dict[str, Any]:
        """Draw numbers for a configuration: the same ones every time."""
        specs, sizes = configuration.specs, configuration.sizes
        rng = np.random.default_rng(seed)
        return make_arguments(specs, sizes, self._dtype, rng)

    def failing(self, arguments: dict[str, Any]) -> Judgement | None:
        """Give what the submission does wrong, if it may be asked about."""
        case = self._case(arguments)
        return None if case is None else self._judgement(case)

    def shown(self, arguments: dict[str, Any] | None) -> Case | None:
        """Give a case of some arguments, if it fails once more."""
        case = None if arguments is None else self._case(arguments)
        fails = case is not None and self._judgement(case) is not None
        return case if fails else None

    def _judgement(self, case: Case) -> Judgement | None:
        outcome = self._ask(_calls(case))[0]
        judgement = judge(case, outcome)
        return judgement if _is_answer(outcome) and _is_fault(judgement) else None

    def _case(self, arguments: dict[str, Any]) -> Case | None:
        """Make a case; None if the reference doesn't do what is asked about."""
        try:
            expected = self._reference.expected(self._group.check, arguments)
        except (ValueError, TypeError, GraderError):
            return None
        return case_of("smallest", self._group, arguments, expected)


@st.composite
def _cut(draw: st.DrawFn, case: Case) -> dict[str, Any]:
    """Draw arrays of ones, no axis longer than in a case."""
    arguments = case.call.arguments
    return arguments | {
        name: np.ones(
            tuple(draw(st.integers(1, length)) for length in array.shape), array.dtype
        )
        for name, array in arrays_of(arguments).items()
    }


@st.composite
def _drawn(
    draw: st.DrawFn, generators: Sequence[Generator], values: Values, step: int
) -> Configuration:
    """Draw what a generator draws or lists, by no more than a step above the least."""
    generator = draw(st.sampled_from(generators))
    specs = generator.arguments | {
        name: draw(st.sampled_from(choices)) for name, choices in generator.vary.items()
    }
    layout = draw(st.sampled_from(list(Layout)))
    specs = {
        name: spec.model_copy(update={"layout": layout})
        if isinstance(spec, ArraySpec)
        else spec
        for name, spec in specs.items()
    }
    filled = _filled(specs, values)
    drawn = {
        name: draw(_size(low, min(high, low + step)))
        for name, (low, high) in _ranges(generator).items()
    }
    return Configuration(
        specs=draw(st.sampled_from(filled)) if filled else specs,
        sizes=generator.sizes[0] | drawn,
    )


@cache
def _size(low: int, high: int) -> st.SearchStrategy[int]:
    """Draw the least as often as all others together: few sizes matter for a fault."""
    return st.just(low) | st.integers(low, high)


def _ranges(generator: Generator) -> Mapping[str, tuple[int, ...]]:
    """Give the least and the greatest value of each size."""
    if generator.draw is not None:
        return generator.draw.sizes
    columns = {
        name: [sizes[name] for sizes in generator.sizes if name in sizes]
        for name in generator.sizes[0]
    }
    return {name: (min(1, *given), max(given)) for name, given in columns.items()}


def _with_one_long(generator: Generator) -> Generator:
    """List one size after the other as long, with all others least."""
    ranges = _ranges(generator)
    least = generator.sizes[0] | {name: low for name, (low, _) in ranges.items()}
    sizes = tuple(
        least | {name: length}
        for name, (low, high) in ranges.items()
        for length in range(low + _LARGEST_STEP + 1, max(high, _LONG) + 1)
    )
    vary = {name: choices[:1] for name, choices in generator.vary.items()}
    return generator.model_copy(update={"sizes": sizes, "vary": vary, "draw": None})


def _listed(generators: Sequence[Generator], values: Values) -> list[Configuration]:
    """List all that generators combine, but for dtypes: numbers are drawn anew."""
    return [
        replace(configuration, specs=specs)
        for generator in generators
        for configuration in combined(
            generator.model_copy(update={"dtypes": (Dtype.FLOAT64,)})
        )
        for specs in _filled(configuration.specs, values)
    ]


@st.composite
def _numbers_for(
    draw: st.DrawFn, arguments: Mapping[str, Any], layouts: Mapping[str, Layout]
) -> dict[str, Any]:
    """Draw other numbers for generated arrays; what the spec writes out stays."""
    return {
        name: laid_out(
            draw(arrays(value.dtype, value.shape, elements=_NUMBER, fill=st.nothing())),
            layouts[name],
        )
        if name in layouts
        else value
        for name, value in arguments.items()
    }


_NUMBER = st.sampled_from([1.0, 2.0, 3.0, 4.0, 0.0, -1.0, -2.0, -3.0, -4.0])
"""The simplest first: ones show a sum best."""
