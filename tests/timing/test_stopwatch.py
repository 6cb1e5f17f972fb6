"""Timing through real workers; what is promised here holds at any speed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cases import Case
from grader.check import Judgement
from grader.errors import ProblemError
from grader.exam import Exam
from grader.findings import MODIFIED, NORMWISE
from grader.loading import available_problems, load_problem
from grader.outcome import LoadOutcome, Outcome, Signature, TimedOut
from grader.record import Interval, RungEntry
from grader.sandbox.handle import WorkerHandle
from grader.sandbox.protocol import Exchange
from grader.sandbox.sandbox import Sandbox
from grader.submission import Submission, read_submission
from grader.timing.course import Contestant, Course, Lane, Lap
from grader.timing.growth import _case, _sizes, measure_growth
from grader.timing.stopwatch import Stopwatch, _beside_seconds, _climb

EXAMPLES = Path(__file__).parents[2] / "submissions" / "conv2d"


@pytest.fixture(scope="module")
def exam() -> Exam:
    problem = load_problem("conv2d")
    timing = problem.spec.timing
    assert timing is not None
    small = timing.model_copy(update={"rungs": timing.rungs[:1], "calls": 3})
    spec = problem.spec.model_copy(update={"timing": small})
    return Exam(replace(problem, spec=spec), 5)


@pytest.fixture(scope="module")
def sandbox(exam: Exam) -> Iterator[Sandbox]:
    with Sandbox(exam.problem.spec.allowed_imports) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def stopwatch(sandbox: Sandbox) -> Stopwatch:
    return Stopwatch(sandbox)


def test_a_right_submission_gets_a_rung_with_everything_measured(
    exam: Exam, stopwatch: Stopwatch
) -> None:
    submission = read_submission(EXAMPLES / "accepted" / "im2col.py")
    measured = stopwatch.measure(exam, submission)

    assert measured.timing is not None
    assert [rung.calls for rung in measured.timing.rungs] == [18]
    assert {one.id for one in measured.timing.rungs[0].baselines} == {
        "plain_loops",
        "per_tap",
        "im2col",
    }
    assert measured.memory is not None
    assert measured.memory.output_bytes == 4 * 16 * 16 * 4
    assert measured.findings == ()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("x[...] = 0", MODIFIED),
        ("weight.fill(1)", MODIFIED),
        ("y[...] += 1e-5 * abs(y).max()", NORMWISE),
    ],
)
def test_what_is_done_only_while_timed_is_told(
    change: str, kind: str, exam: Exam, stopwatch: Stopwatch
) -> None:
    after = (
        "\n_right = conv2d\n"
        "def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):\n"
        f"    y = _right(x, weight, bias, stride, padding)\n    {change}\n    return y\n"
    )
    source = (EXAMPLES / "accepted" / "im2col.py").read_bytes() + after.encode()
    measured = stopwatch.measure(exam, Submission(name="test", source=source))

    assert [one.kind for one in measured.findings] == [kind]
    assert measured.fault is None


def test_a_slow_moment_takes_no_call_from_the_ratio(
    exam: Exam, stopwatch: Stopwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.timing.course.SLOW_SECONDS", 0.0)
    submission = read_submission(EXAMPLES / "accepted" / "im2col.py")
    measured = stopwatch.measure(exam, submission)

    assert measured.timing is not None
    assert measured.timing.rungs[0].calls == 18


@pytest.mark.parametrize(
    ("call_seconds", "calls"),
    # A turn is two calls: a tenth of a second has five turns of a hundredth each.
    [(0.001, 4), (0.01, 4), (0.02, 2), (0.2, 1), (60.0, 0)],
)
def test_long_calls_are_fewer_and_what_was_expected_of_them_decides(
    call_seconds: float,
    calls: int,
    exam: Exam,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course = _course(exam, sandbox, read_submission(EXAMPLES / "accepted/im2col.py"))
    rung = course.timing.rungs[0].model_copy(update={"calls": 4})
    work = course.case(rung.sizes, f"{rung.id}/0").expected.products
    before = RungEntry(
        id="before",
        title="before",
        work=work,
        state="measured",
        candidate_seconds=call_seconds,
    )
    asked: list[int] = []

    def note(
        _: Course, who: Sequence[Contestant], cases: Sequence[Case], **_how: int
    ) -> Mapping[str, list[Lap]]:
        asked.append(len(cases))
        lap = Lap(1.0, 1.0, 0.1)
        return {one.id: [lap] * len(cases) for one in who}

    monkeypatch.setattr(Course, "run", note)
    climbed = _climb(course, rung, [before])

    assert not isinstance(climbed, Judgement)
    entry, _ = climbed
    assert entry.calls == 6 * calls
    # Where the submission isn't run, the others make all of theirs.
    assert set(asked) == {2 * (calls or 4)}


@pytest.mark.parametrize(
    "source",
    [
        b"raise RuntimeError('not the second time')",
        b"def conv2d(x, weight, bias, stride, padding): return 0 * x",
        b"import os\ndef conv2d(x, weight, bias, stride, padding): os._exit(0)",
        b"def conv2d(x, weight, bias, stride, padding): raise ValueError",
    ],
)
def test_who_fails_while_timed_earns_nothing_and_it_is_not_our_fault(
    source: bytes, exam: Exam, stopwatch: Stopwatch
) -> None:
    measured = stopwatch.measure(exam, Submission(name="test", source=source))

    assert measured.share.credit == 0
    assert measured.timing is None
    assert len(measured.findings) == 1
    assert "type_names" not in measured.findings[0].message  # no object of ours


def test_who_loads_for_too_long_again_and_again_is_too_slow(
    exam: Exam, stopwatch: Stopwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With the first load all the time there is, is gone.
    monkeypatch.setattr("grader.timing.course.MOST_LOADS", 0)
    submission = read_submission(EXAMPLES / "accepted" / "im2col.py")
    measured = stopwatch.measure(exam, submission)

    assert (measured.fault, measured.share.credit) == (None, 0)
    assert measured.timing is not None
    (rung,) = measured.timing.rungs
    assert (rung.state, rung.candidate_seconds) == ("unfinished", None)
    assert [one.message for one in measured.findings] == [
        "timing has no end: loading it again and again takes more than 0 s"
    ]


def test_who_does_not_load_in_time_again_is_too_slow(
    exam: Exam, stopwatch: Stopwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = WorkerHandle.load

    def stop(
        worker: WorkerHandle, submission: Submission, asked: Sequence[Signature]
    ) -> LoadOutcome:
        found = load(worker, submission, asked)
        return TimedOut(limit_seconds=5) if submission.name == "im2col" else found

    monkeypatch.setattr(WorkerHandle, "load", stop)
    submission = read_submission(EXAMPLES / "accepted" / "im2col.py")
    measured = stopwatch.measure(exam, submission)

    assert (measured.fault, measured.share.credit) == (None, 0)
    (finding,) = measured.findings
    assert "did not load again: stopped after 5 s" in finding.message


def test_who_hangs_while_timed_is_too_slow_and_it_is_not_our_fault(
    exam: Exam, stopwatch: Stopwatch
) -> None:
    source = b"def conv2d(x, weight, bias, stride, padding):\n    while True: pass"
    spec = exam.problem.spec
    quick = spec.model_copy(
        update={"limits": spec.limits.model_copy(update={"call_seconds": 0.2})}
    )
    hurried = Exam(replace(exam.problem, spec=quick), 5)
    measured = stopwatch.measure(hurried, Submission(name="test", source=source))

    assert measured.share.credit == 0
    assert measured.fault is None
    assert measured.memory is None
    assert measured.timing is not None
    assert [rung.state for rung in measured.timing.rungs] == ["unfinished"]


def test_more_processor_time_than_a_call_lasted_is_told() -> None:
    plain = [Lap(0.010, 0.011), Lap(0.010, 0.030)]

    assert _beside_seconds(plain) == 0
    # Ten milliseconds went by, and thirty were used.
    assert _beside_seconds([*plain, Lap(0.030, 0.010)]) == pytest.approx(0.020)


WORKS_AFTER_THE_ANSWER = b"""
import os, time
from grader.sandbox import worker

def answer_and_work(descriptor, value, real=os.eventfd_write):
    real(descriptor, value)
    end = time.process_time() + 0.03
    while time.process_time() < end:
        pass

worker.os.eventfd_write = answer_and_work

def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return right(x, weight, bias, stride, padding)
"""


def test_work_after_an_answer_counts(exam: Exam, stopwatch: Stopwatch) -> None:
    right = (EXAMPLES / "accepted" / "im2col.py").read_bytes()
    assert right.count(b"\ndef conv2d(") == 1
    renamed = right.replace(b"\ndef conv2d(", b"\ndef right(")
    submission = Submission(name="test", source=renamed + WORKS_AFTER_THE_ANSWER)
    measured = stopwatch.measure(exam, submission)

    assert measured.timing is not None
    # All of it but what was done before the clock was read: that is the last call's.
    assert (measured.timing.rungs[0].candidate_seconds or 0) >= 0.02


def test_nobody_works_while_another_is_timed(
    exam: Exam, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Lane] = []
    stopped: list[bool] = []
    start, call = Lane.__init__, Lane.call

    def note_start(
        lane: Lane, worker: WorkerHandle, contestant: Contestant, core: int
    ) -> None:
        start(lane, worker, contestant, core)
        opened.append(lane)

    def look_around(lane: Lane, exchange: Exchange) -> tuple[Lap, Outcome]:
        others = [one.worker for one in opened if one is not lane]
        # A signal takes a moment to arrive.
        stopped.extend(
            any(one.status["State"][0] == "T" for _ in range(10_000)) for one in others
        )
        return call(lane, exchange)

    monkeypatch.setattr(Lane, "__init__", note_start)
    monkeypatch.setattr(Lane, "call", look_around)
    course = _course(exam, sandbox, read_submission(EXAMPLES / "accepted/per_tap.py"))
    cases = [course.case(course.timing.rungs[0].sizes, str(n)) for n in range(4)]
    laps = course.run([course.candidate, course.reference], cases, turn=2)

    assert not isinstance(laps, Judgement)
    assert stopped == [True] * 8


def test_what_was_laid_out_is_kept_for_who_has_a_function_of_the_same_name(
    exam: Exam, sandbox: Sandbox
) -> None:
    course = _course(exam, sandbox, read_submission(EXAMPLES / "accepted/per_tap.py"))
    cases = [course.case(course.timing.rungs[0].sizes, str(n)) for n in range(2)]
    other = replace(
        course.candidate, signature=replace(course.candidate.signature, name="other")
    )
    first, again, others = (
        course.exchanges(one, cases)
        for one in (course.candidate, course.reference, other)
    )

    assert all(one is two for one, two in zip(first, again, strict=True))
    assert [one.sequence for one in first] == [1, 2]
    assert [one.calls[0].function for one in first + others] == [
        *["conv2d"] * 2,
        *["other"] * 2,
    ]


def _course(exam: Exam, sandbox: Sandbox, submission: Submission) -> Course:
    timing = exam.problem.spec.timing
    assert timing is not None
    return Course(sandbox, exam, timing, submission, 1)


@pytest.mark.parametrize("name", available_problems())
def test_the_reference_takes_all_sizes_that_are_timed(
    name: str, sandbox: Sandbox
) -> None:
    nothing = Submission(name="none", source=b"")
    course = _course(Exam(load_problem(name), 1), sandbox, nothing)
    timing = course.timing
    for rung in timing.rungs[-2:]:
        made = course.case(rung.sizes, rung.id)
        assert made.expected.products > 0
    for axis in timing.growth:
        for factor in axis.factors:
            size = timing.rungs[-2].sizes[axis.size] * factor
            sizes = timing.rungs[-2].sizes | {axis.size: size}
            made = course.case(sizes, f"{axis.size}/{factor}")
            assert made.expected.products > 0


def test_sizes_that_the_reference_refuses_are_the_spec_s_fault(
    exam: Exam, stopwatch: Stopwatch
) -> None:
    timing = exam.problem.spec.timing
    assert timing is not None
    rung = timing.rungs[0]
    wrong = rung.model_copy(update={"sizes": rung.sizes | {"K": 99}})
    spec = exam.problem.spec.model_copy(
        update={"timing": timing.model_copy(update={"rungs": (wrong,)})}
    )
    broken = Exam(replace(exam.problem, spec=spec), 5)

    with pytest.raises(ProblemError, match=r"problem.yaml: .* K = 99, the reference"):
        stopwatch.measure(broken, read_submission(EXAMPLES / "accepted" / "im2col.py"))


@pytest.mark.parametrize("name", ["conv2d", "conv2d_backward"])
def test_the_reference_says_how_much_of_its_time_its_calls_took(
    name: str, sandbox: Sandbox
) -> None:
    source = f"import numpy\n\ndef {name}(*inputs): return numpy.pi"
    pi = Submission(name="pi", source=source.encode())
    course = _course(Exam(load_problem(name), 1), sandbox, pi)
    sizes = course.timing.rungs[0].sizes
    cases = [course.case(sizes, str(turn)) for turn in range(3)]
    laps = course.run([course.reference], cases, turn=1)

    assert not isinstance(laps, Judgement)
    assert len(laps["reference"]) == 3
    for lap in laps["reference"]:
        assert lap.floor_seconds is not None
        assert 0 < lap.floor_seconds < lap.processor_seconds
    # A number that a submission returns is its result, and wrong.
    assert isinstance(course.run([course.candidate], cases, turn=1), Judgement)


@pytest.mark.parametrize("told", ["nan", "inf", "-inf", "-1e30", "3e38", "1e308"])
def test_what_a_submission_says_of_its_own_time_is_not_asked(
    told: str, exam: Exam, sandbox: Sandbox
) -> None:
    lies = f"""
from grader.sandbox import worker
worker.thread_time = iter([0.0, float("{told}")] * 9).__next__
"""
    source = (EXAMPLES / "accepted" / "per_tap.py").read_bytes() + lies.encode()
    course = _course(exam, sandbox, Submission(name="test", source=source))
    cases = [course.case(course.timing.rungs[0].sizes, str(n)) for n in range(2)]
    laps = course.run([course.candidate, course.reference], cases, turn=2)
    if told == "1e308":  # more than a frame holds, which is a fault of its own making
        assert isinstance(laps, Judgement)
        return

    assert not isinstance(laps, Judgement)
    assert [lap.floor_seconds for lap in laps["candidate"]] == [None, None]
    for lap in laps["reference"]:
        assert lap.floor_seconds is not None
        assert 0 < lap.floor_seconds < lap.processor_seconds


def test_slow_code_is_varied_as_far_as_the_reference_goes(
    exam: Exam, sandbox: Sandbox
) -> None:
    submission = read_submission(EXAMPLES / "accepted" / "im2col.py")
    course = _course(exam, sandbox, submission)
    kernels = next(axis for axis in course.timing.growth if axis.size == "K")
    far = kernels.model_copy(update={"factors": (1, 2, 99)})

    # Kernels of 3 and 6 fit into an image of 16, and one of 297 doesn't.
    assert list(_sizes(course, (), course.timing.rungs[0], far)) == [3, 6]


def test_axes_have_one_base_in_common_which_is_timed_once(
    exam: Exam, sandbox: Sandbox, stopwatch: Stopwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = read_submission(EXAMPLES / "accepted" / "im2col.py")
    measured = stopwatch.measure(exam, submission)
    assert measured.timing is not None
    course = _course(exam, sandbox, submission)
    run = Course.run
    runs: list[list[str]] = []

    def note(
        course: Course, who: Sequence[Contestant], cases: Sequence[Case], **how: int
    ) -> Mapping[str, list[Lap]] | Judgement:
        runs.append([case.id for case in cases])
        return run(course, who, cases, turn=how["turn"], pair=how["pair"])

    monkeypatch.setattr(Course, "run", note)
    # Whether a small size could be told from the floor is no matter here.
    known = Interval(estimate=1.0, low=1.0, high=1.0)
    measure_growth(
        course, [measured.timing.rungs[0].model_copy(update={"ratio": known})]
    )
    base = _case(course, course.timing.rungs[0].sizes, 0).id

    assert runs
    for own in runs:
        assert own.count(base) == 1
        assert len(own) == len(set(own)) > 3
