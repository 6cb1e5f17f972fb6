"""A little of `make fuzz`, the same in each run."""

import random
import tracemalloc
from collections.abc import Callable

import pytest

from tests.fuzz.documents import attempt_record, attempt_spec, attempt_submission
from tests.fuzz.frames import SLOT, attempt_frame
from tests.fuzz.handed_in import attempt_notebook, attempt_zip


@pytest.mark.parametrize(
    ("attempt", "times"),
    [
        (attempt_frame, 3_000),
        (attempt_spec, 80),
        (attempt_record, 30),
        (attempt_submission, 60),
        (attempt_notebook, 60),
        (attempt_zip, 60),
    ],
)
def test_nothing_but_a_value_or_one_clear_message_comes_of_odd_bytes(
    attempt: Callable[[random.Random], None], times: int
) -> None:
    for number in range(times):
        attempt(random.Random(f"test/{number}"))


def test_no_frame_takes_more_memory_than_a_few_of_its_slots() -> None:
    attempt_frame(random.Random(0))  # what is made once is made now
    tracemalloc.start()
    try:
        for number in range(300):
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            attempt_frame(random.Random(f"memory/{number}"))
            _, peak = tracemalloc.get_traced_memory()

            assert peak - before < 100 * SLOT.size
    finally:
        tracemalloc.stop()
