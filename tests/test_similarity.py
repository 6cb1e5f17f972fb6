"""Near-identical sources are found, whatever else is in the batch."""

import time
import tracemalloc
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from grader.loading import load_problem
from grader.record import FileEntry, SubmissionEntry
from grader.similarity import Similarity, _ranked, find_similar, given_code
from tests.report.records import submission

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "submissions" / "conv2d" / "accepted"
GIVEN = given_code(load_problem("conv2d"))
IM2COL = (EXAMPLES / "im2col.py").read_text()


def _compare(*sources: str) -> Similarity:
    return find_similar(_submissions(sources), GIVEN)


def _submissions(sources: Sequence[str]) -> list[SubmissionEntry]:
    return [submission(f"c{at}", source) for at, source in enumerate(sources)]


def _disguised(source: str) -> str:
    """Give the same program with other names, comments, texts and layout."""
    for old, new in (("weight", "kernels"), ("bias", "b"), ("stride", "step")):
        source = source.replace(old, new)
    lines = [
        f"{line}  # and so on" if line.strip() else "" for line in source.split("\n")
    ]
    return "# My own work.\n\n\n" + "\n".join(lines).replace('"""', "'''")


def test_honest_answers_are_not_near_identical() -> None:
    sources = [path.read_text() for path in sorted(EXAMPLES.glob("*.py"))]
    found = _compare(*sources)

    assert found.compared == len(sources)
    assert found.pairs == ()


def test_a_copy_in_disguise_is_found_and_its_lines_are_told() -> None:
    others = [(EXAMPLES / f"{name}.py").read_text() for name in ("fft", "per_tap")]
    copy = _disguised(IM2COL)
    (pair,) = _compare(others[0], IM2COL, others[1], copy).pairs

    assert (pair.first, pair.second) == (1, 3)
    assert pair.share > 0.9
    assert pair.rank == pytest.approx(5 / 6)  # of six pairs the other five are less so
    number = next(
        at for at, line in enumerate(IM2COL.split("\n"), 1) if "def conv2d" in line
    )
    assert number in pair.first_lines
    assert number + 3 in pair.second_lines
    assert max(pair.second_lines) <= copy.count("\n") + 1


def test_of_many_pairs_as_many_are_told_as_were_asked_for() -> None:
    copies = [IM2COL, *(_disguised(IM2COL) for _ in range(3))]
    found = find_similar(_submissions(copies), GIVEN, 2)

    assert (len(found.pairs), found.missing) == (2, 4)


def test_what_all_were_given_does_not_count() -> None:
    starter = (ROOT / "problems" / "conv2d" / "starter.py").read_text()
    reference = (ROOT / "reference" / "conv2d.py").read_text()
    assert starter in GIVEN
    assert reference in GIVEN
    found = _compare(starter, starter, reference, reference)
    assert found.compared == 0
    assert found.pairs == ()


@pytest.mark.parametrize(
    ("share", "size", "is_told"),
    [(0.74, 900, False), (0.75, 300, True), (0.89, 299, False), (0.9, 299, True)],
)
def test_short_answers_have_to_be_more_alike(
    share: float, size: int, *, is_told: bool
) -> None:
    pair = {"pair": [0, 1], "share": share, "lines": [[1], [2]]}
    found = _ranked([pair], {0: 900, 1: size})
    assert bool(found.pairs) is is_told


PADDING = {
    "one comment": "# " + "x" * 70_000 + "\n",
    "comments": "# x y z\n" * 9_000,
    "blank lines": "\n" * 70_000,
    "space": " " * 70_000 + "\n",
    "backslashes": "\\\n" * 35_000 + "\n",
    "a text": '"""' + "some words\n" * 7_000 + '"""\n',
    "a text in a line": "'" + "x" * 70_000 + "'\n",
    "a short text": '"""' + "some words\n" * 2_000 + '"""\n',
    "line ends": "\r\n" * 40_000,
}


@pytest.mark.parametrize("name", PADDING)
@pytest.mark.parametrize("is_module", [False, True])
def test_padding_takes_no_copy_out_of_the_comparison(
    name: str, *, is_module: bool
) -> None:
    padding = PADDING[name]
    first, second = _submissions([IM2COL, IM2COL if is_module else padding + IM2COL])
    if is_module:
        padded = (FileEntry(filename="b.py", source=padding),)
        second = second.model_copy(update={"modules": padded})
    found = find_similar([first, second], GIVEN)
    (pair,) = found.pairs

    assert found.left_out == ()
    assert pair.share > 0.95
    lines = 0 if is_module else padding.replace("\r\n", "\n").count("\n")
    assert pair.second_lines == {line + lines for line in pair.first_lines}


def test_what_is_too_long_to_be_compared_is_told() -> None:
    padded = "".join(f"x{at} = {at}\n" for at in range(9_000)) + IM2COL
    found = _compare(padded, IM2COL, _disguised(IM2COL))

    assert (found.left_out, found.compared) == ((0,), 2)
    assert _compare(padded, padded).left_out == (0, 1)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\n" * 60_000 + "x",
        " " * 60_000 + "x",
        "(" * 60_000,
        "'" * 60_000,
        "x = 1\n" * 10_000,
        "f'{" * 20_000,
        "x" * 5_000_000,
        "\ufeff\x00\u202e\ud800".encode("utf-8", "backslashreplace").decode(),
    ],
    ids=["empty", "blank", "gap", "brackets", "quotes", "lines", "f", "huge", "odd"],
)
def test_a_hostile_source_costs_no_other_its_comparison(source: str) -> None:
    begun = time.monotonic()
    found = _compare(source, IM2COL, _disguised(IM2COL))

    assert found.failure == ""
    assert [(pair.first, pair.second) for pair in found.pairs] == [(1, 2)]
    assert time.monotonic() - begun < 200  # and not the hours of a square


def test_of_many_copies_few_pairs_are_in_memory() -> None:
    def told() -> Iterator[dict[str, object]]:
        for first, second in combinations(range(200), 2):
            lines = list(range(first, first + 100))
            yield {"pair": (first, second), "share": 0.8, "lines": [lines, lines]}

    tracemalloc.start()
    found = _ranked(told(), dict.fromkeys(range(200), 900), 5)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [(one.first, one.second) for one in found.pairs] == [
        (0, second) for second in range(1, 6)
    ]
    assert found.missing == 199 * 100 - 5
    assert {one.rank for one in found.pairs} == {0.0}  # all are as much alike
    assert peak < 199 * 100 * 100  # a hundred bytes a pair; its lines have thousands
