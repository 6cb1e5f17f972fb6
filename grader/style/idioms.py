"""Find what array code is made of: slices, new axes, windows, products."""

import ast
from collections.abc import Iterator
from itertools import islice

from grader.problem import Idiom
from grader.record import IdiomEntry
from grader.style.tree import Text, name_of, nodes_of

MOST_IDIOMS = 100
_CALLS: dict[str, Idiom] = {
    "broadcast_to": Idiom.BROADCASTING,
    "expand_dims": Idiom.BROADCASTING,
    "reshape": Idiom.RESHAPING,
    "transpose": Idiom.RESHAPING,
    "moveaxis": Idiom.RESHAPING,
    "swapaxes": Idiom.RESHAPING,
    "ravel": Idiom.RESHAPING,
    "sliding_window_view": Idiom.WINDOWS,
    "as_strided": Idiom.WINDOWS,
    "einsum": Idiom.PRODUCTS,
    "tensordot": Idiom.PRODUCTS,
    "matmul": Idiom.PRODUCTS,
    "dot": Idiom.PRODUCTS,
    "pad": Idiom.PADDING,
    "bincount": Idiom.SCATTERING,
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
    found = islice(_found(tree), MOST_IDIOMS)
    quoted = {(node.lineno, kind, text.quote(node)) for kind, node in found}
    return tuple(
        IdiomEntry(kind=kind, line=line, text=words)
        for line, kind, words in sorted(quoted)
    )


def _found(tree: ast.Module) -> Iterator[tuple[Idiom, ast.expr]]:
    for node in nodes_of(tree):
        for kind in _kinds(node):
            assert isinstance(node, ast.expr)
            yield kind, node


def _kinds(node: ast.AST) -> Iterator[Idiom]:
    match node:
        case ast.Subscript():
            yield from _kinds_of_subscript(node.slice)
        case ast.BinOp(op=ast.MatMult()):
            yield Idiom.PRODUCTS
        case ast.Compare():
            if any(map(_is_rank, (node.left, *node.comparators))):
                yield Idiom.RANK_TEST
        case ast.Attribute(attr="T"):
            yield Idiom.RESHAPING
        case ast.Call():
            yield from _kinds_of_call(node.func)
        case _:
            pass


def _kinds_of_subscript(place: ast.expr) -> Iterator[Idiom]:
    places = place.elts if isinstance(place, ast.Tuple) else []
    slices = [one for one in places if isinstance(one, ast.Slice)]
    if not all(map(_is_all, slices)) or (slices and any(map(_is_index, places))):
        yield Idiom.SLICING
    if any(map(_is_new_axis, places or [place])):
        yield Idiom.BROADCASTING


def _kinds_of_call(function: ast.expr) -> Iterator[Idiom]:
    kind = _CALLS.get(name_of(function))
    if kind is not None:
        yield kind
    match function:
        case ast.Attribute(value=ast.Attribute(), attr="at"):  # np.add.at
            yield Idiom.SCATTERING
        case _:
            pass


def _is_all(place: ast.Slice) -> bool:
    return place.lower is None and place.upper is None and place.step is None


def _is_new_axis(place: ast.expr) -> bool:
    if isinstance(place, ast.Constant):
        return place.value is None
    return name_of(place) == "newaxis"


def _is_index(place: ast.expr) -> bool:
    """Whether it picks elements: a number, or an array of them."""
    is_constant = isinstance(place, ast.Constant) and not isinstance(place.value, int)
    return not (isinstance(place, ast.Slice) or is_constant or _is_new_axis(place))


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
