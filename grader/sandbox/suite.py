"""The far side of a candidate's own tests: run them on functions that only ask.

Before the tests run, each function of the problem is replaced, wherever the submission
has it, by a stand-in (`stand_ins`). They run under pytest, from memory.
"""

import inspect
import os
import random
import sys
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.sandbox.bindings import Bound
from grader.sandbox.frame_writer import line_in, text_of
from grader.sandbox.modules import compiled
from grader.sandbox.stand_ins import Line, StandIn, redirect

_TEXT = 300
"""Characters of a test's name, and of what it says."""
_WITHOUT = (
    "cacheprovider terminal tmpdir faulthandler pastebin junitxml doctest logging "
    "stepwise legacypath setuponly setupplan unraisableexception threadexception"
)
_OPTIONS = (
    *(word for name in _WITHOUT.split() for word in ("-p", f"no:{name}")),
    *("--noconftest", "--capture=no", "--assert=plain", "-c", "/dev/null"),
    "--rootdir=/",
)

_prepared: Any = None
"""The session of pytest that tests run in, once there is one."""
_ours: frozenset[str] = frozenset()
"""The modules that were imported before submissions are."""


def run(line: Line, functions: dict[str, Bound], document: Any, data: int) -> None:  # noqa: ANN401 - JSON
    """Answer the request to run the tests; everything else is a question and an answer.

    Parameters
    ----------
    line
        Where to ask.
    functions
        Those of the submission, which was loaded before.
    document, data
        The request, and where in the arena its sources lie.
    """
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - what tests may use
    module = sys.modules["submission"]
    sys.modules.setdefault(document["stem"], module)
    for number, asked in enumerate(document["functions"]):
        bound = functions.get(asked["name"])
        if bound is not None:
            stand = StandIn(line, number, asked, bound).as_function(bound.call)
            _replace_everywhere(bound.call, stand)
            redirect(bound.call, stand)
    sources = [
        (name, filename, bytes(line.arena[data + start : data + stop]))
        for name, filename, start, stop in document["tests"]
    ]
    line.report(
        _run_tests(
            _prepared, module, document["filename"], sources, line, document["most"]
        )
    )


def _replace_everywhere(function: Any, stand: Any) -> None:  # noqa: ANN401 - callables
    """Put a stand-in wherever a module has a function: a package may pass it on.

    Only those are looked through that were imported since the fork: to touch all that
    others hold has nearly all memory copied.
    """
    for module in [sys.modules[name] for name in sys.modules.keys() - _ours]:
        own = getattr(module, "__dict__", {})  # anything can be put there
        for name in [name for name, value in own.items() if value is function]:
            setattr(module, name, stand)


def _run_tests(
    session: Any,  # noqa: ANN401 - pytest's; None where it is not installed
    module: types.ModuleType,
    filename: str,
    sources: Sequence[tuple[str, str, bytes]],
    line: Line | None,
    most: int,
) -> Any:  # noqa: ANN401 - JSON
    """Run the tests of a submission and of the files with it, in a session as new."""
    journal = _Journal(line)
    if session is None:
        journal.errors.append(["", 0, "pytest is not installed"])
        return journal.told(ended=True)
    modules = [(filename, module)]
    for name, own, source in sources:
        beside = types.ModuleType(name)
        beside.__file__ = own
        sys.modules[name] = beside
        try:
            exec(compiled(source, own), beside.__dict__)  # noqa: S102 - our purpose
        except BaseException as error:  # noqa: BLE001 - it is the outcome
            journal.errors.append([own, line_in(error, own), _words_of(error)])
        else:
            modules.append((own, beside))
    try:
        session.config.pluginmanager.register(_plugin(journal))
        session.items = _collected(session, modules)
        if len(session.items) > most:
            words = f"of {len(session.items)} tests only the first {most} are run"
            journal.errors.append([filename, 0, words])
            del session.items[most:]
        session.testsfailed = 0  # what can't be collected doesn't keep others back
        session.config.hook.pytest_runtestloop(session=session)
    except BaseException as error:  # noqa: BLE001 - it is the outcome
        journal.errors.append([filename, 0, _words_of(error)])
    return journal.told(ended=True)


def _collected(
    session: Any,  # noqa: ANN401 - as above
    modules: Sequence[tuple[str, types.ModuleType]],
) -> list[Any]:
    """List the tests in modules that are there already, and no files."""
    import pytest  # noqa: PLC0415 - not on every machine, and slow to import

    class Loaded(pytest.Module):
        loaded: types.ModuleType

        def _getobj(self) -> types.ModuleType:
            return self.loaded

    items: list[Any] = []
    for filename, module in modules:
        node = Loaded.from_parent(session, path=session.path / filename)
        node.loaded = module
        items += session.genitems(node)
    return items


def _plugin(journal: "_Journal") -> object:
    """Make what writes down what comes of tests, and of collecting them."""
    import pytest  # noqa: PLC0415 - as above

    class Plugin:
        def pytest_collectreport(self, report: Any) -> None:  # noqa: ANN401 - untyped
            if report.failed:
                filename = report.nodeid.partition("::")[0]
                journal.errors.append([filename, 0, _last_line(str(report.longrepr))])

        def pytest_runtest_logstart(self) -> None:
            journal.begin()

        def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:  # noqa: ANN401 - untyped
            error = None if call.excinfo is None else call.excinfo.value
            journal.note(item, error)
            skipped = isinstance(error, pytest.skip.Exception)
            return pytest.TestReport(
                nodeid=item.nodeid,
                location=item.location,
                keywords={},
                outcome="skipped"
                if skipped
                else "passed"
                if error is None
                else "failed",
                longrepr=None,
                when=call.when,
            )

        def pytest_runtest_logreport(self, report: Any) -> None:  # noqa: ANN401 - untyped
            journal.outcomes.append(report.outcome)

        def pytest_runtest_logfinish(self) -> None:
            journal.end()

    return Plugin()


@dataclass(slots=True)
class _Journal:
    """What came of the tests, one row each."""

    line: Line | None
    tests: list[Any] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    _row: list[Any] = field(default_factory=list)
    _first: int = 0

    @property
    def _asked(self) -> int:
        return 0 if self.line is None else self.line.asked

    def begin(self) -> None:
        self._first, self.outcomes, self._row = self._asked, [], []

    def note(self, item: Any, error: BaseException | None) -> None:  # noqa: ANN401 - untyped
        if not self._row:
            code = getattr(inspect.unwrap(item.obj), "__code__", None)
            own, line = (code.co_filename, code.co_firstlineno) if code else ("", 0)
            name = item.nodeid.split("::", 1)[-1]
            self._row = [name[:_TEXT], own[:_TEXT], line, 0, ""]
        if error is not None and not self._row[4]:
            self._row[3:] = [line_in(error, self._row[1]), _words_of(error)]

    def end(self) -> None:
        worst = next(
            (one for one in ("failed", "skipped") if one in self.outcomes), "passed"
        )
        self.tests.append([*self._row, worst, self._first, self._asked])
        if worst == "failed" and self.line is not None:
            self.line.tell(_Journal(None, tests=self.tests[-1:]).told(ended=False))

    def told(self, *, ended: bool) -> Any:  # noqa: ANN401 - JSON
        """Give the rows as a report has them."""
        return {"tests": self.tests, "errors": self.errors, "ended": ended}


def _last_line(text: str) -> str:
    """Give the last line of a traceback as pytest shows it, without its mark."""
    last = next((one for one in reversed(text.splitlines()) if one.strip()), "")
    return last.removeprefix("E ").strip()[:_TEXT]


def _words_of(error: BaseException) -> str:
    name, text = type(error).__name__, text_of(error)
    return (f"{name}: {text}" if text else name)[:_TEXT]


_REHEARSED = b"""
import pytest

@pytest.fixture
def given():
    return 1

@pytest.mark.parametrize("other", [1, 2])
def test_rehearsal(given, other):
    assert given + other > 1
    with pytest.raises(ValueError):
        raise ValueError("as asked")
"""


def prepare(begin: Callable[[], None]) -> None:
    """Have pytest ready to run tests, and begin: each fork has a session as new.

    Parameters
    ----------
    begin
        Forks workers until there is no more to do.
    """

    def begin_within(session: Any) -> None:  # noqa: ANN401 - pytest's
        global _prepared, _ours
        _prepared, _ours = session, frozenset(sys.modules)
        begin()

    try:
        import pytest  # noqa: F401, PLC0415 - not on every machine, and slow to import
    except ImportError:
        begin()
        return
    for _ in range(3):
        _within_session(_rehearse)
    _within_session(begin_within)
    if _prepared is None:
        raise RuntimeError("pytest begins no session")


def _within_session(action: Callable[[Any], None]) -> None:
    """Do something in a session of pytest that has collected nothing yet."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import pytest  # noqa: PLC0415 - as above

    class Plugin:
        @pytest.hookimpl(tryfirst=True)
        def pytest_collection(self, session: Any) -> bool:  # noqa: ANN401 - untyped
            session.items = []
            action(session)
            session.items = []
            return True

    pytest.main([*_OPTIONS], plugins=[Plugin()])


def _rehearse(session: Any) -> None:  # noqa: ANN401 - as above
    """Run a few tests of our own."""
    beside = ("test_rehearsed", "test_rehearsed.py", _REHEARSED)
    module = types.ModuleType("rehearsed")
    _run_tests(session, module, "rehearsed.py", [beside], None, most=2)
    sys.modules.pop("test_rehearsed", None)
