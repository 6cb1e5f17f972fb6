"""The layers hold: imports point downwards, and the grader knows no problem."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GRADER = ROOT / "grader"

LAYERS = (
    {
        "described",
        "errors",
        "verdict",
        "outcome",
        "places",
        "shape",
        "text",
        "__init__",
    },
    {"problem"},
    {"record"},
    {"attempts"},
    {"history", "loading", "submission", "bounds", "schema", "findings"},
    {"arguments", "bundle"},
    {"expected"},
    {"cases"},
    {"mismatch"},
    {"check"},
    {"sandbox", "score", "signals"},
    {"entries"},
    {"exam"},
    {"panel"},
    {"grade", "misconceptions", "trial"},
    {"timing", "explanation", "candidate_tests", "style"},
    {"environment", "fingerprint"},
    {"session", "doctor", "practice"},
    {"batch"},
    {"resume"},
    {"verify"},
    {"store"},
    {"report"},
    {"output"},
    {"shelf", "similarity", "similarity_worker"},
    {"overview", "pseudonyms"},
    {"cluster", "web"},
    {"cli"},
    {"__main__"},
)


def _layer(module: str) -> int:
    return next(place for place, names in enumerate(LAYERS) if module in names)


def _imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            names.update(one.name for one in node.names)
    return names


def _modules() -> list[Path]:
    return sorted(GRADER.rglob("*.py"))


@pytest.mark.parametrize("path", _modules(), ids=lambda path: path.name)
def test_a_module_imports_only_from_its_own_layer_and_those_below(path: Path) -> None:
    own = path.relative_to(GRADER).parts[0].removesuffix(".py")
    used = {name.split(".")[1] for name in _imports(path) if name.startswith("grader.")}
    known = {name for layer in LAYERS for name in layer}

    assert all(_layer(name) <= _layer(own) for name in used & known)


def test_the_grader_has_no_word_about_convolution() -> None:
    words = ("conv2d", "convol", "im2col", "pooling", "dilation", "c_out", "k_h")
    found = [
        (path.name, word)
        for path in (*GRADER.rglob("*.py"), *GRADER.rglob("*.j2"))
        for word in words
        if word in path.read_text().lower()
    ]

    assert found == []


@pytest.mark.parametrize(
    ("library", "only"),
    [
        ("yaml", {"loading.py"}),
        ("jinja2", {"report"}),
        ("click", {"cli"}),
        ("dask", {"cluster"}),
        ("distributed", {"cluster"}),
        ("cloudpickle", {"cluster"}),
    ],
)
def test_a_library_is_imported_in_one_place(library: str, only: set[str]) -> None:
    found = {
        path.relative_to(GRADER).parts[0]
        for path in _modules()
        if any(name.split(".")[0] == library for name in _imports(path))
    }

    assert found == only


def _loaded_with(*modules: str) -> set[str]:
    """List all modules that are there once some are imported, in a fresh process."""
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def test_what_is_an_extra_is_not_imported_unless_it_is_asked_for() -> None:
    modules = ("grader.cli", "grader.cli.grade", "grader.batch")
    extras = {"dask", "distributed", "tornado", "cloudpickle"}

    assert not extras & _loaded_with(*modules)


def test_commands_that_grade_nothing_do_not_load_what_grades() -> None:
    names = (
        "compare doctor explain history index new problems report schema serve store"
    )
    modules = [f"grader.cli.{name}" for name in names.split()]

    assert not {"grader.session", "hypothesis"} & _loaded_with(*modules)


def test_hypothesis_is_loaded_only_where_a_mistake_is_looked_for() -> None:
    assert "hypothesis" not in _loaded_with("grader.session", "grader.web.runner")


def test_nothing_is_unpickled() -> None:
    for path in _modules():
        assert not {"pickle", "marshal", "shelve"} & _imports(path)


def test_the_far_side_imports_nothing_of_ours_but_itself() -> None:
    allowed = {"outcome", "sandbox"}
    far = {
        "zygote",
        "rehearsal",
        "worker",
        "layers",
        "protocol",
        "frames",
        "frame_writer",
        "bindings",
        "modules",
        "plain_worker",
        "suite",
        "stand_ins",
    }
    used = {
        name
        for module in far
        for name in _imports(GRADER / "sandbox" / f"{module}.py")
        if name.startswith("grader.")
    }

    assert {name.split(".")[1] for name in used} == allowed
    assert {
        name.split(".")[2]
        for name in used
        if name.count(".") == 2 and "sandbox" in name
    } <= far
