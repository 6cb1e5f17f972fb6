"""Of what a grading follows from, one hash: where it is the same, so is the record.

What an earlier run left behind is taken over if its fingerprint is the one that a new
grading would have, and no other change has to be thought of.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from grader.errors import ProblemError
from grader.loading import module_path
from grader.problem import Problem
from grader.record import Basis, Environment
from grader.submission import Submission

_TARGET = re.compile(r"([A-Za-z_][\w.]*):[A-Za-z_]\w*")


def basis_of(code_sha256: str, environment: Environment) -> Basis:
    """Hash what gradings of a problem follow from, beside its spec.

    Parameters
    ----------
    code_sha256
        Of the problem, from `hash_code`.
    environment
        Versions and isolation.
    """
    around = {
        "blas": environment.blas,
        "isolation": [environment.isolation, environment.layers],
        "numpy": environment.numpy,
        "python": environment.python,
        **_tool_versions(),
    }
    return Basis(
        reference=code_sha256,
        grader=_hash([environment.grader, own_code()]),
        environment=_hash(around),
    )


def fingerprint_of(
    spec_sha256: str,
    basis: Basis,
    submission: Submission,
    seed: int,
    asked: Mapping[str, bool],
) -> str:
    """Hash what a grading follows from.

    Parameters
    ----------
    spec_sha256
        Of the problem's spec.
    basis
        What else all gradings of the problem follow from.
    submission
        Its bytes, and what reports call it.
    seed
        Of the data.
    asked
        What else was asked for: whether speed is measured, say.
    """
    whole = {
        **basis.model_dump(),
        "asked": dict(asked),
        "filename": submission.filename,
        "name": submission.name,
        "seed": seed,
        "spec": spec_sha256,
        "submission": submission.sha256,
    }
    return _hash(whole)


def _hash(plain: object) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


@cache
def _tool_versions() -> Mapping[str, str]:
    """Give the versions of what is run beside submissions: each is read from a file."""
    return {name: version(name) for name in ("pytest", "ruff")}


@cache
def own_code() -> str:
    """Hash the grader's own code: its version is that of a release."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def hash_problem(problem: Problem) -> str:
    """Hash a problem's spec and its code.

    Raises
    ------
    ProblemError
        If there is no such code, or it can't be read.
    """
    return _hash([problem.sha256, hash_code(problem)])


def hash_code(problem: Problem) -> str:
    """Hash the code that a problem's spec names, with all that lies beside it.

    A reference may import what is in its package, so all of that counts.

    Raises
    ------
    ProblemError
        If there is no such code, or it can't be read.
    """
    try:
        texts = [path.read_bytes() for path in _code_of(problem)]
    except OSError as error:
        raise ProblemError(
            problem.folder, f"can't be read: {error.strerror}"
        ) from error
    # Not in the order of paths, which is another one where the folder lies elsewhere.
    return _hash(sorted(hashlib.sha256(one).hexdigest() for one in texts))


def _code_of(problem: Problem) -> set[Path]:
    found = set(problem.folder.glob("*.py"))
    for module in set(_modules(problem.spec.model_dump())):
        top, *below = module.split(".")
        beside = problem.folder / top
        if below and beside.is_dir():
            found.update(beside.rglob("*.py"))
            continue
        path = module_path(top, problem.folder)
        found.update(path.parent.rglob("*.py") if below else {path})
    return found


def _modules(value: Any) -> Iterator[str]:  # noqa: ANN401 - any tree of plain data
    """Go through all `module:function` in a spec."""
    match value:
        case str():
            if (target := _TARGET.fullmatch(value)) is not None:
                yield target[1]
        case dict():
            for one in value.values():
                yield from _modules(one)
        case list() | tuple():
            for one in value:
                yield from _modules(one)
        case _:
            pass
