"""Wrong: the loops run to the size without padding; the rest of the output stays zero."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    if single:
        x = x[None]
    batch, in_ch, height, width = x.shape
    out_ch, _, kh, kw = weight.shape

    out_h = (height + 2 * padding[0] - kh) // stride[0] + 1
    out_w = (width + 2 * padding[1] - kw) // stride[1] + 1
    output = np.zeros((batch, out_ch, out_h, out_w), dtype=x.dtype)
    padded = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))

    for n in range(batch):
        for oc in range(out_ch):
            for y, top in enumerate(range(0, height - kh + 1, stride[0])):
                for z, left in enumerate(range(0, width - kw + 1, stride[1])):
                    roi = padded[n, :, top:top + kh, left:left + kw]
                    output[n, oc, y, z] = np.sum(roi * weight[oc])
    if bias is not None:
        output += bias.reshape(1, -1, 1, 1)
    return output[0] if single else output
