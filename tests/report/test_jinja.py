"""Compiled templates are kept where they may be, and never stand for others."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment

from grader.report.jinja import TemplateBytecode

MODULE = "autoescape = True\n"


@pytest.fixture(autouse=True)
def keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "drawing.py"
    path.write_text(MODULE)
    return path


def _drawn(
    folder: Path, module: Path, template: str, *, autoescape: bool = True
) -> str:
    environment = Environment(
        autoescape=autoescape,
        bytecode_cache=TemplateBytecode(folder, str(module)),
        loader=DictLoader({"page": template}),
    )
    return environment.get_template("page").render(name="<b>")


def _kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*.jinja")}


def test_what_is_kept_draws_the_same_page(tmp_path: Path, module: Path) -> None:
    pages = [_drawn(tmp_path, module, "Hello {{ name }}") for _ in range(2)]

    assert pages == ["Hello &lt;b&gt;"] * 2
    assert len(_kept(tmp_path)) == 1


def test_another_template_or_another_way_to_compile_it_is_compiled_again(
    tmp_path: Path, module: Path
) -> None:
    _drawn(tmp_path, module, "Hello {{ name }}")

    assert _drawn(tmp_path, module, "Bye {{ name }}") == "Bye &lt;b&gt;"

    module.write_text(MODULE.replace("True", "False"))

    assert _drawn(tmp_path, module, "Bye {{ name }}", autoescape=False) == "Bye <b>"
    assert len(_kept(tmp_path)) == 1


def test_all_may_read_what_is_kept(tmp_path: Path, module: Path) -> None:
    _drawn(tmp_path, module, "Hello {{ name }}")
    (path,) = tmp_path.rglob("*.jinja")
    (tmp_path / "like").write_text("any other file")

    assert path.stat().st_mode == (tmp_path / "like").stat().st_mode


def test_it_is_kept_where_python_keeps_its_own(
    tmp_path: Path, module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "elsewhere"))
    templates = tmp_path / "templates"
    _drawn(templates, module, "Hello {{ name }}")

    assert not _kept(templates)
    assert len(_kept(tmp_path / "elsewhere")) == 1


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_there_the_page_is_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("templates")
    module = folder / "drawing.py"
    module.write_text(MODULE)
    _drawn(folder, module, "Hello {{ name }}")
    (path,) = folder.rglob("*.jinja")
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.binary(min_size=1, max_size=3))
    path.write_bytes(whole[:at] + other + whole[at + len(other) :])

    assert _drawn(folder, module, "Hello {{ name }}") == "Hello &lt;b&gt;"
    assert path.read_bytes() == whole


@pytest.mark.parametrize("cut", [0, 1, 40, -1], ids=str)
def test_what_is_broken_is_compiled_again(
    cut: int, tmp_path: Path, module: Path
) -> None:
    _drawn(tmp_path, module, "Hello {{ name }}")
    (path,) = tmp_path.rglob("*.jinja")
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])

    assert _drawn(tmp_path, module, "Hello {{ name }}") == "Hello &lt;b&gt;"
    assert path.read_bytes() == whole


def test_where_nothing_can_be_kept_pages_are_drawn_all_the_same(
    tmp_path: Path, module: Path
) -> None:
    (tmp_path / "__pycache__").write_text("in the way")

    assert _drawn(tmp_path, module, "Hello {{ name }}") == "Hello &lt;b&gt;"


def test_nothing_is_kept_where_python_is_asked_to_keep_nothing(
    tmp_path: Path, module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    _drawn(tmp_path, module, "Hello {{ name }}")

    assert not _kept(tmp_path)
