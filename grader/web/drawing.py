"""Draw the server's own pages; all that they show is escaped."""

from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from grader.report import words
from grader.report.bytecode import TemplateBytecode
from grader.report.summary import hints_sentence

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_BYTECODE = TemplateBytecode(_TEMPLATES, __file__)
STATIC = _HERE / "static"
"""What every visitor may read: the style and one script."""


def draw(template: str, **values: object) -> HTMLResponse:
    """Draw a page."""
    return HTMLResponse(_environment().get_template(template).render(values))


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        bytecode_cache=_BYTECODE,
        finalize=_finalize,
        loader=FileSystemLoader(_TEMPLATES),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {"hints_sentence": hints_sentence, "words": words}
    environment.filters |= {
        "clip": _clip,
        "time": _time,
    }
    return environment


def _finalize(value: object) -> object:
    """Spell out what would not be seen, in everything that a template shows."""
    if isinstance(value, Markup):
        return value
    return words.visible(value) if isinstance(value, str) else value


def _clip(text: str, most: int = 160) -> str:
    return words.clip(text, most)


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"
