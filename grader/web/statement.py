"""What a problem asks for, as a page shows it."""

from markdown_it import MarkdownIt
from markupsafe import Markup

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def render_statement(text: str) -> Markup:
    r"""Turn a statement into HTML, without its title: the page has one.

    Parameters
    ----------
    text
        Markdown, whose HTML is shown as text.

    Examples
    --------
    >>> str(render_statement("# Softmax\n\nReturn *probabilities*.")).strip()
    '<p>Return <em>probabilities</em>.</p>'
    """
    first, _, rest = text.lstrip().partition("\n")
    return Markup(_MARKDOWN.render(rest if first.startswith("# ") else text))  # noqa: S704 - HTML in it is escaped
