"""`grader links`."""

import json
from getpass import getuser

import click

from grader.cli.console import open_console
from grader.cli.ends import Exit
from grader.cli.store import store_option
from grader.report.store import SCHEMA_VERSION, link_json, render_links
from grader.store.store import Store
from grader.text import message


@click.group()
def links() -> None:
    """List who `grader serve` lets in, and revoke links."""


@links.command(name="list")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@store_option
def list_links(limit: int, as_json: bool, url: str | None) -> int:
    """List links that have not expired, the newest first."""
    with Store(url) as opened:
        found = opened.links(limit=limit)
        place = opened.place
    if as_json:
        told = [link_json(one) for one in found]
        click.echo(json.dumps({"schema_version": SCHEMA_VERSION, "links": told}))
        return Exit.ACCEPTED
    if found:
        open_console().print(render_links(found))
    else:
        click.echo("no links that have not expired")
    click.echo(f"kept in {place}")
    return Exit.ACCEPTED


@links.command()
@click.argument("link", metavar="ID")
@store_option
def revoke(link: str, url: str | None) -> int:
    """Revoke a link by the id that `links list` gives, with all that came of it."""
    with Store(url) as opened:
        revoked = opened.revoke_link(link, revoked_by=getuser())
    click.echo(f"revoked: {message(revoked.name)}, {revoked.role}")
    return Exit.ACCEPTED
