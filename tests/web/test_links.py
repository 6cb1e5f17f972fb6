"""A link that was revoked lets no one in, by whatever came of it; others still do."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from fastapi.testclient import TestClient

from grader.cli import main
from grader.web.people import Person, Role
from tests.web.visits import ORIGIN, RIGHT, Visits, person, visits

HOST = person("Grace", Role.INTERVIEWER)
KINDS = ("candidate", "interviewer", "blind")


@pytest.fixture(name="site")
def _site(tmp_path: Path) -> Iterator[Visits]:
    with visits(tmp_path) as site:
        yield site


def _make(site: Visits, name: str, kind: str = "candidate", token: str = "") -> str:
    sent = {"name": name, "kind": kind, "hours": "1", "feedback": "true"}
    page = site.browser(HOST).post(
        "/links", data=sent | {"token": token}, headers=ORIGIN
    )
    assert page.status_code == 200
    made = page.text.partition('id="link">')[2].partition("<")[0]
    return made.rpartition("/")[2]


def _come_in(site: Visits, token: str) -> TestClient:
    browser = site.browser()
    entered = browser.post("/enter", data={"token": token}, headers=ORIGIN)
    assert entered.status_code == 303
    return browser


def _id_of(site: Visits, name: str) -> str:
    (found,) = [one.id for one in site.store.links() if one.name == name]
    return found


def _revoke(site: Visits, name: str, by: Person = HOST) -> int:
    path = f"/links/{_id_of(site, name)}/revoke"
    return site.browser(by).post(path, headers=ORIGIN).status_code


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_is_revoked_and_its_cookie_with_it(site: Visits, kind: str) -> None:
    token, other = _make(site, "Ada", kind), _make(site, "Bob", kind)
    ada, bob = _come_in(site, token), _come_in(site, other)
    assert ada.get("/").status_code == bob.get("/").status_code == 200

    assert _revoke(site, "Ada") == 303
    assert ada.get("/").status_code == 401
    sent = {"problem": "softmax", "text": RIGHT}
    assert ada.post("/submissions", data=sent, headers=ORIGIN).status_code == 401
    assert "revoked" in site.browser().get(f"/enter/{token}").text
    answer = site.browser().post("/enter", data={"token": token}, headers=ORIGIN)
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert bob.get("/").status_code == 200
    assert site.store.jobs() == []


def test_a_token_is_revoked(site: Visits) -> None:
    headers = {
        name: {"Authorization": f"Bearer {_make(site, name, token='true')}"}
        for name in ("Ada", "Bob")
    }
    _revoke(site, "Ada")
    codes = {
        name: site.browser().get("/api/v1/jobs", headers=own).status_code
        for name, own in headers.items()
    }

    assert codes == {"Ada": 401, "Bob": 200}


def test_who_follows_a_job_when_the_link_is_revoked_is_told_no_more(
    site: Visits,
) -> None:
    ada = _come_in(site, _make(site, "Ada"))
    sent = {"problem": "softmax", "text": RIGHT}
    job = ada.post("/submissions", data=sent, headers=ORIGIN).headers["location"]
    site.store.claim("somebody")
    with ada.stream("GET", f"{job}/events") as events:
        lines = events.iter_lines()
        assert any("running" in line for line in (next(lines) for _ in range(4)))
        _revoke(site, "Ada")
        assert not any("data" in line for line in lines)  # and it ends


def test_the_page_lists_links_and_none_of_their_tokens(site: Visits) -> None:
    tokens = [_make(site, "Ada"), _make(site, "<b>Bob</b>", "blind")]
    _revoke(site, "Ada")
    page = site.browser(HOST).get("/links").text

    assert not any(token in page for token in tokens)
    assert f"by {HOST.signature}" in page
    assert "&lt;b&gt;Bob" in page
    assert "blind reviewer" in page
    assert page.count("/revoke") == 1


@pytest.mark.parametrize("who", ["candidate", "blind", "nobody"])
def test_who_may_let_no_one_in_revokes_nothing(site: Visits, who: str) -> None:
    _make(site, "Ada")
    browser = site.browser()
    if who != "nobody":
        browser = _come_in(site, _make(site, "Eve", who))
    path = f"/links/{_id_of(site, 'Ada')}/revoke"
    answer = browser.post(path, headers=ORIGIN)

    assert answer.status_code == (401 if who == "nobody" else 403)
    assert not site.store.is_revoked(_id_of(site, "Ada"))


def test_a_form_of_another_page_revokes_nothing(site: Visits) -> None:
    _make(site, "Ada")
    path = f"/links/{_id_of(site, 'Ada')}/revoke"

    assert site.browser(HOST).post(path).status_code == 403
    assert not site.store.is_revoked(_id_of(site, "Ada"))


def test_what_is_no_link_cant_be_revoked(site: Visits) -> None:
    answer = site.browser(HOST).post("/links/x%00y/revoke", headers=ORIGIN)
    assert answer.status_code == 404


def test_the_command_lists_and_revokes(
    site: Visits, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = _make(site, "Ada\x1b[2J")
    store = ["--store", f"sqlite:///{tmp_path}/store.sqlite3"]
    assert main(["links", "list", *store]) == 0
    printed = capsys.readouterr().out
    assert "candidate" in printed
    assert "\x1b[2J" not in printed

    (link,) = site.store.links()
    assert main(["links", "revoke", link.id, *store]) == 0
    assert capsys.readouterr().out.startswith("revoked: Ada")
    assert site.browser().get(f"/enter/{token}").status_code == 401

    assert main(["links", "list", "--json", *store]) == 0
    (told,) = json.loads(capsys.readouterr().out)["links"]
    assert told["id"] == link.id
    assert told["revoked_by"]
    assert main(["links", "revoke", "nobody", *store]) == 2
    assert "there is no link nobody" in capsys.readouterr().err
