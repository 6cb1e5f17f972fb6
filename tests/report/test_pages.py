"""Pages in a real browser: for readers by eye, by ear, by keyboard, and on paper."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.record import Interval
from grader.report.bench import render_bench_page
from grader.report.comparison import Candidate, render_comparison
from grader.report.feedback import for_candidate
from grader.report.html import render_html
from grader.report.index import (
    Alike,
    AlikePair,
    Batch,
    index_row,
    render_index,
    render_overview,
)
from grader.timing.bench import Bench
from tests.report import records

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
MADE = (records.complete, records.wrong_answer, records.not_loaded, records.hostile)
ROWS = [index_row(make(), f"{make.__name__}/report.html") for make in MADE]
PAIR = AlikePair(
    first=ROWS[0], second=ROWS[1], share=0.9, rank=0.99, link="compare/1.html"
)
CANDIDATES = [Candidate(record=make(), alike_lines=frozenset({2})) for make in MADE]
TIMES = records.timing()
BENCH = Bench(
    problem="conv2d",
    title="2D convolution",
    plain="plain loops",
    timing=TIMES,
    times=tuple(dict[str, Interval]() for _ in TIMES.rungs),
)
PAGES = {
    "complete": lambda: render_html(records.complete()),
    "wrong": lambda: render_html(records.wrong_answer()),
    "not loaded": lambda: render_html(records.not_loaded()),
    "hostile": lambda: render_html(records.hostile()),
    "feedback": lambda: render_html(for_candidate(records.wrong_answer())),
    "index": lambda: render_index(
        [*ROWS, *ROWS], "2D convolution", Alike(pairs=(PAIR,), compared=4)
    ),
    "bench": lambda: render_bench_page(BENCH),
    "overview": lambda: render_overview(
        [
            Batch(
                folder="a" * 60,
                title="2D convolution",
                link="index.html",
                rows=tuple(ROWS),
            )
        ]
    ),
    "comparison": lambda: render_comparison(CANDIDATES, ["They are near-identical."]),
}
VIOLATIONS = {"resultTypes": ["violations"]}
"""Not what is as it should be: that takes as long again to be told."""
LIGHT: dict[str, Any] = {
    "viewport": {"width": 1200, "height": 900},
    "color_scheme": "light",
}
DARK = LIGHT | {"color_scheme": "dark"}
DARK_RULES = {"runOnly": ["color-contrast"]}
PHONE_RULES = {"runOnly": ["scrollable-region-focusable", "link-in-text-block"]}
"""What can be otherwise than in the light; all rules take three times as long."""
PHONE = LIGHT | {"viewport": {"width": 360, "height": 740}}


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here to show pages in")
    playwright = pytest.importorskip("playwright.sync_api")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


def _open(browser: "Browser", folder: Path, text: str, look: dict[str, Any]) -> "Page":
    path = folder / "page.html"
    path.write_text(text, encoding="utf-8")
    page = browser.new_context(**look).new_page()
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_no_page_is_wider_than_its_window(
    browser: "Browser", tmp_path: Path, name: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = _open(browser, tmp_path, PAGES[name](), LIGHT)
    page.evaluate(
        "document.querySelectorAll('details').forEach(one => one.open = true)"
    )
    found, too_wide = [], []
    for look, rules in ((LIGHT, {}), (DARK, DARK_RULES), (PHONE, PHONE_RULES)):
        page.set_viewport_size(look["viewport"])
        page.emulate_media(color_scheme=look["color_scheme"])
        found += [
            (look, one["id"], one["nodes"][0]["html"][:200])
            for one in axe.run(page, options=VIOLATIONS | rules).response["violations"]
            if one["impact"] in {"serious", "critical"}
        ]
        wide = page.evaluate("document.documentElement.scrollWidth")
        too_wide += [look] if wide > look["viewport"]["width"] else []
    page.context.close()

    assert found == []
    assert too_wide == []


@pytest.mark.parametrize("name", PAGES)
def test_headings_are_in_order_and_links_lead_somewhere(
    browser: "Browser", tmp_path: Path, name: str
) -> None:
    page = _open(browser, tmp_path, PAGES[name](), LIGHT)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5')].map(one => +one.tagName[1])"
    )
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    links = page.evaluate(
        "[...document.querySelectorAll('a')].map(one => one.getAttribute('href'))"
    )
    page.context.close()

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(ids) == len(set(ids))
    assert {one[1:] for one in links if one.startswith("#")} <= set(ids)


def test_a_keyboard_gets_past_the_links_to_the_content(
    browser: "Browser", tmp_path: Path
) -> None:
    page = _open(browser, tmp_path, PAGES["wrong"](), LIGHT)
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    seen = page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    second = page.evaluate("document.activeElement.id")
    page.context.close()

    assert (first, seen, second) == ("skip", True, "content")


def test_paper_shows_what_is_folded_away_and_no_dark_ground(
    browser: "Browser", tmp_path: Path
) -> None:
    page = _open(browser, tmp_path, PAGES["wrong"](), DARK)
    page.emulate_media(media="print", color_scheme="dark")
    heights = page.evaluate(
        "[...document.querySelectorAll('details')]"
        ".filter(one => !one.closest('.rest'))"
        ".map(one => one.lastElementChild.getBoundingClientRect().height)"
    )
    left_out = page.evaluate(
        "[...document.querySelectorAll('section')]"
        ".filter(one => one.getBoundingClientRect().height === 0)"
        ".map(one => one.getAttribute('aria-labelledby'))"
    )
    # What is repeated at the foot of each sheet would be taken for the end of a table.
    repeated = page.evaluate(
        "[...document.querySelectorAll('tfoot')]"
        ".filter(one => getComputedStyle(one).display === 'table-footer-group').length"
    )
    markers = page.evaluate(
        "[...document.querySelectorAll('summary')]"
        ".filter(one => getComputedStyle(one).listStyleType !== 'none').length"
    )
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    menu = page.evaluate("getComputedStyle(document.querySelector('nav')).display")
    printed = page.pdf(format="A4")
    page.context.close()

    assert heights
    assert all(height > 0 for height in heights)
    assert (ground, menu) == ("rgb(255, 255, 255)", "none")
    assert left_out == ["passed"]
    assert (repeated, markers) == (0, 0)
    assert printed.startswith(b"%PDF")


def test_what_a_candidate_wrote_runs_nothing(
    browser: "Browser", tmp_path: Path
) -> None:
    page = _open(browser, tmp_path, "<p>empty</p>", LIGHT)
    heard: list[str] = []
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("request", lambda request: heard.append(request.url))
    page.set_content(PAGES["hostile"]())
    page.context.close()

    assert heard == []
