"""`grader doctor`."""

import click

from grader.cli.ends import Exit
from grader.doctor import examine


@click.command()
def doctor() -> int:
    """Show what isolation, clock and NumPy are like on this machine."""
    findings = examine()
    for finding in findings:
        click.echo(f"{finding.title:22} {finding.text}")
    return Exit.ACCEPTED if all(one.fine for one in findings) else Exit.NOT_ACCEPTED
