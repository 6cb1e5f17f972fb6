"""Leaves words for others in System V and POSIX shared memory, queues, semaphores and named memory."""

import ctypes
import os
from multiprocessing import shared_memory

LIBC = ctypes.CDLL(None, use_errno=True)


def syscall(number, *arguments):
    result = LIBC.syscall(ctypes.c_long(number), *[
        ctypes.c_long(one) if isinstance(one, int) else one for one in arguments
    ])
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def attempts():
    yield "shmget", lambda: syscall(29, 0x686F73, 4096, 0o1666)
    yield "shmat", lambda: syscall(30, 0, 0, 0)
    yield "semget", lambda: syscall(64, 0x686F73, 1, 0o1666)
    yield "msgget", lambda: syscall(68, 0x686F73, 0o1666)
    yield "msgsnd", lambda: syscall(69, 0, b"hostile", 4, 0)
    yield "mq_open", lambda: syscall(240, b"hostile", 0o102, 0o666, 0)
    yield "shm_open", lambda: LIBC.shm_open(b"/hostile", 0o102, 0o666)
    yield "sem_open", lambda: LIBC.sem_open(b"/hostile", 0o100, 0o666, 1)
    yield "memfd", lambda: os.memfd_create("hostile")
    yield "shared_memory", lambda: shared_memory.SharedMemory("hostile", create=True, size=4096).name


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
