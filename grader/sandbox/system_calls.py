"""The system calls that array code needs, as a filter for the kernel."""

import contextlib
import errno
import os

# Reading and closing what is open, memory, time, exit; no more. Paths are Landlock's
# business, so opening is allowed. Names that an architecture lacks are passed over.
_ALLOWED_CALLS = """
    access brk clock_getres clock_gettime clock_nanosleep close close_range dup exit
    exit_group faccessat faccessat2 fadvise64 fstat fstatfs futex get_robust_list getcwd
    getdents getdents64 getegid geteuid getgid getpgrp getpid getppid getrandom
    getresgid getresuid getrlimit getrusage gettid gettimeofday getuid lseek lstat
    madvise membarrier mincore mmap mprotect mremap munmap nanosleep newfstatat open
    openat openat2 poll ppoll pread64 preadv preadv2 pselect6 read readlink readlinkat
    readv restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn
    sched_getaffinity sched_yield select set_robust_list set_tid_address sigaltstack
    stat statfs statx sysinfo time times uname write writev
"""
_FCNTL_COMMANDS = (0, 1, 2, 3, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, ..._CLOEXEC
_TCGETS = 0x5401


def compile_filter(architecture: str | None = None) -> bytes:
    """Compile the system-call filter for an architecture.

    Everything else fails with EPERM, so that a library which merely tries is not
    killed for it; `clone3` with ENOSYS, so that the C library falls back to `clone`.

    Parameters
    ----------
    architecture
        As libseccomp calls it; this machine's if left out.

    Returns
    -------
    bytes
        A classic BPF program, or nothing where libseccomp is not installed.
    """
    try:
        import pyseccomp  # noqa: PLC0415 - slow to import, and not on every system
    except (ImportError, OSError, RuntimeError):
        return b""
    allowed = pyseccomp.ALLOW
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    with contextlib.suppress(OSError):  # before libseccomp 2.5
        # As a tree: the kernel runs it once for each call there is as it takes it on.
        rules.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, 2)
    if architecture is not None:
        rules.remove_arch(pyseccomp.Arch.NATIVE)
        rules.add_arch(getattr(pyseccomp.Arch, architecture))
    for name in _ALLOWED_CALLS.split():
        try:
            rules.add_rule(allowed, name)
        except OSError:
            continue
    equals = pyseccomp.EQ
    for command in _FCNTL_COMMANDS:
        rules.add_rule(allowed, "fcntl", pyseccomp.Arg(1, equals, command))
    rules.add_rule(allowed, "ioctl", pyseccomp.Arg(1, equals, _TCGETS))
    own, unchanged = pyseccomp.Arg(0, equals, 0), pyseccomp.Arg(2, equals, 0)
    rules.add_rule(allowed, "prlimit64", own, unchanged)
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    with open(os.memfd_create("filter"), "w+b") as file:  # noqa: PTH123 - a descriptor
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
