"""What the API takes at once, how soon, and whether it judges as `grade` does.

A server is started as users start it. Many uploads are sent at the same moment, each
over a connection of its own, and all of them are waited for. Many more wait at one that
is killed and started again: each must have one result, and none two. Then the examples
of a problem, the hostile ones too, go through the API, and each verdict and score must
be what the same file gets here, without a server, and what its folder promises; and
nothing may be left behind.
"""

import statistics
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import click
import httpx2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import Figure, publish
from grader.session import Item, Session, Settings
from grader.verify import promised
from tests.left_behind import nothing_left
from tests.web.visits import RIGHT, SOFTMAX, Served, served

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 120
MOST_AT_ONCE = 256
KILL_SECONDS = 4


@contextmanager
def started(
    folder: Path, problem: str = str(SOFTMAX)
) -> Iterator[tuple[Served, httpx2.Client]]:
    """Start a server as users do, and give a client of its API."""
    with served(folder, runners=None, problem=problem) as server:
        with server.caller(PATIENCE_SECONDS) as client:
            yield server, client
        server.process.terminate()
        server.process.wait(PATIENCE_SECONDS)


def upload(client: httpx2.Client, number: int) -> tuple[str, float]:
    """Send one submission, unlike all others; give its job and how long that took."""
    source = f"{RIGHT}# {number}\n"
    body = {"problem": "softmax", "submission": {"source": source}}
    began = time.perf_counter()
    answer = client.post("/submissions", json=body)
    taken = time.perf_counter() - began
    answer.raise_for_status()
    return answer.json()["id"], taken


def scores(client: httpx2.Client, jobs: Sequence[str]) -> list[dict[str, object]]:
    """Wait for all scores."""
    found: list[dict[str, object]] = []
    for at in range(0, len(jobs), MOST_AT_ONCE):
        some = jobs[at : at + MOST_AT_ONCE]
        done, since, answer = 0, time.monotonic(), []
        while done < len(some):
            asked = client.get("/scores", params={"job": some, "wait_seconds": 60})
            answer = asked.raise_for_status().json()
            now = sum(one["state"] in {"done", "failed"} for one in answer)
            if now > done:
                done, since = now, time.monotonic()
            elif time.monotonic() - since > 5 * PATIENCE_SECONDS:
                raise TimeoutError(f"{len(some) - done} are not judged, and none more")
        found += answer
    return found


def burst(folder: Path, at_once: int) -> dict[str, Figure]:
    """Have so many uploads arrive at once, and wait for their scores."""
    with started(folder) as (_, client), ThreadPoolExecutor(at_once) as pool:
        upload(client, -1)
        began = time.perf_counter()
        sent = list(pool.map(lambda number: upload(client, number), range(at_once)))
        accepted = time.perf_counter() - began
        found = scores(client, [job for job, _ in sent])
        finished = time.perf_counter() - began
    taken = sorted(1000 * seconds for _, seconds in sent)
    return {
        "at once": at_once,
        "accepted": len(sent),
        "right": sum(one["score"] == 1.0 for one in found),
        "median (ms)": statistics.median(taken),
        "slowest (ms)": taken[-1],
        "all accepted (s)": accepted,
        "all judged (s)": finished,
        "judged a second": at_once / finished,
    }


def survivors(folder: Path, uploads: int, kills: int) -> tuple[int, int]:
    """Kill the server again and again; give how many are judged, and right records."""
    with started(folder) as (_, client):
        jobs = [upload(client, number)[0] for number in range(uploads)]
    for _ in range(kills):
        with started(folder) as (server, _):
            time.sleep(KILL_SECONDS)
            server.kill()
    with started(folder) as (_, client):
        found = scores(client, jobs)
        asked = {"limit": 200, "offset": 0}
        records: set[int] = set()
        while rows := client.get("/records", params=asked).json():
            records |= {row["id"] for row in rows}
            asked["offset"] += len(rows)
    return sum(one["score"] == 1.0 for one in found), len(records)


@dataclass(frozen=True, slots=True)
class Examples:
    """What came of examples that were sent."""

    sent: int
    otherwise: list[str]
    """Those that are judged otherwise than here."""
    unpromised: list[str]
    """Those that have another verdict than their folder promises."""


def send_examples(folder: Path, within: str, every: int, *, here: bool) -> Examples:
    """Send examples of a problem, and grade the same files here if that is asked."""
    problem = Path(within).parts[0]
    examples = (ROOT / "submissions" / within).rglob("*.py")
    # What hurries gets another score each time, here too.
    files = sorted(file for file in examples if file.parent.name != "hurry")[::every]
    sent = [{"base64": b64encode(file.read_bytes()).decode()} for file in files]
    bodies = [{"problem": problem, "submission": one} for one in sent]
    with nothing_left(), started(folder, problem) as (_, client):
        jobs = [
            client.post("/submissions", json=body).raise_for_status().json()
            for body in bodies
        ]
        found = scores(client, [job["id"] for job in jobs])
    unpromised = [
        f"{file.relative_to(ROOT)}: {there}, not promised"
        for file, there in zip(files, found, strict=True)
        if there["verdict"] not in promised(file)
    ]
    otherwise = []
    with Session(Settings(problem=problem)) as session:
        for file, there in zip(files, found, strict=True) if here else ():
            record = session.grade(Item(name=file.stem, path=file), timing=False)
            maximum = record.score.maximum
            score = record.score.points / maximum if maximum else None
            if (there["verdict"], there["score"]) != (record.verdict.value, score):
                otherwise.append(f"{file.relative_to(ROOT)}: {there} here {score}")
    return Examples(len(files), otherwise, unpromised)


@click.command()
@click.option("--at-once", default=[10, 100, 200], multiple=True, type=int)
@click.option("--uploads", default=500, show_default=True, help="While it is killed.")
@click.option("--kills", default=4, show_default=True, help="How often it is killed.")
@click.option(
    "--examples",
    default="conv2d",
    show_default=True,
    help="A problem's, or those in a folder of them: conv2d/hostile, say.",
)
@click.option(
    "--here/--not-here", default=True, help="Whether to grade them here, too."
)
@click.option(
    "--every",
    default=1,
    show_default=True,
    help="Of the examples, take each so many; those that wait for a limit take long.",
)
@click.option("--json", "json_path", type=click.Path(path_type=Path))
def main(  # noqa: PLR0913 - one argument an option
    at_once: tuple[int, ...],
    uploads: int,
    kills: int,
    examples: str,
    every: int,
    json_path: Path | None,
    *,
    here: bool,
) -> None:
    """Print how many uploads are taken at once, and whether verdicts are the same."""
    with tempfile.TemporaryDirectory() as name:
        folders = iter(_folders(Path(name)))
        rows = [burst(next(folders), one) for one in at_once]
        judged, records = survivors(next(folders), uploads, kills)
        came = send_examples(next(folders), examples, every, here=here)
    for line in (*came.otherwise, *came.unpromised):
        print(line)
    summary: dict[str, Figure] = {
        "uploads while the server was killed": uploads,
        "times it was killed": kills,
        "of them judged right": judged,
        "records there are": records,
        "examples through the API": came.sent,
        "of them judged otherwise than here": len(came.otherwise) if here else None,
        "of them judged otherwise than promised": len(came.unpromised),
    }
    title = "uploads at once through the API, softmax"
    publish(title, rows, list(rows[0]), json_path, summary)


def _folders(place: Path) -> Iterator[Path]:
    for number in count():
        folder = place / str(number)
        folder.mkdir()
        yield folder


if __name__ == "__main__":
    main()
