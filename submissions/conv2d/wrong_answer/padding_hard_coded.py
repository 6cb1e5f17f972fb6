"""Wrong: the input is always padded by one, whatever the padding argument says."""
import numpy as np

PAD = 1


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    sample = x.ndim == 3
    if sample:
        x = x.reshape((1,) + x.shape)
    N, C, H, W = x.shape
    C_out, _, K_h, K_w = weight.shape
    x = np.pad(x, ((0, 0), (0, 0), (PAD, PAD), (PAD, PAD)), "constant")

    rows = np.arange(0, H + 2 * PAD - K_h + 1, stride[0])
    cols = np.arange(0, W + 2 * PAD - K_w + 1, stride[1])
    out = np.zeros((N, C_out, len(rows), len(cols)), dtype=x.dtype)
    for i, top in enumerate(rows):
        for j, left in enumerate(cols):
            window = x[:, :, top:top + K_h, left:left + K_w]
            out[:, :, i, j] = np.tensordot(window, weight, ((1, 2, 3), (1, 2, 3)))
    if bias is not None:
        out += bias.reshape(-1, 1, 1)
    return out[0] if sample else out
