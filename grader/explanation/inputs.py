"""Inputs to draw and to list, as a problem's generators describe them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grader.arguments import arrays_of, laid_out
from grader.cases import Case, Configuration, combined
from grader.problem import ArgumentSpec, ArraySpec, Dtype, Generator, Layout, Values

LARGEST_STEP = 4
"""Above the least of a drawn size: what fails at all mostly fails on small ones."""
_LONG = 17
"""Up to which a size alone is tried: one more than whole tiles of 2, 4, 8 or 16."""
_WHOLE = (1, 2, 3, 4, 0, -1, -2, -3, -4)
"""The simplest first: ones show a sum best."""
_HALVES = tuple(number / 2 for number in (1, 3, 5, -1, -3, -5))
"""What an integer type loses."""


@st.composite
def ones_within(draw: st.DrawFn, case: Case) -> dict[str, Any]:
    """Draw arrays of ones, no axis longer than in a case."""
    arguments = case.call.arguments
    return arguments | {
        name: np.ones(
            tuple(draw(st.integers(1, length)) for length in array.shape), array.dtype
        )
        for name, array in arrays_of(arguments).items()
    }


@st.composite
def configurations(
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
    sizes = {
        name: draw(_size(low, min(high, low + step)))
        for name, (low, high) in ranges_of(generator).items()
    }
    return Configuration(
        specs=draw(st.sampled_from(filled)) if filled else specs,
        sizes=generator.sizes[0] | sizes,
    )


@cache
def _size(low: int, high: int) -> st.SearchStrategy[int]:
    """Draw the least as often as all others together: few sizes matter for a fault."""
    return st.just(low) | st.integers(low, high)


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
            name: _filled_with(spec, filling[name])
            if isinstance(spec, ArraySpec)
            else spec
            for name, spec in specs.items()
        }
        for filling in fillings
    ]


def _filled_with(spec: ArraySpec, values: Values) -> ArraySpec:
    """Say what an array holds: one with a type of its own has fractions to lose."""
    own = spec.dtype is not None and np.dtype(spec.dtype).kind == "f"
    return spec.model_copy(update={"values": Values.HALVES if own else values})


def ranges_of(generator: Generator) -> Mapping[str, tuple[int, ...]]:
    """Give the least and the greatest value of each size."""
    if generator.draw is not None:
        return generator.draw.sizes
    columns = {
        name: [sizes[name] for sizes in generator.sizes if name in sizes]
        for name in generator.sizes[0]
    }
    return {name: (min(1, *given), max(given)) for name, given in columns.items()}


def with_one_long(generator: Generator) -> Generator:
    """List one size after the other as long, with all others least."""
    ranges = ranges_of(generator)
    least = generator.sizes[0] | {name: low for name, (low, _) in ranges.items()}
    sizes = tuple(
        least | {name: length}
        for name, (low, high) in ranges.items()
        for length in range(low + LARGEST_STEP + 1, max(high, _LONG) + 1)
    )
    vary = {name: choices[:1] for name, choices in generator.vary.items()}
    return generator.model_copy(update={"sizes": sizes, "vary": vary, "draw": None})


def listed_configurations(
    generators: Sequence[Generator], values: Values
) -> list[Configuration]:
    """List all that generators combine, but for dtypes: numbers are drawn anew."""
    return [
        replace(configuration, specs=specs)
        for generator in generators
        for configuration in combined(
            generator.model_copy(update={"dtypes": (Dtype.FLOAT64,)})
        )
        for specs in _filled(configuration.specs, values)
    ]


def has_ranks(generator: Generator, case: Case) -> bool:
    """Tell whether a generator can make arrays of as many axes as a case has."""
    given = arrays_of(case.call.arguments)
    ranks = {
        name: {
            len(spec.shape)
            for spec in generator.vary.get(name, (generator.arguments.get(name),))
            if isinstance(spec, ArraySpec)
        }
        for name in given
    }
    return all(given[name].ndim in known for name, known in ranks.items() if known)


@st.composite
def other_numbers(
    draw: st.DrawFn, arguments: Mapping[str, Any], layouts: Mapping[str, Layout]
) -> dict[str, Any]:
    """Draw other numbers for generated arrays; what the spec writes out stays."""
    mixed = is_mixed(arguments)
    return {
        name: laid_out(
            draw(
                arrays(
                    value.dtype,
                    value.shape,
                    elements=st.sampled_from(_numbers(value.dtype, mixed=mixed)),
                    fill=st.nothing(),
                )
            ),
            layouts[name],
        )
        if name in layouts
        else value
        for name, value in arguments.items()
    }


def _numbers(dtype: np.dtype[Any], *, mixed: bool) -> Sequence[float]:
    """Give simple numbers: fractions, where floats stand beside integers."""
    if dtype.kind == "f":
        return _HALVES if mixed else [float(number) for number in _WHOLE]
    return [number for number in _WHOLE if number >= 0 or dtype.kind == "i"]


def is_mixed(arguments: Mapping[str, Any]) -> bool:
    """Tell whether floats stand beside integers in some arguments."""
    kinds = {array.dtype.kind for array in arrays_of(arguments).values()}
    return "f" in kinds and len(kinds) > 1


def has_own_dtypes(generator: Generator) -> bool:
    """Tell whether some arrays of a generator have an element type of their own."""
    choices = [*generator.arguments.values(), *chain(*generator.vary.values())]
    return any(
        isinstance(spec, ArraySpec) and spec.dtype is not None for spec in choices
    )
