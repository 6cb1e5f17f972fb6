"""Options that several commands have, each worded once."""

import math
from pathlib import Path
from typing import Any

import click

from grader.sandbox.layers import Level

explain_option = click.option(
    "--explain/--no-explain",
    default=True,
    help="Whether to look for the mistake in what is wrong.",
)
style_option = click.option(
    "--style/--no-style",
    default=True,
    help="Whether to look at loops and readability.",
)
isolation_option = click.option(
    "--isolation",
    type=click.Choice([level.value for level in Level]),
    default=Level.FULL.value,
    show_default=True,
    help="The least isolation to accept; see `grader doctor`.",
)
jobs_option = click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, 256),
    help="How many submissions to judge at once; all cores, if left out.",
)


class GivenPath(click.Path):
    """A file or folder; an empty text, as of an unset variable, is not the one here."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as the base
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - as the base
        """Refuse the empty path, which Python takes for the folder one is in."""
        if value == "":
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


def finite(
    ctx: click.Context, param: click.Parameter, value: float | None
) -> float | None:
    """Refuse `nan` and `inf`, which are floats, and pass for being in any range."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number", ctx, param)
    return value
