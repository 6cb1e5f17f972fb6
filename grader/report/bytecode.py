"""Templates as bytecode, kept where Python keeps that of modules."""

import hashlib
import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

_DIGEST_BYTES = hashlib.sha256().digest_size


class TemplateBytecode(BytecodeCache):
    """Bytecode of the templates of a folder, if it may be written to.

    Parameters
    ----------
    folder
        Where the templates are.
    module
        The file that says how they are compiled; when it changes, they are again.
    """

    def __init__(self, folder: Path, module: str) -> None:
        self._folder = folder
        self._compiled_by = jinja2.__version__.encode() + Path(module).read_bytes()

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
        module = cache_from_source(str(self._folder / bucket.key))
        return Path(module).with_suffix(".jinja")

    def _digest(self, kept: bytes) -> bytes:
        return hashlib.sha256(self._compiled_by + kept).digest()
