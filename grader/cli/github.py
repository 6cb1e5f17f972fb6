"""What GitHub Actions is told: annotations are printed, the rest is in its files."""

import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from grader.output import as_output_error
from grader.record import Record
from grader.report.feedback import for_candidate
from grader.report.github import (
    LARGEST_SUMMARY_BYTES,
    Graded,
    render_annotations,
    render_outputs,
    render_step_summary,
)


def publish(paths: Sequence[Path], records: Sequence[Record]) -> None:
    """Print annotations, and append to the step's summary and outputs.

    Parameters
    ----------
    paths
        Of submissions.
    records
        Of the same; each is looked at by itself, and may come from disk.

    Raises
    ------
    OutputError
        If there is no room, or no permission.
    """
    annotated = (
        Graded(path=_path_in_repository(path, record), record=record)
        for path, record in zip(paths, records, strict=True)
    )
    click.echo(render_annotations(annotated), nl=False)
    summary = _file_named_by("GITHUB_STEP_SUMMARY")
    if summary is not None:
        # What earlier commands of the step wrote counts too.
        taken = summary.stat().st_size if summary.exists() else 0
        room = max(0, LARGEST_SUMMARY_BYTES - taken)
        _append(summary, render_step_summary(records, room))
    outputs = _file_named_by("GITHUB_OUTPUT")
    if outputs is not None:
        _append(outputs, render_outputs(records))


@contextmanager
def commands_held(*, err: bool) -> Iterator[None]:
    """Have GitHub's runner take nothing that is printed in here for a command.

    It obeys lines that begin with `::`, and candidates' words are among what is
    printed. Nothing happens elsewhere.

    Parameters
    ----------
    err
        Whether to tell it on standard error.
    """
    if not _in_a_job():
        yield
        return
    token = secrets.token_hex(16)  # or else a candidate could end it
    click.echo(f"::stop-commands::{token}", err=err)
    try:
        yield
    finally:
        click.echo(f"::{token}::", err=err)


def shown_in_log(record: Record, formats: Collection[str]) -> Record:
    """Give what of a record may be printed.

    Logs of jobs are read by all who may read the repository, candidates among them.
    """
    return for_candidate(record) if _in_a_job() or "github" in formats else record


def _in_a_job() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def _path_in_repository(path: Path, record: Record) -> str:
    file = path / record.submission.filename if path.is_dir() else path
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if workspace:
        root, whole = Path(workspace).resolve(), file.resolve()
        if whole.is_relative_to(root):
            return whole.relative_to(root).as_posix()
    return file.as_posix()


def _file_named_by(variable: str) -> Path | None:
    name = os.environ.get(variable)
    return Path(name) if name else None


def _append(path: Path, text: str) -> None:
    with as_output_error(path), path.open("a", encoding="utf-8") as file:
        file.write(text)
