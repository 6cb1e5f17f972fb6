"""A module of ours and what it imports of ours, as one source for a worker.

Workers can't read the references; so that one can be timed where submissions are, its
text goes over as a submission's does, and that of the modules it imports goes with it.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from grader.errors import ProblemError
from grader.loading import module_path

_RUN = """
import sys, types
for name, source in {modules!r}:
    package = name.rpartition(".")[0]
    if package:  # may be needed before it is run itself, to find this one in
        sys.modules.setdefault(package, types.ModuleType(package))
    module = sys.modules.setdefault(name, types.ModuleType(name))
    exec(compile(source, name, "exec"), module.__dict__)
globals().update(module.__dict__)
"""


def bundle(module: str, folder: Path, libraries: Sequence[str]) -> bytes:
    """Put a module and those that it imports into one source, with what is in it."""
    return bundle_all([module], folder, libraries)


def bundle_all(modules: Sequence[str], folder: Path, libraries: Sequence[str]) -> bytes:
    """Put some modules and those that they import into one source.

    What runs it finds all of them in `sys.modules`, and what is in the last one.

    Parameters
    ----------
    modules
        Their names: files in `folder`, or what can be imported here.
    folder
        The problem's folder.
    libraries
        What a worker can import by itself, beside the standard library.

    Raises
    ------
    ProblemError
        If a module is not found, or can't be parsed.
    """
    found: dict[str, str] = {}
    for module in modules:
        if module not in found:
            _collect(module, folder, frozenset(libraries), found)
    return _RUN.format(modules=list(found.items())).encode()


def _collect(
    module: str, folder: Path, libraries: frozenset[str], found: dict[str, str]
) -> None:
    """Add a module to what is found, after the modules that it needs."""
    path = module_path(module, folder)
    source = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ProblemError(path, error.msg, error.lineno) from error
    for name in _imported(tree, folder):
        if _is_ours(name, libraries) and name not in found and name != module:
            _collect(name, folder, libraries, found)
    found[module] = source


def _imported(tree: ast.Module, folder: Path) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = list(_submodules(node.module, node.names, folder))
            yield from below
            if len(below) < len(node.names):
                yield node.module


def _submodules(
    package: str, names: Sequence[ast.alias], folder: Path
) -> Iterator[str]:
    """List what is imported from a package and is a module of its own."""
    if package in sys.stdlib_module_names:
        return
    for alias in names:
        name = f"{package}.{alias.name}"
        with suppress(ProblemError):
            module_path(name, folder)
            yield name


def _is_ours(name: str, libraries: frozenset[str]) -> bool:
    top = name.split(".", maxsplit=1)[0]
    return top not in libraries and top not in sys.stdlib_module_names
