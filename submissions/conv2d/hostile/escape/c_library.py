"""Calls the C library past Python: files, processes, sockets, loading of other libraries and environment."""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.getenv.restype = LIBC.strerror.restype = ctypes.c_char_p


def attempts():
    yield "system", lambda: LIBC.system(b"touch /tmp/hostile-c; sleep 5")
    yield "popen", lambda: LIBC.popen(b"touch /tmp/hostile-c", b"r")
    yield "open", lambda: LIBC.open(b"/tmp/hostile-c", 0o101, 0o666)
    yield "creat", lambda: LIBC.creat(b"/dev/shm/hostile-c", 0o666)
    yield "mkstemp", lambda: LIBC.mkstemp(ctypes.create_string_buffer(b"/tmp/hostileXXXXXX"))
    yield "mkdir", lambda: LIBC.mkdir(b"/var/tmp/hostile-c", 0o777)
    yield "socket", lambda: LIBC.socket(2, 1, 0)
    yield "fork", lambda: LIBC.fork()
    yield "daemon", lambda: LIBC.daemon(0, 0)
    yield "environment", lambda: [LIBC.getenv(name) for name in (b"GRADER_SECRET", b"HOME", b"PATH", b"SEED")]
    yield "passwords", lambda: LIBC.getpwuid(0)
    yield "library", lambda: ctypes.CDLL("/tmp/hostile.so")
    yield "fopen", lambda: LIBC.fopen(b"/tmp/hostile-c", b"w")
    yield "dynamic linker", lambda: ctypes.CDLL("libutil.so.1").openpty(None, None, None, None, None)


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
