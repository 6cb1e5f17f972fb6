"""Read `problem.yaml` into a `Problem`; every complaint names its line.

The only module that reads YAML. The text becomes a tree of nodes that know their
place, then plain data, then the models of `grader.problem`, which validate it.
"""

import hashlib
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from pydantic import ValidationError

from grader.errors import ProblemError
from grader.problem import Problem, ProblemSpec, nearest

PROBLEMS = Path(__file__).resolve().parent.parent / "problems"
"""The problems that come with the grader: beside the package, in a checkout and in
an installed wheel alike."""

_LARGEST_SPEC_BYTES = 1 << 20
_Path = tuple[str | int, ...]


_MOST_NESTED = 40
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the first is in C


class _Loader(_Base):  # type: ignore[misc]
    """YAML without dates, the one scalar that JSON has no word for."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if "timestamp" not in tag]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def available_problems(root: Path = PROBLEMS) -> tuple[str, ...]:
    """List the ids of the problems in a folder."""
    return tuple(sorted(spec.parent.name for spec in root.glob("*/problem.yaml")))


def load_problem(name: str, *, root: Path = PROBLEMS) -> Problem:
    """Load a problem.

    Parameters
    ----------
    name
        The id of a problem in `root`, or a path to a spec or to its folder.
    root
        Where problems are looked up by id.

    Raises
    ------
    ProblemError
        If there is none, or its spec is not valid.
    """
    given = Path(name)
    if (root / name / "problem.yaml").is_file():
        path = root / name / "problem.yaml"
    elif given.is_dir():
        path = given / "problem.yaml"
    else:
        path = given
    if not path.is_file():
        known = available_problems(root)
        raise ProblemError(path, f"there is no such problem; {nearest(name, known)}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProblemError(path, f"can't be read: {error.strerror}") from error
    spec = parse_spec(data, path)
    return Problem(spec=spec, path=path, sha256=hashlib.sha256(data).hexdigest())


def parse_spec(text: bytes, path: Path) -> ProblemSpec:
    """Parse the text of a spec; `path` is for the complaints.

    Raises
    ------
    ProblemError
        At the first thing that is wrong, with its line and column.
    """
    root = _compose(text, path)
    _refuse_duplicate_keys(root, path)
    try:
        data = _frozen(yaml.constructor.SafeConstructor().construct_document(root))
        return ProblemSpec.model_validate(data)
    except ValidationError as error:
        raise _located(error, root, path) from None
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise ProblemError(path, f"not a plain YAML document: {error}") from error


def _frozen(data: Any) -> Any:  # noqa: ANN401 - not yet parsed
    """Make tuples of lists, as the models have them."""
    if isinstance(data, dict):
        return {str(key): _frozen(value) for key, value in data.items()}
    return tuple(map(_frozen, data)) if isinstance(data, list) else data


def _compose(data: bytes, path: Path) -> yaml.MappingNode:
    if len(data) > _LARGEST_SPEC_BYTES:
        raise ProblemError(path, "larger than 1 MiB: no spec is")
    try:
        text = data.decode("utf-8")
        _refuse_misuse(text, path)
        root = _Loader(text).get_single_node()
    except UnicodeDecodeError as error:
        raise ProblemError(path, f"not UTF-8 at byte {error.start}") from error
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        issue = f"not valid YAML: {error.problem or error.context}"
        if mark is None:
            raise ProblemError(path, issue) from error
        raise ProblemError(path, issue, mark.line + 1, mark.column + 1) from error
    except yaml.YAMLError as error:
        words = " ".join(str(error).split())
        raise ProblemError(path, f"not valid YAML: {words}") from error
    if not isinstance(root, yaml.MappingNode):
        raise ProblemError(path, "a spec is a mapping of keys to values", 1, 1)
    return root


def _refuse_misuse(text: str, path: Path) -> None:
    """Refuse what a spec has no use for and a hostile one could misuse."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            issue = "aliases (`*name`) are not supported: write it out"
            raise ProblemError(path, issue, mark.line + 1, mark.column + 1)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MOST_NESTED:
            issue = "nested too deeply"
            raise ProblemError(path, issue, mark.line + 1, mark.column + 1)


def _refuse_duplicate_keys(root: yaml.Node, path: Path) -> None:
    for node in _walk(root):
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise _at(key, path, "a key is a word")
                if key.value in seen:
                    raise _at(key, path, f"the key `{key.value}` appears twice")
                seen.add(key.value)


def _walk(node: yaml.Node) -> Iterator[yaml.Node]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]


def _located(
    error: ValidationError, root: yaml.MappingNode, path: Path
) -> ProblemError:
    first = error.errors(include_url=False)[0]
    ours = first["type"] == "issue"
    below: _Path = first["ctx"]["path"] if ours else ()
    at = first["loc"] + tuple(below)
    words = first["msg"] if ours else first["msg"][0].lower() + first["msg"][1:]
    if first["type"] == "missing":
        words = f"the key `{at[-1]}` is missing"
    node, names = _node_at(root, at)
    where = ".".join(str(name) for name in names)
    return _at(node, path, f"{where}: {words}" if where else words)


def _at(node: yaml.Node, path: Path, issue: str) -> ProblemError:
    mark: Any = node.start_mark
    return ProblemError(path, issue, mark.line + 1, mark.column + 1)


def _node_at(root: yaml.Node, at: _Path) -> tuple[yaml.Node, list[str | int]]:
    """Follow a path as far as it goes; what isn't in the file is a model's tag.

    The node of an unknown or wrong key is the key itself, not its value.
    """
    node, names = root, list[str | int]()
    for depth, step in enumerate(at):
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    names.append(step)
                    node = key if depth == len(at) - 1 else value
                    break
        elif isinstance(node, yaml.SequenceNode) and step in range(len(node.value)):
            names.append(step)
            node = node.value[int(step)]
    return node, names


def load_target(target: str, folder: Path) -> Any:  # noqa: ANN401 - any function
    """Import what `module:function` names.

    Parameters
    ----------
    target
        A module, which may be a file in `folder`, and a function in it.
    folder
        The problem's folder.

    Raises
    ------
    ProblemError
        If there is no such thing.
    """
    module_name, function = target.split(":")
    path = module_path(module_name, folder)
    try:
        module = _import(module_name, folder)
    except Exception as error:
        # Whatever an author's module raises while it is imported is the problem's.
        raise ProblemError(path, f"can't be imported: {error!r}") from error
    try:
        return getattr(module, function)
    except AttributeError as error:
        raise ProblemError(path, f"has no function `{function}`") from error


def module_path(module_name: str, folder: Path) -> Path:
    """Find the file of a module, beside a problem or installed, without running it.

    Raises
    ------
    ProblemError
        If there is no such module.
    """
    beside = folder / f"{module_name.replace('.', '/')}.py"
    if beside.is_file():
        return beside
    try:
        spec = find_spec(module_name)
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        raise ProblemError(
            folder / "problem.yaml", f"there is no module `{module_name}`"
        )
    return Path(spec.origin)


def _import(name: str, folder: Path) -> ModuleType:
    beside = folder / f"{name.replace('.', '/')}.py"
    if not beside.is_file():
        return import_module(name)
    spec = spec_from_file_location(f"{folder.name}.{name}", beside)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
