"""Leaves files in every folder that could be writable, under its own name and under those of the grader's."""

import os
import site
import sys
import sysconfig
import tempfile

FOLDERS = (
    ".", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/", "/home", os.path.expanduser("~"), "/root",
    os.path.dirname(os.path.abspath(sys.argv[0])), os.path.dirname(os.__file__), sysconfig.get_path("purelib"),
    *sys.path, *site.getsitepackages(), "/proc/self/cwd", f"/proc/{os.getppid()}/cwd",
)


def leave(folder, name, flags):
    path = f"{folder}/{name}"
    descriptor = os.open(path, flags, 0o666)
    os.write(descriptor, b"hostile")
    return path


def attempts():
    for folder in dict.fromkeys(FOLDERS):
        for name in ("hostile.txt", "hostile.pth", "hostile_sitecustomize.py"):
            yield folder, lambda: leave(folder, name, os.O_CREAT | os.O_WRONLY)
        yield folder, lambda: leave(folder, "", os.O_TMPFILE | os.O_RDWR)
        yield folder, lambda: os.mkdir(f"{folder}/hostile-folder")
        yield folder, lambda: os.mkfifo(f"{folder}/hostile-fifo")
        yield folder, lambda: os.mknod(f"{folder}/hostile-node")
    for path in ("record.json", "report.html", "results.json", "/autograder/results/results.json", sys.argv[0]):
        yield path, lambda: open(path, "a").name
        yield path, lambda: open(path, "r+")
    yield "tempfile", lambda: tempfile.mkdtemp(prefix="hostile")
    yield "tempfile", lambda: tempfile.NamedTemporaryFile(prefix="hostile", delete=False).name


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
