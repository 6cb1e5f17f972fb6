"""`grader practice`."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.live import Live

from grader.cli.console import open_console
from grader.cli.diary import Diary
from grader.cli.ends import Exit
from grader.cli.events import Event, Events, Key, Saved
from grader.cli.options import GivenPath
from grader.errors import GraderError, SubmissionError
from grader.loading import available_problems, load_problem
from grader.practice import Practice, Round
from grader.record import Record
from grader.report.feedback import for_candidate
from grader.report.practice import Fitting, View, hint_steps, render_view
from grader.submission import read_submission
from grader.submission.files import PYTHON
from grader.verdict import Verdict

Show = Callable[[View], None]


class _Disturbed(Exception):  # noqa: N818 - no error: something else is to be done
    """What was asked for is no longer wanted: the file changed, or it is the end."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


@click.command()
@click.argument("file", type=GivenPath())
@click.option("--problem", "-p", help="A problem's id, or a path to its folder.")
@click.option("--once", is_flag=True, help="Look once, and exit with the verdict.")
def practice(file: Path, problem: str | None, once: bool) -> int:
    """Watch FILE, and show after each save what passes and what to look at.

    FILE may be a folder whose files belong together. Only the cases that you can see
    are called; press `a` for all, `h` for a hint, `t` for the time, `r` to look again,
    `q` to end. The problem follows from the name, if it begins with one.
    """
    if file.is_dir():
        file = file.resolve()  # `.` has no name to go by
    elif not file.is_file():
        issue = "there is no such file; `grader new PROBLEM FILE` writes one"
        raise SubmissionError(file, issue)
    loaded = load_problem(problem or _problem_of(file))
    console = open_console()
    keys = (
        not once
        and console.is_interactive
        and sys.stdin.isatty()
        and sys.stdout.isatty()
    )
    view = View(title=loaded.spec.title, filename=file.name, keys=keys)
    diary = Diary()
    with Practice(loaded) as session:
        if once:
            desk = _Desk(session, file, view, _printer(console), diary)
            desk.look()
            return _code(desk.view.round)
        drawing = _screen(console) if keys else _lines(console)
        with Events(file, keys=keys) as events, drawing as show:
            desk = _Desk(session, file, view, show, diary, events)
            desk.stay()
        if keys:
            _printer(console)(replace(desk.view, keys=False))
    return Exit.ACCEPTED


def _problem_of(file: Path) -> str:
    """Give the problem that a file is called by, as `grader new` calls it.

    A folder may be called otherwise, if one of its files is called so.
    """
    known = available_problems()
    within = file.glob(f"*{PYTHON}") if file.is_dir() else ()
    stems = {file.stem, *(path.stem for path in within)}
    fitting = [name for name in known if any(stem.startswith(name) for stem in stems)]
    if not fitting:
        raise click.UsageError(f"say which `--problem`: {', '.join(known)}")
    return max(fitting, key=len)


def _code(found: Round | None) -> Exit:
    if found is None or found.error is not None:
        return Exit.NOT_LOADED
    accepted = found.verdict is Verdict.ACCEPTED
    return Exit.ACCEPTED if accepted else Exit.NOT_ACCEPTED


@contextmanager
def _screen(console: Console) -> Iterator[Show]:
    """Draw on a screen of its own, each view over the one before."""
    with Live(console=console, screen=True, auto_refresh=False) as live:
        # The window has another size, or is ours again.
        signals = (signal.SIGWINCH, signal.SIGCONT)
        before = [signal.signal(one, lambda *_: live.refresh()) for one in signals]
        try:
            yield lambda view: live.update(Fitting(render_view(view)), refresh=True)
        finally:
            for one, handler in zip(signals, before, strict=True):
                signal.signal(one, handler)


@contextmanager
def _lines(console: Console) -> Iterator[Show]:
    yield _printer(console)


def _printer(console: Console) -> Show:
    def show(view: View) -> None:
        if not view.busy:
            console.print(render_view(view), soft_wrap=not console.is_terminal)

    return show


class _Desk:
    """One file, what is known of it, and what is done when something happens."""

    def __init__(
        self,
        session: Practice,
        file: Path,
        view: View,
        show: Show,
        diary: Diary,
        events: Events | None = None,
    ) -> None:
        self.view = view
        self._session, self._file = session, file
        self._draw, self._diary, self._events = show, diary, events

    def stay(self) -> None:
        """Do what is asked for, until it is the end."""
        assert self._events is not None
        self.look()
        event: Event | None = None
        while True:
            event = event or self._events.wait()
            try:
                match event:
                    case Key("q" | ""):
                        return
                    case Key(name):
                        self._press(name)
                    case Saved.SAVED | None:
                        self.look()
                event = None
            except _Disturbed as disturbed:
                self._show(busy="")
                event = disturbed.event

    def look(self, *, again: bool = False) -> None:
        """Read the file and judge it, if it is another than before."""
        before = self.view.round
        try:
            if self._events is not None:
                self._events.look()
            functions = self._session.problem.spec.functions
            submission = read_submission(
                self._file, name=self._file.name, functions=functions
            )
            changed = before is None or submission.sha256 != before.submission.sha256
            if not (changed or again or self.view.note):
                return
            found = self._session.play(submission)
        except SubmissionError as error:
            self._show(note=str(error), round=None, hints=None, whole=None, steps=0)
            return
        except GraderError as error:
            self._show(note=str(error))
            return
        self._show(
            round=found,
            number=self.view.number + 1,
            hints=self.view.hints if not changed else None,
            whole=self.view.whole if not changed else None,
            steps=self.view.steps if not changed else 0,
            note="",
        )
        if changed:
            self._note(self._diary.add_round(self._session.problem, found))

    def _press(self, key: str) -> None:
        match key:
            case "r":
                self.look(again=True)
            case "h":
                self._hint()
            case "a" | "t":
                self._grade(timing=key == "t")
            case _:
                pass

    def _hint(self) -> None:
        record = self.view.hints
        if record is None:
            record = self._graded(explain=True)
            if record is None:
                return
        steps = min(self.view.steps + 1, len(hint_steps(record)) + 1)
        self._show(hints=record, steps=steps)

    def _grade(self, *, timing: bool) -> None:
        if timing and not self._session.can_time:
            self._show(note="speed is measured on Linux alone")
            return
        record = self._graded(timing=timing)
        if record is not None:
            self._show(whole=record)
            self._note(self._diary.add_record(record))

    def _graded(self, *, explain: bool = False, timing: bool = False) -> Record | None:
        """Grade the version that was judged last, and keep what is hidden hidden."""
        found = self.view.round
        if found is None or found.error is not None:
            self._show(note="the file has to load first")
            return None
        try:
            record = self._session.grade(
                found.submission,
                explain=explain,
                timing=timing,
                progress=self._progress,
            )
        except GraderError as error:
            self._show(busy="", note=str(error))
            return None
        self._show(busy="", note="")
        return for_candidate(record)

    def _progress(self, what: str) -> None:
        """Show what is being done, and leave it if something else is to be done."""
        self._show(busy=what)
        event = self._events.wait(0) if self._events else None
        if isinstance(event, Saved) or event in {Key("q"), Key("")}:
            raise _Disturbed(event)

    def _note(self, note: str) -> None:
        if note:
            self._show(note=note)

    def _show(self, **changes: object) -> None:
        self.view = replace(self.view, **changes)  # type: ignore[arg-type]
        self._draw(self.view)
