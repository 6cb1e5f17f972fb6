"""What a command sees of the files around it, in namespaces of its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.outcome import AskedArgument, Call, Returned, Signature
from grader.problem import Limits
from grader.sandbox import namespaces
from grader.sandbox.imports import resolve_imports
from grader.sandbox.protocol import encode_calls
from grader.sandbox.sandbox import Sandbox
from grader.submission import Submission

ROOT = Path(__file__).parent.parent
INTERPRETER = str(Path(sys.executable).resolve())
WALK = """
import json, os, sys
seen = {}
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        try:
            with open(os.path.join(folder, name)) as file:
                seen[os.path.join(folder, name)] = file.read()
        except OSError:
            pass
print(json.dumps(seen))
"""

pytestmark = pytest.mark.skipif(
    not namespaces.command([INTERPRETER], resolve_imports(()).readable)[1:],
    reason="bubblewrap is not there, or doesn't work",
)


@pytest.mark.parametrize("hidden", [0, 1, 200])
@pytest.mark.parametrize("linked", [False, True])
def test_what_is_not_shown_cant_be_read_however_much_beside_it_is(
    hidden: int, *, linked: bool, tmp_path: Path
) -> None:
    shown = []
    for number in range(30):
        shown.append(tmp_path / f"{number}.txt")
        shown[-1].write_text(f"{number}")
    for number in range(hidden):
        (tmp_path / f"secret-{number}.txt").write_text("secret")
        folder = tmp_path / f"folder-{number}"
        folder.mkdir()
        (folder / "in.txt").write_text("secret")
    installed = tmp_path / "site-packages"
    (installed / "within").mkdir(parents=True)
    (installed / "secret.txt").write_text("secret")
    shown.append(installed / "within" / "deep.txt")
    shown[-1].write_text("deep")
    if linked:
        elsewhere = tmp_path.with_name(f"{tmp_path.name}-elsewhere.txt")
        elsewhere.write_text("elsewhere")
        shown.append(tmp_path / "link.txt")
        shown[-1].symlink_to(elsewhere)
    visible = (*resolve_imports(()).readable, *map(str, shown))
    command = namespaces.command(
        [INTERPRETER, "-S", "-c", WALK, str(tmp_path)], visible
    )
    run = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    seen = json.loads(run.stdout)

    assert command[0] == shutil.which("bwrap")
    assert seen == {str(path): path.read_text() for path in shown}


def test_what_is_not_there_is_passed_over() -> None:
    missing = [f"/nowhere/{number}" for number in range(100)]
    visible = (*resolve_imports(()).readable, *missing)
    command = namespaces.command([INTERPRETER, "-S", "-c", ""], visible)

    assert command[0] == shutil.which("bwrap")
    assert subprocess.run(command, check=False, env={}).returncode == 0


def test_of_ours_a_submission_sees_only_what_it_runs_in() -> None:
    top = ROOT / "grader"
    own = {top / "__init__.py", top / "outcome.py", *(top / "sandbox").rglob("*")}
    others = [str(path) for path in top.rglob("*.*") if path not in own]
    source = f"""
import os
def f(x):
    return sum(map(os.path.lexists, {[*others, __file__]!r}))
"""
    submission = Submission(name="looks", source=source.encode())
    asked = Signature(name="f", arguments=(AskedArgument(name="x"),))
    call = Call(function="f", arguments={"x": 1}, output_bytes=64)
    with Sandbox() as sandbox:
        exchanges = [encode_calls([call], sequence=1)]
        run = sandbox.run(submission, [asked], Limits(), exchanges)

    compiled = 2  # the forms of the two modules that Python keeps
    (outcome,) = run.outcomes
    assert isinstance(outcome, Returned)
    assert isinstance(outcome.value, int)
    assert outcome.value <= compiled < len(others)
