"""Every program is right without a mistake, and wrong with one."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reference import conv2d, naive
from reference.misconceptions import forward
from reference.misconceptions.bank import Bank, Misconception
from reference.misconceptions.forward import BANK
from tests.outcomes import Call, outcomes

Array = NDArray[Any]

ONE, NONE = (1, 1), (0, 0)

# The smallest input that shows it: shapes of `x` and `weight`, stride and padding.
SMALLEST = {
    "true-convolution-flip": ((1, 1, 1, 1), (1, 1, 1, 2), ONE, ONE),
    "flip-one-axis": ((1, 1, 1, 1), (1, 1, 2, 1), ONE, ONE),
    "kernel-transposed": ((1, 1, 1, 1), (1, 1, 1, 2), ONE, ONE),
    "filter-axes-swapped": ((1, 1, 1, 1), (2, 1, 1, 1), ONE, NONE),
    "pad-end-only": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    "pad-start-only": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    # A 1x1 kernel hides it: NumPy shrinks the weight to a window without pixels.
    "pad-one-side-single": ((1, 1, 1, 1), (1, 1, 1, 2), ONE, ONE),
    "pad-channel-axis": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    "pad-all-axes": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    "pad-hardcoded-one": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, NONE),
    "padding-ignored": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    "conv-on-unpadded": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    "loop-unpadded-extent": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    "loop-last-row-skipped": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, NONE),
    "pad-hw-swapped": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, (1, 0)),
    "pad-h-for-both": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, (1, 0)),
    "pad-edge-mode": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    "stride-ignored": ((1, 1, 1, 1), (1, 1, 1, 1), (2, 2), ONE),
    "stride-hw-swapped": ((1, 1, 1, 1), (1, 1, 1, 1), (2, 1), ONE),
    "stride-h-for-both": ((1, 1, 1, 1), (1, 1, 1, 1), (2, 1), ONE),
    "window-not-strided": ((1, 1, 1, 1), (1, 1, 1, 1), (2, 2), ONE),
    "out-missing-plus-one": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, NONE),
    "out-plus-one-before-div": ((1, 1, 1, 1), (1, 1, 1, 1), (2, 2), NONE),
    "out-ceil": ((1, 1, 1, 2), (1, 1, 1, 1), (2, 2), NONE),
    "out-round": ((1, 1, 1, 2), (1, 1, 1, 1), (2, 2), ONE),
    "out-pad-counted-once": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    "out-uses-input-size": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    "out-square-assumed": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, (1, 0)),
    "reject-nondivisible": ((1, 1, 1, 2), (1, 1, 1, 1), (2, 2), NONE),
    "bias-last-axis": ((1, 1, 2, 3), (2, 1, 1, 2), ONE, NONE),
    "bias-row-axis": ((1, 1, 3, 2), (2, 1, 2, 1), ONE, NONE),
    "bias-ignored": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, NONE),
    "bias-inside-tap-sum": ((1, 1, 1, 1), (1, 1, 1, 2), ONE, ONE),
    "bias-only-first": ((1, 1, 1, 1), (2, 1, 1, 1), ONE, NONE),
    "bias-batch-shadowed": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, NONE),
    "sum-missing-channel": ((1, 2, 1, 1), (1, 2, 1, 1), ONE, NONE),
    "channel-sum-missing": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, NONE),
    "mean-instead-of-sum": ((1, 1, 1, 1), (1, 1, 1, 2), ONE, ONE),
    "accumulator-int": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, NONE),
    "relu-fused": ((1, 1, 1, 1), (1, 1, 1, 1), (2, 2), NONE),
    "layout-nhwc-output": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, ONE),
    "squeeze-all": ((1, 1, 1, 1), (1, 1, 1, 1), ONE, NONE),
    "im2col-kernel-major-columns": ((1, 2, 1, 1), (1, 2, 1, 2), ONE, ONE),
    "im2col-kernel-transposed-columns": ((1, 1, 1, 1), (1, 1, 2, 2), ONE, ONE),
    "im2col-reshape-no-transpose": ((1, 1, 1, 1), (1, 1, 1, 2), ONE, ONE),
    "im2col-weight-reshape-not-transpose": ((1, 1, 1, 1), (2, 1, 1, 2), ONE, ONE),
    "im2col-output-reshape-no-transpose": ((1, 1, 1, 1), (2, 1, 1, 1), ONE, ONE),
    "im2col-batch-last-mixup": ((2, 1, 1, 1), (2, 1, 1, 1), ONE, NONE),
}


def test_the_forward_program_without_a_mistake_is_the_layer() -> None:
    program = BANK.functions()["conv2d"]

    for arguments in _good(np.random.default_rng(0)):
        actual = program(*arguments)

        np.testing.assert_array_equal(actual, naive.conv2d(*arguments), strict=True)
        np.testing.assert_array_equal(actual, conv2d.conv2d(*arguments), strict=True)


def test_the_forward_program_without_a_mistake_refuses_bad_input() -> None:
    program = BANK.functions()["conv2d"]

    for arguments in _bad():
        with pytest.raises((TypeError, ValueError)):
            program(*arguments)
        with pytest.raises((TypeError, ValueError)):
            conv2d.conv2d(*arguments)


def test_the_forward_program_without_a_mistake_counts_weights() -> None:
    program = BANK.functions()["parameter_count"]

    for sizes in _counts():
        assert program(*sizes) == conv2d.parameter_count(*sizes)


def test_every_mistake_in_the_forward_pass_shows_and_in_a_way_of_its_own() -> None:
    calls = list(_calls())
    right = outcomes(BANK, calls)
    alike = defaultdict(list)
    for mistake in BANK.misconceptions:
        alike[outcomes(BANK, calls, mistake.id)].append(mistake.id)

    assert alike[right] == []
    assert [ids for ids in alike.values() if len(ids) > 1] == []


@pytest.mark.parametrize("name", SMALLEST)
def test_the_smallest_input_shows_the_mistake(name: str) -> None:
    x_shape, weight_shape, stride, padding = SMALLEST[name]
    x = np.arange(1, 1 + np.prod(x_shape)).reshape(x_shape)
    weight = -1.5 - np.arange(np.prod(weight_shape)).reshape(weight_shape)
    bias = 0.25 + np.arange(len(weight))
    call = "conv2d", (x, weight, bias, stride, padding)

    assert outcomes(BANK, [call], name) != outcomes(BANK, [call])


def test_every_mistake_in_the_forward_pass_has_an_id_of_its_own() -> None:
    banks = {part.BANK for part in vars(forward).values() if hasattr(part, "BANK")}
    ids = [one.id for bank in banks for one in bank.misconceptions]

    assert len(ids) == len(set(ids)) == len(BANK.misconceptions)


def test_every_mistake_has_a_title_and_hints_of_its_own() -> None:
    titles = [mistake.title for mistake in BANK.misconceptions]

    assert len(titles) == len(set(titles))
    assert [one.id for one in BANK.misconceptions if len(set(one.hints)) < 3] == []


@pytest.mark.parametrize("mistake", BANK.misconceptions, ids=lambda one: one.id)
def test_what_is_said_of_a_mistake_is_prose(mistake: Misconception) -> None:
    said = (mistake.explanation, *mistake.hints)

    assert not mistake.title.endswith((".", "?"))
    assert all(text.endswith((".", "?")) for text in said)
    assert not any(sign in text for text in said for sign in "`[]=")


def test_two_mistakes_in_different_steps_are_made_together() -> None:
    x, weight = np.arange(12.0).reshape(1, 3, 4), np.ones((1, 1, 1, 1))
    both = BANK.functions("stride-hw-swapped", "pad-end-only")["conv2d"]

    actual = both(x, weight, None, (1, 2), (1, 0))

    # Padded at the bottom with 2 rows, then every second row.
    np.testing.assert_array_equal(actual, [[x[0, 0], x[0, 2], [0, 0, 0, 0]]])


def test_two_mistakes_in_one_step_are_refused() -> None:
    bank = Bank(_One, ["f"])
    for change in (_two, _three):
        bank.mistake("f", title="", explanation="", hints=("", "", ""))(change)

    with pytest.raises(ValueError, match="same step"):
        bank.functions("-two", "-three")


def test_another_form_of_a_mistake_has_its_words_and_a_step_of_its_own() -> None:
    bank = Bank(_Two, ["f"])
    bank.mistake("f", title="a", explanation="b", hints=("c", "d", "e"))(_two)
    bank.variant("-two", "g")(_three)

    one, other = bank.misconceptions

    assert (other.id, other.step) == ("-three", "g")
    assert (other.title, other.hints) == (one.title, one.hints)


class _One:
    def f(self) -> int:
        return 1


class _Two(_One):
    def g(self) -> int:
        return 2


def _two(_: _One) -> int:
    return 2


def _three(_: _One) -> int:
    return 3


def _calls() -> Iterator[Call]:
    for arguments in (*_good(np.random.default_rng(1)), *_bad()):
        yield "conv2d", arguments
    for sizes in _counts():
        yield "parameter_count", sizes


def _good(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Draw small layers of integers, and of a few other kinds."""
    for draw in range(100):
        n, c_in, c_out, h, w, k_h, k_w, s_h, s_w = rng.integers(1, 4, 9).tolist()
        p_h, p_w = rng.integers(0, 3, 2).tolist()
        h, w = h + k_h - 1, w + k_w - 1
        x = rng.integers(-9, 10, (n, c_in, h, w))
        weight = rng.integers(-9, 10, (c_out, c_in, k_h, k_w))
        bias = rng.integers(-9, 10, c_out) if draw % 4 else None
        yield x[0] if draw % 5 == 0 else x, weight, bias, (s_h, s_w), (p_h, p_w)
    x, weight = rng.integers(0, 256, (2, 2, 2, 4, 3)).astype(np.uint8)[:, :, :, :3]
    bias = np.array([0.5, -1.5])
    for kind in (np.uint8, np.int64, np.float32, np.float64):
        for other in (np.uint8, np.float32, np.float64):
            yield x.astype(kind), weight.astype(other), None, ONE, ONE
            yield x.astype(kind), weight.astype(other) // 3, bias, ONE, ONE
    for laid_out in (x.transpose(0, 1, 3, 2), np.asfortranarray(x)):
        for padding in (ONE, NONE):
            yield laid_out, weight, None, ONE, padding
    yield x, weight, None, tuple(np.array([1, 2])), ONE
    yield x, weight / 8, bias, ONE, ONE
    # More digits than float32 holds, and a bias with a zero in it.
    yield x % 4 + 2.0**-30, weight % 4, np.array([0, 5]), ONE, ONE
    # A kernel that fits because of the padding alone.
    yield x[..., :3, :2], weight, None, ONE, (2, 1)


def _bad() -> Iterator[tuple[Any, ...]]:
    """Give what is to be refused."""
    x, weight, bias = np.ones((2, 2, 3, 3), int), np.ones((2, 2, 3, 3), int), np.ones(2)
    yield x[0, 0], weight
    yield x[None], weight
    yield x, weight[0]
    yield x[:, :1], weight
    yield x, weight[:, :1]
    for wrong in (bias[:1], np.ones(3), bias[:, None], np.array(1.0)):
        yield x, weight, wrong
    for stride in ((0, 1), (1, 0), (-1, 1), (-1, -1), (1.5, 1)):
        yield x, weight, bias, stride
    for padding in ((-1, -1), (0, -1)):
        yield x, weight[..., :1, :1], bias, ONE, padding
    for shape in ((1, 4), (2, 2), (3, 3), (4, 1)):
        yield x[..., :1, :1], np.ones((1, 2, *shape), int)
        yield x[..., :1, :1], np.ones((1, 2, *shape), int), None, (2, 2)
    yield x[..., :2, :2], np.ones((1, 2, 3, 3), int), None, (2, 2)


def _counts() -> Iterator[tuple[Any, ...]]:
    """Give the sizes of some layers."""
    for sizes in ((2, 3, 5, 7), (3, 2, 1, 2), (1, 1, 1, 1)):
        for bias in (True, False):
            yield *sizes, bias
