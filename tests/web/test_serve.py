"""`grader serve` before it serves: what it asks for, and what it says otherwise."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from grader.cli import main
from grader.errors import ServeError
from grader.web.server import read_secret
from tests.web.visits import ROOT, SOFTMAX

FEW = ["serve", "--problem", str(SOFTMAX)]


def complaint(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, *options: str
) -> tuple[int, str]:
    places = ["--store", f"sqlite:///{tmp_path}/s.sqlite3"]
    places += ["--secret", str(tmp_path / "secret")]
    code = main([*FEW, *places, *options])
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ["--host", "0.0.0.0", "--port", "0"],
            "say with `--url` where people reach it",
        ),
        (["--host", "example.org", "--port", "0"], "can't listen on example.org"),
        (["--port", "0", "--url", "grader.example.org"], "`--url` is like"),
        (["--port", "0", "--url", "https://example.org/grader"], "has no path"),
        (
            ["--port", "0", "--problem", str(SOFTMAX)],
            "two problems with the id softmax",
        ),
        (["--port", "0", "--problem", "nowhere"], "there is no such problem"),
        (["--port", "0", "--store", "mysql://x/y"], "neither SQLite nor PostgreSQL"),
        (["--port", "70000"], "70000 is not in the range"),
    ],
)
def test_what_cant_be_served_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str], words: str
) -> None:
    code, error = complaint(capsys, tmp_path, *options)

    assert code in {2, 3}
    assert words in error
    assert "Traceback" not in error


def test_a_port_that_is_taken_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, error = complaint(capsys, tmp_path, "--port", str(port))

    assert code == 2
    assert f"can't listen on 127.0.0.1, port {port}" in error


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    secret = read_secret(path)

    assert read_secret(path) == secret
    assert len(secret) == 64
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_secret_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(ServeError, match="at least 32 characters"):
        read_secret(path)
    path.write_bytes(b"x" * 64)
    path.chmod(0o644)
    with pytest.raises(ServeError, match="others may read it"):
        read_secret(path)


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )


@pytest.mark.parametrize("library", ["fastapi", "limits", "itsdangerous", "uvicorn"])
def test_without_the_extra_it_says_what_to_install(library: str) -> None:
    ended = run(
        f"import sys; sys.modules[{library!r}] = None\n"
        "from grader.cli import main; sys.exit(main(['serve', '--port', '0']))"
    )

    assert ended.returncode == 2
    assert ended.stderr == (
        "grader: serving needs more libraries: pip install 'array-grader[web]'\n"
    )


def test_nothing_else_imports_what_serving_needs() -> None:
    ended = run(
        "import sys, importlib\n"
        "from grader.cli import COMMANDS\n"
        "for one in COMMANDS: importlib.import_module(f'grader.cli.{one}')\n"
        "import grader.verify, grader.output, grader.report.html\n"
        "extra = {'fastapi', 'starlette', 'uvicorn', 'limits', 'itsdangerous'}\n"
        "sys.exit(str(extra & set(sys.modules)) if extra & set(sys.modules) else 0)"
    )

    assert ended.returncode == 0, ended.stderr
