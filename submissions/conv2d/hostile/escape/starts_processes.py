"""Starts processes by every call that Python and the C library have for it."""

import ctypes
import os
import multiprocessing
import pty
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True)


def syscall(number, *arguments):
    result = LIBC.syscall(ctypes.c_long(number), *[
        ctypes.c_long(one) if isinstance(one, int) else one for one in arguments
    ])
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


COMMAND = ["/bin/sh", "-c", "touch /tmp/hostile-process; sleep 5"]


def fork():
    if os.fork() == 0:
        os.setsid()
        os.execv(COMMAND[0], COMMAND)
    return "forked"


def attempts():
    yield "fork", fork
    yield "forkpty", pty.fork
    yield "vfork", lambda: syscall(58)
    yield "clone", lambda: syscall(56, 17, 0, 0, 0, 0)
    yield "clone, shared memory", lambda: syscall(56, 0x10D00, 0, 0, 0, 0)
    yield "clone3", lambda: syscall(435, ctypes.byref((ctypes.c_uint64 * 11)()), 88)
    yield "posix_spawn", lambda: os.posix_spawn(COMMAND[0], COMMAND, {})
    yield "system", lambda: os.system(" ".join(COMMAND))
    yield "popen", lambda: os.popen("touch /tmp/hostile-process").read()
    yield "subprocess", lambda: subprocess.run(COMMAND)
    yield "python", lambda: subprocess.Popen([sys.executable, "-c", "open('/tmp/hostile-process', 'w')"])
    for method in ("fork", "spawn", "forkserver"):
        yield method, lambda: multiprocessing.get_context(method).Process(target=print).start()
    yield "execve", lambda: os.execv(COMMAND[0], COMMAND)
    yield "execveat", lambda: syscall(322, -100, b"/bin/sh", 0, 0, 0)
    yield "exec by descriptor", lambda: os.execve(os.open(sys.executable, os.O_RDONLY), [sys.executable], {})


def report():
    lines = []
    for name, attempt in attempts():
        try:
            got = attempt()
        except BaseException as error:
            got = type(error).__name__
        lines.append(f"{name}: {got!r:.400}")
        print(lines[-1])
    return "\n".join(lines)


report()


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    raise RuntimeError(report())
