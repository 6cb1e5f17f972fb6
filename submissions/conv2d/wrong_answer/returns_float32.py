"""Wrong: everything is forced to float32, so float64 input loses half of its digits."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x = np.asarray(x, dtype=np.float32)
    weight = np.asarray(weight, dtype=np.float32)
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]

    N, _, H, W = x.shape
    F, _, KH, KW = weight.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    OH = (H + 2 * padding[0] - KH) // stride[0] + 1
    OW = (W + 2 * padding[1] - KW) // stride[1] + 1
    out = np.zeros((N, F, OH, OW), dtype=np.float32)
    for i in range(OH):
        for j in range(OW):
            r, c = i * stride[0], j * stride[1]
            patch = x[:, :, r:r + KH, c:c + KW].reshape(N, -1)
            out[:, :, i, j] = patch @ weight.reshape(F, -1).T
    if bias is not None:
        out += np.asarray(bias, dtype=np.float32)[:, None, None]
    return out
