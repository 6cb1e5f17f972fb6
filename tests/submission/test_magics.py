"""What only IPython understands becomes a comment, and nothing else does."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.magics import comment_out_magics

PIECES = st.sampled_from(
    [
        *("%", "!", "?", "%%", "=", "#", "\\", "\n", " ", "\t", "\f", "x", "f()", ":"),
        *('"', "'", '"""', "'''", "(", ")", "[", "]", "{", "}", "%time f()", "é", "\0"),
    ]
)
ODD = st.lists(PIECES, max_size=40).map("".join)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "%matplotlib inline",
            "!pip install 'torch",
            "?conv2d",
            "conv2d?",
            "np.pad??",
        ),
        *("files = !ls", "took = %timeit -o f()", "a, b = %time g()", "x? "),
        *("%run -i 'other.py", "!echo ( [ {", "%%javascript_like", "! ls"),
    ],
)
def test_a_line_that_is_a_magic_is_made_a_comment(line: str) -> None:
    cell = f"x = 1\n{line}\ny = 2"

    assert comment_out_magics(cell).split("\n") == [
        "x = 1",
        f"#- {line}".rstrip(),
        "y = 2",
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "x = (17\n% 4)",
        "x = 17 \\\n% 4",
        'x = """\n%d of %d\n!really?\n"""',
        "x = '''\n?\n'''",
        "y = [\n'a',  # why?\n1 != 2]\n",
        "# is this right?\n",
        "print('what?')\n",
        "x != y\n",
        "x = y % 3\n",
        "x %= 3\n",
    ],
)
def test_what_only_looks_like_one_stays(cell: str) -> None:
    ast.parse(cell)

    assert comment_out_magics(cell) == cell


def test_a_magic_in_a_block_leaves_a_statement_there() -> None:
    cell = "def f():\n    %time g()\nfor x in y:\n\t!ls \\\n -l\nz = 1"

    assert comment_out_magics(cell).split("\n") == [
        "def f():",
        "    pass  #- %time g()",
        "for x in y:",
        "\tpass  #- !ls \\",
        "#-  -l",
        "z = 1",
    ]


@pytest.mark.parametrize(
    "magic", ["%%bash", "%%html", "%%writefile conv.py", "%%timeit"]
)
def test_a_cell_of_another_language_is_all_comment(magic: str) -> None:
    cell = f"\n{magic}\ndef conv2d(): pass"

    assert comment_out_magics(cell).split("\n") == [
        "#-",
        f"#- {magic}",
        "#- def conv2d(): pass",
    ]


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%prun"])
def test_of_a_cell_that_runs_as_usual_the_first_line_is(magic: str) -> None:
    assert comment_out_magics(f"{magic}\nx = 1") == f"#- {magic}\nx = 1"


@given(ODD)
def test_as_many_lines_come_out_as_went_in(cell: str) -> None:
    assert comment_out_magics(cell).count("\n") == cell.count("\n")


@given(ODD)
def test_python_is_left_as_it_is(cell: str) -> None:
    try:
        ast.parse(cell)
    except (SyntaxError, ValueError):
        return

    assert comment_out_magics(cell) == cell


@pytest.mark.parametrize(
    "piece",
    ['"""\\', "'", "(", '"', "\\\n", "%\n", "x?\n", "=!", "a = !\\\n", "a,", " \t"],
)
def test_no_cell_takes_long(piece: str) -> None:
    # It would be hours, were any pattern to go back and forth.
    cell = piece * (400_000 // len(piece)) + "\n%ls"

    assert comment_out_magics(cell).count("\n") == cell.count("\n")
