"""Templates as bytecode, kept beside them as Python keeps that of its modules."""

import hashlib
import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class TemplateBytecode(FileSystemBytecodeCache):
    """Bytecode in the `__pycache__` of a folder, if it may be written there.

    Parameters
    ----------
    folder
        Where the templates are.
    module
        The file that says how they are compiled; when it changes, they are again.
    """

    def __init__(self, folder: Path, module: str) -> None:
        compiled_by = jinja2.__version__.encode() + Path(module).read_bytes()
        digest = hashlib.sha256(compiled_by).hexdigest()[:16]
        super().__init__(str(folder / "__pycache__"), f"%s.{digest}.jinja")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was kept, unless it is not whole."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - a broken pickle may raise anything
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, unless Python is asked to keep nothing."""
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)
