"""Parse a source and go through it, at a cost that no source can drive up."""

import ast
from collections.abc import Iterator

from grader.submission.syntax import parse as parse_any

LARGEST_BYTES = 128 << 10
"""What is longer is not read for style: nobody would, in an interview."""
MOST_NODES = 100_000
LONGEST_TEXT = 120
"""Characters of a piece of source that is quoted."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def parse(source: bytes) -> ast.Module | None:
    """Parse what compiled in a worker already; None if it can't be, or is too long."""
    return None if len(source) > LARGEST_BYTES else parse_any(source)


def nodes_of(tree: ast.AST) -> Iterator[ast.AST]:
    """Go through nodes in the order of the source, the first `MOST_NODES` of them."""
    waiting = [tree]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        yield node
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def name_of(node: ast.AST) -> str:
    """Give the last part of a dotted name: what a function is called by.

    Examples
    --------
    >>> name_of(ast.parse("np.linalg.norm", mode="eval").body)
    'norm'
    >>> name_of(ast.parse("norms[0]", mode="eval").body)
    ''
    """
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


class Text:
    """A source, to quote from.

    Parameters
    ----------
    source
        Its bytes. Python counts columns in those of UTF-8.
    """

    def __init__(self, source: bytes) -> None:
        self._lines = source.splitlines()

    def quote(self, node: ast.expr | ast.stmt) -> str:
        r"""Give a node's source in one line, cut where it is long.

        Examples
        --------
        >>> source = b"total = sum(a\n  for a in b)"
        >>> Text(source).quote(ast.parse(source).body[0].value)
        'sum(a for a in b)'
        """
        last = node.end_lineno or node.lineno
        lines = self._lines[node.lineno - 1 : last][:LONGEST_TEXT]
        if not lines:
            return ""
        if node.end_lineno == node.lineno:
            lines[0] = lines[0][: node.end_col_offset]
        elif len(lines) == last - node.lineno + 1:
            lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        cut = b" ".join(line[: 4 * LONGEST_TEXT] for line in lines)
        text = " ".join(cut.decode("utf-8", "backslashreplace").split())
        return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
