"""What may become of a text or a document that somebody writes by hand."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

ODD_TOKENS = (
    "null",
    "~",
    "true",
    "yes",
    "nan",
    ".nan",
    "NaN",
    ".inf",
    "-.inf",
    "Infinity",
    "1e999",
    "-1e999",
    "1e308",
    "5e-324",
    "-0.0",
    "0",
    "-1",
    "1_000",
    "0x7fffffffffffffff",
    "0o17",
    "190:20:30",
    "100000",
    "1000000000",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 400,
    "9" * 5000,
    "2024-02-30",
    "2024-02-28",
    "12:30:45",
    "''",
    '""',
    '"\\ud800"',
    '"\\u0000"',
    "[]",
    "{}",
    "[1, [2, [3]]]",
    "{a: {b: c}}",
    "[100000, 100000, 100000]",
    "[-1, -1]",
    "[" * 60 + "]" * 60,
    "[" * 5000,
    "{a: " * 60 + "}" * 60,
    "&a [1]",
    "*a",
    "&a {<<: *a}",
    "<<",
    "!!python/object/apply:os.getcwd []",
    "!!binary aGFsbG8=",
    "!!set {a, b}",
    "!!int 'a'",
    "!!float 'a'",
    "!!timestamp '2024-02-30'",
    "!!str 1",
    "!unknown x",
    "? [a, b]",
    "%YAML 9.9",
    "---",
    "...",
    "|2",
    ">-",
    "@",
    "`",
    "\t",
    "\u0085",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\x00",
    "\x1b[31m",
    "\x7f",
    "é𝕏",
    "ﷺ" * 50,
    "a" * 3000,
    "#",
    ":",
    "- ",
    ", ",
    "'",
    '"',
    "__class__",
    "../../../etc/passwd",
    "os:getcwd",
    "reference.conv2d:no_such_function",
)
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    100_000,
    100_001,
    10**9,
    2**31,
    2**53 + 1,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    10**400,
    0.5,
    -0.0,
    1e-320,
    1e308,
    -1e308,
    float("nan"),
    float("inf"),
    float("-inf"),
    "",
    " ",
    "a",
    "N",
    "x",
    "nan",
    "1",
    "2024-02-30",
    "\x00",
    "\x1b[31m\x9b",
    "\u202e\u2028",
    "ﷺ",
    "\n\r\n\t",
    "<script>alert(1)</script>",
    "$\\frac{1}{2}$ %s {0} {{7*7}}",
    "a" * 3000,
    "../..",
    [],
    {},
    [[]],
    [None],
    [0],
    [-1, -1],
    [1, [2, 3]],
    [100_000] * 8,
    [[1, 2], [3]],
    {"": ""},
    {"array": []},
    {"array": [[1, 2], [3]]},
    {"array": "abc"},
    {"array": 1e300, "dtype": "float32"},
    {"array": [300], "dtype": "int8"},
    {"shape": []},
    {"shape": [0]},
    {"shape": [0, 100_000, 100_000]},
    {"shape": [100_000, 100_000]},
    {"shape": [20_000, 20_000]},
    {"shape": ["N"] * 8},
    {"shape": [3], "values": "normal", "dtype": "int8"},
    {"shape": [3], "layout": "strided"},
)
_ODD_NUMBERS = [one for one in ODD_VALUES if isinstance(one, int | float)]
_SIZES = (0, 0, 1, 1, 2, 3, 5, 50, 300, 2_000, 30_000, 100_000, -1, -100_000)
_HUGE = {
    "dtypes": ["float64"] * 3000,
    "sizes": [{"N": 1, "M": 2}] * 3000,
    "vary": {"x": [0] * 300, "y": [0] * 300},
    "count": 1000,
}


def mutate_text(rng: random.Random, text: str) -> bytes:
    """Change a text in one to four places; the result need not be one."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        text = rng.choice(_TEXT_CHANGES)(rng, text)
    data = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.05:
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.randbytes(rng.randrange(1, 5)) + data[at:]
    return data


def _change_a_line(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = " " * rng.randrange(1, 7) + lines[at]
        case 4:
            lines[at] = lines[at].removeprefix(" " * rng.randrange(1, 7))
        case _:
            lines[at : at + 1] = [lines[at]] * rng.choice((2, 50, 2000))
    return "\n".join(lines)


def _replace_a_token(rng: random.Random, text: str) -> str:
    """Put something odd in the place of a word or number."""
    at = rng.randrange(len(text) + 1)
    ends = " \n,:[]{}()"
    start, stop = at, at
    while start > 0 and text[start - 1] not in ends:
        start -= 1
    while stop < len(text) and text[stop] not in ends:
        stop += 1
    return text[:start] + rng.choice(ODD_TOKENS) + text[stop:]


def _put_a_token(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(ODD_TOKENS) + text[at:]


def _cut(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at + rng.choice((1, 2, 10, 100, len(text))) :]


def _swap_letters(rng: random.Random, text: str) -> str:
    if not text:
        return text
    at = rng.randrange(len(text))
    return (
        text[:at]
        + chr(rng.choice((0, 9, 13, 34, 39, 45, 58, 92, 0x661, 0xFF11)))
        + text[at + 1 :]
    )


_TEXT_CHANGES: tuple[Callable[[random.Random, str], str], ...] = (
    _change_a_line,
    _change_a_line,
    _replace_a_token,
    _replace_a_token,
    _replace_a_token,
    _put_a_token,
    _cut,
    _swap_letters,
)


def mutate_document(rng: random.Random, document: Any) -> bytes:  # noqa: ANN401 - JSON
    """Change a document in one to three places, and write it as JSON."""
    document = copy.deepcopy(document)
    change = rng.choice((_change_a_node, _change_within_its_type))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        change(rng, document)
    return json.dumps(document, ensure_ascii=rng.random() < 0.5).encode(
        "utf-8", "surrogatepass"
    )


def _change_a_node(rng: random.Random, document: Any) -> None:  # noqa: ANN401 - JSON
    holder, key = _place_in(rng, document)
    match rng.randrange(8):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[rng.choice(("", f"{key}x", str(key).upper(), "\x1b[31m"))] = (
                holder.pop(key)
            )
        case 1:
            holder[key:key] = [copy.deepcopy(holder[key])] * rng.choice((1, 30, 3000))
        case 2:
            other, place = _place_in(rng, document)
            holder[key] = copy.deepcopy(other[place])
        case 3:
            holder[key] = rng.choice(([holder[key]], {"array": holder[key]}))
        case 4 if key in _HUGE:
            holder[key] = _HUGE[key]
        case 5 if isinstance(holder[key], int | float):
            holder[key] = rng.choice(_ODD_NUMBERS)
        case _:
            holder[key] = copy.deepcopy(rng.choice(ODD_VALUES))


def _change_within_its_type(rng: random.Random, document: Any) -> None:  # noqa: ANN401 - JSON
    """Change a node so that the whole may still be what it should be."""
    holder, key = _place_in(rng, document)
    match holder[key]:
        case bool():
            holder[key] = not holder[key]
        case int():
            holder[key] = rng.choice(_SIZES)
        case float():
            holder[key] = rng.choice((0.0, 1e-300, 0.5, 3.0, 1e17, 1e300))
        case list() if holder[key] and rng.random() < 0.7:
            node = holder[key]
            at = rng.randrange(len(node))
            node[at : at + 1] = node[at : at + 1] * rng.choice((0, 2, 2, 8, 100))
        case old:
            for _ in range(50):  # until another of its kind is met
                other, place = _place_in(rng, document)
                if type(other[place]) is type(old) and isinstance(key, type(place)):
                    holder[key] = copy.deepcopy(other[place])
                    if place == key:
                        return


def _place_in(rng: random.Random, document: Any) -> tuple[Any, Any]:  # noqa: ANN401 - JSON
    """Choose a place, more often than not where most of the document is."""
    node = document
    while True:
        keys = list(node) if isinstance(node, dict) else range(len(node))
        key = rng.choice(keys)
        for _ in range(3):
            other = rng.choice(keys)
            if _length(node[other]) > _length(node[key]):
                key = other
        if not _length(node[key]) or rng.random() < 0.05:
            return node, key
        node = node[key]


def _length(node: Any) -> int:  # noqa: ANN401 - JSON
    return len(node) if isinstance(node, dict | list) else 0
