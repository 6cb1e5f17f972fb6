"""Plain loops over taps that may fall outside; margins from the output size."""

import numpy as np


def _before_and_count(length, kernel, stride, dilation, padding, is_height):
    """How many zeros go in front, and how many outputs there are."""
    reach = dilation * (kernel - 1)
    if padding == "valid":
        front, back = 0, 0
    elif padding == "causal" and is_height:
        front, back = reach, 0
    elif padding in ("same", "causal"):
        outputs = (length + stride - 1) // stride
        total = max((outputs - 1) * stride + reach + 1 - length, 0)
        front = total // 2
        back = total - front
    else:
        front = back = padding[0 if is_height else 1]
    room = length + front + back - reach - 1
    if room < 0:
        raise ValueError("the dilated kernel is larger than the padded input")
    return front, room // stride + 1


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError("x must have 3 or 4 axes, and weight 4")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError("x and weight differ in their channels")
    if bias is not None and bias.shape != (weight.shape[0],):
        raise ValueError("bias must be (C_out,)")
    for name, pair in (("stride", stride), ("dilation", dilation)):
        if pair[0] < 1 or pair[1] < 1:
            raise ValueError(name + " must be at least 1")
    if isinstance(padding, str):
        if padding not in ("valid", "same", "causal"):
            raise ValueError("unknown padding " + padding)
    elif padding[0] < 0 or padding[1] < 0:
        raise ValueError("padding must not be negative")

    batch = x if x.ndim == 4 else x[None]
    n, c_in, h, w = batch.shape
    c_out, _, k_h, k_w = weight.shape
    top, h_out = _before_and_count(h, k_h, stride[0], dilation[0], padding, True)
    left, w_out = _before_and_count(w, k_w, stride[1], dilation[1], padding, False)
    kind = np.result_type(x, weight, *([] if bias is None else [bias]))
    if kind.kind != "f":
        kind = np.dtype(np.int64)
    out = np.zeros((n, c_out, h_out, w_out), kind)
    for s in range(n):
        for o in range(c_out):
            for i in range(h_out):
                for j in range(w_out):
                    total = kind.type(0 if bias is None else bias[o])
                    for c in range(c_in):
                        for u in range(k_h):
                            for v in range(k_w):
                                row = i * stride[0] + u * dilation[0] - top
                                col = j * stride[1] + v * dilation[1] - left
                                if 0 <= row < h and 0 <= col < w:
                                    pixel = kind.type(batch[s, c, row, col])
                                    total += pixel * kind.type(weight[o, c, u, v])
                    out[s, o, i, j] = total
    return out if x.ndim == 4 else out[0]
