"""Arguments that go by other names are passed to the right places."""

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.loading import load_problem
from grader.sandbox.bindings import find
from grader.sandbox.protocol import described_signatures

SPEC = load_problem("conv2d").spec
(ASKED,) = described_signatures((SPEC.function("conv2d").signature,))


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        ("x, weight, bias, stride, padding", ["x", "weight", "bias", "stride", "padding"]),
        ("a, b, c=None, s=(1, 1), p=(0, 0)", [0, 1, 2, "s", "p"]),
        ("a, b, bias=None, stride=(1, 1)", [0, 1, "bias", "stride", None]),
        ("x, a, bias=None, padding=0, stride=1", [0, 1, "bias", "stride", "padding"]),
        ("b, x, bias=None", [0, 1, "bias", None, None]),
        ("x, w, b=None, s=1, p=0", ["x", "w", "b", "s", "p"]),
        ("weight, x, bias=None", ["x", "weight", "bias", None, None]),
        ("x, b=None", ["x", None, "b", None, None]),
        ("x, stride=1, padding=0, bias=None", ["x", None, "bias", "stride", "padding"]),
        ("x, bias, stride, padding", ["x", None, "bias", "stride", "padding"]),
        ("b, k2, bias=None", [0, 1, "bias", None, None]),
        ("x", ["x", None, None, None, None]),
    ],
)  # fmt: skip
def test_names_that_mislead_leave_no_array_behind_and_clear_ones_are_taken(
    arguments: str, passed: list[str | int | None]
) -> None:
    module = ModuleType("submission")
    exec(f"def conv2d({arguments}): pass", module.__dict__)
    bound = find(module, ASKED)

    assert bound is not None
    assert [one.own for one in bound.arguments.values()] == passed


@pytest.mark.parametrize(
    "source",
    [
        "class C:\n @staticmethod\n def __call__({0}): pass\nconv2d = C()",
        "class C:\n @classmethod\n def __call__(cls, {0}): pass\nconv2d = C()",
        "class C:\n def __call__(self, {0}): pass\nconv2d = C()",
        "class C:\n @staticmethod\n def conv2d({0}): pass\nconv2d = C.conv2d",
        "class C:\n def conv2d(self, {0}): pass\nconv2d = C().conv2d",
        "class conv2d:\n def __init__(self, {0}): pass",
        "from functools import partial\ndef f(k, {0}): pass\nconv2d = partial(f, 1)",
        "conv2d = lambda {0}: None",
    ],
)
def test_whatever_is_called_takes_its_own_arguments(source: str) -> None:
    module = ModuleType("submission")
    exec(source.format("x, w, b=None, s=1, p=0"), module.__dict__)
    bound = find(module, ASKED)

    assert bound is not None
    assert [one.own for one in bound.arguments.values()] == ["x", "w", "b", "s", "p"]


def test_what_is_wrapped_is_looked_through_or_not_in_a_static_method_too() -> None:
    source = """
from functools import wraps
def inner(x, w, b=None, s=1, p=0): pass
class C:
    @staticmethod
    @wraps(inner)
    def __call__(*a): return inner(*a)
conv2d = C()
"""
    module = ModuleType("submission")
    exec(source, module.__dict__)
    bound = find(module, ASKED)

    assert bound is not None
    assert [one.own for one in bound.arguments.values()] == [0, 1, 2, 3, 4]


@st.composite
def signatures(draw: st.DrawFn) -> str:
    """Write what a function takes: some arguments of each kind, some of them optional."""
    known = ["x", "weight", "w", "bias", "b", "stride", "padding", "p", "a", "q"]
    names = draw(st.lists(st.sampled_from(known), unique=True, max_size=6))
    first, second, optional = (draw(st.integers(0, len(names))) for _ in range(3))
    places, named = names[: max(first, second)], names[max(first, second) :]
    places = [f"{name}=1" if at >= optional else name for at, name in enumerate(places)]
    named = [f"{name}=1" if draw(st.booleans()) else name for name in named]
    only = min(first, second)
    places = [*places[:only], *(["/"] if only else []), *places[only:]]
    star = draw(st.sampled_from(["*rest", "*"] if named else ["*rest", ""]))
    parts = [*places, star, *named, draw(st.sampled_from(["**more", ""]))]
    return ", ".join(part for part in parts if part)


@given(signatures())
def test_a_function_takes_what_python_says_it_takes(arguments: str) -> None:
    plain, told = (ModuleType("submission") for _ in range(2))
    exec(f"def conv2d({arguments}): pass", plain.__dict__)
    exec(f"def conv2d({arguments}): pass\nconv2d.note = 1", told.__dict__)
    bounds = [find(module, ASKED) for module in (plain, told)]

    assert None not in bounds
    assert len({str(bound.arguments) for bound in bounds if bound}) == 1
