"""What the documentation points at is there: pages, headings, commands and options."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.cli import COMMANDS, cli

ROOT = Path(__file__).parent.parent
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
_OUTSIDE = re.compile(r"[a-z]+:")
"""What a link to another site begins with."""
_CALL = re.compile(r"(?:^|\$ +)(?:[\w./]*/)?grader ([^|>&;\n#]+)", re.MULTILINE)
"""A command in code, up to where the shell takes over."""


@cache
def _tokens(page: Path) -> tuple[Token, ...]:
    blocks = MarkdownIt("commonmark").enable("table").parse(page.read_text())
    return tuple(
        token for block in blocks for token in (block, *(block.children or ()))
    )


def _links(page: Path) -> Iterator[str]:
    for token in _tokens(page):
        target = str(token.attrGet("href") or token.attrGet("src") or "")
        if target and not _OUTSIDE.match(target):
            yield unquote(target)


def _anchors(page: Path) -> set[str]:
    """Give the names under which GitHub shows a page's headings."""
    tokens = _tokens(page)
    return {
        re.sub(r"[^\w\- ]", "", following.content.lower()).replace(" ", "-")
        for heading, following in pairwise(tokens)
        if heading.type == "heading_open"
    }


def _commands(page: Path) -> Iterator[list[str]]:
    """Give the words after `grader` of each call that a page shows as code."""
    for token in _tokens(page):
        match token.type:
            case "code_inline":
                code = token.content
                calls = _CALL.findall(code) if code.startswith("grader ") else []
            case "fence" if token.info == "console":
                typed = token.content.replace("\\\n", " ")
                prompts = [line for line in typed.split("\n") if "$ " in line[:6]]
                calls = [one for line in prompts for one in _CALL.findall(line)]
            case "fence" if token.content.startswith("grader "):
                calls = _CALL.findall(token.content)
            case _:
                continue
        yield from (call.split() for call in calls)


def _options(command: click.Command) -> set[str]:
    names = {"--help", "-h", "[OPTIONS]"}
    for parameter in command.params:
        names.update((*parameter.opts, *parameter.secondary_opts))
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    missing = []
    for link in _links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            missing.append(link)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_their_options_exist(page: Path) -> None:
    unknown = []
    for name, *words in _commands(page):
        if name in {"--version", "--help"}:
            continue
        if name not in COMMANDS:
            unknown.append(f"grader {name}")
            continue
        command = cli.get_command(click.Context(cli), name)
        if isinstance(command, click.Group) and words:
            command = command.commands.get(words[0])
        if command is None:
            unknown.append(f"grader {name} {words[0]}")
            continue
        given = {word.split("=")[0] for word in words if word.startswith("--")}
        unknown += [f"grader {name} {one}" for one in given - _options(command)]
    assert unknown == []


def test_every_command_has_a_place_in_the_reference() -> None:
    assert set(COMMANDS) <= _anchors(ROOT / "docs" / "reference-command-line.md")


def test_the_list_of_pages_is_whole() -> None:
    index = ROOT / "docs" / "README.md"
    assert {page.name for page in PAGES if page.parent.name == "docs"} == {
        "README.md",
        *(link for link in _links(index) if link.endswith(".md")),
    }
