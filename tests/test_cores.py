import os

import pytest

from grader.cores import usable_cores


@pytest.mark.parametrize("cores", [1, 2])
def test_only_cores_that_may_be_used_count(cores: int) -> None:
    allowed = os.sched_getaffinity(0)
    if len(allowed) < cores:
        pytest.skip("this machine has fewer cores")
    try:
        os.sched_setaffinity(0, sorted(allowed)[:cores])
        assert usable_cores() == cores
    finally:
        os.sched_setaffinity(0, allowed)
