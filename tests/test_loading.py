"""A spec is loaded whole, or refused in one sentence that names its line."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import ProblemError
from grader.loading import PROBLEMS, load_problem, parse_spec
from grader.schema import problem_schema

GOOD = """\
id: softmax
title: Row-wise softmax
functions:
  - name: softmax
    reference: tests.softmax.reference:softmax
    arguments:
      - {name: x}
parts:
  - {id: values, title: Values, points: 10}
groups:
  - id: by-hand
    title: By hand
    part: values
    function: softmax
    check: exact
    required: true
    cases:
      - id: zeros
        arguments: {x: {array: [[0, 0]]}}
        expected: {array: [[0.5, 0.5]]}
"""

BROKEN = {
    "unknown key": (
        "title: Row",
        "tilte: Row",
        "problem.yaml:2:1",
        "did you mean `title`?",
    ),
    "wrong type": ("points: 10", "points: ten", "problem.yaml:9:33", "number"),
    "number as text": ("points: 10", "points: '10'", "problem.yaml:9:33", "number"),
    "missing key": (
        "title: Row-wise softmax\n",
        "",
        "problem.yaml:1:1",
        "`title` is missing",
    ),
    "bad word": ("check: exact", "check: exakt", "problem.yaml:15:5", "exact"),
    "bad identifier": ("id: by-hand", "id: By Hand", "problem.yaml:11:5", "pattern"),
    "negative points": (
        "points: 10",
        "points: -1",
        "problem.yaml:9:33",
        "greater than 0",
    ),
    "empty list": (
        "      - {name: x}\n",
        "      []\n",
        "problem.yaml:6:5",
        "at least 1",
    ),
    "a size beyond all reason": (
        "    cases:\n",
        "    generate: [{arguments: {x: {shape: [N]}}, sizes: [{N: 1000000000}]}]\n    cases:\n",
        "problem.yaml:17:",
        "less than or equal to 100000",
    ),
    "text for a list": (
        "[[0, 0]]}}",
        "[[0, 0]]}, y: {shape: 3}}",
        "problem.yaml:19:",
        "tuple",
    ),
}
MEANINGLESS = {
    "unknown part": ("part: values", "part: valeus", "problem.yaml:13:5", "`values`"),
    "unknown function": (
        "function: softmax",
        "function: sofmax",
        "problem.yaml:14:5",
        "`softmax`",
    ),
    "unknown argument": (
        "{x: {array",
        "{y: {array",
        "problem.yaml:19:",
        "takes no `y`",
    ),
    "a signal that names no group": (
        "parts:\n",
        "signals: [{id: a, title: A, cases: [by-hnd]}]\nparts:\n",
        "problem.yaml:8:37",
        "did you mean `by-hand`?",
    ),
    "a signal that names no case": (
        "parts:\n",
        "signals: [{id: a, title: A, cases: [by-hand.zero]}]\nparts:\n",
        "problem.yaml:8:37",
        "did you mean `by-hand.zeros`?",
    ),
    "a signal that names a size of no timing": (
        "parts:\n",
        "signals: [{id: a, title: A, no_loops_over: [N]}]\nparts:\n",
        "problem.yaml:8:45",
        "there is no `timing.growth`",
    ),
    "a signal against mistakes that are not known": (
        "parts:\n",
        "signals: [{id: a, title: A, misconceptions: [b-*]}]\nparts:\n",
        "problem.yaml:8:29",
        "no bank",
    ),
    "a signal that nothing shows": (
        "parts:\n",
        "signals: [{id: a, title: A}]\nparts:\n",
        "problem.yaml:8:12",
        "say what shows it",
    ),
    "two signals of one name": (
        "parts:\n",
        "signals: [{id: a, title: A, tests: true}, {id: a, title: B, tests: true}]\nparts:\n",
        "problem.yaml:8:",
        "two signals called `a`",
    ),
    "nothing required": (
        "required: true",
        "required: false",
        "problem.yaml:10:1",
        "required",
    ),
    "own tests with cases beside them": (
        "groups:",
        "misconceptions: tests.softmax.reference:softmax\ntests: {part: values}\ngroups:",
        "problem.yaml:11:9",
        "one of their own",
    ),
    "own tests without known mistakes": (
        "parts:\n",
        "tests: {part: own}\nparts:\n  - {id: own, title: Own tests, points: 1}\n",
        "problem.yaml:8:1",
        "graded by `misconceptions`",
    ),
    "own tests for no part": (
        "groups:",
        "tests: {part: vals}\ngroups:",
        "problem.yaml:10:9",
        "did you mean `values`?",
    ),
    "more cases than a problem has": (
        "    cases:\n",
        "    generate: [{arguments: {x: {shape: [3]}}, draw: {count: 1000, sizes: {}}}"
        + ", {arguments: {x: {shape: [3]}}, draw: {count: 1000, sizes: {}}}" * 9
        + "]\n    cases:\n",
        "problem.yaml:11:",
        "10,001 cases",
    ),
    "a key that a terminal obeys": (
        "title: Row-wise",
        '"\\e[31m": 1\ntitle: Row-wise',
        "problem.yaml:2:1",
        "unknown key `\\x1b[31m`",
    ),
    "a key without end": (
        "title: Row-wise",
        f"{'k' * 900}: 1\ntitle: Row-wise",
        "problem.yaml:2:1",
        "…",
    ),
    "alias": (
        "title: By hand",
        "title: &a By\n    id: *a",
        "problem.yaml:13:",
        "aliases",
    ),
    "duplicate key": (
        "check: exact",
        "check: exact\n    check: exact",
        "problem.yaml:16:5",
        "twice",
    ),
    "broken YAML": ("id: softmax", "id: [softmax", "problem.yaml:2:", "not valid YAML"),
}


def _refused(text: str) -> str:
    with pytest.raises(ProblemError) as caught:
        parse_spec(text.encode(), Path("problem.yaml"))
    return str(caught.value)


@pytest.mark.parametrize("name", [*BROKEN, *MEANINGLESS])
def test_a_bad_spec_is_refused_with_its_line_and_a_hint(name: str) -> None:
    old, new, place, words = (BROKEN | MEANINGLESS)[name]
    message = _refused(GOOD.replace(old, new))

    assert message.startswith(place), message
    assert words in message
    assert message.isprintable()
    assert len(message) < 1_100


@pytest.mark.parametrize("name", BROKEN)
def test_the_schema_refuses_what_the_loader_refuses(name: str) -> None:
    old, new, _, _ = BROKEN[name]
    document = yaml.safe_load(GOOD.replace(old, new))

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, problem_schema(), jsonschema.Draft7Validator)


def test_the_schema_accepts_what_the_loader_accepts() -> None:
    texts = [GOOD, *(path.read_text() for path in PROBLEMS.glob("*/problem.yaml"))]
    for text in texts:
        parse_spec(text.encode(), Path("problem.yaml"))
        jsonschema.validate(
            yaml.safe_load(text), problem_schema(), jsonschema.Draft7Validator
        )


def test_the_schema_beside_the_problems_is_the_one_that_is_printed() -> None:
    written = json.loads((PROBLEMS / "problem.schema.json").read_text())

    assert written == problem_schema()


@given(st.binary(max_size=400))
def test_any_bytes_are_a_spec_or_one_message(data: bytes) -> None:
    assert "Traceback" not in _refuse_any(data)


@given(
    st.integers(0, len(GOOD) - 1),
    st.integers(1, 12),
    st.text("abcxyz:{}[]&*!|>-#'\"\n\t 0123456789", max_size=8),
)
def test_any_change_to_a_spec_is_a_spec_or_one_message(
    at: int, cut: int, put: str
) -> None:
    message = _refuse_any((GOOD[:at] + put + GOOD[at + cut :]).encode())

    assert message.startswith(("problem.yaml", "accepted"))


def _refuse_any(data: bytes) -> str:
    try:
        parse_spec(data, Path("problem.yaml"))
    except ProblemError as error:
        return str(error)
    return "accepted"


def test_deep_nesting_is_refused() -> None:
    assert "nest" in _refused("a: " + "[" * 100_000)
    assert "nest" in _refused("a: " + "[" * 100 + "]" * 100)


def test_a_problem_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(ProblemError, match="did you mean `conv2d`"):
        load_problem("conv2")
