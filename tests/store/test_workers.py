"""Several processes, and what happens when one of them is killed."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from grader.cli.ends import Exit
from grader.errors import StoreError
from grader.store.store import Store
from tests.store.link import Link
from tests.store.postgres import Server
from tests.store.test_store import ANN

JOBS = 50


def _start(url: str, name: str, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.claimant", url, name, *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _first_job(worker: subprocess.Popen[str]) -> str:
    """Wait until a worker has claimed a job."""
    assert worker.stdout is not None
    return worker.stdout.readline().strip()


def test_no_job_is_done_twice_and_none_is_lost_with_its_worker(url: str) -> None:
    with Store(url) as store:
        sha256 = store.put_submission(ANN)
        jobs = {store.enqueue(sha256, "softmax", owner="ann") for _ in range(JOBS)}
        lost = _start(url, "lost", "stop")
        held = _first_job(lost)

        workers = [_start(url, f"worker-{at}") for at in range(2)]
        lost.kill()
        lost.communicate()
        claimed = [one.communicate()[0].split() for one in workers]
        assert all(one.returncode == 0 for one in workers)
        taken = [job for own in claimed for job in own]
        assert sorted(taken) == sorted(jobs - {held})
        assert store.job(held).state == "running"

        assert store.requeue_lost("lost") == 1
        last = _start(url, "last")
        assert last.communicate()[0].split() == [held]
        done = store.jobs(state="done")
        assert {job.id for job in done} == jobs
        assert len({job.record_id for job in done}) == JOBS
        assert len(store.rows(limit=1000)) == JOBS


def test_a_new_store_is_made_once_by_those_who_open_it_at_once(url: str) -> None:
    workers = [_start(url, f"worker-{at}") for at in range(3)]

    assert [one.communicate()[0] for one in workers] == [""] * 3
    assert [one.returncode for one in workers] == [0] * 3


def test_a_server_that_goes_down_takes_no_job_with_it(own_server: Server) -> None:
    url = own_server.new_database()
    with Store(url) as store:
        sha256 = store.put_submission(ANN)
        jobs = {store.enqueue(sha256, "softmax", owner="ann") for _ in range(JOBS)}
        workers = [_start(url, f"worker-{at}") for at in range(2)]
        # None, for one that starts when the other has made all.
        first = [job for one in workers if (job := _first_job(one))]
        for _ in range(3):
            begun = len(store.jobs(state="done"))
            while len(store.jobs(state="done")) == begun < JOBS:
                assert None in {one.poll() for one in workers}
            own_server.stop()
            own_server.start()

        rest = [one.communicate()[0].split() for one in workers]
        assert [one.returncode for one in workers] == [0, 0]
        assert sorted(first + rest[0] + rest[1]) == sorted(jobs)
        assert {job.id for job in store.jobs(state="done")} == jobs
        assert len(store.rows(limit=1000)) == JOBS


def test_a_store_has_one_server_until_that_is_dead(url: str) -> None:
    words = "another `grader serve` has it"
    with Store(url) as store, _serving(url) as other:
        with pytest.raises(StoreError, match=words), store.serving():
            pass
        other.kill()
        other.wait()
        ours = _once_free(store)
        with ours, Store(url) as second:
            with pytest.raises(StoreError, match=words), second.serving():
                pass
            assert second.jobs() == []  # all else is for everyone
        with store.serving():
            pass


def test_a_server_tells_a_database_again_that_forgot_it(own_server: Server) -> None:
    url = own_server.new_database()
    with Store(url) as store, Store(url) as other, store.serving() as reservation:
        own_server.stop()
        with pytest.raises(StoreError):
            reservation.renew()
        own_server.start()
        assert reservation.renew()
        with pytest.raises(StoreError, match="has it"), other.serving():
            pass

        own_server.stop()
        own_server.start()
        with other.serving() as taken:
            assert not reservation.renew()
            assert taken.renew()
        while not reservation.renew():  # the database is yet to see that it left
            pass


def test_a_server_is_not_taken_for_another_when_its_link_breaks(
    own_server: Server,
) -> None:
    url = own_server.new_database()
    with Link(url) as link, Store(link.url) as store, Store(url) as other:
        with store.serving() as reservation:
            link.cut()
            assert reservation.renew()
            with pytest.raises(StoreError, match="has it"), other.serving():
                pass
            link.tell()
            assert reservation.renew()
        with _once_free(other):
            assert not reservation.renew()


def test_a_server_whose_store_was_taken_meanwhile_ends(
    own_server: Server, tmp_path: Path
) -> None:
    pytest.importorskip("uvicorn", reason="the extra `web` is not installed")
    url = own_server.new_database()
    command = [sys.executable, "-m", "grader", "serve", "--port", "0", "--store", url]
    command += ["--secret", str(tmp_path / "secret"), "--runners", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stderr is not None
            assert "serving at" in serving.stderr.readline()
            serving.send_signal(signal.SIGSTOP)  # else it might be faster
            own_server.stop()
            own_server.start()
            with Store(url) as store, store.serving():
                serving.send_signal(signal.SIGCONT)
                assert serving.wait() == Exit.USAGE
            last = serving.stderr.read().splitlines()[-1]
            assert "another `grader serve` took the store" in last
        finally:
            serving.kill()


@contextmanager
def _serving(url: str) -> Iterator[subprocess.Popen[str]]:
    script = (
        "import signal, sys\n"
        "from grader.store.store import Store\n"
        "with Store(sys.argv[1]) as store, store.serving():\n"
        "    print('serving', flush=True)\n"
        "    signal.pause()\n"
    )
    command = [sys.executable, "-c", script, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "serving\n"
            yield process
        finally:
            process.kill()


def _once_free(store: Store) -> ExitStack:
    """Be the server as soon as the database has seen that the other is dead."""
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(store.serving())
            except StoreError:
                continue
            return stack.pop_all()
