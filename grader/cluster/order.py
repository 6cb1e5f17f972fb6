"""What a run asks of its workers: plain data, and a problem known by its hash."""

import hashlib
import io
import json
import zipfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.errors import ProblemError
from grader.fingerprint import hash_problem
from grader.loading import PROBLEMS, load_problem
from grader.sandbox.layers import Level
from grader.session import Settings

_LARGEST_FOLDER_BYTES = 8 << 20
"""Each worker gets the folder once, so there is no need to be mean."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same for all files, so that the same folder is the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a run asks of its workers."""

    settings: dict[str, Any]
    """A run's settings, as plain data."""
    problem_sha256: str
    """Of the spec and its code: a worker that has others takes no work."""
    archive: bytes | None = None
    """The problem's folder, zipped; none if it comes with the grader."""
    key: str = field(init=False)
    """A hash of all this."""

    def __post_init__(self) -> None:
        """Hash it."""
        digest = hashlib.sha256(json.dumps(self.settings, sort_keys=True).encode())
        digest.update(self.problem_sha256.encode())
        digest.update(hashlib.sha256(self.archive or b"").digest())
        object.__setattr__(self, "key", digest.hexdigest())

    def settings_in(self, scratch: Path) -> Settings:
        """Give the settings for a worker; its problem is unpacked below `scratch`.

        Raises
        ------
        ProblemError
            If the worker's problem is not ours.
        """
        level = Level(self.settings["isolation"])
        settings = Settings(**{**self.settings, "isolation": level})
        if self.archive is not None:
            digest = hashlib.sha256(self.archive).hexdigest()
            place = scratch / f"grader-{digest[:16]}"
            with zipfile.ZipFile(io.BytesIO(self.archive)) as archive:
                archive.extractall(place)
            settings = replace(settings, problem=str(place / settings.problem))
        problem = load_problem(settings.problem)
        if hash_problem(problem) != self.problem_sha256:
            raise ProblemError(problem.folder, "it, or its code, differs there")
        return settings


def order_of(settings: Settings) -> Order:
    """Make the order for a run.

    Raises
    ------
    ProblemError
        If the problem is not valid, or can't travel.
    """
    problem = load_problem(settings.problem)
    ships = problem.folder.resolve().parent != PROBLEMS
    plain = asdict(settings)
    plain["isolation"] = settings.isolation.value
    plain["problem"] = problem.folder.resolve().name
    return Order(
        settings=plain,
        problem_sha256=hash_problem(problem),
        archive=_packed(problem.folder.resolve()) if ships else None,
    )


def _packed(folder: Path) -> bytes:
    """Zip a folder, without what is hidden, and the same bytes each time."""
    target = io.BytesIO()
    room = _LARGEST_FOLDER_BYTES
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            hidden = any(part.startswith((".", "__pycache")) for part in inside.parts)
            if hidden or not path.is_file():
                continue
            room -= path.stat().st_size
            if room < 0:
                issue = "its folder has more than the 8 MiB that travel to a cluster"
                raise ProblemError(folder, issue)
            entry = zipfile.ZipInfo(f"{folder.name}/{inside.as_posix()}", _EPOCH)
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return target.getvalue()
