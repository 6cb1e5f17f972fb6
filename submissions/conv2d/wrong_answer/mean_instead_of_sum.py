"""Wrong: averages over the window instead of summing."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    if single:
        x = np.expand_dims(x, 0)
    sh, sw = stride
    ph, pw = padding
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    N, C, H, W = x.shape
    F, C2, R, S = weight.shape
    if C != C2:
        raise ValueError("C_in of x and weight must agree")
    if R > H or S > W:
        raise ValueError("kernel larger than padded input")
    out = np.zeros((N, F, (H - R) // sh + 1, (W - S) // sw + 1), x.dtype)
    for f in range(F):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                window = x[:, :, i * sh:i * sh + R, j * sw:j * sw + S]
                out[:, f, i, j] = np.mean(window * weight[f], axis=(1, 2, 3))
        if bias is not None:
            out[:, f] += bias[f]
    return out[0] if single else out
