"""Correct, but noisy: debug prints, try/except, module-level state, os and sys."""

import os
import sys
import time

import numpy as np

DEBUG = os.environ.get("CONV_DEBUG", "1") == "1"
CALLS = 0
SEEN_SHAPES = {}

print("python", sys.version.split()[0], "numpy", np.__version__, "pid", os.getpid())


def log(*args):
    if DEBUG:
        print("[conv2d]", *args)
        print("[conv2d]", *args, file=sys.stderr)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    global CALLS
    CALLS += 1
    started = time.perf_counter()
    log("call", CALLS, "x", np.shape(x), "w", np.shape(weight), "s", stride, "p", padding)
    x, weight = np.asarray(x), np.asarray(weight)
    SEEN_SHAPES[x.shape] = SEEN_SHAPES.get(x.shape, 0) + 1

    try:
        n, c, h, w = x.shape
    except ValueError:
        log("not a batch, trying a single sample")
        if x.ndim != 3:
            raise ValueError(f"x must be 3- or 4-dimensional, got {x.ndim}") from None
        return conv2d(x[None], weight, bias, stride, padding)[0]

    try:
        f, c_w, kh, kw = weight.shape
        (sh, sw), (ph, pw) = stride, padding
    except (TypeError, ValueError) as error:
        raise ValueError("weight must be 4-dimensional, stride and padding pairs") from error
    if c != c_w:
        raise ValueError(f"channels: {c} != {c_w}")
    if bias is not None and np.shape(bias) != (f,):
        raise ValueError(f"bias: {np.shape(bias)} != {(f,)}")
    if min(sh, sw) < 1 or min(ph, pw) < 0:
        raise ValueError(f"stride {stride} or padding {padding} out of range")

    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1:
        log("nothing left!", oh, ow)
        raise ValueError("kernel is larger than the padded input")

    dtype = np.result_type(x, weight)
    if dtype.kind in "biu":
        log("integers: computing in float64")
        dtype = np.float64
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))).astype(dtype)
    windows = np.lib.stride_tricks.sliding_window_view(xp, (kh, kw), axis=(2, 3))
    windows = windows[:, :, ::sh, ::sw]
    out = np.tensordot(windows, weight.astype(dtype), axes=((1, 4, 5), (1, 2, 3)))
    out = np.ascontiguousarray(out.transpose(0, 3, 1, 2))
    if bias is not None:
        out += np.asarray(bias).reshape(1, f, 1, 1)
    log("out", out.shape, f"{(time.perf_counter() - started) * 1e3:.2f} ms")
    return out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    log("parameter_count", c_out, c_in, k_h, k_w, bias)
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)
