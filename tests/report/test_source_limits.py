"""No source makes a page large, or its listing slow in more than its length."""

import time

import pytest

from grader.record import PlaceEntry
from grader.report.source import LARGEST_MARKUP, list_source


@pytest.mark.parametrize(
    "source",
    [
        " \n" * 40_000 + "\n" * 120_000,
        "\n" * 400_000 + "x",
        "x = 1\n" * 100_000,
        " " * 400_000 + "x",
    ],
    ids=["almost blank", "blank", "short lines", "one gap"],
)
def test_lines_are_cut_whatever_is_in_them(source: str) -> None:
    listing = list_source(source)

    assert sum(map(len, listing.lines)) <= LARGEST_MARKUP
    assert len(listing.lines) <= LARGEST_MARKUP / 20
    total = source.removesuffix("\n").count("\n") + 1
    assert len(listing.lines) + listing.missing == total


def test_space_on_which_colouring_takes_long_is_left_plain() -> None:
    plain = list_source("def f():\n" + "\n" * 600 + "    return 1\n")
    coloured = list_source("def f():\n" + "\n" * 400 + "    return 1\n")

    assert not any("<span" in line for line in plain.lines)
    assert any("<span" in line for line in coloured.lines)


def test_a_place_for_every_line_is_found_as_fast_as_the_line() -> None:
    places = [PlaceEntry(first_line=at, title=f"cell {at}") for at in range(1, 300_001)]
    listing = list_source("x = 1\n" * 300_000, places)
    begun = time.process_time()
    shown = range(1, len(listing.lines) + 1)
    numbers = [listing.number(at) for at in shown]
    labels = [listing.label(at) for at in shown]
    headings = [listing.headings[at] for at in shown]

    assert numbers == [1] * len(shown)
    assert labels == [f"cell {at}, line 1" for at in shown]
    assert headings == [f"cell {at}" for at in shown]
    assert len(listing.headings) == len(shown)
    assert time.process_time() - begun < 20  # it was minutes
