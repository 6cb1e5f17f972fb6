"""`grader schema`."""

import json

import click

from grader.cli.ends import Exit
from grader.schema import problem_schema, record_schema


@click.command()
@click.argument("what", type=click.Choice(["problem", "record"]), default="problem")
def schema(what: str) -> int:
    """Print the JSON Schema of problem.yaml, or of a record."""
    document = problem_schema() if what == "problem" else record_schema()
    click.echo(json.dumps(document, indent=2))
    return Exit.ACCEPTED
