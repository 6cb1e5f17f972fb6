"""Other names for functions and arguments; loops over taps and groups in float64."""

import numpy as np


def grouped_conv2d(inputs, kernels, b=None, strides=(1, 1), pads=(0, 0), num_groups=1):
    if np.ndim(inputs) not in (3, 4) or np.ndim(kernels) != 4:
        raise ValueError("inputs need 3 or 4 axes, kernels need 4")
    single = inputs.ndim == 3
    batch = inputs[None] if single else inputs
    N, C, H, W = batch.shape
    F, D, kh, kw = kernels.shape
    if num_groups <= 0:
        raise ValueError("num_groups must be positive")
    if C % num_groups or F % num_groups or D != C // num_groups:
        raise ValueError("channels don't split into groups")
    if b is not None and b.shape != (F,):
        raise ValueError("b must be (F,)")
    sh, sw = strides
    ph, pw = pads
    if sh <= 0 or sw <= 0:
        raise ValueError("strides must be positive")
    if ph < 0 or pw < 0:
        raise ValueError("pads must be >= 0")
    oh = (H + 2 * ph - kh) // sh + 1
    ow = (W + 2 * pw - kw) // sw + 1
    if oh <= 0 or ow <= 0:
        raise ValueError("kernel larger than padded input")
    padded = np.pad(batch.astype(np.float64), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((N, F, oh, ow))
    per = F // num_groups
    for g in range(num_groups):
        seen = padded[:, g * D:(g + 1) * D]
        mine = kernels[g * per:(g + 1) * per].astype(np.float64)
        for i in range(kh):
            for j in range(kw):
                patch = seen[:, :, i:i + sh * oh:sh, j:j + sw * ow:sw]
                out[:, g * per:(g + 1) * per] += np.einsum("fc,nchw->nfhw", mine[:, :, i, j], patch)
    if b is not None:
        out += b[None, :, None, None]
    kind = np.result_type(inputs, kernels)
    out = out.astype(kind) if kind.kind == "f" else out
    return out[0] if single else out


def separable_conv2d(inputs, dw, pw, b=None, strides=(1, 1), pads=(0, 0)):
    if np.ndim(inputs) not in (3, 4):
        raise ValueError("inputs need 3 or 4 axes")
    if np.ndim(pw) != 4 or pw.shape[2:] != (1, 1) or pw.shape[1] != dw.shape[0]:
        raise ValueError("pw must be (F, C * M, 1, 1)")
    wide = grouped_conv2d(inputs.astype(np.float64), dw, None, strides, pads, inputs.shape[-3])
    out = grouped_conv2d(wide, pw, b)
    kind = np.result_type(inputs, dw, pw)
    return out.astype(kind) if kind.kind == "f" else out


def num_params(out_channels, in_channels, kh, kw, use_bias=True, num_groups=1):
    return out_channels * in_channels // num_groups * kh * kw + use_bias * out_channels


def count_macs(out_channels, in_channels, kh, kw, out_h, out_w, num_groups=1):
    return num_params(out_channels, in_channels, kh, kw, False, num_groups) * out_h * out_w
