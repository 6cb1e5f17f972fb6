"""A right submission."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def softmax(logits: NDArray[Any]) -> NDArray[Any]:
    """Scale the exponentials of each row so that they add up to 1."""
    if logits.ndim != 2:
        raise ValueError("rank")
    e = np.exp(logits - logits.max(1)[:, None])
    return np.asarray(e / e.sum(1)[:, None])
