"""Submissions that misuse the grader are graded, and learn, leave and change nothing.

All of it is looked at from outside: the records, what is rendered from them, the file
system, the processes, and listeners that nothing may arrive at.
"""

import fcntl
import io
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from rich.console import Console

from grader.exam import Exam
from grader.loading import load_problem
from grader.problem import Visibility
from grader.record import Record
from grader.report.feedback import for_candidate
from grader.report.html import render_html
from grader.report.terminal import render_terminal
from grader.sandbox.sandbox import Sandbox
from grader.schema import record_schema
from grader.session import Item, Session, Settings
from grader.submission import read_submission
from grader.timing.stopwatch import Stopwatch
from grader.verdict import Verdict
from grader.verify import HOSTILE, promised
from tests.left_behind import nothing_left
from tests.limits import limited

ROOT = Path(__file__).parent.parent
FILES = ROOT / "submissions" / "conv2d" / HOSTILE
AIMS = ("escape", "exhaust", "forge", "honest", "hurry", "inject")
SEED = 314159265358979323
CANARY = f"CANARY-{secrets.token_hex(8)}"
"""Stands in the environment, in arguments, in paths and beside the spec."""
LIMITS = {
    "load_seconds": 0.4,
    "call_seconds": 0.1,
    "run_seconds": 0.3,
    "wall_factor": 2,
    "memory_mib": 256,
    "faults": 1,
}
LONGEST_DRAWN = 10_000
NOBODY = 65534
FOR_ORDINARY_USERS = (
    "escape/opens_sockets",
    "escape/reads_other_memory",
    "escape/reads_proc",
    "escape/reads_the_disk",
    "escape/sends_signals",
    "escape/starts_processes",
    "escape/writes_files",
    "exhaust/many_processes",
    "forge/own_frames",
    "honest/plain",
)
"""What may turn out otherwise for those who own the processes of the grader."""


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the problem with limits that are soon reached, and secrets all about."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_SECRET", CANARY)
        yield _guarded(tmp_path_factory.mktemp(CANARY))


def _guarded(folder: Path) -> Path:
    copy = limited("conv2d", folder, **LIMITS)
    spec = copy / "problem.yaml"
    spec.write_text(f"# {CANARY}\n{spec.read_text()}")
    (copy / "canary.txt").write_text(CANARY)
    return copy


def _files(aim: str) -> list[Path]:
    return sorted((FILES / aim).glob("*.py"))


def _graded(
    problem: Path, paths: Collection[Path], *, explain: bool = False
) -> Iterator[tuple[Path, Record]]:
    settings = Settings(problem=str(problem), seed=SEED, explain=explain)
    with Session(settings) as session:
        for path in paths:
            yield path, session.grade(Item(name=path.stem, path=path), timing=False)


def _assert_kept(path: Path, record: Record) -> None:
    """Hold a record to what its file's folder promises, and to being complete."""
    assert record.verdict in promised(path), path
    assert record.error is None or not record.error.kind.is_ours, path
    assert Record.from_json(record.to_json().encode(), path) == record, path
    assert [case.id for case in record.cases] == [case.id for case in _EXAM.cases], path
    last = len(path.read_bytes().splitlines())
    lines = [case.line for case in record.cases if case.line is not None]
    assert all(0 < line <= last for line in lines), path
    _assert_secret_is_kept(path, record)


_EXAM = Exam(load_problem("conv2d"), SEED)


@cache
def _hidden_numbers() -> set[str]:
    """List numbers that only hidden cases hold, as anybody would print them."""
    return {
        repr(float(number))
        for case in _EXAM.cases
        if case.group.visibility is Visibility.HIDDEN and case.group.id == "floats"
        for number in np.ravel(case.call.arguments["x"])[:40]
    }


def _assert_secret_is_kept(path: Path, record: Record) -> None:
    # The grader's own words may tell the seed, a submission's never can.
    ours, theirs = record.model_copy(update={"seed": 0}), for_candidate(record)
    told, shown = (
        (one.to_json(), _terminal(one), *_page(one)) for one in (ours, theirs)
    )
    for text in (*told, *shown):
        assert CANARY not in text, path
        assert str(SEED) not in text, path
    for text in shown:
        assert not any(number in text for number in _hidden_numbers()), path
    for text in (told[1], shown[1]):
        assert not {one for one in set(text) if not one.isprintable()} - {"\n"}, path


def _page(record: Record) -> Iterator[str]:
    """Draw the page, of a source that doesn't take long to colour."""
    if len(record.submission.source) < LONGEST_DRAWN:
        yield render_html(record)


def _terminal(record: Record) -> str:
    page = io.StringIO()
    render_terminal(record, Console(file=page, width=100, color_system=None))
    return page.getvalue()


class _Tags(HTMLParser):
    """Collects elements and attributes: names, and values of those that act."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.links: set[str] = set()
        self.colours: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.links |= {values[name] or "" for name in ("href", "src") if name in values}
        if tag == "span" and set(values) == {"class"}:
            self.colours.add(values["class"] or "")  # of the source, by its words
        else:
            self.found.append((tag, tuple(values)))


def _tags(record: Record) -> _Tags:
    tags = _Tags()
    tags.feed(render_html(record))
    tags.close()
    return tags


def _harmless(value: object) -> object:
    """Give a record's data without a letter that could be markup."""
    match value:
        case str():
            return re.sub("[<>&\"']", "x", value)
        case dict():
            return {key: _harmless(one) for key, one in value.items()}
        case list():
            return [_harmless(one) for one in value]
        case _:
            return value


def _assert_structure_is_ours(path: Path, record: Record) -> None:
    """See that a page has the elements that it has if nothing in it is markup."""
    for one in (record, for_candidate(record)):
        data = _harmless(json.loads(one.to_json()))
        tags, plain = _tags(one), _tags(Record.model_validate_json(json.dumps(data)))
        assert tags.found == plain.found, path
        assert all(link.startswith("#") for link in tags.links), path
        assert all(re.fullmatch("[a-z0-9 -]*", one) for one in tags.colours), path
        assert {tag for tag, _ in tags.found}.isdisjoint(
            {"script", "iframe", "object", "embed", "form", "base", "link", "img"}
        )
        names = {name for _, names in tags.found for name in names}
        assert not any(name.startswith("on") for name in names), path


@pytest.mark.parametrize("aim", ["exhaust", "forge", "hurry"])
def test_what_misuses_the_grader_is_not_accepted(aim: str, problem: Path) -> None:
    with nothing_left(LISTENING):
        for path, record in _graded(problem, _files(aim)):
            _assert_kept(path, record)


def test_what_is_honest_is_accepted() -> None:
    for path, record in _graded(ROOT / "problems" / "conv2d", _files("honest")):
        _assert_kept(path, record)


def test_what_would_be_markup_is_text(problem: Path) -> None:
    schema = jsonschema.Draft7Validator(record_schema())
    for path, record in _graded(problem, _files("inject")):
        _assert_kept(path, record)
        _assert_structure_is_ours(path, record)
        schema.validate(json.loads(record.to_json()))


def test_nothing_escapes(problem: Path, tmp_path: Path) -> None:
    paths = _files("escape")
    with nothing_left(LISTENING), _nothing_heard():
        for path, record in _graded_by_command(
            sys.executable, paths, problem, tmp_path
        ):
            _assert_kept(path, record)


@pytest.mark.parametrize("name", ["cached_by_address", "fast_only_where_it_is_timed"])
def test_wrong_values_in_timed_calls_are_found_there(name: str) -> None:
    problem = load_problem("conv2d")
    timing = problem.spec.timing
    assert timing is not None
    first = timing.model_copy(update={"rungs": timing.rungs[:1]})
    spec = problem.spec.model_copy(update={"timing": first})
    exam = Exam(replace(problem, spec=spec), SEED)
    submission = read_submission(FILES / "hurry" / f"{name}.py")
    with Sandbox(spec.allowed_imports) as sandbox:
        measured = Stopwatch(sandbox).measure(exam, submission)

    assert measured.fault is Verdict.WRONG_ANSWER
    assert measured.share.credit == 0


def test_what_tells_of_hidden_data_does_so_to_the_interviewer_alone() -> None:
    path = FILES / "escape" / "tells_hidden_arguments.py"
    _, record = next(_graded(ROOT / "problems" / "conv2d", [path]))

    assert any(number in record.stdout for number in _hidden_numbers())
    assert record.visible_stdout
    _assert_secret_is_kept(path, record)


def test_asking_why_ends_whatever_it_is_answered(problem: Path) -> None:
    paths = [
        FILES / "exhaust" / "slow_to_load_again.py",
        FILES / "exhaust" / "slow_when_asked_again.py",
        FILES / "inject" / "markup_in_everything.py",
    ]
    for path, record in _graded(problem, paths, explain=True):
        _assert_kept(path, record)
        _assert_structure_is_ours(path, record)


def test_an_ordinary_user_is_as_safe() -> None:
    if os.getuid() != 0:
        pytest.skip("the other tests run as an ordinary user already")
    python = next(filter(_runs_as_nobody, (sys.executable, "/usr/bin/python3")), None)
    if python is None:
        pytest.skip("no interpreter with the grader's libraries is there for others")
    paths = [FILES / f"{name}.py" for name in FOR_ORDINARY_USERS]
    with tempfile.TemporaryDirectory(prefix=CANARY) as name:
        folder = Path(name)
        folder.chmod(0o755)
        output = folder / "output"
        output.mkdir()
        os.chown(output, NOBODY, NOBODY)
        with nothing_left(LISTENING), _nothing_heard():
            for path, record in _graded_by_command(
                python, paths, _guarded(folder), output, user=NOBODY
            ):
                _assert_kept(path, record)


def _environment() -> dict[str, str]:
    libraries = sysconfig.get_path("purelib")
    return {
        "GRADER_SECRET": CANARY,
        "HOME": "/nonexistent",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": f"{ROOT}:{libraries}",
    }


def _runs_as_nobody(python: str) -> bool:
    version = f"import sys, numpy, grader.batch; assert sys.version_info[:2] == {sys.version_info[:2]}"
    try:
        done = subprocess.run(
            [python, "-c", version],
            env=_environment(),
            cwd="/",
            capture_output=True,
            check=False,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
        )
    except OSError:
        return False
    return done.returncode == 0


def _graded_by_command(
    python: str,
    paths: Sequence[Path],
    problem: Path,
    output: Path,
    *,
    user: int | None = None,
) -> Iterator[tuple[Path, Record]]:
    """Grade by the command line; nothing that it says or writes may tell a secret."""
    options = (
        f"--problem {problem} --seed {SEED} --no-timing --no-explain --output {output}"
    )
    done = subprocess.run(
        [python, "-m", "grader", "grade", *map(str, paths), *options.split()],
        env=_environment(),
        cwd="/",
        capture_output=True,
        check=False,
        text=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    written = [path for path in output.rglob("*.*") if path.is_file()]
    assert {path.name for path in written if path.parent == output} == {
        "grades.csv",
        "index.html",
    }, done.stderr
    assert len(written) == 3 * len(paths) + 2
    # We say ourselves where it is written to, and that place bears the word.
    said = done.stdout.replace(str(output), "") + done.stderr
    for text in (said, *(path.read_text() for path in written)):
        assert CANARY not in text
    for path in paths:
        data = (output / path.stem / "record.json").read_bytes()
        yield path, Record.from_json(data, path)


LISTENERS: list[tuple[int, int, str | tuple[str, int]]] = [
    (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 47611)),
    (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 47612)),
    (socket.AF_UNIX, socket.SOCK_STREAM, "/tmp/hostile.sock"),
    (socket.AF_UNIX, socket.SOCK_DGRAM, "/tmp/hostile-datagram.sock"),
    (socket.AF_UNIX, socket.SOCK_STREAM, "\0hostile"),
    (socket.AF_UNIX, socket.SOCK_DGRAM, "\0hostile-datagram"),
]
"""Where the hostile files would send what they know."""
LISTENING = {address for _, _, address in LISTENERS}


@contextmanager
def _nothing_heard() -> Iterator[None]:
    """See that nobody calls where hostile files would call."""
    with ExitStack() as opened:
        # The names are fixed: one process of the suite listens at a time.
        place = os.open("/tmp", os.O_RDONLY)
        opened.callback(os.close, place)
        fcntl.flock(place, fcntl.LOCK_EX)
        listeners = []
        for family, kind, address in LISTENERS:
            one = opened.enter_context(socket.socket(family, kind))
            if isinstance(address, str) and not address.startswith("\0"):
                Path(address).unlink(missing_ok=True)
                opened.callback(Path(address).unlink)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(address)
            if isinstance(address, str) and not address.startswith("\0"):
                Path(address).chmod(0o777)
            one.settimeout(0)
            if kind == socket.SOCK_STREAM:
                one.listen()
            listeners.append(one)
        yield
        for one in listeners:
            with pytest.raises(BlockingIOError):
                one.accept() if one.type == socket.SOCK_STREAM else one.recv(100)


def test_each_aim_has_files_that_say_what_they_try() -> None:
    assert {path.parent.name for path in FILES.glob("*/*.py")} == set(AIMS)
    for path in FILES.glob("*/*.py"):
        text = path.read_bytes().decode("utf-8", "replace")
        assert re.match(r'\ufeff?(# .*\n)?""".{20,}\."""\r?\n', text), path
