"""Nothing is open, and nobody sees what is another's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from grader.record import (
    CandidateTestsEntry,
    Counterexample,
    FileEntry,
    Finding,
    TestEntry,
)
from grader.web.people import Person, Purpose, Role
from grader.web.settings import Allowance
from tests.report import records
from tests.web.visits import ORIGIN, RIGHT, Visits, person, visits

ADA, BOB = person("Ada"), person("Bob")
GRACE = person("Grace", Role.INTERVIEWER)
BLIND = person("Rosalind", Role.INTERVIEWER, blind=True)
PAGES = (
    "/",
    "/links",
    "/compare?one=1&other=1",
    "/comparison?one=1&other=1",
    "/records/1",
    "/records/1/report",
    "/records/1/feedback",
    "/jobs/x",
    "/jobs/x/report",
    "/jobs/x/events",
)
FORMS = ("/submissions", "/links", "/leave", "/records/1/notes")
API = (
    "openapi.json",
    "problems",
    "jobs",
    "jobs/x",
    "jobs/x/record",
    "records",
    "records/1",
    "scores?job=x",
    "jobs/x/events",
)


@pytest.fixture(name="site")
def _site(tmp_path: Path) -> Iterator[Visits]:
    with visits(tmp_path) as site:
        yield site


def hand_in(site: Visits, who: Person, text: str = RIGHT) -> str:
    answer = site.browser(who).post(
        "/submissions", data={"problem": "softmax", "text": text}, headers=ORIGIN
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/jobs/")


def graded(site: Visits, who: Person, name: str = "Ada Lovelace") -> tuple[str, int]:
    """Give a job that is done, and its record."""
    job = hand_in(site, who)
    wanted = site.store.job(job)
    record = records.wrong_answer()
    submission = record.submission.model_copy(
        update={"sha256": wanted.sha256, "name": name, "filename": "ada.py"}
    )
    number = site.store.finish(
        job, record.model_copy(update={"submission": submission})
    )
    return job, number


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_open(site: Visits, path: str) -> None:
    assert site.browser().get(path).status_code == 401


@pytest.mark.parametrize("path", FORMS)
def test_no_form_is_open(site: Visits, path: str) -> None:
    assert site.browser().post(path, headers=ORIGIN).status_code == 401


@pytest.mark.parametrize("path", API)
def test_nothing_of_the_api_is_open(site: Visits, path: str) -> None:
    answer = site.browser().get(f"/api/v1/{path}")

    assert answer.status_code == 401
    assert answer.json()["error"]["kind"] == "unknown_visitor"


def test_a_cookie_is_no_token_and_a_token_no_cookie(site: Visits) -> None:
    browser = site.browser()
    browser.cookies.set("grader", site.signer.sign(ADA, Purpose.API))
    token = site.signer.sign(ADA, Purpose.COOKIE)

    assert browser.get("/").status_code == 401
    assert (
        site.browser()
        .get("/api/v1/jobs", headers={"Authorization": f"Bearer {token}"})
        .status_code
        == 401
    )
    assert site.browser(ADA).get("/api/v1/jobs").status_code == 401


def test_a_link_becomes_a_cookie_that_scripts_cant_read(site: Visits) -> None:
    browser = site.browser()
    token = site.signer.sign(ADA, Purpose.LINK)
    asked = browser.get(f"/enter/{token}")
    entered = browser.post("/enter", data={"token": token}, headers=ORIGIN)

    assert "set-cookie" not in asked.headers  # who only looks, as mail programs do
    assert entered.headers["location"] == "/"
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "Ada" in browser.get("/").text


def test_a_link_that_has_expired_or_was_altered_lets_no_one_in(site: Visits) -> None:
    late = person("Ada", expires=datetime.now(UTC) - timedelta(seconds=1))
    token = site.signer.sign(ADA, Purpose.LINK)
    for bad in (site.signer.sign(late, Purpose.LINK), f"x{token}", token[:-3], "x"):
        browser = site.browser()

        assert browser.get(f"/enter/{quote(bad)}").status_code == 401
        answer = browser.post("/enter", data={"token": bad}, headers=ORIGIN)
        assert answer.status_code == 401


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://127.0.0.1:8001",
        "https://127.0.0.1:8000",
        "http://evil.example",
    ],
)
@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_another_page_is_refused(
    site: Visits, path: str, origin: str | None
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    answer = site.browser(GRACE).post(
        path, data={"problem": "softmax", "text": RIGHT}, headers=headers
    )

    assert answer.status_code == 403
    assert site.store.jobs() == []


def test_a_host_that_is_not_ours_is_refused(site: Visits) -> None:
    answer = site.browser(ADA).get("/", headers={"Host": "evil.example"})

    assert answer.status_code == 400


def test_candidates_see_their_own_and_not_others(site: Visits) -> None:
    job, number = graded(site, ADA)
    own, other = site.browser(ADA), site.browser(BOB)

    assert own.get(f"/jobs/{job}").status_code == 200
    assert job in own.get("/").text
    assert job not in other.get("/").text
    for path in (f"/jobs/{job}", f"/jobs/{job}/report", f"/jobs/{job}/events"):
        assert other.get(path).status_code == 404
    for path in (f"/records/{number}", f"/records/{number}/report", "/links"):
        assert other.get(path).status_code == 403
        assert own.get(path).status_code == 403
    caller = site.caller(BOB)
    for path in ("", "/record", "/events"):
        assert caller.get(f"/api/v1/jobs/{job}{path}").status_code == 404
    assert caller.get(f"/api/v1/scores?job={job}").status_code == 404
    assert caller.get(f"/api/v1/records/{number}").status_code == 403
    assert caller.get("/api/v1/records").status_code == 403
    assert caller.get("/api/v1/jobs").json() == []


def test_what_is_not_there_and_what_is_anothers_look_the_same(site: Visits) -> None:
    job = hand_in(site, ADA)
    other = site.caller(BOB)

    there = other.get(f"/api/v1/jobs/{job}")
    nowhere = other.get(f"/api/v1/jobs/{job[::-1]}")
    assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text)


def test_a_candidates_record_holds_nothing_hidden(site: Visits) -> None:
    job, _ = graded(site, ADA)

    own = site.caller(ADA).get(f"/api/v1/jobs/{job}/record").json()
    whole = site.caller(GRACE).get(f"/api/v1/jobs/{job}/record").json()
    assert (own["audience"], own["seed"]) == ("candidate", 0)
    assert whole["audience"] == "interviewer"
    seed = str(records.SEED)
    assert seed in site.browser(GRACE).get(f"/jobs/{job}/report").text
    assert seed not in site.browser(ADA).get(f"/jobs/{job}/report").text


def test_a_candidate_without_feedback_learns_only_that_it_was_received(
    site: Visits,
) -> None:
    quiet = person("Eve", feedback=False)
    job, _ = graded(site, quiet)
    browser, caller = site.browser(quiet), site.caller(quiet)

    assert "Received" in browser.get(f"/jobs/{job}").text
    assert "wrong answer" not in browser.get("/").text
    assert browser.get(f"/jobs/{job}/report").status_code == 403
    assert caller.get(f"/api/v1/jobs/{job}/record").status_code == 403
    assert caller.get(f"/api/v1/scores?job={job}").status_code == 403


def test_a_candidates_page_says_each_thing_once_and_in_sentences(site: Visits) -> None:
    job, number = graded(site, ADA)
    browser = site.browser(ADA)
    page = browser.get(f"/jobs/{job}").text
    record = site.store.record(number)
    unmeasured = next(one for one in record.parts if one.points is None)
    hinted = next(one for one in record.parts if one.id == record.diagnoses[0].part)
    empty = browser.post("/submissions", data={"problem": "softmax"}, headers=ORIGIN)

    assert f": {unmeasured.reason}</li>" in page
    assert f"<summary>A hint on “{hinted.title}”</summary>" in page
    assert "<p>Choose a file, or paste a text.</p>" in empty.text


def test_a_page_that_waits_says_what_is_done_now_and_no_state(site: Visits) -> None:
    job = hand_in(site, ADA)
    browser = site.browser(ADA)
    assert ">waiting for its turn</p>" in browser.get(f"/jobs/{job}").text

    assert site.store.claim("a runner") is not None
    site.store.progress(job, "running the cases")
    assert ">running the cases</p>" in browser.get(f"/jobs/{job}").text


def test_a_candidate_hands_in_to_the_problem_of_the_link_alone(site: Visits) -> None:
    bound = person("Eve", problem="another")
    answer = site.browser(bound).post(
        "/submissions", data={"problem": "softmax", "text": "x = 1"}, headers=ORIGIN
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("problem", ["../softmax", "/etc", "nowhere", "tests/softmax"])
def test_a_problem_is_named_by_its_id_and_never_by_a_path(
    site: Visits, problem: str
) -> None:
    answer = site.caller(GRACE).post(
        "/api/v1/submissions", json={"problem": problem, "submission": {"source": ""}}
    )

    assert answer.status_code == 404


def test_who_reviews_blind_sees_no_name_before_having_given_points(
    site: Visits,
) -> None:
    job, number = graded(site, ADA)
    site.store.annotate(number, author="Grace #1", note="She was late", points=3)
    browser = site.browser(BLIND)
    record = f"/records/{number}"
    paths = (
        "/",
        record,
        f"{record}/report",
        f"{record}/feedback",
        f"/jobs/{job}/report",
        f"/compare?one={number}&other={number}",
        f"/comparison?one={number}&other={number}",
    )
    for path in paths:
        shown = browser.get(path).text
        assert f"submission {number}" in shown
        assert "Lovelace" not in shown
        assert "ada.py" not in shown
        assert "She was late" not in shown

    def annotate(**form: str) -> int:
        kept = browser.post(f"{record}/notes", data=form, headers=ORIGIN)
        return kept.status_code

    assert annotate(note="no points yet") == 303
    assert "Lovelace" not in browser.get(record).text
    assert annotate(points="1") == 303
    shown = browser.get(record).text
    assert "Ada Lovelace" in shown
    assert "She was late" in shown
    assert browser.get("/links").status_code == 403
    other = person("Rosalind", Role.INTERVIEWER, blind=True)
    assert "Lovelace" not in site.browser(other).get(record).text


def test_who_reviews_blind_sees_no_name_of_any_file_either(site: Visits) -> None:
    job = hand_in(site, ADA)
    record = records.wrong_answer()
    names = ("lovelace/conv.py", "lovelace/pad.py", "test_lovelace.py")
    main, beside, tests = names
    submission = record.submission.model_copy(
        update={
            "sha256": site.store.job(job).sha256,
            "name": "Ada",
            "filename": main,
            "modules": (FileEntry(filename=beside, source="PAD = 1"),),
            "tests": (FileEntry(filename=tests, source="def test_a(): pass"),),
        }
    )
    told = CandidateTestsEntry(
        provided=True,
        files=(tests,),
        tests=(TestEntry(name="test_a", outcome="passed", filename=tests),),
        cut_short=f"{tests}: NameError",
    )
    findings = (
        Finding(kind="import", message=f"{beside} imports `scipy`"),
        Finding(kind="weak test", message=f"{tests}:1: sums cancel"),
    )
    example = Counterexample(
        function="softmax",
        is_case=False,
        numbers=1,
        arguments=(),
        message="wrong",
        snippet=f"submission = runpy.run_path({main!r})",
    )
    changed = {
        "submission": submission,
        "candidate_tests": told,
        "findings": findings,
        "counterexample": example,
    }
    number = site.store.finish(job, record.model_copy(update=changed))
    place = f"/records/{number}"
    paths = (place, f"{place}/report", f"{place}/feedback", f"/jobs/{job}/report")
    for path in (*paths, f"/comparison?one={number}&other={number}"):
        shown = site.browser(BLIND).get(path).text
        assert f"submission {number}" in shown
        assert "lovelace" not in shown
        assert "lovelace" in site.browser(GRACE).get(f"{place}/report").text
    report = site.browser(BLIND).get(f"{place}/report").text
    assert "file1.py imports `scipy`" in report
    assert "run_path(&#39;submission.py&#39;)" in report
    assert "PAD" in report
    assert "file2.py:1: sums cancel" in report


def test_answers_that_wait_are_few_at_once(tmp_path: Path) -> None:
    few = Allowance(
        submissions_per_minute=9, requests_per_minute=1_000, unfinished=9, followed=1
    )
    with visits(tmp_path, candidate=few) as site:
        job = hand_in(site, ADA)
        caller = site.caller(ADA)

        def wait(seconds: float) -> int:
            asked: dict[str, str | float] = {"job": job, "wait_seconds": seconds}
            return caller.get("/api/v1/scores", params=asked).status_code

        with site.application.state.service.waiting(ADA):
            assert [wait(0), wait(0.1)] == [200, 429]
            assert caller.get(f"/api/v1/jobs/{job}/events").status_code == 429
            assert site.caller(BOB).get("/api/v1/jobs").status_code == 200
        assert [wait(0.1), wait(0.1)] == [200, 200]


def test_what_cannot_be_read_counts_as_well(tmp_path: Path) -> None:
    few = Allowance(
        submissions_per_minute=3, requests_per_minute=1_000, unfinished=9, followed=1
    )
    with visits(tmp_path, candidate=few) as site:
        browser = site.browser(ADA)

        def submit(count: int) -> int:
            answer = browser.post(
                "/submissions",
                data={"problem": "softmax"},
                files=[("files", ("a.exe", b"x"))] * count,
                headers=ORIGIN,
            )
            return answer.status_code

        assert [submit(1), submit(2), submit(1), submit(4)] == [422, 422, 429, 429]


def test_a_final_score_stands_beside_the_automatic_one_with_who_and_when(
    site: Visits,
) -> None:
    _, number = graded(site, ADA)
    browser = site.browser(GRACE)
    browser.post(
        f"/records/{number}/notes",
        data={"note": "<b>Fine</b>", "points": "2.5"},
        headers=ORIGIN,
    )
    shown = browser.get(f"/records/{number}").text
    (note,) = site.store.annotations(number)

    assert note.author == GRACE.signature
    assert note.points == 2.5
    assert "&lt;b&gt;Fine" in shown
    assert f"{note.written_at:%Y-%m-%d %H:%M} UTC" in shown
    assert "by the grader" in shown


@pytest.mark.parametrize("points", ["-1", "1e9", "nan", "inf", "many", ""])
def test_a_score_that_cant_be_had_is_refused(site: Visits, points: str) -> None:
    _, number = graded(site, ADA)
    answer = site.browser(GRACE).post(
        f"/records/{number}/notes", data={"points": points}, headers=ORIGIN
    )

    assert answer.status_code == 422
    assert site.store.annotations(number) == []


@pytest.mark.parametrize("path", ["/", "/links", "/records/1", "/nowhere", "/enter/x"])
def test_pages_run_nothing_that_is_not_ours(site: Visits, path: str) -> None:
    graded(site, ADA)
    headers = site.browser(GRACE).get(path).headers

    assert "unsafe" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_reports_run_nothing_at_all(site: Visits) -> None:
    _, number = graded(site, ADA)
    for page in ("report", "feedback"):
        answer = site.browser(GRACE).get(f"/records/{number}/{page}")
        policy = answer.headers["content-security-policy"]

        assert policy.startswith("sandbox;")
        assert "script" not in policy
        assert "default-src 'none'" in policy


def test_too_large_too_many_and_too_often_are_refused(tmp_path: Path) -> None:
    few = Allowance(
        submissions_per_minute=3, requests_per_minute=1_000, unfinished=2, followed=1
    )
    with visits(
        tmp_path,
        candidate=few,
        largest_upload_bytes=1_000,
        largest_request_bytes=20_000,
    ) as site:
        caller = site.caller(ADA)

        def submit(source: str) -> int:
            body = {"problem": "softmax", "submission": {"source": source}}
            return caller.post("/api/v1/submissions", json=body).status_code

        assert submit("x" * 1_001) == 413
        assert submit("x" * 20_001) == 413
        large = {"problem": "softmax", "submission": {"source": "x" * 20_001}}
        refused = caller.post("/api/v1/submissions", json=large).json()
        assert refused["error"]["kind"] == "too_large"
        pieces = (b"x" * 1_000 for _ in range(100))
        unannounced = caller.post("/api/v1/submissions", content=pieces)
        assert unannounced.json()["error"]["kind"] == "too_large"
        page = site.browser(ADA).post(
            "/submissions",
            data={"problem": "softmax", "text": "x" * 20_001},
            headers=ORIGIN,
        )
        assert page.status_code == 413
        assert "at most 19 KiB" in page.text
        assert [submit(f"x = {n}") for n in range(3)] == [202, 202, 429]
        for job in site.store.jobs():
            site.store.fail(job.id, "no matter why")
        assert [submit(f"x = {n}") for n in range(2)] == [202, 429]
        answer = caller.post(
            "/api/v1/submissions",
            json={"problem": "softmax", "submission": {"source": ""}},
        )
        assert answer.json()["error"]["kind"] == "too_many"
        assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_guesses_are_counted_by_address(tmp_path: Path) -> None:
    with visits(tmp_path, strangers_per_minute=3) as site:
        found = [site.browser().get("/enter/guess").status_code for _ in range(4)]

    assert found == [401, 401, 401, 429]
