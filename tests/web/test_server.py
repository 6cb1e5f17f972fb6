"""A server as users start it, in browsers: real pages, real gradings."""

import http.server
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")
pytest.importorskip("playwright", reason="Playwright is not installed")

from playwright.sync_api import Browser, Page, expect, sync_playwright

from grader.web.settings import INTERVIEWER
from tests.processes import descendants
from tests.report.records import HOSTILE
from tests.web.visits import RIGHT, WRONG, Served, served

CHROMIUM = Path("/usr/bin/chromium")
SLOW = f"import time\ntime.sleep(2)\n{RIGHT}"
PATIENCE_MILLISECONDS = 60_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="there is no Chromium at /usr/bin/chromium"
)


@pytest.fixture(name="server", scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture(name="chromium", scope="module")
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-quic", "--disable-gpu"],
        )
        yield browser
        browser.close()


@contextmanager
def visit(chromium: Browser, link: str, **options: Any) -> Iterator[Page]:
    """Come in by a link, as someone who has never been here."""
    context = chromium.new_context(**options)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(link)
    page.get_by_role("button", name=re.compile("Come in")).click()
    yield page
    context.close()
    assert complaints == []


def paste(page: Page, text: str) -> None:
    page.get_by_label("or paste the text").fill(text)
    page.get_by_role("button", name="Hand in").click()


def shown(page: Page, text: str) -> None:
    found = page.get_by_role("heading").filter(has_text=text)
    expect(found).to_be_visible()


def candidate_link(host: Page, name: str) -> str:
    host.get_by_role("link", name="Links").click()
    host.get_by_role("textbox", name="Name").fill(name)
    host.get_by_role("button", name="Make").click()
    return host.locator("#link").inner_text()


def test_a_file_is_handed_in_followed_and_judged(
    chromium: Browser, server: Served
) -> None:
    with visit(chromium, server.link) as page:
        page.get_by_label("Files").set_input_files(
            {"name": "grace.py", "mimeType": "text/x-python", "buffer": SLOW.encode()}
        )
        page.get_by_role("button", name="Hand in").click()
        progress = page.get_by_role("status")
        expect(progress).to_contain_text("running the cases")
        page.wait_for_url("**/records/*")
        shown(page, "grace")
        report = page.frame_locator("iframe")
        expect(report.get_by_role("heading", name="Groups of cases")).to_be_visible()
        report.get_by_role("link", name="Source").click()
        page.get_by_role("textbox", name="Note").fill("clear")
        page.get_by_label("Final points").fill("9")
        page.get_by_role("button", name="Keep").click()
        expect(page.locator(".notes")).to_contain_text("9 of 10 points")
        page.get_by_role("link", name="Submissions").click()
        expect(page.get_by_role("row").filter(has_text="grace")).to_contain_text("9")


def test_two_candidates_at_once_see_each_only_their_own(
    chromium: Browser, server: Served
) -> None:
    with ExitStack() as stack:
        host = stack.enter_context(visit(chromium, server.link))
        ada, bob = (
            stack.enter_context(visit(chromium, candidate_link(host, name)))
            for name in ("Ada", "Bob")
        )
        paste(ada, RIGHT)
        paste(bob, WRONG)
        shown(ada, "accepted")
        shown(bob, "wrong answer")
        job = bob.url
        bob.get_by_role("link", name="Practice").click()
        expect(bob.locator("tbody tr")).to_have_count(1)
        for path in (job, f"{job}/report"):
            answer = ada.goto(path)
            assert answer is not None
            assert answer.status == 404
        host.get_by_role("link", name="Submissions").click()
        for name in ("Ada", "Bob"):
            expect(host.get_by_role("row").filter(has_text=name)).to_be_visible()


PHONE: Any = {"viewport": {"width": 360, "height": 740}}


def test_no_page_is_wider_than_a_phone(chromium: Browser, server: Served) -> None:
    with visit(chromium, server.link, **PHONE) as host:
        link = candidate_link(host, "Eve")
        assert _too_wide(host) == 0
        with visit(chromium, link, **PHONE) as eve:
            paste(eve, WRONG)
            shown(eve, "wrong answer")
            assert _too_wide(eve) == 0
            for path in ("/", "/problems/softmax", f"{eve.url}/report", "/nothing"):
                eve.goto(f"{server.url}{path.removeprefix(server.url)}")
                assert _too_wide(eve) == 0, path
            expect(eve.get_by_role("main")).to_contain_text("There is nothing")
        host.get_by_role("link", name="Submissions").click()
        assert _too_wide(host) == 0
        host.get_by_role("link", name="Eve").click()
        assert _too_wide(host) == 0
        record = host.url.rpartition("/")[2]
        for path in ("compare", "comparison"):
            host.goto(f"{server.url}/{path}?one={record}&other={record}")
            assert _too_wide(host) == 0, path


def _too_wide(page: Page) -> int:
    """Give by how much a page is wider than its window, once its style is there."""
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return int(wide)


def test_without_scripts_a_page_that_waits_looks_again(
    chromium: Browser, server: Served
) -> None:
    with visit(chromium, server.link, java_script_enabled=False) as page:
        paste(page, f"{SLOW}\n# without scripts\n")
        assert "/jobs/" in page.url
        page.wait_for_url("**/records/*")


def test_who_loses_the_network_gets_the_result_all_the_same(
    chromium: Browser, server: Served
) -> None:
    with visit(chromium, server.link) as page:
        paste(page, f"{SLOW}\n# lost\n")
        expect(page.get_by_role("status")).to_contain_text("running the cases")
        page.context.set_offline(True)
        expect(page.get_by_role("alert")).to_be_visible()
        page.context.set_offline(False)
        page.wait_for_url("**/records/*")


def test_a_server_that_ends_in_the_middle_picks_the_job_up_again(
    chromium: Browser, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(served(tmp_path))
        page = stack.enter_context(visit(chromium, server.link))
        paste(page, SLOW)
        expect(page.get_by_role("status")).to_contain_text("running the cases")
        below = descendants(server.process.pid)
        server.kill()
        expect(page.get_by_role("alert")).to_be_visible()
        stack.enter_context(served(tmp_path, int(server.url.rpartition(":")[2])))
        page.wait_for_url("**/records/*")
        shown(page, "pasted")
        page.get_by_role("link", name="Submissions").click()
        expect(page.locator("tbody tr")).to_have_count(1)

        assert not any(Path(f"/proc/{pid}").exists() for pid in below)


def test_a_form_of_a_page_beside_ours_is_refused(
    chromium: Browser, server: Served, tmp_path: Path
) -> None:
    form = f"""<form id=f method=post action="{server.url}/submissions">
      <input name=problem value=softmax><input name=text value="x = 'forged'"></form>
      <script>f.submit()</script>"""
    (tmp_path / "index.html").write_text(form)
    handler = partial(_Quiet, directory=str(tmp_path))
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as other,
        visit(chromium, server.link) as page,
    ):
        threading.Thread(target=other.serve_forever, daemon=True).start()
        with page.expect_response(f"{server.url}/submissions") as answer:
            page.goto(f"http://127.0.0.1:{other.server_port}/")
        other.shutdown()

        # The cookie did go along: the two differ in nothing but the port.
        assert "cookie" in answer.value.request.all_headers()
        assert answer.value.status == 403


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        del args


def test_what_candidates_write_is_shown_and_not_obeyed(
    chromium: Browser, server: Served
) -> None:
    attacks = "\n".join(HOSTILE)
    source = f"raise ValueError({attacks!r})\n# {attacks.replace(chr(10), ' ')}\n"
    name = "<img src=x onerror=alert(1)>"
    with visit(chromium, server.link) as page:
        page.get_by_label("Files").set_input_files(
            {"name": f"{name}.py", "mimeType": "a/b", "buffer": source.encode()}
        )
        page.get_by_label("Candidate's name").fill(name)
        page.get_by_role("button", name="Hand in").click()
        page.wait_for_url("**/records/*")
        shown(page, name)
        record = page.url
        for path in ("report", "feedback"):
            page.goto(f"{record}/{path}")
            assert page.evaluate("document.querySelector('script, img') === null")
            assert page.evaluate("origin") == "null"


def test_a_hundred_at_once_are_taken_and_judged(server: Served) -> None:
    body = {"problem": "softmax", "submission": {"source": "x = 1"}}
    with (
        server.caller(70) as client,
        ThreadPoolExecutor(100) as pool,
    ):
        sent = [pool.submit(client.post, "/submissions", json=body) for _ in range(100)]
        answers = [one.result() for one in sent]
        assert {one.status_code for one in answers} == {202}
        jobs = [one.json()["id"] for one in answers]
        scores = client.get("/scores", params={"job": jobs, "wait_seconds": 60})

    assert [one["score"] for one in scores.json()] == [0.0] * 100


def test_the_hostile_file_is_judged_and_the_next_one_too(server: Served) -> None:
    sources = [
        "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
        "import os\nos._exit(0)",
        "(" * 100_000,
        "\0",
        RIGHT,
    ]
    body = {"problem": "softmax", "submissions": [{"source": one} for one in sources]}
    with server.caller() as client:
        jobs = [one["job"] for one in client.post("/batches", json=body).json()]
        found = client.get(
            "/scores", params={"job": jobs, "wait_seconds": 60}, timeout=70
        ).json()

    assert [one["score"] for one in found] == [0, 0, 0, 0, 1]


def test_streams_that_nobody_reads_any_more_are_not_counted(server: Served) -> None:
    body = {"problem": "softmax", "submission": {"source": f"{SLOW}\n# streams\n"}}
    with server.caller() as client:
        job = client.post("/submissions", json=body).json()["id"]
        for _ in range(INTERVIEWER.followed + 1):
            with client.stream("GET", f"/jobs/{job}/events") as answer:
                assert answer.status_code == 200
                next(answer.iter_lines())


def test_a_server_that_is_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        below = descendants(server.process.pid)
        body = {"problem": "softmax", "submission": {"source": SLOW}}
        with (
            server.caller() as client,
            ThreadPoolExecutor(1) as pool,
        ):
            job = client.post("/submissions", json=body).json()["id"]
            asked = {"job": job, "wait_seconds": 60}
            waits = pool.submit(client.get, "/scores", params=asked, timeout=70)
            with client.stream("GET", f"/jobs/{job}/events") as answer:
                next(answer.iter_lines())

                assert server.stop() == 130
            assert waits.result().status_code == 200
        assert not any(Path(f"/proc/{pid}").exists() for pid in below)
