"""Fills the whole shared memory with one frame that claims more items, text and bytes than there is room for."""

import os
import struct
import sys


def local(name):
    frame = sys._getframe()
    while frame is not None:
        if frame.f_globals.get("__name__") == "grader.sandbox.worker" and name in frame.f_locals:
            return frame.f_locals[name]
        frame = frame.f_back
    return None


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    arena, regions = local("arena"), local("regions")
    for number, call in enumerate(local("document")["calls"]):
        kind = number % 7
        head = struct.pack(
            "<IIQBBHIHH4x", 0x4652414D, number, 1, 2, (1, 255, 4, 1, 1, 1, 1)[kind], 0xFFFF, 2**32 - 1,
            (0, 256, 257, 0xFFFF, 0, 0, 0)[kind], (0, 1000, 0xFFFF, 1001, 0, 0, 0)[kind],
        )
        shape = (
            [2**62] * 8, [-1] * 8, [2**63 - 1] + [0] * 7, [0, 2**62, 2**62] + [1] * 5,
            [1] * 8, [2**31] * 8, [0] * 8,
        )[kind]
        item = struct.pack("<BBH4x8qQ", 5, (11, 255, 0)[number % 3], (8, 9, 0xFFFF)[number % 3], *shape, 2**64 - 1)
        start = regions.response + call[2]
        body = head + b"\xff" * 1256 + item * 4
        arena[start : start + min(len(body), call[3])] = body[: call[3]]
    arena[0:64] = b"\xff" * 64
    os.eventfd_write(local("done"), 1)
    os._exit(0)
