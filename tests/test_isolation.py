"""What a machine lacks is noticed by trying, said, and enforced."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from grader.sandbox.isolation import Addition
from grader.sandbox.layers import Layer
from tests.limits import limited

ROOT = Path(__file__).parent.parent
WITHOUT = ROOT / "tests" / "without.py"
SOFTMAX = ROOT / "tests" / "softmax"
RIGHT = SOFTMAX / "right.py"
GRADE = ("grade", str(RIGHT), "-p", str(SOFTMAX), "--no-timing", "--format", "json")
UNPRIVILEGED_ONLY = {
    Layer.NO_NEW_PRIVS: {Layer.NO_NEW_PRIVS, Layer.LANDLOCK, Layer.SECCOMP}
}
"""Without the first, the kernel grants the others to root alone."""


def run(
    *words: str, lacking: str | None = None, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the grader, on a kernel that seems to lack something, or with a PATH."""
    around = [] if lacking is None else [sys.executable, str(WITHOUT), lacking]
    return subprocess.run(
        [*around, sys.executable, "-m", "grader", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | ({} if path is None else {"PATH": path}),
    )


@pytest.fixture(
    params=[
        layer
        for layer in Layer
        # A filter can be loaded without it by root alone.
        if layer is not Layer.NO_NEW_PRIVS or os.geteuid() == 0
    ]
)
def lacking(request: pytest.FixtureRequest) -> Layer:
    layer: Layer = request.param
    return layer


def test_a_layer_that_does_not_hold_is_told_with_what_to_do(lacking: Layer) -> None:
    lines = run("doctor", lacking=lacking).stdout.splitlines()
    told = {
        layer: text
        for line in lines
        for layer in Layer
        if (text := line.partition(f"layer {layer.value} ")[2].strip())
    }

    missing = UNPRIVILEGED_ONLY.get(lacking, {lacking})
    assert {layer for layer, text in told.items() if text != "holds"} == missing
    assert told[lacking].startswith("does not hold: ")
    assert any(line.split()[:2] == ["isolation", "partial:"] for line in lines)


def test_nothing_is_graded_with_less_than_was_asked_for(
    lacking: Layer, tmp_path: Path
) -> None:
    done = run(*GRADE, "--output", str(tmp_path / "out"), lacking=lacking)

    assert done.returncode == 2
    assert f"{lacking.value}" in done.stderr
    assert "--isolation partial" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_record_says_what_held(lacking: Layer) -> None:
    done = run(*GRADE, "--output", "-", "--isolation", "partial", lacking=lacking)

    record = json.loads(done.stdout)
    assert record["verdict"] == "accepted"
    assert record["environment"]["isolation"] == "partial"
    assert not record["environment"]["layers"][lacking]


def test_it_says_so_where_the_problem_fails_too(tmp_path: Path) -> None:
    broken = limited("conv2d", tmp_path, faults=1)
    spec = broken / "problem.yaml"
    right = "reference: reference.conv2d:conv2d"
    spec.write_text(spec.read_text().replace(right, "reference: math:floor"))
    words = [*GRADE, "--problem", str(broken), "--output", "-"]
    record = json.loads(run(*words).stdout)

    assert record["verdict"] == "judge_error"
    assert record["environment"]["isolation"] == "full"
    assert run(*words, lacking="seccomp").returncode == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_hands_submissions_to_another_user_where_it_can() -> None:
    with_it = json.loads(run(*GRADE, "--output", "-").stdout)
    without = json.loads(run(*GRADE, "--output", "-", lacking="separate_user").stdout)

    assert Addition.SEPARATE_USER in with_it["environment"]["additions"]
    assert Addition.SEPARATE_USER not in without["environment"]["additions"]
    assert without["verdict"] == with_it["verdict"] == "accepted"


@pytest.mark.parametrize("path", ["/usr/bin", "/nonexistent"])
def test_the_system_s_python_will_do_for_root_too(path: str) -> None:
    # All can read it; but what bubblewrap shows of it lies in folders of root's.
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = Path("/usr/bin", version)
    if not python.exists():
        pytest.skip(f"there is no {python}")
    done = subprocess.run(
        [python, "-m", "grader", *GRADE, "--output", "-"],
        env={"PATH": path, "PYTHONPATH": f"{ROOT}:{sysconfig.get_path('purelib')}"},
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )

    assert json.loads(done.stdout)["verdict"] == "accepted"


def test_bubblewrap_is_not_needed(tmp_path: Path) -> None:
    done = run(*GRADE, "--output", "-", path=str(tmp_path))

    record = json.loads(done.stdout)
    assert record["verdict"] == "accepted"
    assert record["environment"]["isolation"] == "full"
    assert Addition.NAMESPACES not in record["environment"]["additions"]
