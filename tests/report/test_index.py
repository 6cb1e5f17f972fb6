"""The index says what a batch is like; its table sorts, and nothing else runs there."""

import base64
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from grader.record import DiagnosisEntry, Record
from grader.report.distribution import score_chart
from grader.report.index import (
    MOST_NAMES,
    Alike,
    AlikePair,
    Batch,
    IndexRow,
    index_row,
    render_index,
    render_overview,
)
from grader.verdict import Verdict
from tests.report.records import HOSTILE, accepted, submission, wrong_answer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def _row(name: str, points: float = 1, **more: object) -> IndexRow:
    return IndexRow(
        name=name,
        link=f"{name}/report.html",
        verdict=Verdict.WRONG_ANSWER,
        points=points,
        maximum=10,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("folder", ["accepted", "wrong_answer", "ann"])
def test_promises_are_told_of_where_any_is_made(folder: str) -> None:
    batch = Batch(
        folder=".", title="T", link="index.html", rows=(_row(f"{folder}/one"),)
    )
    page = render_overview([batch])

    assert ('id="promises"' in page) == (folder != "ann")
    assert ("All are kept." in page) == (folder == "wrong_answer")


def _diagnosis(title: str, *mistakes: str) -> DiagnosisEntry:
    return DiagnosisEntry(
        part="values",
        misconceptions=mistakes,
        title=title,
        explanation="",
        hints=(),
        cases_explained=1,
        cases_failed=1,
        case="a.1",
    )


def _section(page: str, name: str) -> str:
    return page.split(f'<h2 id="{name}">')[1].split("</section>", maxsplit=1)[0]


def test_a_mistake_counts_alone_and_beside_another() -> None:
    diagnoses = (
        (_diagnosis("the stride is ignored", "no-stride"),),
        (_diagnosis("this, and that", "no-stride", "no-bias"),),
        (_diagnosis("the call changes `x`"),),
        (_diagnosis("the call changes `x`"), _diagnosis("rare", "rare")),
    )
    rows = [
        index_row(wrong_answer().model_copy(update={"diagnoses": one}), f"{at}")
        for at, one in enumerate(diagnoses)
    ]
    section = _section(render_index(rows, "T"), "mistakes")

    assert "the stride is ignored" in section
    assert "the call changes `x`" in section
    assert section.count("2 of 4") == 2
    assert "no bias" not in section  # one alone has it
    assert "rare" not in section


def test_a_mistake_that_is_never_alone_has_its_title_all_the_same() -> None:
    diagnosis = (_diagnosis("this, and that", "no-stride", "no-bias"),)
    record = wrong_answer().model_copy(update={"diagnoses": diagnosis})
    rows = [index_row(record, at) for at in "ab"]
    titles = {"no-stride": "the stride is ignored", "no-bias": "no bias is added"}
    section = _section(render_index(rows, "T", titles=titles), "mistakes")

    assert "the stride is ignored" in section
    assert "no bias is added" in section
    assert "no stride" not in section


def test_groups_that_many_fail_come_first_with_their_worst_case() -> None:
    rows = [
        _row("a", failed=(("x.1", "Index"), ("x.2", "Index"), ("y.1", "Types"))),
        _row("b", failed=(("x.2", "Index"), ("y.1", "Types"))),
        _row("c", failed=(("x.2", "Index"), ("z.1", "Alone"))),
    ]
    section = _section(render_index(rows, "T"), "groups")

    assert section.index("Index") < section.index("Types")
    assert "3 of 3" in section
    assert "2 of 3" in section
    assert "<code>x.2</code>" in section
    assert "Alone" not in section


def test_long_lists_of_names_are_cut_and_counted() -> None:
    rows = [_row(f"c{at:02}", mistakes=(("m", "M"),)) for at in range(MOST_NAMES + 5)]
    section = _section(render_index(rows, "T"), "mistakes")
    assert section.count("<a ") == MOST_NAMES
    assert "and 5 more" in section


def test_pairs_are_a_reason_to_look() -> None:
    rows = [_row("ann"), _row("ben")]
    pair = AlikePair(
        first=rows[0], second=rows[1], share=0.914, rank=0.998, link="compare/1.html"
    )
    alike = Alike(pairs=(pair,), missing=3, compared=40)
    section = _section(render_index(rows, "T", alike), "alike")

    assert "not a verdict" in section
    assert "91 %" in section
    assert "99.8 % of pairs" in section
    assert 'href="./compare/1.html"' in section
    assert "3 further pairs" in section
    assert "no two are" in render_index(rows, "T", Alike(compared=2))
    assert "took too long" in render_index(rows, "T", Alike(failure="took too long"))
    assert 'id="alike"' not in render_index(rows, "T")


def test_what_was_not_compared_is_named() -> None:
    rows = [_row(f"c{at:02}") for at in range(MOST_NAMES + 5)]
    few, many = (
        _section(render_index(rows, "T", Alike(left_out=tuple(left_out))), "alike")
        for left_out in (rows[:2], rows)
    )

    assert "Not compared" in few
    assert (few.count("<a "), many.count("<a ")) == (2, MOST_NAMES)
    assert "and 5 more" in many
    assert "Not compared" not in render_index(rows, "T", Alike(compared=2))


def test_only_our_program_may_run_and_names_are_text() -> None:
    records: list[Record] = [
        accepted().model_copy(update={"submission": submission(name)})
        for name in HOSTILE
    ]
    rows = [index_row(one, f"{one.submission.name}/report.html") for one in records]
    page = render_index(rows, "T", Alike(compared=3))

    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert page.count("script-src") == 1
    assert "<img" not in page
    assert "\u202e" not in page
    assert 'href="javascript' not in page
    assert render_index(reversed(rows), "T", Alike(compared=3)) == page


def test_the_chart_says_in_words_what_it_shows() -> None:
    chart = score_chart([0.05, 0.55, 0.59, 1.0, 1.2], [False, False, True, True, True])
    assert chart is not None
    assert "0 to 10 percent: 1 submission, 0 accepted;" in chart
    assert "50 to 60 percent: 2 submissions, 1 accepted;" in chart
    assert "90 to 100 percent: 2 submissions, 2 accepted." in chart
    assert score_chart([], []) is None


SORT = """
<script>
const names = () => [...document.querySelectorAll(".sortable tbody th")]
  .map((one) => one.textContent).join(",");
const heads = [...document.querySelectorAll(".sortable thead th")];
const told = [names()];
for (const at of [2, 2, 0, 0, 3]) {
  heads[at].querySelector("button").click();
  told.push(`${names()} ${heads[at].ariaSort}`);
}
document.body.textContent = `TOLD ${told.join(" | ")} TOLD`;
</script>
"""


def _dom(path: Path, text: str) -> str:
    """Give what Chromium makes of a page."""
    path.write_text(text)
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")
    profile = f"--user-data-dir={path.parent / 'profile'}"
    done = subprocess.run(
        [str(CHROMIUM), *options, profile, "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_the_table_sorts_in_a_browser(tmp_path: Path) -> None:
    parts = {"ann": 2.0, "ben": None, "cleo": 10.0}
    rows = [
        _row(name, points, parts=(("P", parts[name], 10.0),))
        for name, points in (("ann", 9), ("ben", 10), ("cleo", 2.5))
    ]
    page = render_index(rows, "T")
    assert _dom(tmp_path / "a.html", page).count('<button type="button">') == 4
    # The page lets no other program run, so that has to go to try it.
    page = re.sub(r'<meta http-equiv="Content-Security-Policy".*?>', "", page)
    dom = _dom(tmp_path / "b.html", page.replace("</body>", f"{SORT}</body>"))

    assert dom.split("TOLD")[1].strip().split(" | ") == [
        "ann,ben,cleo",
        "ben,ann,cleo descending",
        "cleo,ann,ben ascending",
        "ann,ben,cleo ascending",
        "cleo,ben,ann descending",
        "cleo,ann,ben descending",  # what was not measured comes last
    ]
