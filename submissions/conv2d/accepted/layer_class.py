"""A small Conv2d layer class; conv2d() is a thin function around it."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Conv2d:
    weight: np.ndarray
    bias: np.ndarray | None = None
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)

    def __post_init__(self):
        self.weight = np.asarray(self.weight)
        if self.weight.ndim != 4:
            raise ValueError("weight must be (C_out, C_in, K_h, K_w)")
        if self.bias is not None:
            self.bias = np.asarray(self.bias)
            if self.bias.shape != (self.out_channels,):
                raise ValueError("bias must be (C_out,)")
        if any(int(s) != s or s < 1 for s in self.stride):
            raise ValueError("stride must be a pair of positive integers")
        if any(int(p) != p or p < 0 for p in self.padding):
            raise ValueError("padding must be a pair of non-negative integers")

    @property
    def out_channels(self):
        return self.weight.shape[0]

    @property
    def kernel_size(self):
        return self.weight.shape[2:]

    def output_size(self, height, width):
        sizes = []
        for n, k, s, p in zip((height, width), self.kernel_size, self.stride, self.padding):
            if k > n + 2 * p:
                raise ValueError(f"kernel {k} > padded input {n + 2 * p}")
            sizes.append((n + 2 * p - k) // s + 1)
        return tuple(sizes)

    def __call__(self, x):
        x = np.asarray(x)
        if x.ndim == 3:
            return self(x[None]).squeeze(0)
        if x.ndim != 4:
            raise ValueError("x must be (C, H, W) or (N, C, H, W)")
        if x.shape[1] != self.weight.shape[1]:
            raise ValueError("wrong number of input channels")
        dtype = np.result_type(x, self.weight)
        if not np.issubdtype(dtype, np.inexact):
            dtype = np.float64
        h_out, w_out = self.output_size(*x.shape[2:])
        x = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in self.padding))).astype(dtype)
        kernels = self.weight.astype(dtype)
        out = np.empty((len(x), self.out_channels, h_out, w_out), dtype)
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        for i in range(h_out):
            for j in range(w_out):
                window = x[:, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]
                out[:, :, i, j] = np.tensordot(window, kernels, axes=([1, 2, 3],) * 2)
        if self.bias is not None:
            out += self.bias.reshape(-1, 1, 1)
        return out


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return Conv2d(weight, bias, stride, padding)(x)


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + int(bias) * c_out
