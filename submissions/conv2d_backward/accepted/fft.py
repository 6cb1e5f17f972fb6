"""All sums as products in the frequency domain, in double precision."""

import numpy as np


def conv2d_backward(dout, x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        dx, dw, db = conv2d_backward(dout[None], x[None], weight, bias, stride, padding)
        return dx[0], dw, db
    (s_h, s_w), (p_h, p_w) = stride, padding
    h, w = x.shape[2:]
    k_h, k_w = weight.shape[2:]
    size = (h + 2 * p_h, w + 2 * p_w)

    xp = np.zeros(x.shape[:2] + size)
    xp[:, :, p_h:p_h + h, p_w:p_w + w] = x
    wide = np.zeros(dout.shape[:2] + size)
    wide[:, :, :dout.shape[2] * s_h:s_h, :dout.shape[3] * s_w:s_w] = dout

    # No sum of indices goes beyond the padded image, so nothing wraps around.
    fx, fd = np.fft.rfft2(xp), np.fft.rfft2(wide)
    fw = np.fft.rfft2(weight.astype(np.float64), s=size, axes=(2, 3))
    dxp = np.fft.irfft2(np.einsum("noij,ocij->ncij", fd, fw), s=size, axes=(2, 3))
    dw = np.fft.irfft2(np.einsum("noij,ncij->ocij", fd.conj(), fx), s=size, axes=(2, 3))
    dx = dxp[:, :, p_h:p_h + h, p_w:p_w + w].astype(x.dtype)
    dw = dw[:, :, :k_h, :k_w].astype(weight.dtype)
    db = None if bias is None else dout.sum(axis=(0, 2, 3))
    return dx, dw, db
