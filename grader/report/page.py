"""What a report shows, worked out from a record, so that templates only lay it out."""

import itertools
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.record import (
    BindingEntry,
    CaseEntry,
    DiagnosisEntry,
    HeatMap,
    Record,
    RungEntry,
)
from grader.report.calls import is_concealed
from grader.report.cards import (
    FailingGroup,
    HiddenGroup,
    failing_groups,
    hidden_groups,
    sides,
)
from grader.report.chart import timing_chart
from grader.report.differences import Pieces
from grader.report.figures import Drawing, Figures
from grader.report.gist import LONGEST_QUOTE, Gist, focus, gist_of
from grader.report.margin import Note, file_notes, margin_notes
from grader.report.questions import Question, questions
from grader.report.source import Listing, list_files, list_source
from grader.report.speed import timing_sentence
from grader.report.summary import (
    diagnosis_sentence,
    failures,
    first_alike,
    hints_sentence,
    not_run,
    passed,
    unexplained_sentences,
)

_AROUND = 2
"""Lines that are shown above and below one."""
_RIGHT = "0"
"""A cell of a heat map without a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What is known of what fails in a part."""

    entry: DiagnosisEntry
    sentence: str
    """What the submission does."""
    hints: str
    """What the hints are for."""
    is_new: bool
    """Whether no part before it has the same diagnosis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A line of the source, and those around it."""

    line: int
    lines: range


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Cases to list: those that more is told of than what they came to."""

    total: int
    told: tuple[CaseEntry, ...]

    @property
    def hidden(self) -> int:
        """How many are left out of the list."""
        return self.total - len(self.told)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFile:
    """A file that goes with the source."""

    name: str
    anchor: str
    """What the ids of its lines begin with."""
    listing: Listing
    notes: Mapping[int, tuple[Note, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the template shows besides the record itself."""

    title: str
    gist: Gist
    questions: tuple[Question, ...]
    timing: str
    details: str
    """The message of what could not be loaded, if it is more than the gist has."""
    spot: Spot | None
    """Where in the source it fails."""
    diagnoses: tuple[Why, ...]
    unexplained: tuple[str, ...]
    telling: tuple[CaseEntry, Drawing] | None
    """A failing case whose picture says most, unless the smallest input's does."""
    example: Drawing | None
    example_sides: tuple[tuple[str, Pieces], ...]
    """The counterexample's results."""
    failing: tuple[FailingGroup, ...]
    hidden: tuple[HiddenGroup, ...]
    """Failing groups of which no more is told than how many cases came to what."""
    passed: Listed
    not_run: Listed
    baselines: dict[str, str]
    chart: Markup | None
    listing: Listing
    notes: Mapping[int, tuple[Note, ...]]
    """Beside the lines of the source."""
    files: tuple[AddedFile, ...]
    reproduce: str | None
    bindings: tuple[BindingEntry, ...]
    """Those that differ from the statement."""
    estimated: bool
    unfinished: bool
    """Whether someone's time is not measured, but worked out from a smaller size."""
    part_titles: dict[str, str]
    group_titles: dict[str, str]
    anchors: dict[str, str]
    """Where the failing cases of a group are."""
    cards: dict[str, str]
    """Where a case is shown in full."""


def page_of(record: Record) -> Page:
    """Work out what a page shows."""
    timing, example = record.timing, record.counterexample
    listing = list_source(record.submission.source, record.submission.places)
    rungs = timing.rungs if timing is not None else ()
    figures = Figures()
    telling = _telling(record, figures)
    drawn = (
        figures.draw(example.picture, example.mismatch) if example is not None else None
    )
    groups = failures(record)
    failing = tuple(
        failing_groups([one for one in groups if not one.concealed], figures)
    )
    hidden = tuple(hidden_groups([one for one in groups if one.concealed]))
    return Page(
        title="Feedback" if record.audience == "candidate" else "Report",
        gist=gist_of(record),
        questions=questions(record),
        timing=timing_sentence(timing) if timing is not None else "",
        details=_details(record),
        spot=_spot(record, listing),
        diagnoses=tuple(_diagnoses(record)),
        unexplained=unexplained_sentences(record),
        telling=telling,
        example=drawn,
        example_sides=sides(example.mismatch, example.picture, drawn)
        if example is not None
        else (),
        failing=failing,
        hidden=hidden,
        passed=_listed(passed(record)),
        not_run=_listed(not_run(record)),
        baselines={one.id: one.title for rung in rungs for one in rung.baselines},
        chart=timing_chart(timing) if timing is not None else None,
        listing=listing,
        notes=margin_notes(record),
        files=tuple(_added_files(record)),
        reproduce=_command(record) if record.audience == "interviewer" else None,
        bindings=tuple(one for one in record.bindings if _differs(one)),
        estimated=any(map(_is_estimated, rungs)),
        unfinished=any(rung.state == "unfinished" for rung in rungs),
        part_titles={part.id: part.title for part in record.parts},
        group_titles={group.id: group.title for group in record.groups},
        anchors={one.failures.group: one.anchor for one in failing}
        | {one.failures.group: one.anchor for one in hidden},
        cards={card.case.id: card.anchor for one in failing for card in one.cards},
    )


def _listed(cases: Sequence[CaseEntry]) -> Listed:
    told = tuple(case for case in cases if not is_concealed(case))
    return Listed(total=len(cases), told=told)


def _diagnoses(record: Record) -> Iterable[Why]:
    for entry in record.diagnoses:
        yield Why(
            entry=entry,
            sentence=diagnosis_sentence(record, entry),
            hints=hints_sentence(record, entry),
            is_new=first_alike(record, entry) is entry,
        )


def _added_files(record: Record) -> Iterable[AddedFile]:
    for at, (name, listing) in enumerate(list_files(record.submission)):
        yield AddedFile(
            name=name,
            anchor=f"file-{at}-line-",
            listing=listing,
            notes=file_notes(record, name),
        )


def _is_estimated(rung: RungEntry) -> bool:
    return rung.state == "stopped" or not all(one.measured for one in rung.baselines)


def _details(record: Record) -> str:
    message = "" if record.error is None else record.error.message.strip()
    return message if "\n" in message or len(message) > LONGEST_QUOTE else ""


def _spot(record: Record, listing: Listing) -> Spot | None:
    """Give the line that loading fails in, or the main fault."""
    failing = record.error or focus(record)
    line = failing.line if failing is not None else None
    if line is None or not listing.has(line):
        return None
    first, last = max(1, line - _AROUND), min(len(listing.lines), line + _AROUND)
    return Spot(line=line, lines=range(first, last + 1))


def _telling(record: Record, figures: Figures) -> tuple[CaseEntry, Drawing] | None:
    """Choose the heat map that says most of the main fault.

    Best is one with a row, column or plane without a fault, and of such the smallest.
    If every element is wrong, a map says no more than that.
    """
    main = focus(record)
    found = [
        (case, case.picture.heat_map)
        for case in record.cases
        if main is not None
        and case.part == main.part
        and case.picture is not None
        and case.picture.heat_map is not None
        and _wrong_share(case) < 1
    ]
    if not found:
        return None
    best, _ = min(
        found, key=lambda one: (not _has_right_line(one[1]), _elements(one[0]))
    )
    drawing = figures.draw_map(best.picture)
    return None if drawing is None else (best, drawing)


def _has_right_line(heat_map: HeatMap) -> bool:
    """Whether a row, a column or a plane of all that is drawn is right."""
    planes = [plane.cells.split(" ") for plane in heat_map.planes]
    rows = ["".join(row) for row in zip(*planes, strict=False)]
    columns = [
        "".join(column) for column in zip(*itertools.chain(*planes), strict=False)
    ]
    lines = (*("".join(plane) for plane in planes), *rows, *columns)
    return any(set(line) <= {_RIGHT} for line in lines)


def _elements(case: CaseEntry) -> int:
    return case.mismatch.elements or 0 if case.mismatch is not None else 0


def _wrong_share(case: CaseEntry) -> float:
    if case.mismatch is None or not case.mismatch.elements:
        return 0.0
    return (case.mismatch.differing or 0) / case.mismatch.elements


def _differs(binding: BindingEntry) -> bool:
    return binding.found_as != binding.function or bool(binding.notes)


def _command(record: Record) -> str:
    submission = record.submission
    several = submission.kind in {"folder", "zip"}  # of which `filename` is one
    name = submission.name if several else submission.filename
    return (
        f"grader grade {shlex.quote(name)} "
        f"--problem {shlex.quote(record.problem.id)} --seed {record.seed}"
        f"{' --no-timing' if record.timing is None else ''}"
    )
