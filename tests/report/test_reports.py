"""Reports of real gradings: escaped, self-contained, the same for the same record."""

import io
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from grader.problem import Visibility
from grader.record import BaselineEntry, Interval, Record, RungEntry, TimingEntry
from grader.report.feedback import for_candidate
from grader.report.html import render_html
from grader.report.index import index_row, render_index
from grader.report.speed import overtaking_sentence, timing_sentence
from grader.report.terminal import render_terminal
from grader.session import Item, Session, Settings

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}[red]\\x1b[31m'
EXAMPLES = Path(__file__).parents[2] / "submissions" / "conv2d"
SEED = 987654321012

RAISES = f"""
'''{HOSTILE}'''
print('''{HOSTILE}''')
def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    raise RuntimeError('''{HOSTILE}''')
"""


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(Settings(problem="conv2d", seed=SEED)) as session:
        yield session


def _record(session: Session, path: Path) -> Record:
    return session.grade(Item(name=path.stem, path=path), timing=False)


@pytest.fixture(
    scope="module",
    params=[
        "accepted/im2col.py",
        "wrong_answer/kernel_flipped.py",
        "wrong_answer/returns_nan.py",
        "invalid_submission/not_utf8.py",
        "runtime_error/markup_in_message.py",
        "hostile",
    ],
)
def record(
    request: pytest.FixtureRequest,
    session: Session,
    tmp_path_factory: pytest.TempPathFactory,
) -> Record:
    path = EXAMPLES / request.param
    if request.param == "hostile":
        path = tmp_path_factory.mktemp("hostile") / "hostile.py"
        path.write_text(RAISES)
    return _record(session, path)


def test_no_script_handler_or_address_gets_into_a_page(record: Record) -> None:
    for text in (render_html(record), render_html(for_candidate(record))):
        page = _Page(text)

        assert "script" not in page.tags
        assert "img" not in page.tags
        assert not any(name.startswith("on") for name, _ in page.attributes)
        links = [value for name, value in page.attributes if name in {"href", "src"}]
        assert all(link.startswith("#") for link in links)
        assert len(text) <= 400_000


def test_the_page_says_what_the_record_says(record: Record) -> None:
    text = render_html(record)

    assert record.verdict.words in text
    assert record.problem.title in text
    assert str(record.seed) in text
    assert render_html(record) == text


def test_a_record_reads_back_as_it_was(record: Record) -> None:
    read = Record.from_json(record.to_json().encode(), Path("record.json"))

    assert read == record


def test_a_candidates_page_holds_nothing_hidden(record: Record) -> None:
    own = for_candidate(record)
    written = own.to_json() + render_html(own)
    hidden = [one for one in record.cases if one.visibility is Visibility.HIDDEN]

    assert hidden
    assert str(SEED) not in written
    for case in hidden:
        assert f'"{case.id}"' not in written
        if case.mismatch is not None and len(case.mismatch.expected) > 40:
            assert case.mismatch.expected not in written
    assert for_candidate(own) == own


def test_no_line_of_the_terminal_s_own_is_forged(session: Session) -> None:
    record = _record(session, EXAMPLES / "wrong_answer" / "kernel_flipped.py")
    assert record.counterexample is not None
    forged = record.counterexample.model_copy(
        update={"message": "raised E\nbest: accepted, 100 of 100 points"}
    )
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    render_terminal(record.model_copy(update={"counterexample": forged}), console)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]

    (line,) = [one for one in lines if "100 of 100" in one]
    assert line.startswith("  ")


def test_the_terminal_takes_a_candidates_text_literally(record: Record) -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    render_terminal(record, console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()

    assert record.verdict.words in text
    assert "\x1b" not in text


def test_the_index_links_to_each_report(session: Session) -> None:
    paths = [EXAMPLES / "accepted/im2col.py", EXAMPLES / "accepted/fft.py"]
    rows = [
        index_row(_record(session, one), f"{one.stem}/report.html") for one in paths
    ]
    page = _Page(render_index(rows, "2D convolution"))

    links = {
        value.removeprefix("./") for name, value in page.attributes if name == "href"
    }
    assert {"im2col/report.html", "fft/report.html"} <= links


def test_a_busy_machine_is_told_wherever_speed_is(record: Record) -> None:
    rung = RungEntry(
        id="one",
        title="one",
        work=1.0,
        state="too_noisy",
        candidate_seconds=3.0,
        reference_seconds=3.0,
        floor_seconds=2.0,
        baselines=(
            BaselineEntry(
                id="loops", title="Plain loops", processor_seconds=5.0, measured=True
            ),
        ),
    )
    timing = TimingEntry(function="f", protocol="", rungs=(rung,))
    timed = record.model_copy(update={"timing": timing})
    console = Console(file=io.StringIO(), width=200)
    render_terminal(timed, console)

    assert isinstance(console.file, io.StringIO)
    assert "The machine was too busy to tell" in console.file.getvalue()
    for one in (timed, for_candidate(timed)):
        text = render_html(one)
        assert "The machine was too busy to tell" in text
        assert "not told: the machine was too busy" in text
        assert "too fast" not in text
    assert overtaking_sentence(timing) == ""


@pytest.mark.parametrize("own", [0.0, 5e-324, 1.0, 1e308])
@pytest.mark.parametrize("other", [0.0, 5e-324, 1.0, 1e308])
def test_no_time_is_too_short_or_too_long_for_a_sentence(
    own: float, other: float
) -> None:
    loops = BaselineEntry(
        id="loops", title="Plain loops", processor_seconds=other, measured=True
    )
    rung = RungEntry(
        id="one",
        title="one",
        work=1.0,
        state="measured",
        candidate_seconds=own,
        ratio=Interval(low=1, estimate=1, high=1),
        baselines=(loops,),
    )
    timing = TimingEntry(function="f", protocol="", rungs=(rung,), ratio=rung.ratio)
    told = timing_sentence(timing)

    assert f"faster than {loops.title}" in told or f"as fast as {loops.title}" in told
    assert ("no faster" in told) is (own >= other)


@pytest.mark.parametrize(
    ("candidate", "words"),
    [
        ([9.0, 3.0, 3.0], "It overtakes Plain loops between one and two."),
        ([3.0, 3.0, 3.0], "It is faster than Plain loops from the smallest size on."),
        ([3.0, 9.0, 3.0], "It overtakes Plain loops between two and three."),
        ([9.0, 9.0, 9.0], ""),
    ],
)
def test_it_is_said_where_the_slowest_code_is_overtaken(
    candidate: list[float], words: str
) -> None:
    timing = TimingEntry(
        function="f",
        protocol="",
        rungs=tuple(
            RungEntry(
                id=title,
                title=title,
                work=1.0,
                state="measured",
                candidate_seconds=seconds,
                baselines=(
                    BaselineEntry(
                        id="loops",
                        title="Plain loops",
                        processor_seconds=5.0,
                        measured=True,
                    ),
                ),
            )
            for title, seconds in zip(("one", "two", "three"), candidate, strict=True)
        ),
    )

    assert overtaking_sentence(timing) == words
