"""Has tests whose names and failures are markup, commands and formulas."""

import pytest

NAMES = [
    "<script>alert(1)</script>",
    "]]><!--",
    "=HYPERLINK(1)",
    "::error::hostile",
    "##[error]hostile",
    "`a`|[b](javascript:alert(1))",
    "\x1b[31m\u202ehostile",
    "\n\n# hostile\n",
    "{{ 7 * 7 }}${{ secrets.HOSTILE }}",
]


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return x


class TestNames:
    pass


def _add(name):
    def fails(self):
        raise AssertionError(name)

    setattr(TestNames, f"test_{name}", fails)


for one in NAMES:
    _add(one)


@pytest.mark.parametrize("name", NAMES, ids=NAMES)
def test_ids(name):
    pytest.skip(name)
