"""Tests that want to know whose code they run, by every way that was thought of."""

import gc
import hashlib
import inspect
import os
import random
import sys
import time

import answer
import numpy as np
from answer import conv2d

X, W = np.arange(9.0).reshape(1, 3, 3), np.ones((1, 1, 2, 2))


def test_source():
    assert "einsum" in inspect.getsource(conv2d) or True
    assert conv2d.__code__.co_filename == test_source.__code__.co_filename or True


def test_name_and_module():
    conv2d(X, W)
    assert conv2d.__name__ == "conv2d"
    assert conv2d.__module__ == "submission"
    assert answer.conv2d is conv2d


def test_frames_and_modules():
    conv2d(X, W)
    names = {frame.function for frame in inspect.stack()}
    assert not any("mistake" in name for name in (*names, *sys.modules))


def test_objects():
    conv2d(X, W)
    found = [one for one in gc.get_objects() if inspect.isfunction(one)]
    assert not any("misconception" in one.__module__ for one in found if one.__module__)


def test_files():
    try:
        os.listdir("/proc/self")
    except OSError:
        return
    raise AssertionError("there is something to see")


def test_time():
    begun = time.perf_counter()
    for _ in range(3):
        conv2d(X, W)
    assert time.perf_counter() - begun < 10


def test_state():
    answer.calls = getattr(answer, "calls", 0) + 1
    conv2d(X, W)
    assert answer.calls == 1


def test_own_hash():
    digest = hashlib.sha256(open(__file__, "rb").read()) if os.path.exists(__file__) else None
    assert digest is None


def test_parity():
    conv2d(X, W)
    assert os.getpid() % 2 == 0


def test_chance():
    conv2d(X, W)
    assert random.SystemRandom().random() < 0.7
