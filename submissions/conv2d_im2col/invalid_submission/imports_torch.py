"""Imports PyTorch for its unfold and fold, which is not allowed."""

import torch
import torch.nn.functional as F


def im2col(x, kernel_size, stride=(1, 1), padding=(0, 0)):
    return F.unfold(torch.from_numpy(x), kernel_size, 1, padding, stride).numpy()


def col2im(cols, input_shape, kernel_size, stride=(1, 1), padding=(0, 0)):
    size = input_shape[-2:]
    return F.fold(torch.from_numpy(cols), size, kernel_size, 1, padding, stride).numpy()


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x, weight = torch.from_numpy(x), torch.from_numpy(weight)
    bias = None if bias is None else torch.from_numpy(bias)
    return F.conv2d(x, weight, bias, stride, padding).numpy()
