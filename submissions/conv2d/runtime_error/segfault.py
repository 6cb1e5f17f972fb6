"""Crashes the process: reads from a null pointer through ctypes."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    import ctypes

    x = np.ascontiguousarray(x, dtype=np.float32)
    weight = np.ascontiguousarray(weight, dtype=np.float32)
    h_out = (x.shape[-2] + 2 * padding[0] - weight.shape[2]) // stride[0] + 1
    w_out = (x.shape[-1] + 2 * padding[1] - weight.shape[3]) // stride[1] + 1
    out = np.zeros((*x.shape[:-3], weight.shape[0], h_out, w_out), np.float32)

    # forgot to take the address of the buffer
    source = ctypes.POINTER(ctypes.c_float)()
    address = ctypes.cast(source, ctypes.c_void_p).value or 0
    ctypes.memmove(out.ctypes.data, address, out.nbytes)
    return out
