"""A cluster whose machines are network namespaces, with a cable between them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from grader.output import read_record
from tests.cluster.loopback import ROOT, Loopback, kill
from tests.copies import write_copies
from tests.web.visits import RIGHT, SOFTMAX, WRONG

ADDRESSES = {"scheduler": "10.203.77.1", "worker": "10.203.77.2"}
COUNT = 12


@dataclass
class Apart(Loopback):
    """A cluster whose scheduler is on one machine, and the workers on another."""

    machines: tuple[tuple[str, str], ...] = ()
    """For what is on it, the name of a namespace."""

    def host(self, what: str) -> str:
        """Give the address on the cable."""
        return ADDRESSES[what]

    def within(self, what: str) -> list[str]:
        """Give what starts a command on a machine."""
        return ["ip", "netns", "exec", dict(self.machines)[what]]


def _ip(words: str) -> None:
    subprocess.run(["ip", *words.split()], check=True, capture_output=True)


@pytest.fixture(name="machines")
def _machines() -> Iterator[tuple[tuple[str, str], ...]]:
    """Make two namespaces, and a pair of devices that joins them."""
    names = {what: f"grader-{os.getpid()}-{what}" for what in ADDRESSES}
    with ExitStack() as made:
        try:
            for name in names.values():
                _ip(f"netns add {name}")
                made.callback(_ip, f"netns delete {name}")  # and what is in it
            one, other = names.values()
            _ip(f"link add cable netns {one} type veth peer name cable netns {other}")
            for what, name in names.items():
                _ip(f"-n {name} address add {ADDRESSES[what]}/24 dev cable")
                _ip(f"-n {name} link set cable up")
                _ip(f"-n {name} link set lo up")
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", b"").decode().strip()
            pytest.skip(f"Network namespaces: {said or error}")
        yield tuple(names.items())


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    write_copies(tmp_path / "in", COUNT, (RIGHT, WRONG))
    return tmp_path / "in"


def _network_of(pid: int) -> str:
    return str(Path(f"/proc/{pid}/ns/net").readlink())


def test_machines_that_share_nothing_but_a_cable_grade_what_one_does(
    machines: tuple[tuple[str, str], ...], folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    with Apart(tmp_path, machines=machines) as cluster:
        for _ in range(2):
            cluster.start_worker()
        words = ["grade", str(folder), "-p", str(SOFTMAX), "-o", str(output)]
        words += ["--no-timing", "--format", "json", "--cluster", cluster.address]
        with subprocess.Popen(
            [*cluster.within("scheduler"), sys.executable, "-m", "grader", *words],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as command:
            while not list(output.glob("*/record.json")):
                assert command.poll() is None, command.communicate()
            networks = {_network_of(one.pid) for one in cluster.workers}
            kill(cluster.workers[0])  # as if its machine were switched off
            cluster.start_worker()
            told, _ = command.communicate()
        assert cluster.scheduler is not None
        networks |= {_network_of(cluster.scheduler.pid), _network_of(os.getpid())}

    assert len(networks) == 3  # the scheduler's, the workers', and ours
    assert command.returncode == 1
    assert told.startswith(f"{COUNT} graded: {COUNT // 2} accepted")
    found = {
        path.parent.name: read_record(path).verdict
        for path in output.glob("*/record.json")
    }
    assert found == {
        f"c{at:05}": ("accepted", "wrong_answer")[at % 2] for at in range(COUNT)
    }
