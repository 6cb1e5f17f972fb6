"""What IPython understands and Python doesn't, made comments; line numbers stay."""

import re

LEFT_OUT = "#- "
"""What lines begin with that are not run."""

_LIKE_MAGIC = r"[ \t]*+(?:[%!?]|[\w.,\[\] \t]++=[ \t]*+[%!]|[^#\n'\"?]++\?\??[ \t]*+$)"
"""`%magic`, `!command`, `?name`; `x = %magic`, `x = !command`; `name?`."""
_MAGIC = re.compile(_LIKE_MAGIC, re.MULTILINE)
_MAGIC_LINE = re.compile("^" + _LIKE_MAGIC, re.MULTILINE)
_CELL_MAGIC = re.compile(r"%%(\w*+)")
_CELL_MAGICS_WITH_PYTHON = frozenset({"capture", "prun", "time"})
_TO_LINE_END = re.compile(r"(?:[^\\\n]|\\.)*+\\?", re.DOTALL)
"""A line, with those that it goes on in after a backslash."""
_TOKEN = re.compile(
    r"""
    (?P<newline>\n)
  | (?P<opened>[(\[{]++)
  | (?P<closed>[)\]}]++)
  | (?P<text>
        \#[^\n]*+
      | \"{3}(?:[^"\\]|\\.|"(?!""))*+(?:\"{3}|\\?\Z)
      | '{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3}|\\?\Z)
      | "(?:[^"\\\n]|\\.)*+["\\]?
      | '(?:[^'\\\n]|\\.)*+['\\]?
    )
  | \\.?
  | [^\n()\[\]{}\#"'\\]++
    """,
    re.DOTALL | re.VERBOSE,
)
"""Takes each letter once: a string that has no end goes to the end of the text."""


def without_text(source: str) -> str:
    """Leave nothing of strings and comments but space."""
    return _TOKEN.sub(lambda found: " " if found["text"] else found[0], source)


def empty_texts(source: str) -> str:
    r"""Leave of strings their quotes, and of comments nothing; lines stay.

    Examples
    --------
    >>> empty_texts("x = f(1, 'a')  # b\n")
    'x = f(1, "")  \n'
    >>> empty_texts("'''a\nb''' # c\n").count("\n")
    2
    """
    return _TOKEN.sub(_emptied, source)


def _emptied(found: re.Match[str]) -> str:
    if not (text := found["text"]):
        return found[0]
    if text.startswith("#"):
        return ""
    ends = "\n" * text.count("\n")
    return f'"""{ends}"""' if ends else '""'


def comment_out(lines: str) -> str:
    """Make comments of lines, even of those that are ones already.

    Examples
    --------
    >>> print(comment_out("print(1)"))
    #- print(1)
    """
    return "\n".join(f"{LEFT_OUT}{line}".rstrip() for line in lines.split("\n"))


def comment_out_magics(cell: str) -> str:
    r"""Make comments of a cell's magics; of the whole cell if it holds no Python.

    They are looked for where a statement could begin, so strings and formulas that
    look alike are left alone.

    Examples
    --------
    >>> print(comment_out_magics("%matplotlib inline\nx = (7\n% 4)\nconv?"))
    #- %matplotlib inline
    x = (7
    % 4)
    #- conv?
    >>> print(comment_out_magics("%%bash\nls"))
    #- %%bash
    #- ls
    """
    of_cell = _CELL_MAGIC.match(cell.lstrip())
    if of_cell and of_cell[1] not in _CELL_MAGICS_WITH_PYTHON:
        return comment_out(cell)
    if _MAGIC_LINE.search(cell) is None:
        return cell
    pieces, at, depth, begins = [], 0, 0, True
    while at < len(cell):
        if begins and _MAGIC.match(cell, at):
            end = _end(_TO_LINE_END, cell, at)
            pieces.append(_comment_out_magic(cell[at:end]))
            at, begins = end, False
            continue
        token = _TOKEN.match(cell, at)
        assert token is not None
        match token.lastgroup:
            case "newline":
                begins = depth == 0
            case "opened":
                depth += len(token[0])
            case "closed":
                depth = max(0, depth - len(token[0]))
            case _:
                pass
        begins = begins and token.lastgroup == "newline"
        pieces.append(token[0])
        at = token.end()
    return "".join(pieces)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    assert found is not None
    return found.end()


def _comment_out_magic(lines: str) -> str:
    """Leave a statement in the place of one that a block may have no other beside."""
    indent = lines[: len(lines) - len(lines.lstrip(" \t"))]
    start = f"{indent}pass  " if indent else ""
    return start + comment_out(lines.removeprefix(indent))
