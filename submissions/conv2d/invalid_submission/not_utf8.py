"""Not UTF-8: saved as Latin-1 without saying so. Lösung der Übung, Größen in (Höhe, Breite)."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    # für einzelne Bilder eine Achse ergänzen
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride[0], ::stride[1]]
    out = np.einsum("ncijuv,ocuv->noij", windows, weight)
    return out if bias is None else out + bias[:, None, None]
