"""The submission's own modules, found in memory: a worker has no folder of them."""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec
from types import CodeType, ModuleType
from typing import Any


class OwnModules(MetaPathFinder, Loader):
    """Finds what a submission brought, before any library, as beside a script.

    Parameters
    ----------
    sources
        For the name of each module its filename and its source. What they have in
        front of a dot is a package, even if it has no file of its own.
    """

    def __init__(self, sources: dict[str, tuple[str, bytes]]) -> None:
        self._sources = sources

    def forget_others(self) -> None:
        """Forget libraries that are called alike and were imported before.

        But for those that every Python has before it looks for any file.
        """
        own = {name.partition(".")[0] for name in self._sources}
        for finder in (BuiltinImporter, FrozenImporter):
            own = {name for name in own if finder.find_spec(name) is None}
        for name in [one for one in sys.modules if one.partition(".")[0] in own]:
            del sys.modules[name]

    def find_spec(
        self,
        fullname: str,
        path: Any = None,  # noqa: ANN401, ARG002 - as the base
        target: ModuleType | None = None,  # noqa: ARG002 - as the base
    ) -> ModuleSpec | None:
        """Give the spec of a module, if the submission brought it."""
        filename, _ = self._sources.get(fullname, ("", b""))
        within = any(name.startswith(f"{fullname}.") for name in self._sources)
        if not filename and not within:
            return None
        spec = ModuleSpec(
            fullname,
            self,
            origin=filename or None,
            is_package=within or filename.endswith("__init__.py"),
        )
        spec.has_location = bool(filename)
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's source in it."""
        filename, source = self._sources.get(module.__name__, ("package", b""))
        exec(compiled(source, filename), module.__dict__)  # noqa: S102 - our purpose


def compiled(source: bytes, filename: str) -> CodeType:
    """Compile a source.

    Raises
    ------
    RecursionError
        If it is nested so deeply that the compiler gives up, which CPython calls a
        lack of memory: no source that is read takes as much.
    """
    try:
        return compile(source, filename, "exec", dont_inherit=True)
    except MemoryError:
        raise RecursionError("it is nested too deeply to be compiled") from None
