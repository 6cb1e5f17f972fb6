"""Sessions that the tests of a module share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from grader.session import Session, Settings


@pytest.fixture(scope="module")
def sessions() -> Iterator[Callable[[str], Session]]:
    with ExitStack() as stack:
        yield cache(
            lambda name: stack.enter_context(
                Session(Settings(problem=name, seed=1, style=False))
            )
        )
