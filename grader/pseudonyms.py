"""Names that tell nothing, for blind review, and the key to them."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from random import SystemRandom

from grader.errors import OutputError
from grader.output import write_whole
from grader.report.table import uncell, write_rows

_HEAD = ("name", "pseudonym")
_PREFIX = "candidate-"
_PSEUDONYM = re.compile(rf"{_PREFIX}([0-9]{{1,9}})")


def key_beside(folder: Path) -> Path:
    """Give the place of the key: beside the folder that is shown, and not in it."""
    whole = folder.resolve()
    return whole.with_name(f"{whole.name}.names.csv")


def assign_pseudonyms(names: Sequence[str], key: Path) -> dict[str, str]:
    """Give each name a pseudonym: the one that it has in the key, or a new one.

    New ones are given by lot, so their order tells nothing.

    Parameters
    ----------
    names
        Of submissions.
    key
        A CSV file; made or made longer where names are new.

    Raises
    ------
    OutputError
        If the key is not one that was written here, or can't be.
    """
    known = _read(key)
    new = [name for name in names if name not in known]
    first = 1 + max((_number(one, key) for one in known.values()), default=0)
    numbers = list(range(first, first + len(new)))
    SystemRandom().shuffle(numbers)
    digits = max(2, len(str(first + len(new))))
    known |= {
        name: f"{_PREFIX}{number:0{digits}}"
        for name, number in zip(new, numbers, strict=True)
    }
    if new:
        rows = sorted(known.items(), key=lambda row: (len(row[1]), row[1]))
        write_whole(key, write_rows([_HEAD, *rows]))
    return {name: known[name] for name in names}


def _read(key: Path) -> dict[str, str]:
    try:
        with key.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, csv.Error) as error:
        raise OutputError(key, f"it can't be read: {error}") from error
    if tuple(head) != _HEAD or any(len(row) != len(_HEAD) for row in rows):
        raise OutputError(key, "what is there is no key to pseudonyms")
    return {uncell(name): pseudonym for name, pseudonym in rows}


def _number(pseudonym: str, key: Path) -> int:
    number = _PSEUDONYM.fullmatch(pseudonym)
    if number is None:
        raise OutputError(key, f"`{pseudonym}` is no pseudonym")
    return int(number[1])
