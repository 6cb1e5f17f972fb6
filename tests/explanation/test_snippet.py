"""A snippet is a program: it is run here, beside a right and a wrong submission."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.cases import Case
from grader.expected import Expected, Result
from grader.explanation.snippet import snippet
from grader.outcome import Call, Calling
from grader.problem import Check, Group, HandCase
from grader.record import BindingEntry

X = np.arange(6.0).reshape(2, 3)
LAYOUTS = {
    "contiguous": X.copy(),
    "fortran": np.asfortranarray(X),
    "strided": np.repeat(X, 2, axis=-1)[..., ::2],
    "reversed": X[..., ::-1].copy()[..., ::-1],
    "float32": X.astype(np.float32),
    "int8": X.astype(np.int8),
    "large": X * 1e17,
    "without axes": np.array(2.5),
}


def _case(
    x: Any,  # noqa: ANN401 - any array
    expected: Expected,
    check: Check = Check.EXACT,
    calling: Calling = Calling.ONCE,
) -> Case:
    hand = HandCase(id="x", arguments={"x": 1})
    errors = ("ValueError",) if check is Check.ERROR else ()
    group = Group(
        id="g",
        title="g",
        part="p",
        function="f",
        check=check,
        errors=errors,
        cases=(hand,),
    )
    call = Call(
        function="f",
        arguments={"x": x, "pair": (1, 2), "word": "same"},
        output_bytes=0,
        calling=calling,
    )
    return Case(id="g.x", group=group, call=call, filled_with={}, expected=expected)


def _array(value: Any) -> Expected:  # noqa: ANN401 - any array
    array = np.asarray(value)
    return Expected(results=(Result(value=array, dtype=array.dtype),))


def _run(text: str, source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "my answer.py").write_text("import numpy as np\n" + source)
    command = [sys.executable, "-W", "error", "-c", text]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_rebuilds_the_array_as_it_lies_in_memory(
    layout: str, tmp_path: Path
) -> None:
    x = LAYOUTS[layout]
    text = snippet(_case(x, _array(x * 2)), "my answer.py")
    same = (
        f"assert (x.dtype.name, x.strides) == {(x.dtype.name, x.strides)!r}, x.strides"
    )
    right = f"def f(x, pair, word):\n    {same}\n    return x * 2\n"

    run = _run(text, right, tmp_path)
    wrong = _run(text, right.replace("x * 2", "x * 2 + 1e18"), tmp_path)

    assert run.returncode == 0, run.stderr
    assert "AssertionError" in wrong.stderr


@pytest.mark.parametrize(
    ("signature", "renamed", "by_position"),
    [
        ("x, pair, word", (), ()),
        ("image, pair, mode", (("x", "image"), ("word", "mode")), ()),
        ("image, two, mode", (("x", "image"), ("word", "mode")), ("pair",)),
        ("a, b, c", (), ("x", "pair", "word")),
        ("word, x, pair", (), ()),
    ],
)
def test_arguments_go_where_the_submission_takes_them(
    signature: str,
    renamed: tuple[tuple[str, str], ...],
    by_position: tuple[str, ...],
    tmp_path: Path,
) -> None:
    binding = BindingEntry(
        function="f", found_as="f", renamed=renamed, by_position=by_position
    )
    text = snippet(_case(X, _array(X)), "my answer.py", binding)
    source = (
        f"def f({signature}):\n    given = [{signature}]\n"
        "    assert (1, 2) in [g for g in given if not isinstance(g, np.ndarray)]\n"
        "    return next(g for g in given if isinstance(g, np.ndarray))\n"
    )

    run = _run(text, source, tmp_path)

    assert run.returncode == 0, run.stderr


def test_refusals_element_types_and_arguments_left_alone(tmp_path: Path) -> None:
    refusal = _case(X, Expected(), Check.ERROR)
    dtype = _case(X, _array(X), Check.DTYPE)
    unmodified = _case(X, _array(X), Check.UNMODIFIED, Calling.REPEATED)
    tries: list[tuple[Case, str, bool]] = [
        (refusal, "raise ValueError", True),
        (refusal, "raise AssertionError", False),
        (refusal, "return x", False),
        (dtype, "return x.copy()", True),
        (dtype, "return x.astype(np.float32)", False),
        (unmodified, "return x.copy()", True),
        (unmodified, "x += 1; return x", False),
        # Turned round three times.
        (unmodified, "x *= -1; return x", False),
    ]
    for case, body, right in tries:
        source = f"def f(x, pair, word): {body}\n"
        run = _run(snippet(case, "my answer.py"), source, tmp_path)

        assert (run.returncode == 0) == right, run.stderr


@pytest.mark.parametrize(
    "result",
    [
        "x.tolist()",
        "x[0]",
        "np.float64(1)",
        "x.astype(object)",
        "x + 1e-7",
        "x * np.nan",
    ],
)
def test_what_only_looks_right_is_wrong(result: str, tmp_path: Path) -> None:
    ones = np.ones((1, 2))
    source = f"def f(x, pair, word): return {result}\n"
    run = _run(snippet(_case(ones, _array(ones)), "my answer.py"), source, tmp_path)

    assert "Error" in run.stderr


def test_a_call_that_fails_after_another_only(tmp_path: Path) -> None:
    text = snippet(_case(X, _array(X)), "my answer.py", after_another=True)
    keeps = "kept = {}\ndef f(x, pair, word): return kept.setdefault(id(x), x.copy())\n"

    right = _run(text, "def f(x, pair, word): return x.copy()\n", tmp_path)
    wrong = _run(text, keeps, tmp_path)

    assert right.returncode == 0, right.stderr
    assert "AssertionError" in wrong.stderr


@pytest.mark.parametrize("check", [Check.EXACT, Check.ERROR])
def test_it_can_be_pasted_at_a_prompt(check: Check, tmp_path: Path) -> None:
    expected = _array(X) if check is Check.EXACT else Expected()
    text = snippet(_case(X, expected, check), "my answer.py")
    source = "def f(x, pair, word): return x[0]\n"
    (tmp_path / "my answer.py").write_text(source)

    run = subprocess.run(
        [sys.executable, "-i", "-q"],
        input=text,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "SyntaxError" not in run.stderr
    assert "AssertionError" in run.stderr


def test_several_results_a_count_an_error_and_a_kept_result(tmp_path: Path) -> None:
    both = Expected(
        results=(
            Result(name="a", value=X, dtype=X.dtype),
            Result(name="b", value=None),
        ),
        is_tuple=True,
    )
    kept = _case(X, _array(X), Check.EXACT, Calling.KEPT)
    reuses = "kept = np.zeros((2, 3))\ndef f(x, pair, word):\n    kept[:] = x\n    return kept\n"
    tries: list[tuple[Case, str, bool]] = [
        (_case(X, both), "def f(x, pair, word): return x, None\n", True),
        (_case(X, both), "def f(x, pair, word): return x, 1\n", False),
        (
            _case(X, Expected(count=3), Check.COUNT),
            "def f(x, pair, word): return 3\n",
            True,
        ),
        (
            _case(X, Expected(count=3), Check.COUNT),
            "def f(x, pair, word): return 4\n",
            False,
        ),
        (_case(X, Expected(), Check.ERROR), "def f(x, pair, word): return x\n", False),
        (kept, "def f(x, pair, word): return x.copy()\n", True),
        (kept, reuses, False),
    ]
    for case, source, right in tries:
        run = _run(snippet(case, "my answer.py"), source, tmp_path)

        assert (run.returncode == 0) == right, run.stderr


def test_the_program_for_a_notebook_is_a_cell_of_it() -> None:
    text = snippet(_case(X, _array(X * 2)), "my answer.ipynb")
    right: dict[str, Any] = {}
    exec("def f(x, pair, word): return x * 2", right)
    wrong: dict[str, Any] = {}
    exec("def f(x, pair, word): return x * 3", wrong)
    exec(text, right)

    assert "in a new cell at the end of my answer.ipynb" in text
    assert "runpy" not in text
    with pytest.raises(AssertionError):
        exec(text, wrong)
