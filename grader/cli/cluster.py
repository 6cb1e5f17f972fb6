"""`--cluster`: who works for a run, and who does not and why."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from grader.session import Settings

if TYPE_CHECKING:
    from grader.cluster.crew import Crew, Member


@contextmanager
def open_cluster(
    address: str | None, settings: Settings, jobs: int
) -> Iterator["Crew | None"]:
    """Connect to a cluster if one is asked for, and say who takes work.

    Raises
    ------
    ClusterError
        If nobody does.
    """
    if address is None:
        yield None
        return
    try:
        from grader.cluster.crew import open_crew  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("grader"):
            raise
        extra = "pip install 'array-grader[cluster]'"
        raise click.UsageError(f"`--cluster` needs Dask: {extra}") from None
    with open_crew(address, settings, jobs=jobs) as crew:
        _introduce(crew, address)
        yield crew
        with suppress(Exception):  # nothing hangs on it, and the scheduler may be gone
            known = {one.address for one in crew.members}
            _name_left_out([one for one in crew.examine() if one.address not in known])


def _introduce(crew: "Crew", address: str) -> None:
    fit = [one for one in crew.members if one.issue is None]
    hosts = len({one.host for one in fit})
    slots = len({one.host for one in fit if one.can_time})
    words = f"workers: {len(fit)}; hosts: {hosts}; of these with a timing slot: {slots}"
    click.echo(f"cluster {address}: {words}", err=True)
    _name_left_out(crew.members)


def _name_left_out(members: Collection["Member"]) -> None:
    for one in members:
        if one.issue is not None:
            issue = f"{one.host} ({one.address}) takes no work: {one.issue}"
            click.echo(f"grader: {issue}", err=True)
