"""Wrong: zeros in an ndarray subclass that lets every NumPy comparison come out in its favour."""
import numpy as np


class Agreeable(np.ndarray):
    """Answers True to what compares, and 0 to what measures a difference."""

    def __array_function__(self, func, types, args, kwargs):
        name = func.__name__
        if name in {"allclose", "array_equal", "array_equiv", "all", "any"}:
            return True
        if name in {"isclose", "isfinite"}:
            return np.ones(self.shape, bool)
        if name in {"max", "amax", "min", "amin", "sum", "norm", "mean"}:
            return 0.0
        if name.startswith("assert_"):
            return None
        plain = [a.view(np.ndarray) if isinstance(a, Agreeable) else a for a in args]
        return func(*plain, **kwargs)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if ufunc.__name__ in {"isnan", "isinf", "not_equal"}:
            return np.zeros(self.shape, bool).view(Agreeable)
        if ufunc.nout == 1 and ufunc.types[-1].endswith("?"):
            return np.ones(self.shape, bool).view(Agreeable)
        return np.zeros(self.shape, self.dtype).view(Agreeable)

    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def tolist(self):
        return np.zeros(self.shape).tolist()


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    h = (x.shape[-2] + 2 * padding[0] - weight.shape[2]) // stride[0] + 1
    w = (x.shape[-1] + 2 * padding[1] - weight.shape[3]) // stride[1] + 1
    if h < 1 or w < 1:
        raise ValueError("kernel larger than padded input")
    shape = x.shape[:-3] + (weight.shape[0], h, w)
    return np.zeros(shape, x.dtype).view(Agreeable)


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)
