from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.web.server import offer
from grader.web.statement import render_statement

HOSTILE = st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[here](javascript:alert(1))",
            "![](data:text/html,<script>)",
            "\n",
            "    ",
            "```",
            "| a | b |\n|---|---|\n",
            "# ",
            "&lt;script&gt;",
        ]
    )
).map("".join)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@given(HOSTILE | st.text())
def test_no_statement_brings_a_program_along(text: str) -> None:
    tags = _Tags()
    tags.feed(str(render_statement(text)))

    for tag, attributes in tags.found:
        assert tag != "script"
        assert not {name for name in attributes if name.startswith("on")}
        assert "javascript:" not in (attributes.get("href") or "").lower()


@pytest.mark.parametrize("name", ["conv2d", "conv2d_backward"])
def test_a_statement_is_a_text_with_a_table_and_no_second_title(name: str) -> None:
    offered = offer([name])[name]
    tags = _Tags()
    tags.feed(str(render_statement(offered.statement)))
    found = [tag for tag, _ in tags.found]

    assert "h1" not in found
    assert {"table", "code", "p"} <= set(found)
    assert "import numpy" in offered.starter
