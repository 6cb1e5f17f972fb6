"""What hostile submissions leave behind: files, processes, and sources of ours changed."""

import sys
import sysconfig
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
_BYTECODE = {".pyc", ".jinja"}
"""What is kept beside modules and templates."""


def _names(known: Collection[object]) -> set[str]:
    """List what bears the word that all hostile files use, where one could write."""
    folders = {
        Path(str(one))
        for one in (
            "/",
            "/tmp",
            "/var/tmp",
            "/dev/shm",
            "/dev/mqueue",
            "/run",
            Path.cwd(),
            Path.home(),
            ROOT,
            ROOT / "grader",
            ROOT / "grader" / "sandbox",
            *sys.path,
            sysconfig.get_path("purelib"),
            sysconfig.get_path("stdlib"),
        )
    }
    return {
        str(entry)
        for folder in folders
        if folder.is_dir()
        for entry in folder.iterdir()
        if "hostile" in entry.name
        if str(entry) not in known
    }


def _orphans() -> set[str]:
    """List processes of sandboxes that nobody waits for."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if parent == "1" and (b"zygote.py" in command or b"hostile" in command):
            found.add(process.name)
    return found


def _children() -> set[str]:
    return {
        child
        for task in Path("/proc/self/task").iterdir()
        for child in (task / "children").read_text().split()
    }


def _sources() -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for folder in ("grader", "reference", "problems", "submissions/conv2d/hostile")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in _BYTECODE
    }


@contextmanager
def nothing_left(known: Collection[object] = ()) -> Iterator[None]:
    """See that no file and no process is there that was not there before.

    Parameters
    ----------
    known
        Paths that the caller makes meanwhile.
    """
    names, sources = _names(known), _sources()
    orphans, children = _orphans(), _children()
    yield
    assert _names(known) - names == set()
    assert _orphans() - orphans == set()
    assert _children() - children == set()
    assert _sources() == sources
