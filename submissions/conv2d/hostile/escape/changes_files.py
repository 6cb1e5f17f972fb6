"""Locks, leases, watches, links and re-dates files that it did not make, and sets who may read them."""

import fcntl
import os
import shutil
import sys

OWN = os.path.abspath(sys.argv[0])
TARGETS = (OWN, os.path.dirname(OWN), os.__file__, "/tmp", "/usr/lib/os-release", "/dev/null")


def attempts():
    for path in TARGETS:
        yield path, lambda: os.chmod(path, os.stat(path).st_mode)
        yield path, lambda: os.chown(path, -1, -1)
        yield path, lambda: os.utime(path, (os.stat(path).st_atime, os.stat(path).st_mtime))
        yield path, lambda: os.setxattr(path, "user.hostile", b"1")
        yield path, lambda: os.link(path, "/tmp/hostile-hard")
        yield path, lambda: fcntl.flock(os.open(path, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield path, lambda: fcntl.fcntl(os.open(path, os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_WRLCK)
        yield path, lambda: fcntl.fcntl(os.open(os.path.dirname(path), os.O_RDONLY), fcntl.F_NOTIFY, 63)
    yield "rename", lambda: os.rename("/tmp/hostile.sock", "/tmp/hostile-renamed.sock")
    yield "unlink", lambda: os.unlink("/tmp/hostile.sock")
    yield "rmtree", lambda: shutil.rmtree("/tmp/hostile-folder")
    yield "umask", lambda: os.umask(0)


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
