"""How the scores of a batch are spread: a histogram as an inline SVG."""

from collections.abc import Sequence

from markupsafe import Markup

from grader.report.drawing import (
    GRID,
    SERIES,
    SURFACE,
    TEXT,
    adopt,
    open_figure,
    to_svg,
)
from grader.report.words import count

_BINS = 10
_STEP = 100 // _BINS


def score_chart(shares: Sequence[float], right: Sequence[bool]) -> Markup | None:
    """Draw how many submissions have which share of the points.

    Parameters
    ----------
    shares
        Of the points that can be had, from 0 to 1.
    right
        Whether each is accepted.

    Returns
    -------
    Markup or None
        An `svg` element, the same bytes for the same numbers; None without any.
    """
    if not shares:
        return None
    places = [min(int(max(share, 0) * _BINS), _BINS - 1) for share in shares]
    accepted = [0] * _BINS
    others = [0] * _BINS
    for place, is_right in zip(places, right, strict=True):
        (accepted if is_right else others)[place] += 1
    return adopt(
        _draw(accepted, others),
        "scores",
        "How the scores are spread",
        _describe(accepted, others),
    )


def _draw(accepted: Sequence[int], others: Sequence[int]) -> str:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - only charts need it

    with open_figure(7.6, 2.9) as figure:
        axes = figure.add_subplot()
        left = [at * _STEP for at in range(_BINS)]
        below = [0] * _BINS
        for counts, colour, hatch, label in (
            (others, SERIES[2], "", "not accepted"),
            (accepted, SERIES[3], "//", "accepted"),
        ):
            axes.bar(
                left,
                counts,
                _STEP,
                below,
                align="edge",
                color=colour,
                edgecolor=SURFACE,
                hatch=hatch,
                label=label,
                linewidth=1.5,
            )
            below = list(counts)
        axes.set_xticks([*left, 100])
        axes.set_xlabel("percent of the points", color=TEXT)
        axes.set_ylabel("submissions", color=TEXT)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(visible=True, axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(which="both", color=GRID, labelcolor=TEXT)
        for side, spine in axes.spines.items():
            spine.set_visible(side in {"left", "bottom"})
            spine.set_color(GRID)
        figure.legend(frameon=False, labelcolor=TEXT, loc="outside upper left", ncols=2)
        return to_svg(figure)


def _describe(accepted: Sequence[int], others: Sequence[int]) -> str:
    parts = [
        f"{at * _STEP} to {(at + 1) * _STEP} percent: "
        f"{count(right + wrong, 'submission')}, {right:,} accepted"
        for at, (right, wrong) in enumerate(zip(accepted, others, strict=True))
        if right + wrong
    ]
    return f"{'; '.join(parts)}."
