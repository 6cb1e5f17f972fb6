"""Specs, records and submissions as nobody should write them, for all that reads them."""

import io
import json
import os
import random
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import yaml

from grader.cases import prepare_cases
from grader.cli import main
from grader.cli.ends import Exit
from grader.errors import GraderError
from grader.loading import PROBLEMS, _Loader, load_problem
from grader.problem import Problem
from grader.record import Record
from grader.sandbox.layers import Level
from grader.schema import problem_schema
from grader.session import Item, Session, Settings
from tests.fuzz.handed_in import read_and_show
from tests.fuzz.mutation import mutate_document, mutate_text
from tests.report import records

ROOT = Path(__file__).parent.parent.parent
_SOFTMAX = ROOT / "tests" / "softmax"
_LONGEST_MESSAGE = 2_000
_CASES = ("smallest", "examples.slides-over-the-input", "samples.01", "no-case")


def attempt_spec(rng: random.Random) -> None:
    """Load a spec, and make the cases of each group that is not as it was."""
    good = rng.choice(_problems())
    data = _mutated(rng, *_spec_of(good.folder))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "problem.yaml"
        path.write_bytes(data)
        try:
            read = load_problem(str(path))
        except GraderError as error:
            _require_clear(error, path)
            return
    if rng.random() < 0.1:
        document = yaml.load(data, _Loader)
        jsonschema.validate(document, _schema(), jsonschema.Draft7Validator)
    changed = tuple(one for one in read.spec.groups if one not in good.spec.groups)
    spec = read.spec.model_copy(update={"groups": changed})
    try:
        prepare_cases(Problem(spec=spec, path=good.path, sha256=read.sha256), 1)
    except GraderError as error:
        _require_clear(error, good.folder)


def attempt_record(rng: random.Random) -> None:
    """Render the reports of a record, and ask for a case of it."""
    text = rng.choice(_records())
    data = _mutated(rng, text, json.loads(text))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.json"
        path.write_bytes(data)
        _run_here("report", str(path), "--format", "html", "--format", "json")
        written = path.read_bytes()
        if written != data:
            assert Record.from_json(written, path) == Record.from_json(data, path)
        _run_here("explain", str(path), rng.choice(_CASES))


def attempt_submission(rng: random.Random) -> None:
    """Read a submission, and show it in a report."""
    read_and_show("answer.py", mutate_text(rng, rng.choice(_sources())))


def attempt_command(rng: random.Random) -> None:
    """Do the same by the real command line, in a process of its own."""
    match rng.randrange(4):
        case 0:
            good = rng.choice(_problems())
            name, data = "problem.yaml", _mutated(rng, *_spec_of(good.folder))
            arguments = ["grade", str(_SOFTMAX / "right.py"), "-p", name, "--no-timing"]
        case 1:
            text = rng.choice(_records())
            name, data = "record.json", _mutated(rng, text, json.loads(text))
            arguments = [rng.choice(("report", "explain")), name, "smallest"]
            arguments = arguments[: 2 if arguments[0] == "report" else 3]
        case 2:
            name, data = "answer.ipynb", mutate_document(rng, _notebook())
            arguments = ["grade", name, "-p", str(_SOFTMAX), "--no-timing"]
        case _:
            name, data = "answer.py", mutate_text(rng, rng.choice(_sources()))
            arguments = ["grade", name, "-p", str(_SOFTMAX), "--no-timing"]
    with TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-m", "grader", *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=False,
            timeout=120,
        )
    assert done.returncode in set(Exit) - {Exit.OUR_FAULT, Exit.INTERRUPTED}, (
        done.stderr
    )
    assert b"Traceback" not in done.stderr, done.stderr
    assert done.returncode in {0, 1, 4} or done.stderr or done.stdout


def _mutated(rng: random.Random, text: str, document: Any) -> bytes:  # noqa: ANN401 - JSON
    return (
        mutate_text(rng, text) if rng.random() < 0.5 else mutate_document(rng, document)
    )


def _require_clear(error: GraderError, path: Path) -> None:
    message = str(error)
    assert message.isprintable(), message
    assert len(message) <= _LONGEST_MESSAGE, message[:_LONGEST_MESSAGE]
    assert str(path) in message, message


def _run_here(*arguments: str) -> None:
    """Run a command in this process; what is no error of ours comes through."""
    complaint = io.StringIO()
    os.environ["GRADER_TRACEBACK"] = "1"
    with redirect_stdout(io.StringIO()), redirect_stderr(complaint):
        code = main(arguments)
    if code == Exit.INTERRUPTED:
        raise KeyboardInterrupt
    text = complaint.getvalue()
    assert code in {Exit.ACCEPTED, Exit.USAGE, Exit.INVALID_PROBLEM}, text
    if code != Exit.ACCEPTED:
        last = text.removesuffix("\n").split("\n")[-1]
        assert last.isprintable(), text
        assert 0 < len(last) <= _LONGEST_MESSAGE, text


@cache
def _schema() -> dict[str, Any]:
    return problem_schema()


@cache
def _problems() -> tuple[Problem, ...]:
    """All problems, the smallest one as often as all others."""
    ours = sorted(path.parent for path in PROBLEMS.glob("*/problem.yaml"))
    return tuple(load_problem(str(one)) for one in (*ours, *[_SOFTMAX] * len(ours)))


@cache
def _spec_of(folder: Path) -> tuple[str, Any]:
    text = (folder / "problem.yaml").read_text()
    return text, yaml.load(text, _Loader)


@cache
def _sources() -> tuple[str, ...]:
    paths = sorted((ROOT / "submissions" / "conv2d").rglob("*.py"))
    return tuple(path.read_text("utf-8", "replace") for path in paths)


@cache
def _notebook() -> Any:  # noqa: ANN401 - JSON
    path = ROOT / "submissions" / "conv2d" / "accepted" / "notebook.ipynb"
    return json.loads(path.read_text())


@cache
def _records() -> tuple[str, ...]:
    """Grade some submissions; what their records lack is in some made by hand."""
    made = [records.accepted(), records.wrong_answer(), records.not_loaded()]
    conv2d = ROOT / "submissions" / "conv2d"
    for problem, path in (
        ("conv2d", conv2d / "wrong_answer" / "kernel_flipped.py"),
        (str(_SOFTMAX), _SOFTMAX / "right.py"),
        (str(_SOFTMAX), conv2d / "invalid_submission" / "syntax_error.py"),
    ):
        with Session(Settings(problem=problem, isolation=Level.NONE)) as session:
            made.append(session.grade(Item(name="answer", path=path), timing=False))
    return tuple(one.to_json() for one in made)
