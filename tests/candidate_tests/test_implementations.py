"""All that is right gives the same, and nothing that is asked stops the grader."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.candidate_tests.implementations import (
    CORRECT,
    REFERENCE,
    Implementations,
    key_of,
)
from grader.loading import load_problem
from grader.outcome import Call, Raised, Returned
from grader.sandbox.sandbox import Sandbox

X, W = np.arange(9.0).reshape(1, 3, 3), np.array([[[[1.0, 2], [3, 4]]]])


@pytest.fixture(scope="module")
def known() -> Iterator[Implementations]:
    problem = load_problem("conv2d")
    with (
        Sandbox(problem.spec.allowed_imports) as sandbox,
        Implementations(sandbox, problem) as known,
    ):
        yield known


def _call(**others: object) -> Call:
    return Call(
        function="conv2d",
        arguments={"x": X, "weight": W, **others},
        output_bytes=1 << 10,
    )


def test_all_that_is_right_gives_the_same(known: Implementations) -> None:
    for outcome in known.answers(list(CORRECT), [_call()]):
        assert isinstance(outcome, Returned)
        # 0*1 + 1*2 + 3*3 + 4*4 = 27, and each step to the right adds 10.
        np.testing.assert_array_equal(outcome.value, [[[27, 37], [57, 67]]])


def test_what_the_reference_refuses_is_refused_by_all(known: Implementations) -> None:
    for outcome in known.answers(list(CORRECT), [_call(stride=(0, 1))]):
        assert isinstance(outcome, Raised)
        assert "ValueError" in outcome.type_names


def test_a_mistake_is_made_by_its_name(known: Implementations) -> None:
    outcome = known.answer("true-convolution-flip", _call())

    assert isinstance(outcome, Returned)
    # 0*4 + 1*3 + 3*2 + 4*1 = 13
    assert outcome.value[0, 0, 0] == 13  # type: ignore[index, call-overload]


def test_what_takes_for_ever_or_all_memory_is_not_answered(
    known: Implementations,
) -> None:
    huge = known.answer(REFERENCE, _call(padding=(10**8, 10**8)))
    after = known.answer(REFERENCE, _call(bias=np.ones(1)))

    assert not isinstance(huge, Returned)
    assert isinstance(after, Returned)


def test_a_question_is_known_by_its_arguments() -> None:
    alike = {key_of(_call()), key_of(_call(x=X.copy(order="F")))}
    others: list[dict[str, Any]] = [
        {"x": X.astype("f4")},
        {"x": X[None]},
        {"stride": (1, 1)},
        {"bias": None},
    ]
    keys = {key_of(_call(**one)) for one in others}

    assert len(alike) == 1
    assert len(keys - alike) == len(others)
