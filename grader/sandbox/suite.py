"""The far side of a candidate's own tests: run them on functions that only ask.

Before the tests run, each function of the problem is replaced, wherever the submission
has it, by one that writes down its arguments, gives the word to the grader, and goes
on with the answer. Whose code that came from can't be seen from here.
"""

import builtins
import inspect
import json
import mmap
import os
import random
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.sandbox.bindings import Bound
from grader.sandbox.frames import FrameWriter, Slot, is_plain
from grader.sandbox.protocol import Regions

_MOST_NUMBERS = 4
"""In a tuple: as many as a frame has items."""
_TEXT = 300
"""Characters of a test's name, and of what it says."""
_WITHOUT = (
    "cacheprovider terminal tmpdir faulthandler pastebin junitxml doctest logging "
    "stepwise legacypath setuponly setupplan"
)
_OPTIONS = (
    *(word for name in _WITHOUT.split() for word in ("-p", f"no:{name}")),
    *("--noconftest", "--capture=sys", "--assert=plain", "-c", "/dev/null"),
    "--rootdir=/",
)

Read = Callable[[], tuple[str, list[Any], Any]]


@dataclass(slots=True, kw_only=True)
class Line:
    """The grader at the other end of the arena."""

    arena: mmap.mmap
    regions: Regions
    slots: Sequence[Sequence[int]]
    """Where in the response to write: a head, and then each argument."""
    swap: Callable[[], tuple[int, str, list[Any]]]
    """Says that there is a response, waits, and gives the next request: its number,
    what kind of answer it is, and its values."""
    sequence: int
    asked: int = 0
    """Questions up to now."""

    def frames(self) -> list[FrameWriter]:
        """Give a writer for each slot of the response."""
        return [
            FrameWriter(
                self.arena,
                Slot(start=self.regions.response + start, size=size),
                call=number,
                sequence=self.sequence,
                filename="",
            )
            for number, (start, size) in enumerate(self.slots)
        ]

    def ask(self, function: int, arguments: Sequence[tuple[int, Any]]) -> Any:  # noqa: ANN401 - anything at all
        """Have the grader make a call, and give what it gave."""
        head, *places = self.frames()
        for place, value in arguments:
            if isinstance(value, str):
                places[place].word(value)
            else:
                places[place].returned(value)
        head.returned(function)
        self.asked += 1
        self.sequence, kind, values = self.swap()
        # What is in the arena is overwritten by the next question's answer.
        own = [one.copy()[()] if isinstance(one, np.ndarray) else one for one in values]
        if kind == "raised":
            raise _exception(*own)
        return tuple(own) if kind == "tuple" else own[0]

    def report(self, told: Any) -> None:  # noqa: ANN401 - JSON
        """Write how the tests went."""
        text = json.dumps(told).encode()
        self.frames()[0].returned(np.frombuffer(text, np.uint8))


def _exception(names: str, message: str) -> BaseException:
    """Make an exception of the first of some classes that Python itself has."""
    for name in names.split():
        known = getattr(builtins, name, None)
        if isinstance(known, type) and issubclass(known, (Exception, SystemExit)):
            try:
                return known(message)
            except TypeError:  # one that needs more than a message
                continue
    return RuntimeError(message)


class _Stand:
    """What stands for a function of the problem while tests run."""

    def __init__(self, line: Line, number: int, asked: Any, bound: Bound) -> None:  # noqa: ANN401 - JSON
        self._line, self._number = line, number
        self._asked = asked["parameters"]
        self._places = {one["name"]: at for at, one in enumerate(self._asked)}
        self._ours = {own: ours for ours, own in bound.names.items()}
        try:
            self._signature = inspect.signature(bound.call)
        except (TypeError, ValueError):
            self._signature = inspect.Signature(
                [
                    inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL),
                    inspect.Parameter("keywords", inspect.Parameter.VAR_KEYWORD),
                ]
            )

    def __call__(self, *positional: Any, **keywords: Any) -> Any:  # noqa: ANN401 - anything at all
        given = self._signature.bind(*positional, **keywords)  # raises as a call does
        arguments = []
        for name, value in self._flat(given):
            place = self._places.get(name)
            if place is None:
                raise TypeError(f"nothing is asked about an argument `{name}`")
            arguments.append((place, _sendable(name, value, self._asked[place])))
        return self._line.ask(self._number, arguments)

    def _flat(self, given: inspect.BoundArguments) -> Iterator[tuple[str, Any]]:
        """Give what was passed by the problem's names."""
        place = 0
        for name, value in given.arguments.items():
            kind = self._signature.parameters[name].kind
            if kind is inspect.Parameter.VAR_POSITIONAL:
                for at, one in enumerate(value, place):
                    yield self._ours.get(at, self._name_at(at)), one
            elif kind is inspect.Parameter.VAR_KEYWORD:
                for key, one in value.items():
                    yield self._ours.get(key, key), one
            else:
                at = list(self._signature.parameters).index(name)
                yield self._ours.get(name, self._ours.get(at, name)), value
                place = at + 1

    def _name_at(self, at: int) -> str:
        return self._asked[at]["name"] if at < len(self._asked) else "?"

    def as_function(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Give it as a function that looks like the one that it stands for."""

        def stand(*positional: Any, **keywords: Any) -> Any:  # noqa: ANN401 - anything at all
            return self(*positional, **keywords)

        for name in ("__name__", "__qualname__", "__doc__", "__module__"):
            value = getattr(original, name, None)
            if isinstance(value, str):
                setattr(stand, name, value)
        stand.__signature__ = self._signature  # type: ignore[attr-defined]
        return stand


def _sendable(name: str, value: Any, asked: Any) -> Any:  # noqa: ANN401 - anything at all
    """Give an argument in a form that can be sent.

    Where a tuple belongs, nothing is asked about a list, an array or a number, so they
    are taken for what they must mean.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(asked["default"], list):
        if isinstance(value, list | np.ndarray):
            value = tuple(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            value = (value,) * len(asked["default"])
    if isinstance(value, tuple):
        plain = tuple(
            one.item() if isinstance(one, np.generic) else one for one in value
        )
        few = len(plain) <= _MOST_NUMBERS and all(map(_is_number, plain))
        whole = all(isinstance(one, int) for one in plain)
        if few and (whole or isinstance(asked["default"], list)):
            return plain
    if isinstance(value, list | tuple):
        value = np.asarray(value)
    if value is None or isinstance(value, str) or _is_number(value) or is_plain(value):
        return value
    raise TypeError(f"`{name}` is neither an array nor a number")


def _is_number(value: Any) -> bool:  # noqa: ANN401 - anything at all
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return isinstance(value, float)


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
            stand = _Stand(line, number, asked, bound).as_function(bound.call)
            for name, value in list(vars(module).items()):
                if value is bound.call:
                    setattr(module, name, stand)
    sources = [
        (name, filename, bytes(line.arena[data + start : data + stop]))
        for name, filename, start, stop in document["files"]
    ]
    line.report(run_pytest(module, document["filename"], sources, line))


def run_pytest(
    module: types.ModuleType,
    filename: str,
    sources: Sequence[tuple[str, str, bytes]],
    line: Line | None,
) -> Any:  # noqa: ANN401 - JSON
    """Run the tests of a submission and of the files with it."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        import pytest  # noqa: PLC0415 - not on every machine, and slow to import
    except ImportError:
        return {"tests": [], "errors": [["", 0, "pytest is not installed"]]}
    journal = _Journal(line)
    modules = [(filename, module)]
    for name, own, source in sources:
        beside = types.ModuleType(name)
        beside.__file__ = own
        sys.modules[name] = beside
        try:
            exec(compile(source, own, "exec", dont_inherit=True), beside.__dict__)  # noqa: S102 - our purpose
        except BaseException as error:  # noqa: BLE001 - it is the outcome
            journal.errors.append([own, _line_in(error, own), _text_of(error)])
        else:
            modules.append((own, beside))

    class Loaded(pytest.Module):
        """A module that is there already, and no file."""

        def _getobj(self) -> types.ModuleType:
            return self.loaded  # type: ignore[attr-defined, no-any-return]

    class Plugin:
        """Collects the modules, and writes down what comes of their tests."""

        @pytest.hookimpl(tryfirst=True)
        def pytest_collection(self, session: Any) -> bool:  # noqa: ANN401 - untyped
            session.items = []
            for own, loaded in modules:
                node = Loaded.from_parent(session, path=session.path / own)
                node.loaded = loaded  # type: ignore[attr-defined]
                session.items += session.genitems(node)
            session.testscollected = len(session.items)
            return True

        def pytest_runtest_logstart(self) -> None:
            journal.begin()

        def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:  # noqa: ANN401 - untyped
            outcome, error = "passed", None
            if call.excinfo is not None:
                error = call.excinfo.value
                skipped = isinstance(error, pytest.skip.Exception)
                outcome = "skipped" if skipped else "failed"
            journal.note(item, error)
            return pytest.TestReport(
                nodeid=item.nodeid,
                location=item.location,
                keywords={},
                outcome=outcome,  # type: ignore[arg-type]
                longrepr=None,
                when=call.when,
            )

        def pytest_runtest_logreport(self, report: Any) -> None:  # noqa: ANN401 - untyped
            journal.outcomes.append(report.outcome)

        def pytest_runtest_logfinish(self) -> None:
            journal.end()

    os.chdir = lambda *_: None  # pytest goes back to where it began, which is barred
    try:
        pytest.main([*_OPTIONS], plugins=[Plugin()])
    except BaseException as error:  # noqa: BLE001 - it is the outcome
        journal.errors.append([filename, 0, _text_of(error)])
    return {"tests": journal.tests, "errors": journal.errors}


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
            name = item.nodeid.rpartition("/")[2].split("::", 1)[-1]
            self._row = [name[:_TEXT], own[:_TEXT], line, 0, ""]
        if error is not None and not self._row[4]:
            self._row[3:] = [_line_in(error, self._row[1]), _text_of(error)]

    def end(self) -> None:
        worst = next(
            (one for one in ("failed", "skipped") if one in self.outcomes), "passed"
        )
        self.tests.append([*self._row, worst, self._first, self._asked])


def _line_in(error: BaseException, filename: str) -> int:
    """Give the last line of a file that an exception passed."""
    if isinstance(error, SyntaxError) and error.filename == filename:
        return error.lineno or 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _text_of(error: BaseException) -> str:
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - a candidate's own `__str__`
        message = ""
    name = type(error).__name__
    return (f"{name}: {message}" if message else name)[:_TEXT]


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


def rehearse() -> None:
    """Import pytest and have it run a few tests of our own."""
    for _ in range(3):
        run_pytest(
            types.ModuleType("rehearsed"),
            "rehearsed.py",
            [("test_rehearsed", "test_rehearsed.py", _REHEARSED)],
            None,
        )
    sys.modules.pop("test_rehearsed", None)
