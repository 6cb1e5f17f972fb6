"""A Jupyter notebook as one Python source, each line where a cell has it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.shape import first_issue
from grader.submission.definitions import Definitions, keep_definitions
from grader.submission.magics import comment_out_magics
from grader.submission.submission import LARGEST_BYTES, TOO_LARGE, Place, Refusal
from grader.text import message

LARGEST_NOTEBOOK_BYTES = 8 << 20
"""Its pictures and tables are in the file too."""
MOST_CELLS = 2_000
"""With code: more than anyone has ever read in one notebook."""
_MOST_OF_ALL_KINDS = 10_000
_FORMAT = 4
"""The first that keeps its cells in one list; of 2015."""
_LEFT_OUT_TAGS = ("skip", "remove")
"""What tags begin with that keep a cell out: `remove-cell`, `skip-execution`."""
_HEAD = '"""What a notebook defines; the rest of it is left out, as comments."""'
_BOM = b"\xef\xbb\xbf"


class _Part(BaseModel):
    """A part of the document; what else is in it, outputs above all, is not looked at.

    Only what is asked for is checked, and not the whole against nbformat's schema:
    an odd output is no reason to refuse an answer. Of many faults the first is enough:
    all of them would take much memory.
    """

    model_config = ConfigDict(frozen=True)


class _CellMetadata(_Part):
    tags: Annotated[tuple[str, ...], Field(fail_fast=True)] = ()


class _Cell(_Part):
    cell_type: str
    source: str | Annotated[tuple[str, ...], Field(fail_fast=True)] = ""
    metadata: _CellMetadata = _CellMetadata()

    @property
    def text(self) -> str:
        text = self.source if isinstance(self.source, str) else "".join(self.source)
        ends = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
        return ends.replace("\0", "\N{REPLACEMENT CHARACTER}")

    @property
    def is_left_out(self) -> bool:
        return any(tag.startswith(_LEFT_OUT_TAGS) for tag in self.metadata.tags)


class _Kernel(_Part):
    name: str = ""
    language: str = ""


class _Language(_Part):
    name: str = ""


class _Metadata(_Part):
    kernelspec: _Kernel | None = None
    language_info: _Language | None = None

    @property
    def language(self) -> str:
        """What the cells are written in; Python, if nothing is said."""
        if self.language_info is not None and self.language_info.name:
            return self.language_info.name
        if self.kernelspec is None or self.kernelspec.name.startswith("python"):
            return "python"
        return self.kernelspec.language or self.kernelspec.name or "python"


class _Document(_Part):
    nbformat: int
    metadata: _Metadata = _Metadata()
    cells: Annotated[
        tuple[_Cell, ...], Field(fail_fast=True, max_length=_MOST_OF_ALL_KINDS)
    ] = ()

    @cached_property
    def python_cells(self) -> dict[int, str]:
        """The cells that are run, by their number among all that hold code."""
        code = (one for one in self.cells if one.cell_type == "code")
        numbered = enumerate(code, 1)
        return {number: one.text for number, one in numbered if not one.is_left_out}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """What was taken from a notebook."""

    source: bytes
    places: tuple[Place, ...]


def read_notebook(data: bytes, asked: Collection[str]) -> Notebook | Refusal:
    """Take from a notebook what the functions that are asked for are made of.

    Parameters
    ----------
    data
        The file.
    asked
        The functions, by all their names.

    Returns
    -------
    Notebook or Refusal
        A refusal, if it is no notebook, one of another language, or one without code.
    """
    if len(data) > LARGEST_NOTEBOOK_BYTES:
        words = f"it has more than the {LARGEST_NOTEBOOK_BYTES >> 20} MiB that are read"
        return Refusal(reason=words)
    try:
        document = _Document.model_validate_json(data.removeprefix(_BOM))
    except ValidationError as error:
        return Refusal(reason=f"it is no notebook: {_words_of(error)}")
    issue = _issue_with(document)
    if issue is not None:
        return Refusal(reason=message(issue))
    cells = document.python_cells
    if len(cells) > MOST_CELLS:
        words = f"it has more than the {MOST_CELLS:,} cells with code that are read"
        return Refusal(reason=words)
    if sum(map(len, cells.values())) > LARGEST_BYTES:
        return Refusal(reason=TOO_LARGE)
    kept = keep_definitions(
        [comment_out_magics(cell) for cell in cells.values()], asked
    )
    return kept if isinstance(kept, Refusal) else _joined(list(cells), kept)


def _issue_with(document: _Document) -> str | None:
    if document.nbformat < _FORMAT:
        words = f"it is a notebook of format {document.nbformat}: save it anew"
        return f"{words}, in format {_FORMAT}"
    language = document.metadata.language
    if not language.lower().startswith(("python", "ipython")):
        return f"it is a notebook in {language[:40]}, and not in Python"
    if not any(text.strip() for text in document.python_cells.values()):
        return "it is a notebook without code"
    return None


def _joined(numbers: Sequence[int], kept: Definitions) -> Notebook:
    # Never a comment: in the first two lines, those can change how a file is decoded.
    head = _HEAD
    if kept.future:
        head = f"from __future__ import {', '.join(sorted(kept.future))}"
    lines, places = [head], []
    for number, cell in zip(numbers, kept.cells, strict=True):
        if not cell:
            continue
        places.append(Place(first_line=len(lines) + 1, title=f"cell {number}"))
        lines += cell.split("\n")
    source = "\n".join([*lines, ""]).encode("utf-8", "backslashreplace")
    return Notebook(source=source, places=tuple(places))


def _words_of(error: ValidationError) -> str:
    return message(first_issue(error))
