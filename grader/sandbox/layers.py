"""What holds a worker back: four layers, each of which leaks alone.

`rlimits` bounds memory, processor time, files and processes; `no_new_privs` closes
set-uid programs; `landlock` closes the file system but for what Python and the
allowed libraries need to read, TCP, signals and abstract sockets; `seccomp` allows
only the system calls that array code needs, and so no process, thread, socket,
signal, tracing or timer.

The grader compiles the filter (`system_calls`); the zygote opens the paths; the
forked worker applies all four to itself before it reads a byte of the submission.
"""

import ctypes
import errno
import os
import resource
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum

_LIBC = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_KEEPCAPS = 8
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_FILTER_HEADER = "HxxxxxxP"
_SIGKILL = 9
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_READ_SEARCH = 2
_ASK, _NO_RANDOM_ADDRESSES = 0xFFFFFFFF, 0x0040000  # linux/personality.h


class Layer(StrEnum):
    """The layers, by the names that records carry."""

    RLIMITS = "rlimits"
    NO_NEW_PRIVS = "no_new_privs"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"


class Level(StrEnum):
    """How much of the isolation holds on a machine."""

    FULL = "full"
    """All layers."""
    PARTIAL = "partial"
    """Some of them."""
    NONE = "none"
    """None of them."""


def level_of(holding: Iterable[Layer]) -> Level:
    """Sum up which layers hold.

    Examples
    --------
    >>> level_of([Layer.RLIMITS])
    <Level.PARTIAL: 'partial'>
    """
    holding = set(holding)
    if holding == set(Layer):
        return Level.FULL
    return Level.PARTIAL if holding else Level.NONE


def pack_filter(program: bytes) -> ctypes.Array[ctypes.c_char] | None:
    """Lay out a compiled filter as the kernel takes it; None if there is none.

    Done once and before the fork: it takes longer than to install the filter.
    """
    if not program:
        return None
    header_bytes = struct.calcsize(_FILTER_HEADER)
    buffer = ctypes.create_string_buffer(header_bytes + len(program))
    start = ctypes.addressof(buffer) + header_bytes
    buffer.raw = struct.pack(_FILTER_HEADER, len(program) // 8, start) + program
    return buffer


def apply_seccomp(packed: ctypes.Array[ctypes.c_char] | None) -> None:
    """Install a filter in this process, for good.

    Raises
    ------
    OSError
        If there is none, or the kernel refuses.
    """
    if packed is None:
        raise OSError(errno.ENOSYS, "no filter")
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, packed)


_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_ADD_RULE = 445
_LANDLOCK_RESTRICT_SELF = 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
# include/uapi/linux/landlock.h: what each version of the interface added.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_NETWORK_RIGHTS = 0b11
_NETWORK_SINCE = 4
_SCOPES = 0b11
_SCOPES_SINCE = 6


def open_landlock(readable: Sequence[str]) -> int:
    """Make a Landlock ruleset that allows reading some paths and nothing else.

    Parameters
    ----------
    readable
        Files and folders; those that don't exist are passed over.

    Returns
    -------
    int
        The descriptor of the ruleset, to be applied in the worker.

    Raises
    ------
    OSError
        If the kernel has no Landlock.
    """
    version = _syscall(_LANDLOCK_CREATE_RULESET, None, 0, _VERSION_FLAG)
    rights = sum(right for since, right in _FILE_RIGHTS.items() if since <= version)
    fields = [rights]
    if version >= _NETWORK_SINCE:
        fields.append(_NETWORK_RIGHTS)
    if version >= _SCOPES_SINCE:
        fields.append(_SCOPES)
    attributes = struct.pack(f"{len(fields)}Q", *fields)
    ruleset = _syscall(_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    for path in readable:
        _allow(ruleset, path, _READ_FILE | _READ_DIR)
    _allow(ruleset, os.devnull, _READ_FILE | _WRITE_FILE)
    return ruleset


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - pathlib is slow to import here
            rights &= ~_READ_DIR
        rule = struct.pack("=Qi", rights, descriptor)
        _syscall(_LANDLOCK_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)


def apply_landlock(ruleset: int) -> None:
    """Restrict this process, for good.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    _syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)


def give_up_root(user: int, *, keep_reading: bool) -> None:
    """Become a user without a name, a group or a file, for good.

    Parameters
    ----------
    user
        The id of the user and of its only group.
    keep_reading
        Whether to keep one privilege: reading what file modes deny. Python may lie
        where only root can read. What Landlock doesn't allow stays closed.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    if keep_reading:
        _prctl(_PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    if keep_reading:
        only = 1 << _CAP_DAC_READ_SEARCH
        header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
        if _LIBC.capset(header, struct.pack("6I", only, only, 0, 0, 0, 0)) != 0:
            _raise_errno()


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the one that started it ends.

    Parameters
    ----------
    parent
        Its process id. If it has ended by now, no signal will come, and this process
        ends here.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    _prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def apply_no_new_privs(zygote: int) -> None:
    """Give up gaining privileges, and die with the zygote.

    Parameters
    ----------
    zygote
        Its process id, as its workers see it.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    die_with_parent(zygote)
    _prctl(_PR_SET_DUMPABLE, 0)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def mapped_bytes() -> int:
    """Tell how much address space this process has mapped."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - as above
        return int(statm.read().split()[0]) * resource.getpagesize()


def apply_rlimits(memory_bytes: int) -> None:
    """Bound what this process may use, for good.

    Not its processor time: the kernel would keep that clock in coarse steps then, and
    both the grader's deadline and its timing read it.

    Parameters
    ----------
    memory_bytes
        Address space in all.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_NPROC: 0,
    }
    for limit, value in limits.items():
        _, hard = resource.getrlimit(limit)
        lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (lower, lower))


@contextmanager
def fixed_addresses() -> Iterator[None]:
    """Have programs that this thread starts lie where they lay in the last run.

    What code makes of addresses, and of memory that is not its own, is then the same
    from run to run. Where the system doesn't allow it, programs lie anywhere.
    """
    before = _personality(_ASK)
    if before >= 0:
        _personality(before | _NO_RANDOM_ADDRESSES)
    try:
        yield
    finally:
        if before >= 0:
            _personality(before)


def _personality(wanted: int) -> int:
    """Set how programs are run that this thread starts; give how they were before."""
    found: int = _LIBC.personality(ctypes.c_ulong(wanted))
    return found


def settle_allocator() -> None:
    """Make the C library keep freed memory, in this process and its children.

    By default it decides from past sizes whether to return memory to the kernel, and
    so whether a call pays for page faults; two equal functions were seen to differ
    by a factor of two for that alone. It lasts as long as the process does, and is
    ignored where there is no `mallopt`.
    """
    trim_threshold, mmap_threshold, gibibyte = -1, -3, 1 << 30
    mallopt = getattr(_LIBC, "mallopt", None)
    if mallopt is not None:
        mallopt(mmap_threshold, gibibyte)
        mallopt(trim_threshold, gibibyte)


def _prctl(*arguments: object) -> None:
    padded = [ctypes.c_ulong(one) if isinstance(one, int) else one for one in arguments]
    padded += [ctypes.c_ulong(0)] * (5 - len(padded))
    if _LIBC.prctl(*padded) != 0:
        _raise_errno()


def _syscall(number: int, *arguments: object) -> int:
    padded = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result: int = _LIBC.syscall(ctypes.c_long(number), *padded)
    if result < 0:
        _raise_errno()
    return result


def _raise_errno() -> None:
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))
