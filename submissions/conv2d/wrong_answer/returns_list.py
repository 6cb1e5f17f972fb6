"""Wrong: right numbers, but as nested lists instead of an array."""


def dot(x, kernel, top, left):
    total = 0.0
    for c, plane in enumerate(kernel):
        for u, row in enumerate(plane):
            for v, k in enumerate(row):
                total += x[c][top + u][left + v] * k
    return total


def pad_plane(plane, p_h, p_w):
    width = len(plane[0]) + 2 * p_w
    middle = [[0.0] * p_w + row + [0.0] * p_w for row in plane]
    return [[0.0] * width for _ in range(p_h)] + middle + [[0.0] * width for _ in range(p_h)]


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if hasattr(x, "tolist"):
        x, weight = x.tolist(), weight.tolist()
    if isinstance(x[0][0][0], list):
        return [conv2d(sample, weight, bias, stride, padding) for sample in x]
    x = [pad_plane(plane, *padding) for plane in x]
    height, width = len(x[0]), len(x[0][0])
    k_h, k_w = len(weight[0][0]), len(weight[0][0][0])
    out = []
    for o, kernel in enumerate(weight):
        b = 0.0 if bias is None else float(bias[o])
        out.append(
            [
                [dot(x, kernel, r, c) + b for c in range(0, width - k_w + 1, stride[1])]
                for r in range(0, height - k_h + 1, stride[0])
            ]
        )
    return out
