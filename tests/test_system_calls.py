"""The filter of system calls, run by a small machine for classic BPF.

So it is tried for processors that aren't here, too. The machine follows the kernel's
`Documentation/networking/filter.rst`; the numbers of the calls are libseccomp's.
"""

import errno
import struct
from functools import cache

import pyseccomp
import pytest

from grader.sandbox.system_calls import compile_filter

# include/uapi/linux/audit.h: the machine's number, with 64 bits and little-endian.
ARCHITECTURES = {"X86_64": 0xC000003E, "AARCH64": 0xC00000B7}
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
EPERM, ENOSYS = ERRNO | errno.EPERM, ERRNO | errno.ENOSYS
X32 = 0x40000000
DENIED = """
    clone execve execveat socket socketpair connect bind sendto sendmsg kill tkill
    tgkill rt_sigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd ptrace
    process_vm_readv process_vm_writev setitimer timer_create timerfd_create memfd_create
    pipe2 eventfd2 epoll_create1 io_uring_setup userfaultfd perf_event_open bpf keyctl
    add_key unshare setns mount umount2 pivot_root chroot open_by_handle_at
    name_to_handle_at setrlimit prctl seccomp personality sched_setaffinity setpriority
    setuid setresuid setgid capset unlinkat mkdirat renameat2 linkat symlinkat fchmodat
    fchownat utimensat truncate ftruncate fallocate shmget shmat semget msgget mq_open
    inotify_init1 fanotify_init kcmp vmsplice splice tee sendfile copy_file_range
    landlock_create_ruleset kexec_load init_module reboot swapon acct dup3
"""


@cache
def program(architecture: str) -> list[tuple[int, int, int, int]]:
    return list(struct.iter_unpack("=HBBI", compile_filter(architecture)))


def run(architecture: str, number: int, *arguments: int, machine: int = 0) -> int:
    """Give what the filter says of a call."""
    filled = (*arguments, *(0,) * (6 - len(arguments)))
    machine = machine or ARCHITECTURES[architecture]
    data = struct.pack("=IIQ6Q", number & 0xFFFFFFFF, machine, 0, *filled)
    at = accumulator = 0
    code = program(architecture)
    while True:
        operation, if_true, if_false, constant = code[at]
        at += 1
        match operation:
            case 0x20:  # load a word of the call
                (accumulator,) = struct.unpack_from("=I", data, constant)
            case 0x54:  # and
                accumulator &= constant
            case 0x05:  # jump
                at += constant
            case 0x15:
                at += if_true if accumulator == constant else if_false
            case 0x25:
                at += if_true if accumulator > constant else if_false
            case 0x35:
                at += if_true if accumulator >= constant else if_false
            case 0x45:
                at += if_true if accumulator & constant else if_false
            case 0x06:
                return constant
            case _:
                raise NotImplementedError(hex(operation))


def call(architecture: str, name: str, *arguments: int) -> int:
    number = pyseccomp.resolve_syscall(getattr(pyseccomp.Arch, architecture), name)
    assert number >= 0, f"{architecture} has no {name}"
    return run(architecture, number, *arguments)


@pytest.fixture(params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    "name",
    ["read", "write", "mmap", "munmap", "futex", "openat", "exit_group", "getrandom"],
)
def test_what_array_code_needs_is_allowed(architecture: str, name: str) -> None:
    assert call(architecture, name) == ALLOW


@pytest.mark.parametrize("name", DENIED.split())
def test_what_it_does_not_need_is_denied(architecture: str, name: str) -> None:
    assert call(architecture, name) == EPERM


def test_the_c_library_is_sent_back_to_the_older_call(architecture: str) -> None:
    assert call(architecture, "clone3") == ENOSYS


@pytest.mark.parametrize("name", ["fork", "vfork", "open", "stat", "dup2"])
def test_old_calls_are_denied_unless_they_are_known(name: str) -> None:
    known = {"open", "stat"}

    assert call("X86_64", name) == (ALLOW if name in known else EPERM)


@pytest.mark.parametrize(
    ("command", "answer"),
    [(0x5401, ALLOW), (0x5412, EPERM), (0x541C, EPERM), (0x5421, EPERM)],
    ids=["TCGETS", "TIOCSTI", "TIOCLINUX", "FIONBIO"],
)
def test_a_terminal_can_be_asked_for_and_not_typed_into(
    architecture: str, command: int, answer: int
) -> None:
    assert call(architecture, "ioctl", 0, command) == answer


@pytest.mark.parametrize(
    ("command", "answer"),
    [(0, ALLOW), (1, ALLOW), (3, ALLOW), (4, EPERM), (8, EPERM), (1033, EPERM)],
    ids=["F_DUPFD", "F_GETFD", "F_GETFL", "F_SETFL", "F_SETOWN", "F_ADD_SEALS"],
)
def test_descriptors_can_be_asked_about_and_not_changed(
    architecture: str, command: int, answer: int
) -> None:
    assert call(architecture, "fcntl", 3, command) == answer


def test_limits_can_be_read_and_not_set(architecture: str) -> None:
    assert call(architecture, "prlimit64", 0, 7, 0) == ALLOW
    assert call(architecture, "prlimit64", 0, 7, 0x7FFF00000000) == EPERM
    assert call(architecture, "prlimit64", 1, 7, 0) == EPERM


def test_calls_of_another_architecture_end_the_process(architecture: str) -> None:
    (other,) = set(ARCHITECTURES.values()) - {ARCHITECTURES[architecture]}
    answer = run(architecture, 0, machine=other)

    assert answer in {KILL, 0}  # the process, or the thread


def test_there_is_no_way_around_by_32_bit_numbers() -> None:
    for name in ("read", "execve", "socket"):
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.X86_64, name)
        assert run("X86_64", X32 | number) != ALLOW


def test_numbers_that_are_not_known_are_denied(architecture: str) -> None:
    for number in (460, 999):
        assert run(architecture, number) == EPERM
