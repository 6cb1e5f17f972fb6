"""The API: what is asked of it, and what it answers."""

import base64
import html
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from grader.record import Score
from grader.verdict import Verdict
from grader.web.people import Role
from tests.report import records
from tests.web.visits import ORIGIN, RIGHT, WRONG, Visits, person, visits

ADA = person("Ada")
GRACE = person("Grace", Role.INTERVIEWER)


@pytest.fixture(name="site")
def _site(tmp_path: Path) -> Iterator[Visits]:
    with visits(tmp_path) as site:
        yield site


def finish(site: Visits, job: str, **changes: Any) -> int:
    record = records.wrong_answer()
    sha256 = site.store.job(job).sha256
    submission = record.submission.model_copy(update={"sha256": sha256})
    changes["submission"] = submission
    return site.store.finish(job, record.model_copy(update=changes))


def test_a_submission_becomes_a_job_and_the_job_a_record(site: Visits) -> None:
    caller = site.caller(ADA)
    answer = caller.post(
        "/api/v1/submissions",
        json={"problem": "softmax", "submission": {"source": RIGHT}},
    )
    job = answer.json()

    assert answer.status_code == 202
    assert job["state"] == "queued"
    assert answer.headers["location"] == f"/api/v1/jobs/{job['id']}"
    assert caller.get(answer.headers["location"]).json() == job
    assert caller.get("/api/v1/jobs").json() == [job]
    assert caller.get(f"/api/v1/jobs/{job['id']}/record").status_code == 404
    finish(site, job["id"])
    assert caller.get(f"/api/v1/jobs/{job['id']}").json()["state"] == "done"
    record = caller.get(f"/api/v1/jobs/{job['id']}/record").json()
    assert record["submission"]["sha256"] == job["sha256"]


def test_events_tell_the_state_and_end_with_the_job(site: Visits) -> None:
    caller = site.caller(ADA)
    body = {"problem": "softmax", "submission": {"source": RIGHT}}
    job = caller.post("/api/v1/submissions", json=body).json()["id"]
    finish(site, job)
    with caller.stream("GET", f"/api/v1/jobs/{job}/events") as answer:
        text = "".join(answer.iter_text())

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert text.startswith('event: job\ndata: {"state": "done", "progress": ""}\n')


def test_the_candidates_name_is_the_tokens(site: Visits) -> None:
    body = {
        "problem": "softmax",
        "submission": {"source": RIGHT, "name": "Someone Else"},
    }
    for who, name in ((ADA, "Ada"), (GRACE, "Someone Else")):
        job = site.caller(who).post("/api/v1/submissions", json=body).json()["id"]

        assert site.store.job(job).options["name"] == name


def test_bytes_are_taken_as_base64(site: Visits) -> None:
    source = b"x = '\xff'"
    sent = {"base64": base64.b64encode(source).decode()}
    body: dict[str, Any] = {"problem": "softmax", "submission": sent}
    caller = site.caller(GRACE)
    job = caller.post("/api/v1/submissions", json=body).json()
    body["submission"] = {"base64": "no base64!"}

    assert site.store.submission(job["sha256"]).source == source
    assert caller.post("/api/v1/submissions", json=body).status_code == 422


def test_a_batch_gives_scores_in_its_order_and_none_for_an_error_of_ours(
    site: Visits,
) -> None:
    caller = site.caller(GRACE)
    sources = [RIGHT, WRONG, RIGHT, "x = 1"]
    body = {"problem": "softmax", "submissions": [{"source": one} for one in sources]}
    answer = caller.post("/api/v1/batches", json=body)
    jobs = [one["job"] for one in answer.json()]

    assert answer.status_code == 202
    assert len(set(jobs)) == 4
    finish(site, jobs[0], score=Score(points=10, maximum=10), verdict=Verdict.ACCEPTED)
    finish(site, jobs[1], score=Score(points=4, maximum=10))
    finish(
        site,
        jobs[2],
        score=Score(points=0, maximum=0),
        verdict=Verdict.JUDGE_ERROR,
        parts=(),
        groups=(),
        cases=(),
        diagnoses=(),
        unexplained=(),
    )
    site.store.fail(jobs[3], "its worker was lost")
    found = caller.get("/api/v1/scores", params={"job": jobs[::-1]}).json()

    assert [one["job"] for one in found] == jobs[::-1]
    assert [one["score"] for one in found] == [None, None, 0.4, 1.0]
    assert [one["state"] for one in found] == ["failed", "done", "done", "done"]
    assert found[1]["verdict"] == "judge_error"
    assert all(0 <= one <= 1 for one in found[2]["parts"].values() if one is not None)


def test_a_batch_is_taken_whole_or_not_at_all(site: Visits) -> None:
    sources = [{"source": "x = 1"}, {"source": "x = 2", "filename": "a.exe"}]
    body = {"problem": "softmax", "submissions": sources}

    assert site.caller(GRACE).post("/api/v1/batches", json=body).status_code == 422
    assert site.store.jobs() == []


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "kind"),
    [
        ("GET", "/nowhere", None, 404, "not_found"),
        ("DELETE", "/jobs", None, 405, "wrong_method"),
        ("POST", "/submissions", b"{", 422, "invalid_request"),
        ("POST", "/submissions", b"\xff", 400, "invalid_request"),
        ("POST", "/submissions", b'{"problem": "\\ud800"}', 422, "invalid_request"),
        ("GET", "/records/99999999999999999999", None, 422, "invalid_request"),
        ("GET", "/records/7", None, 404, "not_found"),
    ],
)
def test_every_error_has_one_form(
    site: Visits, method: str, path: str, sent: bytes | None, status: int, kind: str
) -> None:
    answer = site.caller(GRACE).request(
        method,
        f"/api/v1{path}",
        content=sent,
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == status
    body = answer.json()
    assert set(body) == {"schema_version", "error"}
    assert set(body["error"]) == {"kind", "message"}
    assert body["error"]["kind"] == kind


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"problem": "softmax"},
        {"problem": "softmax", "submission": {}},
        {"problem": "softmax", "submission": "x = 1"},
        {"problem": "softmax", "submission": {"source": 1}},
        {"problem": "softmax", "submission": {"source": "", "base64": ""}},
        {"problem": "softmax", "submission": {"source": "", "filename": "a.exe"}},
        {"problem": "softmax", "submission": {"base64": "!"}},
        {"problem": "softmax", "submission": {"source": "", "name": ""}},
        {"problem": "softmax", "submission": {"source": ""}, "timing": "maybe"},
        {"problem": "softmax", "submission": {"source": ""}, "seed": 1},
        {"problem": 7, "submission": {"source": ""}},
    ],
)
def test_a_body_that_is_not_as_described_is_refused(site: Visits, body: object) -> None:
    answer = site.caller(GRACE).post("/api/v1/submissions", json=body)

    assert answer.status_code == 422
    assert site.store.jobs() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("submissions", {str(n): 0 for n in range(100_000)}),
        ("batches", {"problem": "softmax", "submissions": [{str(n): 0 for n in range(50_000)}] * 2}),
        ("batches", {"problem": "softmax", "submissions": [{}] * 50_000}),
    ],
    ids=range(3),
)  # fmt: skip
def test_of_countless_faults_in_a_body_a_few_are_kept(
    path: str, body: dict[str, Any], site: Visits
) -> None:
    caller = site.caller(ADA)
    refused = caller.post(f"/api/v1/{path}", json={})
    assert refused.status_code == 422
    tracemalloc.start()
    try:
        refused = caller.post(f"/api/v1/{path}", json=body)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert refused.status_code == 422
    assert len(refused.text) < 500
    assert most < 60 << 20


@pytest.mark.parametrize(
    ("kind", "sent", "words"),
    [
        ("application/json", '{"problem": ', "at character 12"),
        ("text/plain", "{}", "send JSON, and with it `Content-Type"),
        ("application/json", '{"problem": "p", "submission": {}}', "submission.source"),
        (
            "application/json",
            '{"problem": "p", "submission": {"base64": "!"}}',
            "submission.base64",
        ),
        (
            "application/json",
            '{"problem": "p", "submission": {"source": "", "typo": 1}}',
            "submission: unknown key `typo`",
        ),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_what_was_sent(
    site: Visits, kind: str, sent: str, words: str
) -> None:
    answer = site.caller(GRACE).post(
        "/api/v1/submissions", content=sent, headers={"Content-Type": kind}
    )

    told = answer.json()["error"]["message"]
    assert words in told
    assert "Body" not in told


def test_who_has_no_token_is_told_how_to_send_one(site: Visits) -> None:
    told = site.browser().get("/api/v1/jobs").json()["error"]["message"]

    assert "`Authorization: Bearer TOKEN`" in told
    for wrong in ("x", "x" * 10_000):
        stranger = site.browser()
        stranger.headers["Authorization"] = f"Bearer {wrong}"
        answer = stranger.get("/api/v1/jobs")
        assert answer.json()["error"]["message"] == "this token is not one of ours"
    assert "Use the link that you were given." in site.browser().get("/").text


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("GET", "/nowhere", "there is nothing at this address"),
        ("PUT", "/problems", "this address doesn't take the method `PUT`"),
    ],
)
def test_no_address_is_answered_in_the_words_of_a_standard(
    site: Visits, method: str, path: str, words: str
) -> None:
    answer = site.caller(GRACE).request(method, f"/api/v1{path}")

    assert answer.json()["error"]["message"] == words


@pytest.mark.parametrize(
    ("method", "path", "fields", "words"),
    [
        ("POST", "/links", {"hours": "0"}, "Hours: it must be more than 0."),
        ("POST", "/links", {"hours": "9000"}, "Hours: it must be 2160 or less"),
        ("POST", "/links", {"hours": "soon"}, "Hours: it must be a number"),
        ("POST", "/links", {"name": ""}, "Name: it is missing"),
        (
            "POST",
            "/links",
            {"name": "n" * 81},
            "Name: it may have 80 characters at most",
        ),
        ("POST", "/links", {"token": "maybe"}, "Token: it must be `true` or `false`"),
        ("POST", "/submissions", {}, "Problem: it is missing"),
        ("GET", "/compare?one=x&other=1", {}, "One: it must be a whole number"),
        ("GET", "/?page=-1", {}, "Page: it must be 0 or more"),
        ("GET", "/?page=1" + 20 * "0", {}, "Page: it must be 1000000 or less"),
        ("GET", "/records/1" + 5000 * "0", {}, "Record: it must be a smaller number"),
    ],
)
def test_a_field_that_is_wrong_is_told_as_to_who_filled_it_in(
    site: Visits, method: str, path: str, fields: dict[str, str], words: str
) -> None:
    sent = {"name": "Ada", "kind": "candidate", "hours": "1"} | fields
    answer = site.browser(GRACE).request(
        method, path, data=None if method == "GET" else sent, headers=ORIGIN
    )

    assert answer.status_code == 422
    assert words in html.unescape(answer.text)


def test_forms_that_are_not_understood_are_answered_with_a_page(site: Visits) -> None:
    for sent in (b"", b"--x\r\nnonsense", b"%%%"):
        answer = site.browser(GRACE).post(
            "/submissions",
            content=sent,
            headers={**ORIGIN, "Content-Type": "multipart/form-data; boundary=x"},
        )

        assert answer.status_code in {400, 422}
        assert "That did not work" in answer.text
