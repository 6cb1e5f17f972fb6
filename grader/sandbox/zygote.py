"""The process that workers are forked from: Python, NumPy, and our far side.

Started as a script in a fresh interpreter, with an empty environment, and never told
of a problem, a seed or a submission. It answers one message at a time on its socket:
`setup` once, then `spawn` and `reap`. When the grader goes, its socket closes, and
the workers die with it.
"""

import contextlib
import gc
import importlib.machinery
import json
import mmap
import os
import signal
import socket
import struct
import sys
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any

SETUP_BYTES = 1 << 20
"""The most that the first message takes."""
LETTER_BYTES = 1 << 12
"""The most that any other takes, and any answer."""
_MOST_DESCRIPTORS = 3
_DESCRIPTOR = struct.Struct("i")
_RULESET = 6
"""Where a worker finds what Landlock allows it."""


class AllowedLibraries(MetaPathFinder):
    """Finds the allowed libraries and nothing else beside them.

    What may be read is the sandbox's to say; this gives honest code the same answer
    as `ModuleNotFoundError`, at every level of isolation.
    """

    def __init__(self, libraries: dict[str, str]) -> None:
        self._libraries = libraries

    def find_spec(
        self,
        fullname: str,
        path: Any = None,  # noqa: ANN401 - as the base
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """Find an allowed library in its own folder."""
        folder = self._libraries.get(fullname)
        if path is not None or folder is None:
            return None
        return importlib.machinery.PathFinder.find_spec(fullname, [folder], target)


def main(control: socket.socket, libraries: str) -> None:
    """Answer messages until the socket closes; NumPy lies in `libraries`."""
    # NumPy is imported while the grader still works out the set-up.
    root = os.path.dirname(  # noqa: PTH120 - pathlib is slow to import here
        os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    )
    own = list(sys.path)
    sys.path[:] = [root, libraries, *own]
    from grader.sandbox import layers, rehearsal, suite  # noqa: PLC0415 - needs the path

    sys.path[:] = own
    setup = json.loads(control.recv(SETUP_BYTES))
    sys.meta_path.append(AllowedLibraries(setup["libraries"]))
    layers.settle_allocator()
    try:
        ruleset = layers.open_landlock(setup["readable"])
    except OSError:
        ruleset = -1
    if setup["user"] is not None:
        with contextlib.suppress(OSError):  # seen from outside, and in the record
            layers.give_up_root(setup["user"], keep_reading=setup["keep_reading"])
    packed_filter = layers.pack_filter(bytes.fromhex(setup["filter"]))
    rehearsal.rehearse()

    def begin() -> None:
        mapped_bytes = layers.mapped_bytes()
        # No collection before: the holes that it leaves are filled by copying.
        gc.freeze()
        control.send(b"{}")
        serve(control, ruleset, packed_filter, mapped_bytes)

    if setup["for_tests"]:
        suite.prepare(begin)
    else:
        begin()


def serve(
    control: socket.socket,
    ruleset: int,
    packed_filter: Any,  # noqa: ANN401 - a buffer for the kernel
    mapped_bytes: int,
) -> None:
    """Fork workers and collect them, as messages ask for it.

    A message comes to the same place each time and a worker reads its own after the
    fork, so that all workers begin with the same memory.
    """
    letter = bytearray(LETTER_BYTES)
    while _answer(control, letter, ruleset, packed_filter, mapped_bytes):
        pass


def _answer(
    control: socket.socket,
    letter: bytearray,
    ruleset: int,
    packed_filter: Any,  # noqa: ANN401 - as above
    mapped_bytes: int,
) -> bool:
    """Answer one message, and keep nothing of it; tell whether there was one."""
    size, descriptors = _receive(control, letter)
    if descriptors:
        own = os.getpid()
        pid = os.fork()
        if pid == 0:
            spawn = json.loads(letter[:size]) | {"zygote": own}
            spawn["memory_bytes"] += mapped_bytes
            _become_worker(spawn, descriptors, ruleset, packed_filter)
        pidfd = os.pidfd_open(pid)
        rights = socket.SOL_SOCKET, socket.SCM_RIGHTS, _DESCRIPTOR.pack(pidfd)
        control.sendmsg((b'{"pid": %d}' % pid,), (rights,))
        for descriptor in (pidfd, *descriptors):
            os.close(descriptor)
    elif size:
        _reap(control, json.loads(letter[:size])["reap"])
    return size > 0


def _receive(control: socket.socket, letter: bytearray) -> tuple[int, list[int]]:
    """Read a message; give its size and the descriptors that came with it."""
    room = socket.CMSG_SPACE(_MOST_DESCRIPTORS * _DESCRIPTOR.size)
    size, ancillary, _, _ = control.recvmsg_into((letter,), room)
    packed = (data for _, _, data in ancillary)
    return size, [one for data in packed for (one,) in _DESCRIPTOR.iter_unpack(data)]


def _reap(control: socket.socket, pid: int) -> None:
    _, status = os.waitpid(pid, 0)
    control.send(b'{"status": %d}' % os.waitstatus_to_exitcode(status))


def _become_worker(
    spawn: dict[str, Any],
    descriptors: list[int],
    ruleset: int,
    packed_filter: Any,  # noqa: ANN401 - as above
) -> None:
    """Be the child: give up everything, then serve. Never returns."""
    from grader.sandbox import layers, protocol, worker  # noqa: PLC0415 - as above

    failed = 70
    try:
        arena, go, done = _keep_only(descriptors, ruleset)
        ruleset = _RULESET if ruleset >= 0 else -1
        regions = protocol.Regions(**spawn["regions"])
        memory = mmap.mmap(arena, regions.total)
        os.close(arena)
        steps: dict[str, Any] = {
            "no_new_privs": lambda: layers.apply_no_new_privs(spawn["zygote"]),
            "rlimits": lambda: layers.apply_rlimits(spawn["memory_bytes"]),
            "landlock": lambda: layers.apply_landlock(ruleset),
            "seccomp": lambda: layers.apply_seccomp(packed_filter),
        }
        for name, step in steps.items():
            try:
                step()
            except (OSError, ValueError):
                if name in spawn["required"]:
                    raise
            if name == "landlock" and ruleset >= 0:
                os.close(ruleset)
        worker.serve(memory, regions, go, done)
    except BaseException as error:  # noqa: BLE001 - this process must go no further
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(failed)


def _keep_only(descriptors: list[int], ruleset: int) -> tuple[int, int, int]:
    """Move what the worker needs to fixed places, and close all else."""
    high = [os.dup(one) for one in descriptors]
    if ruleset >= 0:
        high.append(os.dup(ruleset))
    spare = max(high) + 8
    moved = [os.dup2(one, spare + place) for place, one in enumerate(high)]
    null = os.open(os.devnull, os.O_RDWR)
    for place in range(3):
        os.dup2(null, place)
    for place, one in enumerate(moved):
        os.dup2(one, 3 + place)
    os.closerange(3 + len(moved), spare + len(moved) + 64)
    return 3, 4, 5


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
    except (BrokenPipeError, ConnectionError):
        os._exit(0)
