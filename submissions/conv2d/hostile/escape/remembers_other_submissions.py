"""Keeps what it sees in the modules of its process, to find there what submissions before it were given."""

import sys

import numpy as np

import json

SEEN = json.__dict__.setdefault("hostile_seen", [])
for module in list(sys.modules.values()):
    if hasattr(module, "hostile_seen") and module is not json:
        print("found", module)
print("seen before:", len(SEEN))


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    SEEN.append(x.copy())
    np.hostile_seen = SEEN
    raise RuntimeError(f"seen: {len(SEEN)}")
