"""The store on real databases: what is kept is read again, once, whoever else asks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import StoreError
from grader.record import Record
from grader.store.store import Store
from grader.submission import Module, Place, Submission
from grader.verdict import Verdict
from tests.report.records import accepted, hostile, not_loaded, wrong_answer

ANN = Submission(name="ann", source=b"def f(x):\n    return x\n")
FOLDER = Submission(
    name="ben",
    source=b"import one\n\xff\x00",
    module="main",
    kind="folder",
    places=(Place(first_line=1, title="cell 1"), Place(first_line=2, title="cell 2")),
    modules=(
        Module(name="b", filename="b.py", source=b"\x00"),
        Module(name="a", filename="a.py", source=b""),
    ),
    tests=(Module(name="t", filename="t.py", source=b"assert 1"),),
    refusal="it is too large",
)


def record_of(submission: Submission, record: Record | None = None) -> Record:
    """Give a record of a submission."""
    made = record or accepted()
    entry = made.submission.model_copy(
        update={"name": submission.name, "sha256": submission.sha256}
    )
    return made.model_copy(update={"submission": entry})


@pytest.mark.parametrize("submission", [ANN, FOLDER, replace(ANN, tests_left_out=2)])
def test_a_submission_is_read_as_it_was_put_but_for_whose_it_is(
    store: Store, submission: Submission
) -> None:
    sha256 = store.put_submission(submission)
    assert sha256 == submission.sha256
    again = store.submission(sha256, name=submission.name)

    assert again == submission
    assert store.submission(sha256).name == sha256[:12]


def test_the_same_bytes_are_kept_once_and_without_names(store: Store) -> None:
    secret = replace(ANN, name="somebody", filename="somebody.py", module="somebody")
    assert store.put_submission(secret) == store.put_submission(ANN)

    assert "somebody" not in repr(store.submission(ANN.sha256))
    assert store.kept([ANN.sha256, FOLDER.sha256]) == {ANN.sha256}
    assert store.kept([str(at) for at in range(1000)] + [ANN.sha256]) == {ANN.sha256}


def test_each_that_is_refused_is_kept_with_its_own_reason(store: Store) -> None:
    empty = replace(ANN, source=b"")
    refused = [replace(empty, refusal=reason) for reason in ("no zip", "no notebook")]
    for one in (*refused, empty):
        store.put_submission(one)

    for one in (*refused, empty):
        assert store.submission(one.sha256).refusal == one.refusal


def test_another_submission_with_the_same_hash_is_not_taken_for_it(
    store: Store,
) -> None:
    store.put_submission(ANN)
    store.put_submission(FOLDER)
    for other in (
        replace(ANN, source=b""),
        replace(FOLDER, module="other"),
        replace(FOLDER, modules=(), tests=FOLDER.modules + FOLDER.tests),
        replace(FOLDER, refusal=None),
    ):
        like = ANN if other.kind == "file" else FOLDER
        object.__setattr__(other, "sha256", like.sha256)
        with pytest.raises(StoreError, match="another submission has the hash"):
            store.put_submission(other)
    assert store.submission(ANN.sha256).source == ANN.source
    assert store.submission(FOLDER.sha256, name="ben") == FOLDER


def test_what_is_not_there_is_told_in_one_line(store: Store) -> None:
    for ask in (
        lambda: store.submission("ab"),
        lambda: store.job("no\0\n\x1b[31m"),
        lambda: store.record(7),
        lambda: store.row(7),
        lambda: store.enqueue("ab", "softmax", owner="ann"),
        lambda: store.finish("none", accepted()),
        lambda: store.progress("none", "half"),
        lambda: store.fail("none", "gone"),
        lambda: store.annotate(7, author="ann", note=""),
        lambda: store.put_record(accepted(), regrade_of=7),
    ):
        with pytest.raises(StoreError, match="there is no") as caught:
            ask()
        assert "\n" not in str(caught.value)
        assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("number", [2**31, 2**63, 2**200])
def test_a_number_that_is_too_large_is_told_of(store: Store, number: int) -> None:
    for ask in (
        lambda: store.record(number),
        lambda: store.rows(offset=number * 2**64),
        lambda: store.annotate(number, author="ann", note=""),
    ):
        with pytest.raises(StoreError) as caught:
            ask()
        assert "\n" not in str(caught.value)


def test_a_job_from_its_queue_to_its_record(store: Store) -> None:
    sha256 = store.put_submission(ANN)
    options: dict[str, Any] = {
        "timing": False,
        "name": "ann\0",
        "deep": [{"a": None}],
    }
    first = store.enqueue(sha256, "softmax", owner="ann", options=options)
    second = store.enqueue(sha256, "softmax", owner="ben")
    assert store.job(first).state == "queued"
    assert store.job(first).options == options
    assert len(first) >= 32

    claimed = store.claim("worker")
    assert claimed is not None
    assert (claimed.id, claimed.state, claimed.attempts) == (first, "running", 1)
    store.progress(first, "half \0 way \ud800")
    assert store.job(first).progress == "half \\0 way \\ud800"

    record = record_of(ANN)
    number = store.finish(first, record)
    assert store.finish(first, record_of(ANN, wrong_answer())) == number
    store.progress(first, "too late")
    store.fail(first, "too late")
    done = store.job(first)
    assert (done.state, done.progress, done.record_id) == ("done", "", number)
    assert len(store.rows()) == 1
    assert store.record(number) == record

    store.fail(second, "gone")
    assert store.job(second).state == "failed"
    assert store.claim("worker") is None


def test_a_job_takes_no_record_of_another_submission(store: Store) -> None:
    job = store.enqueue(store.put_submission(ANN), "softmax", owner="ann")
    with pytest.raises(StoreError, match="not of the submission"):
        store.finish(job, record_of(FOLDER))
    assert store.rows() == []


def test_jobs_of_a_worker_that_is_gone_wait_again(store: Store) -> None:
    sha256 = store.put_submission(ANN)
    jobs = [store.enqueue(sha256, "softmax", owner="ann") for _ in range(3)]
    for worker in ("gone", "there", "gone"):
        store.claim(worker)

    assert store.requeue_lost("gone", silent_seconds=3600) == 0
    assert store.requeue_lost("gone") == 2
    assert [store.job(job).state for job in jobs] == ["queued", "running", "queued"]
    assert store.requeue_lost() == 1
    again = store.claim("new")
    assert again is not None
    assert (again.id, again.attempts) == (jobs[0], 2)
    store.finish(jobs[0], record_of(ANN))
    assert store.requeue_lost() == 0


def test_a_job_that_takes_its_workers_with_it_is_given_up(store: Store) -> None:
    job = store.enqueue(store.put_submission(ANN), "softmax", owner="ann")
    while store.claim("worker") is not None:
        store.requeue_lost()
    given_up = store.job(job)

    assert (given_up.state, given_up.attempts) == ("failed", 10)
    assert "10 times" in given_up.progress


def test_jobs_are_listed_by_owner_and_state_a_page_at_a_time(store: Store) -> None:
    sha256 = store.put_submission(ANN)
    owners = ("ann", "ben", "ann", "ann")
    jobs = [store.enqueue(sha256, "softmax", owner=one) for one in owners]
    store.claim("worker")

    def ids(**filters: object) -> list[str]:
        return [one.id for one in store.jobs(**filters)]  # type: ignore[arg-type]

    assert ids() == jobs[::-1]
    assert ids(owner="ann") == [jobs[3], jobs[2], jobs[0]]
    assert ids(owner="ann", state="queued", limit=1, offset=1) == [jobs[2]]
    assert ids(owner="' OR 1=1 --") == []


@pytest.mark.parametrize("make", [accepted, wrong_answer, not_loaded, hostile])
def test_a_record_is_kept_whole(store: Store, make: object) -> None:
    assert callable(make)
    record = make()
    number = store.put_record(record)
    row = store.row(number)

    assert store.record(number) == record
    assert store.find_same(record) == number
    assert (row.verdict, row.points) == (record.verdict, record.score.points)
    assert [one.points for one in row.parts] == [one.points for one in record.parts]
    assert (row.seed, row.isolation) == (record.seed, "full")


def test_a_seed_of_63_bits_and_letters_of_all_kinds_are_kept(store: Store) -> None:
    record = record_of(replace(ANN, name="añn \0 😀 \x1b")).model_copy(
        update={"seed": 2**63 - 1}
    )
    number = store.put_record(record)

    assert store.record(number) == record
    assert store.row(number).seed == 2**63 - 1
    assert [one.id for one in store.rows(name="añn \0 😀 \x1b")] == [number]


def test_rows_are_listed_newest_first_a_page_at_a_time(store: Store) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    zone = day.astimezone().tzinfo
    first = store.put_record(record_of(ANN), graded_at=day.astimezone(zone))
    third = store.put_record(record_of(FOLDER), graded_at=day + timedelta(days=2))
    second = store.put_record(record_of(ANN), graded_at=day + timedelta(days=1))

    assert [one.id for one in store.rows()] == [third, second, first]
    assert [one.id for one in store.rows(sha256=ANN.sha256)] == [second, first]
    assert [one.id for one in store.rows(name="ben", problem="conv2d")] == [third]
    assert [one.id for one in store.rows(limit=1, offset=1)] == [second]
    assert store.rows(problem="softmax") == []
    assert store.row(first).graded_at == day
    assert store.row(first).graded_at.utcoffset() == timedelta(0)
    assert store.problems() == ["conv2d"]


def test_a_candidate_s_record_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="lacks what is hidden"):
        store.put_record(accepted().model_copy(update={"audience": "candidate"}))


def test_what_people_say_stands_beside_the_points(store: Store) -> None:
    number = store.put_record(accepted())
    store.annotate(number, author="ann", note="thinks aloud \0", points=80.5)
    store.annotate(number, author="ben", note="")

    first, second = store.annotations(number)
    assert (first.author, first.note, first.points) == ("ann", "thinks aloud \\0", 80.5)
    assert (second.author, second.points) == ("ben", None)
    assert abs(first.written_at - datetime.now(UTC)) < timedelta(hours=1)
    assert store.record(number) == accepted()
    assert store.annotations(number + 1) == []


def test_the_last_record_is_the_one_without_a_later_whatever_clocks_say(
    store: Store,
) -> None:
    late = datetime.now(UTC) + timedelta(days=900)
    old = store.put_record(record_of(ANN), graded_at=late)
    new = store.put_record(record_of(ANN, wrong_answer()), regrade_of=old)
    other = store.put_record(record_of(replace(ANN, name="ben")))

    assert {one.id for one in store.newest("conv2d")} == {new, other}
    assert store.row(new).regrade_of == old
    assert store.row(new).verdict is Verdict.WRONG_ANSWER


def test_in_a_regrade_a_record_gets_one_other(store: Store) -> None:
    old = store.put_record(record_of(ANN))
    asked = {"timing": None}
    regrade = store.begin_regrade("conv2d", "ab", asked)
    assert store.begin_regrade("conv2d", "ab", asked) == regrade
    new = store.put_record(record_of(ANN), regrade_of=old, regrade=regrade)
    assert store.put_record(record_of(ANN), regrade_of=old, regrade=regrade) == new
    assert [(a.id, b.id) for a, b in store.regraded(regrade)] == [(old, new)]

    store.finish_regrade(regrade)
    assert store.find_regrade("conv2d", "ab", asked) is None
    assert store.begin_regrade("conv2d", "ab", asked) != regrade


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.binary(max_size=40),
    st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=9)), max_size=3),
)
def test_whatever_bytes_are_put_are_read_again(
    store: Store, source: bytes, files: list[tuple[str, bytes]]
) -> None:
    modules = tuple(
        Module(name=f"m{at}", filename=name.replace("\0", ""), source=own)
        for at, (name, own) in enumerate(files)
    )
    submission = Submission(name="ann", source=source, modules=modules)

    sha256 = store.put_submission(submission)
    assert store.submission(sha256, name="ann") == submission
