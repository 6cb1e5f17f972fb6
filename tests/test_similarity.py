"""Near-identical sources are found, whatever else is in the batch."""

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


ORIGINAL = """\
import numpy as np

def _pair(value):
    if isinstance(value, int):
        return value, value
    first, second = value
    return int(first), int(second)

def _frame(images, rows, columns):
    count, channels, height, width = images.shape
    framed = np.zeros((count, channels, height + 2 * rows, width + 2 * columns))
    framed[:, :, rows : rows + height, columns : columns + width] = images
    return framed

def conv2d(x, weight, bias=None, stride=1, padding=0):
    down, right = _pair(stride)
    rows, columns = _pair(padding)
    tall, wide = weight.shape[2:]
    framed = _frame(x, rows, columns)
    height = (framed.shape[2] - tall) // down + 1
    width = (framed.shape[3] - wide) // right + 1
    out = np.zeros((len(x), len(weight), height, width))
    for row in range(tall):
        for column in range(wide):
            last = row + down * (height - 1) + 1
            end = column + right * (width - 1) + 1
            taken = framed[:, :, row:last:down, column:end:right]
            out += np.einsum("nchw,oc->nohw", taken, weight[:, :, row, column])
    if bias is not None:
        out += bias[:, None, None]
    return out
"""
FUNCTIONS_MOVED = """\
def conv2d(images, kernels, offset=None, step=1, border=0):
    sy, sx = as_two(step)
    py, px = as_two(border)
    kh, kw = kernels.shape[2:]
    big = with_zeros(images, py, px)
    oh = (big.shape[2] - kh) // sy + 1
    ow = (big.shape[3] - kw) // sx + 1
    result = np.zeros((len(images), len(kernels), oh, ow))
    for i in range(kh):
        for j in range(kw):
            to = i + sy * (oh - 1) + 1
            until = j + sx * (ow - 1) + 1
            part = big[:, :, i:to:sy, j:until:sx]
            result += np.einsum("abcd,ec->aecd", part, kernels[:, :, i, j])
    if offset is not None:
        result += offset[:, None, None]
    return result

def with_zeros(a, p, q):
    n, c, h, w = a.shape
    b = np.zeros((n, c, h + 2 * p, w + 2 * q))
    b[:, :, p : p + h, q : q + w] = a
    return b

def as_two(number):
    if isinstance(number, int):
        return number, number
    one, two = number
    return int(one), int(two)

import numpy as np
"""
STATEMENTS_MOVED = """\
import numpy as np

def _pair(value):
    if isinstance(value, int):
        return value, value
    first, second = value
    return int(first), int(second)

def _frame(images, rows, columns):
    count, channels, height, width = images.shape
    framed = np.zeros((count, channels, height + 2 * rows, width + 2 * columns))
    framed[:, :, rows : rows + height, columns : columns + width] = images
    return framed

def conv2d(x, weight, bias=None, stride=1, padding=0):
    tall, wide = weight.shape[2:]
    rows, columns = _pair(padding)
    framed = _frame(x, rows, columns)
    down, right = _pair(stride)
    width = (framed.shape[3] - wide) // right + 1
    height = (framed.shape[2] - tall) // down + 1
    out = np.zeros((len(x), len(weight), height, width))
    if bias is not None:
        out += bias[:, None, None]
    for row in range(tall):
        last = row + down * (height - 1) + 1
        for column in range(wide):
            end = column + right * (width - 1) + 1
            taken = framed[:, :, row:last:down, column:end:right]
            out += np.einsum("nchw,oc->nohw", taken, weight[:, :, row, column])
    return out
"""
WRITTEN_ALONE = """\
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def conv2d(x, weight, bias=None, stride=1, padding=0):
    sizes = [(one, one) if np.isscalar(one) else tuple(one) for one in (stride, padding)]
    (sh, sw), (ph, pw) = sizes
    grown = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    windows = sliding_window_view(grown, weight.shape[2:], axis=(2, 3))[:, :, ::sh, ::sw]
    total = np.tensordot(windows, weight, axes=((1, 4, 5), (1, 2, 3)))
    total = np.moveaxis(total, 3, 1)
    return total if bias is None else total + np.reshape(bias, (1, -1, 1, 1))
"""


def _renamed(source: str) -> str:
    for at, name in enumerate(("framed", "taken", "height", "width", "rows", "tall")):
        source = source.replace(name, f"name_{at}")
    return source


@pytest.mark.parametrize(
    "copy",
    [
        FUNCTIONS_MOVED,
        STATEMENTS_MOVED,
        _renamed(STATEMENTS_MOVED),
        _disguised(STATEMENTS_MOVED),
        ORIGINAL.replace("return", "pass; return"),
        "\n".join(reversed(ORIGINAL.split("\n\n"))),
    ],
    ids=["functions", "statements", "names", "disguise", "idle", "backwards"],
)
def test_a_copy_is_found_though_code_was_moved_and_renamed(copy: str) -> None:
    (pair,) = _compare(ORIGINAL, WRITTEN_ALONE, copy).pairs

    assert (pair.first, pair.second) == (0, 2)
    assert pair.share > 0.9


def test_a_copy_is_found_though_functions_were_moved_to_another_file() -> None:
    first, second = _submissions([ORIGINAL, ""])
    main, helpers = FUNCTIONS_MOVED.split("def with_zeros", 1)
    second = second.model_copy(
        update={
            "source": main,
            "modules": (FileEntry(filename="b.py", source="def with_zeros" + helpers),),
        }
    )
    (pair,) = find_similar([first, second], GIVEN).pairs
    assert pair.share > 0.9


def test_lines_of_code_that_was_moved_are_those_where_it_stands() -> None:
    """The lines that both have are all but what is given or too short to tell."""
    (pair,) = _compare(ORIGINAL, FUNCTIONS_MOVED).pairs

    def line(source: str, beginning: str) -> int:
        lines = source.split("\n")
        return next(
            at for at, one in enumerate(lines, 1) if one.strip().startswith(beginning)
        )

    assert line(ORIGINAL, "framed[:, :, rows") in pair.first_lines
    assert line(FUNCTIONS_MOVED, "b[:, :, p :") in pair.second_lines
    assert line(ORIGINAL, "taken =") in pair.first_lines
    assert line(FUNCTIONS_MOVED, "part =") in pair.second_lines
    assert max(pair.first_lines) < len(ORIGINAL.split("\n"))


def test_every_kind_of_statement_is_compared() -> None:
    """A block within each of them is read too, and in any order."""
    body = "out = np.einsum('ab,bc->ac', first[::2, 1:], last) + {} * np.sum(first)"
    frames = (
        "with np.errstate(all='ignore'):\n    {}",
        "try:\n    {}\nexcept ValueError as error:\n    {}\nfinally:\n    {}",
        "while out is None:\n    {}\nelse:\n    {}",
        "match first.shape:\n    case (1, _):\n        {}\n    case _:\n        {}",
        "class Layer:\n    @staticmethod\n    def call(first, last):\n        {}",
        "if first.ndim == 1:\n    {}\nelif last.ndim:\n    {}\nelse:\n    {}",
        "async def later(first, last):\n    async for one in first:\n        {}",
    )
    pieces = [
        frame.format(*(body.format(at) for at in range(frame.count("{}"))))
        for frame in frames
    ]
    (pair,) = _compare("\n".join(pieces), "\n".join(reversed(pieces))).pairs
    assert pair.share == 1
    assert len(pair.first_lines) > sum(piece.count("out = ") for piece in pieces)


KNOWN_PAIRS = {
    "conv2d_backward": {
        ("batch_only", "per_tap"),
        ("batch_only", "promotes_to_float64"),
        ("per_tap", "promotes_to_float64"),
    },
    "conv2d_grouped": {("counts_ignore_groups", "layer_for_each_group")},
    "conv2d_im2col": {("batch_only_col2im", "per_tap")},
}
"""Examples of which one was written by changing a little of the other."""


@pytest.mark.parametrize(
    "problem", sorted(path.name for path in (ROOT / "submissions").iterdir())
)
def test_of_accepted_examples_only_those_made_of_one_another_are_pairs(
    problem: str,
) -> None:
    paths = sorted((ROOT / "submissions" / problem / "accepted").glob("*.py"))
    found = find_similar(
        _submissions([path.read_text() for path in paths]),
        given_code(load_problem(problem)),
    )
    pairs = {(paths[one.first].stem, paths[one.second].stem) for one in found.pairs}
    assert pairs == KNOWN_PAIRS.get(problem, set())


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


HOSTILE = {
    "empty": "",
    "blank": "\n" * 60_000 + "x",
    "gap": " " * 60_000 + "x",
    "brackets": "(" * 60_000,
    "quotes": "'" * 60_000,
    "lines": "x = 1\n" * 10_000,
    "f": "f'{" * 20_000,
    "huge": "x" * 5_000_000,
    "minus": "-" * 60_000 + "1",
    "attributes": "x" + ".a" * 30_000,
    "items": "x" + "[0]" * 20_000,
    "sums": "1" + "+1" * 30_000,
    "lambdas": "lambda:" * 9_000 + "0",
    "nested": "".join(" " * at + "if x:\n" for at in range(90))
    + " " * 90
    + "x\n" * 9_000,
    "words": "async " * 9_000,
    "odd": "\ufeff\x00\u202e\ud800".encode("utf-8", "backslashreplace").decode(),
}


@pytest.mark.timeout(200)  # and not the hours of a square
def test_hostile_sources_cost_no_other_its_comparison() -> None:
    found = _compare(*HOSTILE.values(), IM2COL, _disguised(IM2COL))

    assert found.failure == ""
    first = len(HOSTILE)
    assert [(pair.first, pair.second) for pair in found.pairs] == [(first, first + 1)]


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
