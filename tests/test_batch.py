"""Identical submissions are graded once, and their records say nothing else."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.batch import Graded, Pool, grade_many
from grader.errors import SandboxError
from grader.session import Item, Session, Settings
from grader.submission.submission import LARGEST_BYTES, SHOWN_BYTES
from grader.verdict import Verdict
from tests.submission.zips import zipped

SOFTMAX = Path(__file__).parent / "softmax"
SETTINGS = Settings(problem=str(SOFTMAX))
RIGHT = (SOFTMAX / "right.py").read_text()
WRONG = "def softmax(x):\n    return x\n"
NAMED = "def softmax(x):\n    print(__file__)\n    return x\n"
CUT = "def softmax(x):\n"


def write(folder: Path, **texts: str) -> list[Item]:
    items = []
    for name, text in texts.items():
        path = folder / f"{name}.py"
        path.write_text(text)
        items.append(Item(name=name, path=path))
    return items


@pytest.mark.parametrize("text", [RIGHT, WRONG, NAMED, CUT])
def test_a_twin_has_the_record_that_it_would_have_alone(
    tmp_path: Path, text: str
) -> None:
    items = write(tmp_path, one=text, two=text, three=text)

    with Session(SETTINGS) as session:
        alone = {item.name: session.grade(item, timing=False) for item in items}
        together = {
            one.item.name: one.record
            for one in grade_many(items, session, timing=False)
        }

    assert {name: one.to_json() for name, one in together.items()} == {
        name: one.to_json() for name, one in alone.items()
    }


def test_each_that_is_refused_is_told_why_itself(tmp_path: Path) -> None:
    two = zipped(("ann1.py", RIGHT.encode()), ("ann2.py", RIGHT.encode()))
    handed_in = {
        "ann.zip": two,
        "ben.zip": zipped(("ben.py", b"x = 1")),
        "cleo.zip": b"",
        "dan.ipynb": b"{",
        "eve.ipynb": b"[]",
        "fay.py": b"",
        "gil.py": b"#" * SHOWN_BYTES,
        "hal.py": b"#" * (LARGEST_BYTES + 1),
        "ida.zip": two,
    }
    for name, data in handed_in.items():
        (tmp_path / name).write_bytes(data)
    items = [Item(name=name[:3], path=tmp_path / name) for name in handed_in]

    graded: list[str] = []
    with Session(SETTINGS) as session:
        alone = {item.name: session.grade(item, timing=False) for item in items}
        together = {
            one.item.name: one.record
            for one in grade_many(items, session, timing=False, progress=graded.append)
        }

    assert together == alone
    assert graded == [item.name for item in items if item.name != "ida"]
    reasons = {name: one.error.message for name, one in together.items() if one.error}
    assert "ann1.py" in reasons["ann"]
    assert "ben.py" in reasons["ben"]
    assert "ann" not in reasons["ben"]
    assert reasons["ida"] == reasons["ann"]
    assert len(set(reasons.values())) == 7  # fay's and gil's have no function


def test_a_seed_that_is_set_later_is_as_if_it_was_given_first(tmp_path: Path) -> None:
    (item,) = write(tmp_path, one=WRONG)

    with Session(replace(SETTINGS, seed=7)) as seven, Session(SETTINGS) as session:
        own = session.grade(item, timing=False)
        session.use_seed(7)
        record = session.grade(item, timing=False)
        expected = seven.grade(item, timing=False)

    assert record.to_json() == expected.to_json()
    assert record.seed == 7 != own.seed


def test_only_the_first_of_those_alike_is_graded(tmp_path: Path) -> None:
    items = write(tmp_path, one=WRONG, other=RIGHT, two=WRONG, three=WRONG)
    graded: list[str] = []

    with Session(SETTINGS) as session:
        list(grade_many(items, session, timing=False, progress=graded.append))

    assert graded == ["one", "other"]


class Losing(Executor):
    """An executor in this process that loses a handful if a certain file is in it."""

    def __init__(self, session: Session, lost: str) -> None:
        self.sizes: list[int] = []
        self._session = session
        self._lost = lost

    def submit(
        self, fn: Callable[..., Any], /, *args: object, **kwargs: object
    ) -> Future[Any]:
        del fn, kwargs
        future: Future[Any] = Future()
        items: list[Item] = list(args[0])  # type: ignore[call-overload]
        self.sizes.append(len(items))
        if any(item.name == self._lost for item in items):
            future.set_exception(SandboxError("the process is gone"))
            return future
        done = [self._session.grade(item, timing=False) for item in items[:3]]
        future.set_result([one.model_dump_json() for one in done])
        return future


def test_of_a_lost_handful_only_the_one_it_was_lost_over_is_graded_elsewhere(
    tmp_path: Path,
) -> None:
    texts = {f"c{number}": f"{RIGHT}# {number}\n" for number in range(8)}
    items = write(tmp_path, **texts)

    with Session(SETTINGS) as session:
        here = session.grade(items[0], timing=False)
        environment = here.environment
        pool = Losing(session, "c5")
        with Session(SETTINGS, elsewhere=environment) as near:
            found: list[Graded] = list(
                grade_many(
                    items,
                    near,
                    timing=False,
                    pool=Pool(judges=pool, room=lambda: 8, together=8),
                )
            )

    records = {one.item.name: one.record for one in found}
    assert len(found) == len(records) == 8
    assert records["c5"].verdict is Verdict.JUDGE_ERROR
    others = {one.verdict for name, one in records.items() if name != "c5"}
    assert others == {Verdict.ACCEPTED}
    assert pool.sizes == [8, *[1] * 8]


class Removing(Losing):
    """One that takes the file along that it loses a process over."""

    def submit(
        self, fn: Callable[..., Any], /, *args: object, **kwargs: object
    ) -> Future[Any]:
        items: list[Item] = list(args[0])  # type: ignore[call-overload]
        for item in items:
            if item.name == self._lost:
                item.path.unlink()
        return super().submit(fn, *args, **kwargs)


def test_what_is_gone_when_its_process_was_lost_costs_no_other_its_result(
    tmp_path: Path,
) -> None:
    items = write(tmp_path, gone=WRONG, there=RIGHT)

    with Session(SETTINGS) as session:
        environment = session.grade(items[1], timing=False).environment
        pool = Pool(judges=Removing(session, "gone"), room=lambda: 1)
        with Session(SETTINGS, elsewhere=environment) as near:
            found = {
                one.item.name: one.record.verdict
                for one in grade_many(items, near, timing=False, pool=pool)
            }

    assert found == {"gone": Verdict.JUDGE_ERROR, "there": Verdict.ACCEPTED}
