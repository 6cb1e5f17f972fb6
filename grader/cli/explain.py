"""`grader explain`."""

from pathlib import Path

import click

from grader.cli.ends import Exit
from grader.errors import RecordError
from grader.exam import Exam
from grader.explanation.snippet import snippet
from grader.loading import available_problems, load_problem
from grader.output import read_record
from grader.problem import Function, nearest
from grader.record import BindingEntry


@click.command()
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("case")
@click.option("--problem", "-p", help="The problem's path, if it is not one of ours.")
def explain(record: Path, case: str, problem: str | None) -> int:
    """Print a program that makes the call of a case and compares its result."""
    read = read_record(record)
    if case == "smallest" and read.counterexample is not None:
        click.echo(read.counterexample.snippet, nl=False)
        return Exit.ACCEPTED
    if read.audience == "candidate":
        raise click.UsageError(f"{record} is a candidate's: it holds no seed")
    ours = available_problems()
    if problem is None and read.problem.id not in ours:
        # A problem is code: only the one who asks may name a path to it.
        issue = f"`{read.problem.id}` is none of {', '.join(ours)}: give `--problem`"
        raise RecordError(record, issue)
    loaded = load_problem(problem or read.problem.id)
    if loaded.sha256 != read.problem.sha256:
        click.echo("grader: the problem has changed since; so may the case", err=True)
    if case == "smallest":
        raise click.UsageError(f"{record} has no smallest input")
    cases = {one.id: one for one in Exam(loaded, read.seed).cases}
    if case not in cases:
        raise click.UsageError(f"no case `{case}`; {nearest(case, list(cases))}")
    bindings = {binding.function: binding for binding in read.bindings}
    function = loaded.spec.function(cases[case].call.function)
    binding = bindings.get(function.name)
    if binding is not None and not _fits(binding, function):
        issue = f"`{function.name}` of {read.problem.id} can't be bound as it says"
        raise RecordError(record, issue)
    text = snippet(cases[case], read.submission.filename, binding)
    click.echo(text, nl=False)
    return Exit.ACCEPTED


def _fits(binding: BindingEntry, function: Function) -> bool:
    """Tell whether a function can be found so: a record can say anything."""
    aliases = {one.name: one.aliases for one in function.arguments}
    by_place = {*binding.by_position, *binding.missing}
    return (
        binding.found_as in function.names
        and by_place <= aliases.keys()
        and all(own in aliases.get(name, ()) for name, own in binding.renamed)
    )
