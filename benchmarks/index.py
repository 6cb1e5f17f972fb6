"""How large the index of a batch is, how long it takes to make, and to open.

The records are those of a few examples, under other names; a browser opens the page
from disk, without a cache, and says when it is laid out.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click

from benchmarks.machine import forget_forced_kernel, publish
from grader.loading import load_problem
from grader.overview import Overview
from grader.record import Record
from grader.session import Item, Session, Settings
from grader.shelf import Shelf

EXAMPLES = Path(__file__).resolve().parent.parent / "submissions" / "conv2d"
FOLDERS = ("accepted", "wrong_answer", "runtime_error")
EACH = 10
TELL = """<script>
addEventListener("load", () => {
  document.body.offsetHeight;  // has it laid out
  document.body.dataset.opened = performance.now();
});
</script></body>"""


def grade_examples() -> list[Record]:
    """Grade some examples, of which the batch is made up."""
    with Session(Settings(problem="conv2d")) as session:
        return [
            session.grade(Item(name=path.stem, path=path), timing=False)
            for folder in FOLDERS
            for path in sorted((EXAMPLES / folder).glob("*.py"))[:EACH]
        ]


def copies(records: list[Record], number: int) -> dict[str, Record]:
    """Give so many records, with names of their own."""
    found = {}
    for at in range(number):
        record = records[at % len(records)]
        name = f"c{at:04}_{record.submission.name}"
        entry = record.submission.model_copy(update={"name": name})
        found[name] = record.model_copy(update={"submission": entry})
    return found


def open_page(page: Path, chromium: str) -> float:
    """Open a page in a browser; give the seconds until it is sorted and laid out."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r'<meta http-equiv="Content-Security-Policy".*?>', "", text)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "index.html")
        copy.write_text(text.replace("</body>", TELL), encoding="utf-8")
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")
        profile = f"--user-data-dir={folder}/profile"
        done = subprocess.run(
            [chromium, *options, profile, "--dump-dom", copy.as_uri()],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r'data-opened="([\d.]+)"', done.stdout)
    return float(found[1]) / 1000 if found else float("nan")


@click.command()
@click.option("--submissions", default=200, show_default=True)
@click.option("--times", default=5, show_default=True)
@click.option("--json", "json_path", type=click.Path(path_type=Path))
def main(submissions: int, times: int, json_path: Path | None) -> None:
    """Print the size of an index and how long it takes."""
    forget_forced_kernel()
    problem = load_problem("conv2d")
    batch = copies(grade_examples(), submissions)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder:
        page, seconds = Path(folder, "index.html"), []
        for _ in range(times):
            begun = time.perf_counter()
            with Shelf() as shelf:
                overview = Overview(shelf)
                for name, record in batch.items():
                    shelf.put(name, record)
                    overview.add(name, record)
                overview.write_index(Path(folder), problem.spec.title, problem)
            seconds.append(time.perf_counter() - begun)
        opened = [open_page(page, chromium) for _ in range(times)] if chromium else []
        row = {
            "submissions": submissions,
            "KiB": page.stat().st_size / 1024,
            "made in s": median(seconds),
            "opened in s": median(opened) if opened else None,
            "slowest s": max(opened) if opened else None,
        }
    publish("The index of a batch", [row], list(row), json_path)


if __name__ == "__main__":
    main()
