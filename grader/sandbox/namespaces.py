"""Namespaces around the zygote, where bubblewrap is installed and works.

They add to the layers what those can't: a worker sees no process but its own, no
network device, and no file but those that it may read, not even that others exist.
"""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

_TRIAL_SECONDS = 10


def command(words: Sequence[str], visible: Iterable[str]) -> list[str]:
    """Put a command into namespaces of its own.

    Parameters
    ----------
    words
        An interpreter, by its own path and not a link to it, and what it is given.
    visible
        The files and folders that it may see, beside the interpreter; those that
        don't exist are passed over.

    Returns
    -------
    list of str
        The command to run; `words` themselves where bubblewrap can't be used.
    """
    return [*_around(words[0], tuple(visible)), *words]


@cache
def _around(interpreter: str, visible: tuple[str, ...]) -> list[str]:
    """Give the words that put a command into namespaces, once they were tried."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        return []
    # Root needs no namespace of users, and could become no other user in one.
    shared = ["--unshare-all"] if os.geteuid() else _FOR_ROOT
    around = [bubblewrap, *shared, "--die-with-parent", "--new-session"]
    around += _mounts({*visible, interpreter})
    for link in filter(os.path.islink, _ROOT_LINKS):
        around += ["--symlink", os.readlink(link), link]  # noqa: PTH115 - as it stands
    around += ["--dev", "/dev", "--proc", "/proc", "--chdir", "/", "--"]
    trial = [*around, interpreter, "-S", "-c", ""]
    return around if _succeeds(trial) else []


def _mounts(visible: Collection[str]) -> Iterator[str]:
    """Give the words that show some paths, in the order in which they are mounted.

    Of hundreds, each takes its time. So a folder is shown as a whole where all in it is
    to be seen but what is installed, as in that of the standard library.
    """
    mounts = {path: ["--ro-bind-try", path, path] for path in visible}
    for folder, count in Counter(map(os.path.dirname, visible)).items():
        found = _entries(folder) if count >= _MANY else []
        hidden = [one for one in found if one.path not in mounts]
        if not found or any(one.is_symlink() for one in found):
            continue
        if not {one.name for one in hidden} <= _INSTALLED:
            continue
        for one in found:
            mounts.pop(one.path, None)
        mounts[folder] = ["--ro-bind-try", folder, folder]
        mounts |= {one.path: ["--tmpfs", one.path] for one in hidden}
    return chain.from_iterable(mounts[path] for path in sorted(mounts))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


_MANY = 20
"""Paths of one folder that are worth showing it whole."""
_INSTALLED = {"site-packages", "dist-packages"}
"""Folders of libraries, of which a worker sees those alone that are allowed."""
_ROOT_LINKS = ("/lib", "/lib64")
"""What programs are loaded through, even where it is only a link."""
_FOR_ROOT = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]


def _succeeds(words: Sequence[str]) -> bool:
    try:
        run = subprocess.run(  # noqa: S603 - bubblewrap and our own interpreter
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=_TRIAL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0
