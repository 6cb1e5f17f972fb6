"""A pool of processes: how much is on its way at once, and who runs where."""

import os
from multiprocessing import get_context
from pathlib import Path

import pytest

from grader.batch import grade_many
from grader.cli.pool import open_pool
from grader.cores import deal_cores, keep_to_one, usable_cores
from grader.session import Session, Settings
from tests.copies import SOFTMAX, write_copies


def test_few_submissions_are_on_their_way_and_all_arrive(tmp_path: Path) -> None:
    settings = Settings(problem=str(SOFTMAX), explain=False)
    items = write_copies(tmp_path, 40)
    with Session(settings) as session, open_pool(settings, 2) as pool:
        assert pool is not None
        assert pool.room() < len(items)
        graded = list(grade_many(items, session, timing=False, pool=pool))

    assert sorted(one.item.name for one in graded) == [one.name for one in items]
    assert {one.record.verdict for one in graded} == {"accepted"}


@pytest.mark.skipif(usable_cores() == 1, reason="one core takes no pool")
def test_with_as_many_processes_as_cores_each_keeps_to_one() -> None:
    cores = usable_cores()
    with open_pool(Settings(problem=str(SOFTMAX)), cores) as pool:
        assert pool is not None
        futures = [pool.judges.submit(os.sched_getaffinity, 0) for _ in range(cores)]
        found = [future.result() for future in futures]

    assert {len(own) for own in found} == {1}
    assert set().union(*found) <= os.sched_getaffinity(0)


def test_each_core_is_dealt_once_and_one_that_is_gone_is_no_fault() -> None:
    own = os.sched_getaffinity(0)
    context = get_context("spawn")
    cores, gone = deal_cores(context, len(own)), context.SimpleQueue()
    gone.put(1 << 12)
    keep_to_one(gone)

    assert cores is not None
    assert sorted(cores.get() for _ in own) == sorted(own)
    assert cores.empty()
    assert os.sched_getaffinity(0) == own


@pytest.mark.parametrize("more", [-1, 1])
def test_with_more_or_fewer_processes_the_kernel_chooses_cores(more: int) -> None:
    assert deal_cores(get_context("spawn"), usable_cores() + more) is None
