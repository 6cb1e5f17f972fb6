"""What is sent to each worker, now and whenever one joins: it tells who is fit.

This module goes over as text, so that it also runs where there is no grader, or
another one. At its top it imports nothing of ours.
"""

import asyncio
import platform
import socket
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from distributed import Worker, WorkerPlugin


class Guest(WorkerPlugin):
    """Examines a worker; one that is fit gets a resource that calls ask for.

    Parameters
    ----------
    name
        Of the run, and of the resource.
    versions
        What a worker must have: of `grader`, its `code`, `numpy` and `python`.
    order
        What is asked of it.
    """

    def __init__(
        self, name: str, versions: Mapping[str, str], order: Mapping[str, Any]
    ) -> None:
        self.name = name
        self.report: dict[str, Any] = {"host": None, "issue": "not yet examined"}
        self._versions = dict(versions)
        self._order = dict(order)

    async def setup(self, worker: Worker) -> None:
        """Examine the worker, in a thread: the worker has to stay in touch."""
        scratch = Path(worker.local_directory)
        self.report = await asyncio.to_thread(self._examine, scratch)
        if self.report["issue"] is None:
            await worker.set_resources(**{self.name: 1})

    def _examine(self, scratch: Path) -> dict[str, Any]:
        report: dict[str, Any] = {"host": socket.gethostname(), "issue": None}
        try:
            report["issue"] = _difference(self._versions)
            if report["issue"] is None:
                from grader.cluster.worker import prepare  # noqa: PLC0415 - see above

                report["environment"] = prepare(self._order, scratch)
        except Exception as error:  # noqa: BLE001 - whatever it is, it takes no work
            report["issue"] = str(error) or type(error).__name__
        return report


def _difference(versions: Mapping[str, str]) -> str | None:
    """Say what is another version here than what is asked for."""
    try:
        import grader  # noqa: PLC0415 - see above

        found = {
            "grader": grader.__version__,
            "code": _code(),
            "numpy": version("numpy"),
            "python": platform.python_version(),
        }
    except (ImportError, PackageNotFoundError) as error:
        return f"the grader is not installed there: {error}"
    other = [
        f"{name} {found[name]} there, {wanted} here"
        for name, wanted in versions.items()
        if found[name] != wanted
    ]
    return "; ".join(other) or None


def _code() -> str:
    """Give the start of the hash of the grader's code; a release may have none."""
    try:
        from grader.fingerprint import own_code  # noqa: PLC0415 - see above
    except ImportError:
        return "unknown"
    return own_code()[:12]


def read_report(name: str, dask_worker: Worker) -> dict[str, Any]:
    """Give what was found out about a worker."""
    report: dict[str, Any] = getattr(dask_worker.plugins.get(name), "report", {})
    return report or {"host": socket.gethostname(), "issue": "it was not examined"}
