"""The processes below one: a zygote, its workers, and what is around them."""

import contextlib
from pathlib import Path


def descendants(pid: int) -> set[int]:
    """List the children of a process, and theirs; one that ends meanwhile has none."""
    found: set[int] = set()
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children = map(int, (task / "children").read_text().split())
            found = found.union(*({child} | descendants(child) for child in children))
    return found
