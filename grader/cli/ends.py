"""How a command ends: the exit codes, and an error as JSON."""

import json
from enum import IntEnum

import click

STDOUT = "-"
"""In place of a path: standard output."""
JSON_FORMATS = ("json", "gradescope")
"""Those whose readers expect JSON, when things fail too."""


class Exit(IntEnum):
    """What the exit codes mean."""

    ACCEPTED = 0
    NOT_ACCEPTED = 1
    USAGE = 2
    INVALID_PROBLEM = 3
    NOT_LOADED = 4
    NOTHING_TO_GRADE = 5
    OUR_FAULT = 70
    INTERRUPTED = 130


def echo_error(kind: str, message: str) -> None:
    """Print an error for those who read JSON from standard output."""
    error = {"kind": kind, "message": message}
    click.echo(json.dumps({"schema_version": 1, "error": error}))
