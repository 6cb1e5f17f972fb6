"""Names stay out of what is shown, and who is who can be looked up."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.cli import main
from grader.errors import OutputError, SubmissionError
from grader.pseudonyms import assign_pseudonyms, key_beside
from grader.session import Item

SOFTMAX = Path(__file__).parent / "softmax"


def test_a_pseudonym_stays_and_new_names_get_new_ones(tmp_path: Path) -> None:
    key = tmp_path / "names.csv"
    first = assign_pseudonyms(["ann", "ben", "=cmd()"], key)
    second = assign_pseudonyms(["dan", "=cmd()", "ann"], key)

    assert sorted(first.values()) == ["candidate-01", "candidate-02", "candidate-03"]
    assert second == {
        "dan": "candidate-04",
        "ann": first["ann"],
        "=cmd()": first["=cmd()"],
    }
    assert "'=cmd()," in key.read_text()


def test_their_order_tells_nothing(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(50)]
    ways = {
        tuple(assign_pseudonyms(names, tmp_path / f"{way}.csv").values())
        for way in range(3)
    }
    # That two of three orders of fifty are the same has a chance of one in 10^64.
    assert len(ways) == 3
    assert all(len(set(way)) == 50 for way in ways)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1), unique=True, max_size=9)
)
def test_any_names_are_found_again(tmp_path: Path, names: list[str]) -> None:
    key = tmp_path / "key.csv"
    key.unlink(missing_ok=True)
    first = assign_pseudonyms(names, key)
    assert len(set(first.values())) == len(names)
    assert assign_pseudonyms(names, key) == first


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name\n",
        "a,b\nann,candidate-01\n",
        "name,pseudonym\nann\n",
        "name,pseudonym\nann,bob\n",
        "name,pseudonym\nann,candidate-²\n",
        "name,pseudonym\nann,candidate-" + "9" * 5000 + "\n",
        "\udcff",
    ],
)
def test_what_is_no_key_is_refused_and_not_overwritten(
    text: str, tmp_path: Path
) -> None:
    key = tmp_path / "key.csv"
    data = text.encode("utf-8", "surrogateescape")
    key.write_bytes(data)
    with pytest.raises(OutputError):
        assign_pseudonyms(["ann"], key)
    assert key.read_bytes() == data


def test_a_file_that_cannot_be_read_is_not_named_either() -> None:
    path = Path("/no/such/folder/yolanda.py")
    item = Item(name="candidate-01", path=path, anonymous=True)
    with pytest.raises(SubmissionError, match=r"^candidate-01: "):
        item.read()


def test_no_page_and_no_record_has_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    (folder / "zeta_group").mkdir(parents=True)
    right = (SOFTMAX / "right.py").read_text()
    (folder / "zeta_group" / "yolanda.py").write_text(right)
    (folder / "xaver.py").write_text("def softmax(x, axis):\n    raise ValueError(x)")
    (folder / "wanda.py").write_text("not python")
    for name in ("zeta_group/test_yolanda.py", "xaver_test.py", "test_wanda.py"):
        (folder / name).write_text("def test_a(): assert False")
    arguments = ["grade", str(folder), "-p", str(SOFTMAX), "-o", str(output)]
    arguments += ["--anonymous", "--jobs", "1"]

    assert main(arguments) == 4
    told = capsys.readouterr()
    shown = [path for path in output.rglob("*") if path.is_file()]
    texts = [path.read_text() for path in shown] + [told.out, told.err]
    texts += [str(path.relative_to(output)) for path in shown]
    for name in ("zeta", "yolanda", "xaver", "wanda"):
        assert not [text for text in texts if name in text]
    key = key_beside(output).read_text()
    assert key_beside(output).parent == tmp_path
    assert all(name in key for name in ("zeta_group", "xaver", "wanda"))

    main(arguments)
    assert "3 of 3 taken over" in capsys.readouterr().err
    main([*arguments[:-3], "--jobs", "1"])
    main(arguments)
    assert "names may be in them" in capsys.readouterr().err
