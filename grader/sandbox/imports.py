"""Where the allowed libraries lie, and what a worker must be able to read for them.

Only those paths: the grader, the problems and the references may be installed in the
same `site-packages`, and Landlock can't take a part out of what it allows.
"""

import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """What a worker may import beyond the standard library."""

    libraries: dict[str, str]
    """Top-level modules and the folder that each lies in."""
    readable: tuple[str, ...]
    """Files and folders: the interpreter's, the libraries', the C libraries'."""


def resolve_imports(allowed: Iterable[str]) -> Imports:
    """Find the allowed libraries and what they in turn need.

    Parameters
    ----------
    allowed
        Names of distributions. One that is not installed is passed over: a
        submission that needs it will be told so when it imports it.
    """
    libraries: dict[str, str] = {}
    readable = [*_interpreter_paths(), *_shared_libraries()]
    for one in _with_requirements(allowed):
        folder = str(one.locate_file(""))
        for entry in _top_level(one):
            readable.append(f"{folder}/{entry}")
            name = entry.removesuffix(".py")
            if name.isidentifier():
                libraries[name] = folder
    return Imports(libraries=libraries, readable=tuple(readable))


def _with_requirements(names: Iterable[str]) -> Iterator[Distribution]:
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        yield found
        for requirement in found.requires or []:
            match = _REQUIREMENT.match(requirement)
            if match and "extra ==" not in requirement:
                waiting.append(match[1])


def _top_level(one: Distribution) -> list[str]:
    record = one.read_text("RECORD") or ""
    entries = {line.split(",")[0].split("/")[0] for line in record.splitlines()}
    return sorted(entries - {"..", "__pycache__", ""})


def _interpreter_paths() -> Iterator[str]:
    for key in ("stdlib", "platstdlib"):
        folder = Path(sysconfig.get_path(key))
        for entry in folder.iterdir() if folder.is_dir() else ():
            if entry.name not in {"site-packages", "dist-packages"}:
                yield str(entry)
    yield from (path for path in sys.path if path.endswith(".zip"))


def _shared_libraries() -> Iterator[str]:
    multiarch = str(sysconfig.get_config_var("MULTIARCH") or "")
    folders = ["/lib", "/usr/lib", "/lib64", "/usr/lib64"]
    folders += [f"{folder}/{multiarch}" for folder in folders[:2] if multiarch]
    folders.append(str(sysconfig.get_config_var("LIBDIR") or ""))
    for folder in {str(Path(one).resolve()) for one in folders if one}:
        path = Path(folder)
        if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir may raise
            continue
        if folder.endswith(multiarch) and multiarch:
            yield folder
        else:
            # May hold a `site-packages` further down, so not the folder itself.
            yield from (str(one) for one in path.glob("*.so*") if one.is_file())
    yield from ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo")
    yield from ("/dev/urandom", "/dev/zero")
