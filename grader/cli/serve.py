"""`grader serve`."""

import ipaddress
import socket
from getpass import getuser
from pathlib import Path
from urllib.parse import urlsplit

import click

from grader.cli.ends import Exit
from grader.cli.options import finite, isolation_option
from grader.errors import ServeError
from grader.sandbox.layers import Level

EXTRA = "serving needs more libraries: pip install 'array-grader[web]'"


@click.command()
@click.option(
    "--problem",
    "-p",
    "problems",
    multiple=True,
    help="A problem's id, or a path to its folder; may be given more than once. All "
    "that come with the grader, if left out.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0 takes any that is free.",
)
@click.option(
    "--url",
    help="Where people reach it, if not there: https://grader.example.org, say. Needed "
    "if it listens beyond this machine.",
)
@click.option(
    "--store",
    "store_url",
    help="sqlite:///FILE or postgresql://USER@HOST/NAME; a file in your data folder, "
    "if left out.",
)
@click.option(
    "--secret",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file with the secret that links are signed with; made if it is not "
    "there. One in your data folder, if left out.",
)
@isolation_option
@click.option(
    "--runners",
    type=click.IntRange(1, 256),
    help="How many submissions to judge at once; all cores, if left out. While speed "
    "is measured, nothing is judged.",
)
@click.option(
    "--hours",
    type=click.FloatRange(min=0, max=24 * 90, min_open=True),
    callback=finite,
    default=12,
    show_default=True,
    help="How long the printed link is good for.",
)
@click.option(
    "--name",
    default=getuser,
    help="Whose link that is, as notes say it; your user's name, if left out.",
)
@click.option("--token", is_flag=True, help="Print a token for the API, too.")
def serve(  # noqa: PLR0913, PLR0917 - one argument an option
    problems: tuple[str, ...],
    host: str,
    port: int,
    url: str | None,
    store_url: str | None,
    secret: Path | None,
    isolation: str,
    runners: int | None,
    hours: float,
    name: str,
    token: bool,
) -> int:
    """Serve pages for a panel and for practice, and an API, until interrupted."""
    try:
        from grader.web import server  # noqa: PLC0415 - an extra
        from grader.web.service import Service  # noqa: PLC0415 - as above
        from grader.web.settings import WebSettings  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("grader"):
            raise
        raise ServeError(EXTRA) from error
    from grader.cores import usable_cores  # noqa: PLC0415 - as above
    from grader.store.store import Store  # noqa: PLC0415 - as above

    listener = server.open_socket(host, port)
    with listener:
        settings = WebSettings(
            problems=server.offer(problems),
            secret=server.read_secret(secret or server.default_secret_path()),
            url=_url(host, listener.getsockname()[1], url),
            store_url=store_url,
            isolation=Level(isolation),
            worker=f"serve at {socket.gethostname()}",
            runners=runners or usable_cores(),
        )
        with Store(store_url) as store, store.serving() as reservation:
            click.echo(f"serving at {settings.url}; results in {store.place}", err=True)
            service = Service(settings, store)
            first = server.first_visitor(name, hours)
            click.echo(service.invite(first, "grader serve"))
            if token:
                click.echo(service.invite(first, "grader serve", token=True))
            server.serve(settings, listener, store, reservation)
    return Exit.ACCEPTED


def _url(host: str, port: int, url: str | None) -> str:
    if url is not None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise click.UsageError("`--url` is like http://NAME or https://NAME")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise click.UsageError("`--url` has no path")
        return f"{parts.scheme}://{parts.netloc}"
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        issue = "beyond this machine, say with `--url` where people reach it"
        raise ServeError(issue)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
