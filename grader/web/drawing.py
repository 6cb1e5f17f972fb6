"""Draw the server's own pages; all that they show is escaped."""

from datetime import datetime
from pathlib import Path

from starlette.responses import HTMLResponse

from grader.report import words
from grader.report.jinja import open_templates
from grader.report.summary import hints_sentence

STATIC = Path(__file__).parent / "static"
"""What every visitor may read: the style and one script."""


def draw(template: str, **values: object) -> HTMLResponse:
    """Draw a page."""
    return HTMLResponse(_TEMPLATES.get_template(template).render(values))


def _clip(text: str, most: int = 160) -> str:
    return words.clip(text, most)


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


_TEMPLATES = open_templates(
    __file__,
    {"hints_sentence": hints_sentence, "words": words},
    {"clip": _clip, "time": _time},
)
