"""Other names for the function and its arguments, and keyword-only options."""

from typing import NamedTuple

import numpy as np


class Gradients(NamedTuple):
    dX: np.ndarray
    dW: np.ndarray
    db: np.ndarray | None


def conv_backward(dY, X, W, b=None, *, strides=(1, 1), pads=(0, 0)) -> Gradients:
    if X.ndim == 3:
        dX, dW, db = conv_backward(dY[None], X[None], W, b, strides=strides, pads=pads)
        return Gradients(dX[0], dW, db)
    padded = np.pad(X, [(0, 0), (0, 0), (pads[0], pads[0]), (pads[1], pads[1])])
    dX, dW = np.zeros_like(padded), np.zeros_like(W)
    kh, kw = W.shape[2:]
    for i in range(dY.shape[2]):
        top = i * strides[0]
        for j in range(dY.shape[3]):
            left = j * strides[1]
            window = np.s_[:, :, top:top + kh, left:left + kw]
            slope = dY[:, :, i, j]                               # (N, C_out)
            dW += np.tensordot(slope, padded[window], axes=(0, 0))
            dX[window] += np.tensordot(slope, W, axes=(1, 0))
    dX = dX[:, :, pads[0]:dX.shape[2] - pads[0], pads[1]:dX.shape[3] - pads[1]]
    return Gradients(dX, dW, dY.sum((0, 2, 3)) if b is not None else None)
