"""What a worker must not be able to do, tried by workers; seen from outside."""

import ctypes
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import SandboxError
from grader.outcome import (
    AskedArgument,
    Call,
    Calling,
    Crashed,
    Loaded,
    NotRun,
    Outcome,
    Raised,
    Returned,
    Run,
    Signature,
    TimedOut,
)
from grader.problem import Limits
from grader.sandbox.frames import DTYPES
from grader.sandbox.layers import Layer, Level, fixed_addresses
from grader.sandbox.protocol import encode_calls
from grader.sandbox.sandbox import Sandbox
from grader.submission import Submission
from tests.processes import descendants

ASKED = Signature(
    name="f",
    aliases=("g",),
    arguments=(
        AskedArgument(name="x", aliases=("image",)),
        AskedArgument(name="pair", optional=True, default=(1, 1)),
    ),
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(("numpy", "pytest")) as sandbox:
        yield sandbox


def _run(
    sandbox: Sandbox,
    source: str,
    *arguments: dict[str, Any],
    limits: Limits | None = None,
) -> Run:
    calls = [
        Call(function="f", arguments=one, output_bytes=4096)
        for one in arguments or ({"x": 1},)
    ]
    submission = Submission(name="test", source=source.encode())
    limits = limits or Limits(call_seconds=0.2, load_seconds=2)
    return sandbox.run(submission, [ASKED], limits, [encode_calls(calls, sequence=1)])


def _outcome(sandbox: Sandbox, body: str, **arguments: object) -> Outcome:
    source = f"import numpy as np\ndef f(x, pair=(1, 1)):\n    {body}\n"
    return _run(sandbox, source, {"x": 1} | arguments).outcomes[0]


def test_all_layers_hold_here(sandbox: Sandbox) -> None:
    assert sandbox.isolation.level is Level.FULL
    assert all(sandbox.isolation.layers[layer] for layer in Layer)


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open('/proc/self/environ')",
        "open('/proc/%d/environ' % __import__('os').getppid())",
        "open('/proc/%d/mem' % __import__('os').getppid(), 'rb')",
        "__import__('os').listdir('/')",
        "open('/tmp/left-behind', 'w')",
        "open('/dev/shm/left-behind', 'w')",
        "__import__('os').mkdir('/tmp/left-behind')",
        "__import__('os').unlink('/tmp/x')",
        "__import__('os').chmod('/tmp', 0o700)",
        "__import__('os').fork()",
        "__import__('os').execv('/bin/true', ['true'])",
        "__import__('os').kill(__import__('os').getppid(), 0)",
        "__import__('os').sched_setaffinity(0, {0})",
        "__import__('os').setpriority(0, 0, 5)",
        "__import__('os').memfd_create('x')",
        "__import__('os').pipe()",
        "__import__('subprocess').run(['true'])",
        "__import__('socket').socket()",
        "__import__('socket').socket(__import__('socket').AF_UNIX)",
        "__import__('socket').socketpair()",
        "__import__('signal').setitimer(0, 1)",
        "__import__('resource').setrlimit(0, (99, 99))",
        "__import__('threading').Thread(target=print).start()",
        "__import__('tempfile').mkdtemp()",
        f"open({str(Path(__file__).parent.parent / 'grader' / 'check.py')!r})",
        f"open({str(Path(__file__).parent.parent / 'problems/conv2d/problem.yaml')!r})",
        f"open({str(Path(__file__).parent.parent / 'reference' / 'conv2d.py')!r})",
        "__import__('grader.check')",
        "__import__('reference.conv2d')",
    ],
)
def test_what_is_forbidden_raises(sandbox: Sandbox, attempt: str) -> None:
    outcome = _outcome(sandbox, f"{attempt}; return np.ones(1)")

    assert isinstance(outcome, Raised), outcome
    assert not Path("/tmp/left-behind").exists()
    assert not Path("/dev/shm/left-behind").exists()


def test_the_environment_holds_nothing_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET", "seed-1234")
    with Sandbox() as fresh:
        outcome = _outcome(fresh, "import os; raise ValueError(str(dict(os.environ)))")

    assert isinstance(outcome, Raised)
    assert "seed-1234" not in outcome.message


@pytest.mark.parametrize(
    "start",
    [
        "import sys; sys.stdout.fileno() + sys.stderr.fileno()",
        "import faulthandler; faulthandler.enable()",
        "import os, sys; os.write(sys.stdout.fileno(), b'dropped')",
        "import logging; logging.basicConfig(level=0); logging.error('why')",
        "import sys; sys.stdout.reconfigure(line_buffering=True)",
        "import sys; print(sys.stdout.encoding, sys.stdout.isatty(), flush=True)",
    ],
)
def test_what_programs_do_to_their_streams_works(sandbox: Sandbox, start: str) -> None:
    source = f"{start}\nimport numpy as np\ndef f(x): return np.ones(1)"
    run = _run(sandbox, source)

    assert isinstance(run.load, Loaded)
    assert isinstance(run.outcomes[0], Returned)
    assert "dropped" not in run.stdout


ADDRESSES = """
import numpy as np

def f(x, pair=(1, 1)):
    new = [np.empty(count) for count in (7, 600, 1 << 18)]
    lie = [one.ctypes.data for one in (x, *new)]
    past = [np.lib.stride_tricks.as_strided(one, (200,), (8,)) for one in (x, new[0])]
    return np.array([*map(id, (np, x, [], object(), 1e9, "x" + str(x))), *lie]), *past
"""


def test_memory_is_the_same_in_every_run() -> None:
    # Else what reads past its arrays, or goes by addresses, may be right now and then.
    outcomes: list[Outcome] = []
    for count in (1, 4):
        with Sandbox() as fresh:
            outcomes += [
                _run(fresh, ADDRESSES, {"x": np.arange(9.0)}).outcomes[0]
                for _ in range(count)
            ]
    seen = [
        b"".join(np.asarray(value).tobytes() for value in one.values)
        for one in outcomes
        if isinstance(one, Returned)
    ]

    assert len(seen) == len(outcomes)
    assert len(set(seen[1:])) == 1
    if _addresses_can_be_fixed():  # some containers don't allow it
        assert len(set(seen)) == 1


def _addresses_can_be_fixed() -> bool:
    with fixed_addresses():
        return bool(ctypes.CDLL(None).personality(ctypes.c_ulong(0xFFFFFFFF)))


def test_addresses_are_as_before_for_what_is_started_later() -> None:
    before = ctypes.CDLL(None).personality(ctypes.c_ulong(0xFFFFFFFF))
    with fixed_addresses():
        pass
    assert ctypes.CDLL(None).personality(ctypes.c_ulong(0xFFFFFFFF)) == before


def test_descriptors_are_closed_but_for_the_workers_own(sandbox: Sandbox) -> None:
    body = (
        "import os; n = [i for i in range(64) if not _bad(i)]; return np.array(n)\n"
        "def _bad(i):\n    import os\n    try: os.fstat(i)\n    except OSError: return True"
    )
    outcome = _outcome(sandbox, body)

    assert isinstance(outcome, Returned)
    assert isinstance(outcome.value, np.ndarray)
    # The null device thrice, two signals, and the arena, which `mmap` keeps open.
    assert outcome.value.tolist() == [0, 1, 2, 4, 5, 7]


def test_arguments_arrive_as_writable_arrays_and_changes_are_seen(
    sandbox: Sandbox,
) -> None:
    x = np.arange(6.0).reshape(2, 3)
    outcome = _outcome(sandbox, "y = x * 2; x += 1; return y", x=x)

    assert isinstance(outcome, Returned)
    np.testing.assert_array_equal(outcome.value, x * 2)
    assert outcome.modified == ("x",)
    assert x[0, 0] == 0


@pytest.mark.parametrize("view", [np.s_[:, ::-1], np.s_[::2,], np.s_[..., None]])
def test_layouts_survive_the_journey(
    sandbox: Sandbox,
    view: Any,  # noqa: ANN401 - indices
) -> None:
    x = np.arange(24.0).reshape(4, 6)[view]
    outcome = _outcome(sandbox, "return np.array(x.strides), x.copy()", x=x)

    assert isinstance(outcome, Returned)
    assert isinstance(outcome.value, tuple)
    assert isinstance(outcome.value[0], np.ndarray)
    assert outcome.value[0].tolist() == list(x.strides)
    np.testing.assert_array_equal(outcome.value[1], x)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.char)
def test_a_large_array_of_any_type_arrives_unchanged(
    sandbox: Sandbox, dtype: np.dtype[Any]
) -> None:
    x = (np.arange(70_000) % 251).astype(dtype).reshape(7, -1)
    x[0, 0] = np.nan if dtype.kind in "fc" else 1
    for given in (x, x.T, x[::-1], x[:, ::2]):
        outcome = _outcome(
            sandbox, "return np.asarray(x[1, :9]), np.array(x.shape)", x=given
        )

        assert isinstance(outcome, Returned)
        assert outcome.modified == ()
        assert isinstance(outcome.value, tuple)
        first, shape = outcome.value
        np.testing.assert_array_equal(first, given[1, :9])
        np.testing.assert_array_equal(shape, given.shape)


def test_a_hang_is_pinned_to_its_case_and_the_rest_still_run(sandbox: Sandbox) -> None:
    source = "def f(x):\n    while x == 1: pass\n    return x\n"
    run = _run(sandbox, source, {"x": 0}, {"x": 1}, {"x": 2})

    assert [type(one) for one in run.outcomes] == [Returned, TimedOut, Returned]


def test_sleep_is_stopped_too(sandbox: Sandbox) -> None:
    outcome = _outcome(sandbox, "import time; time.sleep(1e6)")

    assert isinstance(outcome, TimedOut)


def test_after_as_many_faults_as_allowed_the_rest_is_not_run(sandbox: Sandbox) -> None:
    source = "import os\ndef f(x):\n    os._exit(0)\n"
    run = _run(sandbox, source, *[{"x": 0}] * 5, limits=Limits(faults=2))

    assert [type(one) for one in run.outcomes] == [Crashed, Crashed, *[NotRun] * 3]


def test_memory_is_bounded(sandbox: Sandbox) -> None:
    outcome = _outcome(sandbox, "return np.ones(4 << 30)")

    assert isinstance(outcome, Raised)
    assert "MemoryError" in outcome.type_names


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(0)",
        "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'\\1' * 8)\n    except OSError: pass\nos._exit(0)",
    ],
)
def test_leaving_while_it_is_loaded_is_no_pass(sandbox: Sandbox, source: str) -> None:
    run = _run(sandbox, source)

    assert not isinstance(run.load, Loaded)
    assert all(isinstance(one, NotRun) for one in run.outcomes)


def test_signals_of_the_protocol_sent_early_are_no_answer(sandbox: Sandbox) -> None:
    body = (
        "import os\n    for fd in range(3, 64):\n        try: os.write(fd, (1).to_bytes(8, 'little'))\n"
        "        except OSError: pass\n    while True: pass"
    )
    outcome = _outcome(sandbox, body)

    assert isinstance(outcome, Crashed | TimedOut)


@pytest.mark.parametrize(
    "deep",
    [
        *("not " * 9_000 + "x", "-" * 9_000 + "1", "~" * 9_000 + "1"),
        *("(" * 9_000, "[" * 150 + "]" * 150, "a." * 9_000 + "b", "1 + " * 9_000 + "1"),
        *("lambda: " * 9_000 + "1", "x if 1 else " * 9_000 + "x", "{1: " * 9_000),
        *("f(" * 150 + ")" * 150, "a[0]" + "[0]" * 9_000, "await " * 9_000 + "x"),
        "2 ** " * 9_000 + "2",
    ],
    ids=lambda deep: deep[:6].strip(),
)
def test_what_is_nested_too_deeply_lacks_no_memory(sandbox: Sandbox, deep: str) -> None:
    load = _run(sandbox, f"def f(x):\n    return {deep}\n").load

    assert isinstance(load, Loaded | Raised)
    assert isinstance(load, Loaded) or not load.is_out_of_memory


@pytest.mark.parametrize("name", ["answer", "statistics", "json", "numpy"])
def test_a_file_may_import_itself_but_stands_for_no_library(
    sandbox: Sandbox, name: str
) -> None:
    source = f"""
import numpy as np
import statistics
def f(x, pair=(1, 1)):
    return int(np.median([statistics.median([1, 7, 8]), 7]))
if {name!r} == "answer":
    from {name} import f as g
"""
    submission = Submission(name="test", source=source.encode(), module=name)
    calls = [Call(function="f", arguments={"x": 1}, output_bytes=64)]
    exchanges = [encode_calls(calls, sequence=1)]
    run = sandbox.run(submission, [ASKED], Limits(), exchanges)

    assert run.outcomes == (Returned(value=7),)


def test_text_of_an_exception_that_raises_or_never_ends_is_cut(
    sandbox: Sandbox,
) -> None:
    class_ = "class E(Exception):\n    def __str__(self): {}\ndef f(x): raise E()\n"
    raising = _run(sandbox, class_.format("raise E()")).outcomes[0]
    long = _run(sandbox, class_.format("return 'x' * 10**7")).outcomes[0]
    endless = _run(sandbox, class_.format("\n        while True: pass")).outcomes[0]

    assert isinstance(raising, Raised)
    assert isinstance(long, Raised)
    assert len(long.message) <= 1000
    assert isinstance(endless, TimedOut)


def test_what_is_printed_is_kept_up_to_its_limit(sandbox: Sandbox) -> None:
    source = "print('\\x1b[31m')\ndef f(x):\n    print('y' * 10**6); return x\n"
    run = _run(sandbox, source)

    assert run.stdout.startswith("\\x1b[31m\n")
    assert len(run.stdout) <= 64 * 1024 + 10


def _wrapped(own: str, call: str, within: str = "x, pair=(1, 1)") -> str:
    """Write a function under a decorator that shows the names of what it wraps."""
    first = within.partition(",")[0]
    argument = "x" if first == "pair" else first
    return (
        "from functools import wraps\n"
        f"def h({within}): return {argument}.ndim + pair[0] - 1\n"
        f"@wraps(h)\ndef f({own}): return {call}\n"
    )


def _hidden(within: str, own: str = "*a, **kw") -> str:
    """Write a function under a decorator that shows no names."""
    first = within.partition(",")[0]
    return (
        f"def h({within}): return {first}.ndim\n"
        f"def log(g):\n    def f(*a, **kw): return g({own})\n    return f\n"
        "f = log(h)\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        "def f(image, pair): return len(image.shape)",
        "def g(x, pair=(1, 1)): return x.ndim",
        "def f(*args): return args[0].ndim",
        "def f(x, **kw): return x.ndim + kw['pair'][0] - 1",
        "def f(a, b): return a.ndim + b[0] - 1",
        "f = lambda x, pair: x.ndim",
        "def h(x, pair): return x.ndim\ndef __getattr__(name): return {'f': h}[name]",
        "class F:\n    def __call__(self, x, pair=(2, 2)): return x.ndim\nf = F()",
        "from functools import partial\ndef h(k, x, pair): return x.ndim\nf = partial(h, 1)",
        _wrapped("*a, **kw", "h(a[0], *a[1:], **kw)"),
        _wrapped("*a", "h(a[0], *a[1:])"),
        _wrapped("first, *a, **kw", "h(first, *a, **kw)"),
        _wrapped("first, **kw", "h(first, **kw)"),
        _wrapped("first, second", "h(first, second)"),
        _wrapped("x, *a, **kw", "h(x, *a, **kw)"),
        _wrapped("*, x, **kw", "h(x, **kw)"),
        _wrapped("**kw", "h(**kw)"),
        _wrapped("*a, **kw", "h(a[0], **kw)", within="image, /, pair"),
        _wrapped("*a, **kw", "h(*a, **kw)", within="pair, x"),
        _hidden("x, pair"),
        _hidden("image, two=(1, 1)"),
        _hidden("a, b", own="a[0], *a[1:], **kw"),
        _hidden("x", own="a[0]"),
        "from functools import cache\n@cache\ndef h(n): return n\ndef f(x, pair): return h(2)",
    ],
)
def test_functions_are_found_and_bound_in_many_styles(
    sandbox: Sandbox, source: str
) -> None:
    run = _run(sandbox, source, {"x": np.ones((2, 3)), "pair": (1, 1)})

    assert run.outcomes == (Returned(value=2),), run


def test_an_argument_that_is_not_taken_is_no_refusal_of_bad_input(
    sandbox: Sandbox,
) -> None:
    outcome = _run(sandbox, "def f(x): return x", {"x": 1, "pair": (0, 0)}).outcomes[0]

    assert isinstance(outcome, Raised)
    assert outcome.in_binding


def test_no_process_is_left_behind() -> None:
    before = descendants(os.getpid())
    with Sandbox() as sandbox:
        sandbox.isolation  # noqa: B018 - the first worker
        _outcome(sandbox, "return 1")
        fewest = min(len(descendants(os.getpid())) for _ in range(100))
        for _ in range(5):
            _outcome(sandbox, "return 1")
        while len(descendants(os.getpid())) > fewest:
            pass  # they are collected while the grader goes on; a hang fails the test

    assert descendants(os.getpid()) <= before


def test_descriptors_of_the_grader_don_t_grow(sandbox: Sandbox) -> None:
    _outcome(sandbox, "return 1")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for body in ("return 1", "import os; os._exit(3)", "while True: pass"):
        _outcome(sandbox, body)

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def _called(sandbox: Sandbox, calling: Calling, source: str) -> list[Outcome]:
    calls = [
        Call(
            function="f",
            arguments={"x": np.array([1.0, 2.0]) * number},
            output_bytes=4096,
            calling=calling,
        )
        for number in (1, 2)
    ]
    submission = Submission(name="test", source=source.encode())
    run = sandbox.run(submission, [ASKED], Limits(), [encode_calls(calls, sequence=1)])
    return list(run.outcomes)


@pytest.mark.parametrize(
    ("calling", "first"), [(Calling.ONCE, [1.0, 2.0]), (Calling.KEPT, [2.0, 4.0])]
)
def test_a_kept_result_is_read_after_the_next_call(
    sandbox: Sandbox, calling: Calling, first: list[float]
) -> None:
    source = "import numpy as np\nkept = np.zeros(2)\ndef f(x):\n    kept[:] = x\n    return kept\n"
    outcomes = _called(sandbox, calling, source)

    values = [outcome.value for outcome in outcomes if isinstance(outcome, Returned)]
    np.testing.assert_array_equal(values[0], first)
    np.testing.assert_array_equal(values[1], [2.0, 4.0])


def test_a_call_that_raised_is_not_read_again(sandbox: Sandbox) -> None:
    source = "def f(x):\n    if x[0] == 1: raise ValueError('first')\n    return x\n"
    first, second = _called(sandbox, Calling.KEPT, source)

    assert isinstance(first, Raised)
    assert isinstance(second, Returned)


@pytest.mark.parametrize(
    ("change", "modified"),
    [
        ("x[:] = x[::-1].copy()", ("x",)),
        ("x -= x.mean()", ("x",)),
        ("x.shape = (2, 1)", ("x",)),
        ("x.dtype = 'i8'", ("x",)),
        ("x.flags.writeable = False", ("x",)),
        ("x = x.reshape(2, 1)", ()),
        ("y = x.view('i8'); y.shape = (2, 1); y.flags.writeable = False", ()),
    ],
)
def test_repeated_calls_show_what_was_done_to_the_arguments(
    sandbox: Sandbox, change: str, modified: tuple[str, ...]
) -> None:
    source = f"def f(x):\n    {change}\n    return 1\n"
    (outcome, _) = _called(sandbox, Calling.REPEATED, source)

    assert isinstance(outcome, Returned)
    assert outcome.modified == modified


FIND_ARENA = """
import sys, mmap, time
def arena():
    frame = sys._getframe()
    while frame is not None:
        for value in frame.f_locals.values():
            if isinstance(value, mmap.mmap):
                return value
        frame = frame.f_back
"""
STALL = """
def stall():
    for count in range(10_000):
        arena()[:4] = {claim}
        time.sleep(0.02)
"""


@pytest.mark.parametrize("place", ["stall()\ndef f(x): return x", "def f(x): stall()"])
@pytest.mark.parametrize(
    "claim", ["(count % 2).to_bytes(4, 'little')", "(count + 9).to_bytes(4, 'little')"]
)
def test_no_claim_of_progress_puts_off_the_end(
    sandbox: Sandbox, place: str, claim: str
) -> None:
    source = FIND_ARENA + STALL.format(claim=claim) + place
    limits = Limits(call_seconds=0.1, load_seconds=0.1, run_seconds=0.3, faults=1)
    run = _run(sandbox, source, {"x": 1}, {"x": 2}, limits=limits)

    assert any(isinstance(one, TimedOut) for one in (run.load, *run.outcomes))


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGRTMIN + 5])
def test_whatever_signal_ends_a_worker_is_told(sandbox: Sandbox, number: int) -> None:
    submission = Submission(name="test", source=b"def f(x): return x")
    with sandbox.start_worker(
        Limits(), request_bytes=1 << 20, response_bytes=1 << 20
    ) as worker:
        os.kill(worker.pid, number)
        load = worker.load(submission, [ASKED])

    assert isinstance(load, Crashed)
    assert "ended by" in load.reason


def test_a_worker_that_is_killed_on_its_way_leaves_no_descriptor(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.isolation  # noqa: B018 - the first worker
    fork = sandbox._launcher.fork

    def fork_and_kill(*given: Any) -> tuple[int, int]:  # noqa: ANN401 - as given
        name, pidfd = fork(*given)
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        return name, pidfd

    monkeypatch.setattr(sandbox._launcher, "fork", fork_and_kill)
    before = len(list(Path("/proc/self/fd").iterdir()))
    killed = 0
    for _ in range(10):
        try:
            with sandbox.start_worker(Limits(), request_bytes=1, response_bytes=1):
                pass  # it was quicker than the signal
        except SandboxError:
            killed += 1

    assert killed > 0
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_who_is_killed_from_outside_is_not_at_fault(sandbox: Sandbox) -> None:
    submission = Submission(name="test", source=b"def f(x): return x")
    with sandbox.start_worker(
        Limits(), request_bytes=1 << 20, response_bytes=1 << 20
    ) as worker:
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(SandboxError, match="from outside"):
            worker.load(submission, [ASKED])


@pytest.mark.parametrize(
    "attempt",
    [
        "import signal; signal.raise_signal(9)",
        "import os; os.kill(os.getpid(), 9)",
        "import ctypes; ctypes.CDLL(None).raise_(9)",
        "import ctypes, os; ctypes.CDLL(None).syscall(200, os.getpid(), 9)",
        "import ctypes, os; ctypes.CDLL(None).syscall(234, os.getpid(), os.getpid(), 9)",
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (0, 0))",
        "import ctypes; ctypes.CDLL(None).prctl(1, 9)",
    ],
)
def test_no_code_can_have_itself_killed(sandbox: Sandbox, attempt: str) -> None:
    # Else it could have any grading end as the grader's fault.
    outcome = _outcome(sandbox, f"{attempt}; return 1")

    assert isinstance(outcome, Raised | Returned)


def test_all_calls_together_have_a_limit(sandbox: Sandbox) -> None:
    source = "def f(x):\n    for _ in range(10**6): pass\n    return x\n"
    limits = Limits(call_seconds=0.2, run_seconds=0.2, faults=3)
    run = _run(sandbox, source, *[{"x": 1}] * 60, limits=limits)

    stopped = [one for one in run.outcomes if isinstance(one, TimedOut)]
    assert [one.whole for one in stopped] == [True]
    assert isinstance(run.outcomes[-1], NotRun)


def test_the_limit_on_all_calls_counts_over_exchanges(sandbox: Sandbox) -> None:
    source = b"""
import time
def f(x):
    end = time.process_time() + 0.3
    while time.process_time() < end: pass
"""
    submission = Submission(name="test", source=source)
    call = Call(function="f", arguments={"x": 1}, output_bytes=64)
    exchanges = [encode_calls([call], sequence=number) for number in (1, 2)]
    limits = Limits(call_seconds=0.4, run_seconds=0.4, wall_factor=100, faults=1)
    run = sandbox.run(submission, [ASKED], limits, exchanges)

    assert isinstance(run.outcomes[0], Returned)
    assert isinstance(run.outcomes[1], TimedOut)
    assert run.outcomes[1].whole


def test_an_answer_to_one_exchange_is_none_to_the_next(sandbox: Sandbox) -> None:
    # The last call of each exchange is claimed to be done, and `done` is sent.
    source = (
        FIND_ARENA
        + """
import os
def f(x):
    if x == 2:
        arena()[:4] = (1).to_bytes(4, "little")
        os.eventfd_write(5, 1)
        time.sleep(60)
    return x
"""
    )
    submission = Submission(name="test", source=source.encode())
    exchanges = [
        encode_calls(
            [Call(function="f", arguments={"x": x}, output_bytes=64)], sequence=x
        )
        for x in (1, 2)
    ]
    limits = Limits(call_seconds=0.2, load_seconds=2, faults=1)
    run = sandbox.run(submission, [ASKED], limits, exchanges)

    assert isinstance(run.outcomes[0], Returned)
    assert isinstance(run.outcomes[1], Crashed)


@pytest.mark.parametrize("words", [1, 2, 5])
@pytest.mark.parametrize("pause_seconds", [0, 0.02])
def test_no_answer_counts_of_a_worker_that_speaks_out_of_turn(
    sandbox: Sandbox, words: int, pause_seconds: float
) -> None:
    # Which answers were there when they were read, would be chance.
    source = f"""
import os, time
def f(x):
    if x == 2:
        os.eventfd_write(5, {words})
        time.sleep({pause_seconds})
    return x
"""
    run = _run(sandbox, source, *[{"x": x} for x in range(6)])

    assert {type(one) for one in run.outcomes} == {Crashed}
    assert len(run.outcomes) == 6


@pytest.mark.parametrize("words", [1, 2, 5])
def test_no_file_loads_that_says_so_itself(sandbox: Sandbox, words: int) -> None:
    source = f"import os\nos.eventfd_write(5, {words})\ndef f(x): return x\n"
    run = _run(sandbox, source, {"x": 1})

    assert isinstance(run.load, Crashed)


def test_what_is_said_before_the_second_exchange_knows_nothing_of_it(
    sandbox: Sandbox,
) -> None:
    source = (
        FIND_ARENA
        + "def f(x):\n    print(b'sec' + b'ret' in arena()[:])\n    return x\n"
    )
    submission = Submission(name="test", source=source.encode())
    exchanges = [
        encode_calls(
            [Call(function="f", arguments={"x": word}, output_bytes=64)], sequence=1
        )
        for word in ("open", "secret")
    ]
    run = sandbox.run(submission, [ASKED], Limits(), exchanges)

    assert run.first_stdout == "False\n"
    assert run.stdout == "False\nTrue\n"
