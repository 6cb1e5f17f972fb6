"""No source makes a page large, or its listing slow in more than its length."""

import pytest

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
