"""How templates become pages: all is escaped, and each is compiled once and kept."""

import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket, BytecodeCache
from markupsafe import Markup

from grader.report import words

_DIGEST_BYTES = hashlib.sha256().digest_size


def open_templates(
    module: str,
    values: Mapping[str, object],
    filters: Mapping[str, Callable[..., object]],
) -> Environment:
    """Give the templates that lie beside a module.

    Parameters
    ----------
    module
        Its file; when it changes, they are compiled again.
    values, filters
        What all of them may use.
    """
    folder = Path(module).with_name("templates")
    environment = Environment(
        autoescape=True,
        bytecode_cache=TemplateBytecode(folder, __file__, module),
        finalize=_finalize,
        loader=FileSystemLoader(folder),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= values
    environment.filters |= filters
    return environment


def _finalize(value: object) -> object:
    """Spell out what would not be seen, in everything that a template shows."""
    if isinstance(value, Markup):
        return value
    return words.visible(value) if isinstance(value, str) else value


class TemplateBytecode(BytecodeCache):
    """Bytecode of the templates of a folder, where Python keeps that of modules.

    Parameters
    ----------
    folder
        Where the templates are.
    modules
        The files that say how they are compiled; when one changes, they are again.
    """

    def __init__(self, folder: Path, *modules: str) -> None:
        self._folder = folder
        sources = (Path(module).read_bytes() for module in modules)
        self._compiled_by = b"".join([jinja2.__version__.encode(), *sources])

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was kept, if it is whole and was compiled like this."""
        with suppress(OSError):
            found = self._path(bucket).read_bytes()
            kept = found[_DIGEST_BYTES:]
            if found == self._digest(kept) + kept:
                bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, unless Python is asked to keep nothing."""
        if sys.dont_write_bytecode:
            return
        kept = bucket.bytecode_to_string()
        path = self._path(bucket)
        own = path.with_suffix(f".{os.getpid()}.jinja")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            own.write_bytes(self._digest(kept) + kept)
            own.replace(path)

    def _path(self, bucket: Bucket) -> Path:
        module = cache_from_source(str(self._folder / f"{bucket.key}.html"))
        return Path(module).with_suffix(".jinja")

    def _digest(self, kept: bytes) -> bytes:
        return hashlib.sha256(self._compiled_by + kept).digest()
