"""Wrong: all calls share one module-level buffer that is never cleared. The first result is
right; every later one still holds the sums of those before."""
import numpy as np

_workspace = {}


def _buffer(shape, dtype):
    """A view of the shared buffer, which grows when it has to (no allocation per call)."""
    size = int(np.prod(shape))
    buffer = _workspace.get(dtype)
    if buffer is None or buffer.size < size:
        buffer = _workspace[dtype] = np.zeros(max(size, 1 << 18), dtype)
    return buffer[:size].reshape(shape)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim not in (3, 4) or weight.ndim != 4 or x.shape[-3] != weight.shape[1]:
        raise ValueError("shapes of x and weight don't fit")
    if bias is not None and bias.shape != (weight.shape[0],):
        raise ValueError("bias must be (C_out,)")
    (s_h, s_w), (p_h, p_w) = stride, padding
    if s_h < 1 or s_w < 1 or p_h < 0 or p_w < 0:
        raise ValueError("stride must be >= 1, padding >= 0")
    batch = x if x.ndim == 4 else x[None]
    batch = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    n, _, h, w = batch.shape
    c_out, _, k_h, k_w = weight.shape
    if k_h > h or k_w > w:
        raise ValueError("kernel larger than padded input")
    h_out, w_out = (h - k_h) // s_h + 1, (w - k_w) // s_w + 1

    out = _buffer((n, c_out, h_out, w_out), x.dtype)
    for u in range(k_h):
        for v in range(k_w):
            tap = batch[:, :, u:u + s_h * h_out:s_h, v:v + s_w * w_out:s_w]
            out += np.einsum("ncij,oc->noij", tap, weight[:, :, u, v])
    if bias is not None:
        out += bias[:, None, None]
    return out if x.ndim == 4 else out[0]


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)
