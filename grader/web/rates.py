"""How often a visitor may ask: moving windows, kept in memory."""

import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from grader.web.refusal import too_many


class Rates:
    """Counts what each visitor asks for."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._open = Counter[str]()

    def count(self, what: str, who: str, per_minute: int, cost: int = 1) -> None:
        """Count something.

        Raises
        ------
        Refusal
            If that is too much for now; then it is not counted.
        """
        item = RateLimitItemPerMinute(per_minute, namespace=what)
        if not self._limiter.hit(item, who, cost=cost):
            free_at, _ = self._limiter.get_window_stats(item, who)
            wait = max(1, math.ceil(free_at - time.time()))
            raise too_many(f"at most {per_minute} {what} a minute", wait)

    @contextmanager
    def opened(self, what: str, who: str, most: int) -> Iterator[None]:
        """Count something for as long as it lasts.

        Raises
        ------
        Refusal
            If as many as that are open.
        """
        key = f"{what} {who}"
        if self._open[key] >= most:
            raise too_many(f"at most {most} {what} at once", 5)
        self._open[key] += 1
        try:
            yield
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]
