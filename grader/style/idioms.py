"""Find what array code is made of: slices, new axes, windows, products."""

import ast
from collections.abc import Iterator

from grader.record import IdiomEntry, IdiomKind
from grader.style.tree import Text, name_of, nodes_of

MOST_IDIOMS = 100
_CALLS: dict[str, IdiomKind] = {
    "broadcast_to": "broadcasting",
    "expand_dims": "broadcasting",
    "reshape": "reshaping",
    "transpose": "reshaping",
    "moveaxis": "reshaping",
    "swapaxes": "reshaping",
    "ravel": "reshaping",
    "sliding_window_view": "windows",
    "as_strided": "windows",
    "einsum": "products",
    "tensordot": "products",
    "matmul": "products",
    "dot": "products",
    "pad": "padding",
    "bincount": "scattering",
}


def find_idioms(tree: ast.Module, text: Text) -> tuple[IdiomEntry, ...]:
    """List array expressions of a source by line, the first `MOST_IDIOMS` of them.

    Examples
    --------
    >>> source = b"y = x[:, None] @ w[::2, 1:]"
    >>> for idiom in find_idioms(ast.parse(source), Text(source)):
    ...     print(idiom.kind, idiom.text)
    broadcasting x[:, None]
    products x[:, None] @ w[::2, 1:]
    slicing w[::2, 1:]
    """
    found: set[tuple[int, IdiomKind, str]] = set()
    for node in nodes_of(tree):
        for kind in _kinds(node):
            assert isinstance(node, ast.expr)
            found.add((node.lineno, kind, text.quote(node)))
            if len(found) >= MOST_IDIOMS:
                break
    return tuple(
        IdiomEntry(kind=kind, line=line, text=quoted)
        for line, kind, quoted in sorted(found)
    )


def _kinds(node: ast.AST) -> Iterator[IdiomKind]:
    match node:
        case ast.Subscript(slice=ast.Tuple(elts=places)):
            if any(isinstance(one, ast.Slice) and not _is_all(one) for one in places):
                yield "slicing"
            if any(map(_is_new_axis, places)):
                yield "broadcasting"
        case ast.Subscript(slice=place) if _is_new_axis(place):
            yield "broadcasting"
        case ast.BinOp(op=ast.MatMult()):
            yield "products"
        case ast.Compare(left=left, comparators=others):
            if any(map(_is_rank, (left, *others))):
                yield "rank test"
        case ast.Attribute(attr="T"):
            yield "reshaping"
        case ast.Call(func=ast.Attribute(value=value, attr="at")):
            if isinstance(value, ast.Attribute):  # np.add.at
                yield "scattering"
        case ast.Call(func=function):
            kind = _CALLS.get(name_of(function))
            if kind is not None:
                yield kind


def _is_all(place: ast.Slice) -> bool:
    return place.lower is None and place.upper is None and place.step is None


def _is_new_axis(place: ast.expr) -> bool:
    if isinstance(place, ast.Constant):
        return place.value is None
    return name_of(place) == "newaxis"


def _is_rank(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr="ndim"):
            return True
        case ast.Call(func=ast.Name(id="len"), args=[ast.Attribute(attr="shape")]):
            return True
        case ast.Call(func=ast.Attribute(attr="ndim")):
            return True
        case _:
            return False
