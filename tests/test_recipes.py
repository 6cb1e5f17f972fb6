"""What docs/ has for Gradescope and GitHub: checked, and run as far as can be here."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
GRADESCOPE = ROOT / "docs" / "gradescope"
WORKFLOW = ROOT / "docs" / "github" / "grade.yml"
BROKEN = ROOT / "submissions" / "conv2d" / "invalid_submission" / "syntax_error.py"
WRONG = ROOT / "submissions" / "conv2d" / "wrong_answer" / "kernel_flipped.py"


def _run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )


@pytest.fixture
def grader(tmp_path: Path) -> Path:
    """Give a `grader` as an installation has it."""
    path = tmp_path / "bin" / "grader"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m grader "$@"\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def autograder(tmp_path: Path) -> Path:
    for name in ("submission", "results", "source"):
        (tmp_path / "autograder" / name).mkdir(parents=True)
    return tmp_path / "autograder"


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_shellcheck_finds_nothing(script: str) -> None:
    path = GRADESCOPE / script
    checked = _run(Path(sys.executable).with_name("shellcheck"), path)

    assert (checked.returncode, checked.stdout) == (0, "")
    assert os.access(path, os.X_OK)


@pytest.mark.parametrize(("example", "earns"), [(WRONG, "some"), (BROKEN, "none")])
def test_gradescope_s_script_leaves_results_behind(
    example: Path, earns: str, autograder: Path, grader: Path
) -> None:
    shutil.copy(example, autograder / "submission")
    earlier = autograder / "submission_metadata.json"
    earlier.write_text("{}")
    ran = _run(
        GRADESCOPE / "run_autograder",
        "--no-timing",
        "--no-explain",
        AUTOGRADER=str(autograder),
        GRADER=str(grader),
    )

    assert ran.returncode == 0, ran.stderr
    results = json.loads((autograder / "results" / "results.json").read_text())
    assert (results["score"] > 0) is (earns == "some")
    assert {one["visibility"] for one in results["tests"]} == {"visible", "hidden"}
    assert earlier.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("names", [(), ("a.py", "b.py")])
def test_gradescope_s_script_asks_for_one_file(
    names: tuple[str, ...], autograder: Path, grader: Path
) -> None:
    for name in names:
        (autograder / "submission" / name).write_text("")
    ran = _run(
        GRADESCOPE / "run_autograder", AUTOGRADER=str(autograder), GRADER=str(grader)
    )

    assert ran.returncode == 0
    results = json.loads((autograder / "results" / "results.json").read_text())
    assert f"There are {len(names)}." in results["output"]


def test_a_fault_of_the_grader_fails_gradescope_s_script(
    autograder: Path, grader: Path
) -> None:
    shutil.copy(BROKEN, autograder / "submission")
    ran = _run(
        GRADESCOPE / "run_autograder",
        AUTOGRADER=str(autograder),
        GRADER=str(grader),
        PROBLEM="none",
    )

    assert ran.returncode == 3
    assert not (autograder / "results" / "results.json").exists()


def test_the_workflow_keeps_github_s_schema() -> None:
    checked = _run(
        Path(sys.executable).with_name("check-jsonschema"),
        "--builtin-schema",
        "vendor.github-workflows",
        WORKFLOW,
    )

    assert checked.returncode == 0, checked.stdout


def _steps() -> list[dict[str, Any]]:
    workflow = yaml.safe_load(WORKFLOW.read_text())
    steps = workflow["jobs"]["grade"]["steps"]
    assert isinstance(steps, list)
    return steps


def test_the_workflow_s_command_grades(tmp_path: Path, grader: Path) -> None:
    (tmp_path / "submissions").mkdir()
    shutil.copy(BROKEN, tmp_path / "submissions")
    (command,) = [one["run"] for one in _steps() if one.get("id") == "grade"]
    summary = tmp_path / "summary.md"
    ran = _run(
        "bash",
        "-ec",
        f'cd "{tmp_path}"; {command}',
        PATH=f"{grader.parent}:{os.environ['PATH']}",
        RUNNER_TEMP=str(tmp_path),
        GITHUB_ACTIONS="true",
        GITHUB_WORKSPACE=str(tmp_path),
        GITHUB_STEP_SUMMARY=str(summary),
    )

    assert ran.returncode == 4, ran.stderr
    assert "::error file=submissions/syntax_error.py,line=" in ran.stdout
    assert "invalid submission" in summary.read_text()
    assert (tmp_path / "graded" / "syntax_error" / "junit.xml").is_file()


def test_the_workflow_uploads_what_candidates_may_see() -> None:
    (upload,) = [one for one in _steps() if "upload" in one.get("uses", "")]
    names = {Path(one).name for one in upload["with"]["path"].split("\n") if one}

    assert names == {"junit.xml", "feedback.html"}
