"""What is said of a source's encoding is what Python does with it."""

import warnings
from collections.abc import Iterator
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.style.loops import find_loops
from grader.style.tree import Text
from grader.style.turns import with_counters
from grader.submission.encodings import is_parsable, odd_encodings
from grader.submission.syntax import parse

NAMES = st.sampled_from(
    """
    utf-8 UTF_8 utf8 utf-8-unix utf-8-sig latin-1 latin-1-unix iso-latin-1 iso8859-15
    ISO_8859_1 cp1250 cp1252 windows-1251 koi8-r ascii utf-7 utf-16 cp037 hex none
    unicode_escape raw_unicode_escape punycode mac-roman u8 l1 shift_jis
    """.split()  # noqa: SIM905 - to be read
)
COOKIES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["# coding: ", "#coding=", "# -*- coding: ", " \f# vim: fileencoding="]),
    NAMES,
    st.sampled_from(["", " -*-", " :", "ü"]),
)  # fmt: skip
LINES = st.one_of(
    COOKIES, st.sampled_from(["", " ", "#", "# a sum", "x = 1", "'# coding: utf-7'"])
)
ENDS = st.sampled_from(["\n", "\r", "\r\n"])
SHOWN = "é"


def _value(source: bytes) -> object:
    """Run a source that ends by setting `VALUE`; give what it is, if it runs."""
    space: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(source, "a.py", "exec", dont_inherit=True), space)
        except (SyntaxError, ValueError, LookupError):
            return None
    return space.get("VALUE")


@given(lines=st.lists(st.tuples(LINES, ENDS), max_size=3), mark=st.booleans())
@example(lines=[("", "\r"), ("# coding: utf-7", "\r")], mark=False)
@example(lines=[("# coding: utf-8-unix", "\n")], mark=False)
@example(lines=[("x = 1", "\n"), ("# coding: latin-1", "\n")], mark=False)
@example(lines=[("# é", "\n"), ("# coding: latin-1", "\n")], mark=False)
@example(lines=[("# coding: latin-1", "\n")], mark=True)
def test_what_python_reads_otherwise_is_told(
    *, lines: list[tuple[str, str]], mark: bool
) -> None:
    start = "".join(chain.from_iterable(lines))
    source = f"{start}VALUE = '{SHOWN}'\n".encode("utf-8-sig" if mark else "utf-8")
    value = _value(source)

    if value is not None:
        assert (value != SHOWN) == any(odd_encodings(source))


def _hidden(encoding: str) -> Iterator[bytes]:
    """Hide line ends and code in text that is a comment as it is shown."""
    code = "\nfor i in [1]:\n    y = [k for k in (1, 2)]\n"
    for end in (b"\n", b"\r", b"\r\n"):
        for before in (b"", b"# a sum", b" "):
            cookie = b"# coding: " + encoding.encode()
            hidden = b"# " + code.encode(encoding)
            yield before + end + cookie + end + hidden + end
            yield cookie + end + hidden + end


@pytest.mark.parametrize("encoding", ["utf-7", "unicode_escape", "raw_unicode_escape"])
def test_lines_that_the_bytes_do_not_have_are_told_and_not_looked_at(
    encoding: str,
) -> None:
    for source in _hidden(encoding):
        assert any(odd_encodings(source))
        assert not is_parsable(source)
        assert parse(source) is None


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("before", [b"", b"# \xe9"])
@pytest.mark.parametrize("text", ["s = 'é'\n", "s = 'e'\n"])
def test_loops_are_counted_only_in_a_text_that_is_read_as_it_is_shown(
    before: bytes, text: str, end: bytes
) -> None:
    source = end.join([before, b"# coding: latin-1", text.encode("latin-1")])
    source += b"for i in (1, 2):\n    pass\n"
    tree = parse(source)
    assert tree is not None

    counted = with_counters(source, tree, find_loops(tree, Text(source)))

    assert (counted is not None) == source.isascii()
