"""What a worker is sent of ours runs where nothing of ours can be imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader.bundle import bundle, bundle_all
from grader.errors import ProblemError


def _run(source: bytes, then: str) -> str:
    command = [sys.executable, "-I", "-c", source.decode() + then]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_module_goes_with_what_it_imports_and_that_imports(tmp_path: Path) -> None:
    (tmp_path / "low.py").write_text("N = 2\n")
    (tmp_path / "middle.py").write_text(
        "from dataclasses import dataclass\nfrom low import N\n"
        "@dataclass\nclass Pair:\n    a: int = N\n"
    )
    (tmp_path / "top.py").write_text(
        "import middle, low\ndef f(): return middle.Pair().a + low.N\n"
    )

    assert _run(bundle("top", tmp_path, ["numpy"]), "print(f())") == "4\n"


def test_a_package_goes_with_the_modules_that_are_imported_from_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "one.py").write_text("from parts import two\nN = two.N + 1\n")
    (tmp_path / "parts" / "two.py").write_text("N = 2\n")
    (tmp_path / "top.py").write_text("from parts import one, two\nN = one.N + two.N\n")
    source = bundle_all(["parts.two", "top"], tmp_path, ["numpy"])

    assert _run(source, "print(N)") == "5\n"


def test_the_libraries_are_not_taken_along(tmp_path: Path) -> None:
    (tmp_path / "top.py").write_text("import numpy as np\ndef f(): return np.ones(2)\n")

    assert len(bundle("top", tmp_path, ["numpy"])) < 1000


@pytest.mark.parametrize("source", ["import nowhere_at_all", "def f(:"])
def test_what_cannot_be_bundled_is_the_fault_of_the_problem(
    source: str, tmp_path: Path
) -> None:
    (tmp_path / "top.py").write_text(source)

    with pytest.raises(ProblemError):
        bundle("top", tmp_path, ["numpy"])
