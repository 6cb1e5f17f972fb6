"""`grader regrade`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from grader.batch import Pool
from grader.cli.console import open_console, show_progress
from grader.cli.ends import Exit
from grader.cli.options import (
    explain_option,
    isolation_option,
    jobs_option,
    style_option,
)
from grader.cli.pool import open_pool
from grader.cli.store import store_option
from grader.cores import usable_cores
from grader.loading import available_problems
from grader.report.store import (
    SCHEMA_VERSION,
    change_json,
    count_causes,
    count_changes,
    render_changes,
)
from grader.sandbox.layers import Level
from grader.session import Settings
from grader.store.regrade import Regrade
from grader.store.store import Store


@click.command()
@click.option(
    "--problem",
    "-p",
    help="A problem's id, or a path to its folder; all that come with the grader, if "
    "left out.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Grade again also what nothing has changed for: neither spec, reference, "
    "grader nor environment.",
)
@click.option(
    "--timing/--no-timing",
    default=None,
    help="Whether to measure speed; as it was for each submission, if left out.",
)
@click.option(
    "--tests/--no-tests",
    default=None,
    help="Whether to run candidates' own tests; as it was, if left out.",
)
@explain_option
@style_option
@isolation_option
@jobs_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@store_option
def regrade(  # noqa: PLR0913, PLR0917 - one argument an option
    problem: str | None,
    everything: bool,
    timing: bool | None,
    tests: bool | None,
    explain: bool,
    style: bool,
    isolation: str,
    jobs: int | None,
    as_json: bool,
    url: str | None,
) -> int:
    """Grade again what would come out otherwise by now; show who gains."""
    codes, told = {Exit.ACCEPTED}, []
    with Store(url) as store:
        for name in [problem] if problem else _known_problems(store):
            settings = Settings(
                problem=name,
                isolation=Level(isolation),
                explain=explain,
                style=style,
            )
            one = Regrade(
                store, settings, timing=timing, tests=tests, everything=everything
            )
            _run(one, jobs or usable_cores())
            told.append(_report(one, as_json=as_json))
            codes |= {
                Exit.INVALID_PROBLEM if failed.is_of_problem else Exit.OUR_FAULT
                for failed in one.failed
            }
            if one.without_source:
                codes.add(Exit.NOT_ACCEPTED)
    if as_json:
        click.echo(json.dumps({"schema_version": SCHEMA_VERSION, "problems": told}))
    elif not told:
        click.echo("no records of problems that come with the grader")
    return max(codes)


def _known_problems(store: Store) -> list[str]:
    """List problems that there are records of; a record can't name code that is run."""
    known = available_problems()
    kept = store.problems()
    for name in kept:
        if name not in known:
            issue = (
                f"`{name}` doesn't come with the grader: give its path as `--problem`"
            )
            click.echo(f"grader: {issue}", err=True)
    return [name for name in kept if name in known]


def _run(regrade: Regrade, jobs: int) -> None:
    @contextmanager
    def pools(settings: Settings, left: int) -> Iterator[Pool | None]:
        with open_pool(settings, min(jobs, left)) as pool:
            yield pool

    with show_progress(len(regrade.left)) as display:
        for graded in regrade.run(pools, display.show):
            display.tell(graded)


def _report(regrade: Regrade, *, as_json: bool) -> dict[str, Any]:
    changes = regrade.changes()
    id_ = regrade.problem.spec.id
    if not as_json:
        click.echo(f"{id_}: {count_changes(changes)}")
        if causes := count_causes(changes):
            click.echo(f"{id_}: changed since: {causes}")
        if any(change.effect != "same" for change in changes):
            open_console().print(render_changes(changes))
    if regrade.without_source:
        issue = "can't be graded again: what was handed in is not kept"
        click.echo(f"{id_}: {len(regrade.without_source)} {issue}", err=True)
    for failed in regrade.failed:
        click.echo(f"{failed.row.name}: not graded: {failed.reason}", err=True)
    return {
        "problem": id_,
        "spec_sha256": regrade.problem.sha256,
        "regraded": len(changes),
        "changes": [change_json(one) for one in changes if one.effect != "same"],
        "without_source": [row.id for row in regrade.without_source],
        "failed": [
            {"record": one.row.id, "name": one.row.name, "reason": one.reason}
            for one in regrade.failed
        ],
    }
