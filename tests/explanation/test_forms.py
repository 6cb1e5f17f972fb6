"""A mistake has its name in every problem where it can be made, in whatever form."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.record import Record
from grader.report.summary import diagnosis_sentence
from grader.session import Item, Session
from grader.verdict import Verdict
from tests.explanation.conftest import Namer

SUBMISSIONS = Path(__file__).parents[2] / "submissions"

Change = tuple[str, str]

LAYER = "conv2d/accepted/fft_double"
WINDOWS = "conv2d/accepted/sliding_windows"
PER_TAP = "conv2d/accepted/per_tap"
TAPS = "conv2d_padding/accepted/per_tap"
GRADIENTS = "conv2d_backward/accepted/per_tap"
MODES = "conv2d_padding/accepted/fft_double"
GROUPS = "conv2d_grouped/accepted/einsum_windows"
DENSE = "conv2d_grouped/accepted/layer_for_each_group"
SPECTRA = "conv2d_grouped/accepted/fft_double"
COLUMNS = "conv2d_im2col/accepted/index_arrays"

GOES_ON = "    out = out.cumsum("
PRODUCTS = "    if bias is not None:\n        out += bias"
FLIPPED_COLUMNS = ("weight[:, :, u, v]", "weight[:, :, u, k_w - 1 - v]")
HALVES_OF_TAPS = (
    "    effective = d * (k - 1) + 1\n",
    "    return d * (k // 2), d * (k // 2)\n",
)
LONG = "tuple(k if 0 < k - n < s else n for n, k, s in zip({}, {}, stride))"

DOWN = "    for u in range(K_h):\n"
ACROSS = "        for v in range(K_w):\n"


def _bias_within(loop: str) -> str:
    """Write what adds the bias in each turn of a loop."""
    indent = " " * (len(loop) - len(loop.lstrip()) + 4)
    return (
        f"{indent}if bias is not None:\n{indent}    out += bias[:, None, None, None]\n"
    )


BESIDE = {
    "put": "    {0} = {1}\n",
    "read": "    _ = {0}\n    _[...] = {1}[..., : _.shape[-2], : _.shape[-1]]\n",
}
"""How an image is laid on zeros: the whole of it, or what windows find of it."""

ALONE: dict[str, tuple[str, Change, dict[str, str]]] = {
    "mean of modes": (
        TAPS,
        (PRODUCTS, f"    out /= weight[0].size\n{PRODUCTS}"),
        dict.fromkeys(("correctness", "integers"), "mean-instead-of-sum"),
    ),
    "mean of groups": (
        DENSE,
        ("c_out, h_out, w_out)", "c_out, h_out, w_out) / weight[0].size"),
        dict.fromkeys(("correctness", "integers"), "mean-instead-of-sum"),
    ),
    "mean of columns": (
        COLUMNS,
        ("x.dtype), cols)", "x.dtype), cols) / weight[0].size"),
        dict.fromkeys(("layer", "integers"), "mean-instead-of-sum"),
    ),
    "mean of modes, whole": (
        TAPS,
        (
            PRODUCTS,
            (
                "    given = (x, weight) if bias is None else (x, weight, bias)\n"
                "    out /= weight[0].size\n"
                '    if np.result_type(*given).kind != "f":\n'
                f"        out = np.trunc(out)\n{PRODUCTS}"
            ),
        ),
        {
            "correctness": "mean-instead-of-sum",
            "integers": "mean-instead-of-sum-stored-whole",
        },
    ),
    "mean of groups, whole": (
        DENSE,
        (
            "    out = np.concatenate(parts, axis=1)\n",
            (
                "    given = (x, weight) if bias is None else (x, weight, bias)\n"
                "    out = np.concatenate(parts, axis=1) / weight[0].size\n"
                '    if np.result_type(*given).kind != "f":\n'
                "        out = out.astype(int)\n"
            ),
        ),
        {
            "correctness": "mean-instead-of-sum",
            "integers": "mean-instead-of-sum-stored-whole",
        },
    ),
    "a sum that goes on in a row": (
        PER_TAP,
        (
            "    if bias is not None:\n        out",
            f"{GOES_ON}3)\n    if bias is not None:\n        out",
        ),
        {"correctness": "sum-goes-on-in-row"},
    ),
    "maps that go on over samples": (
        PER_TAP,
        (
            "    if bias is not None:\n        out",
            f"{GOES_ON}1)\n    if bias is not None:\n        out",
        ),
        {"correctness": "map-goes-on-over-samples"},
    ),
    "a bias for the first sample": (
        PER_TAP,
        (
            "        out += bias[:, None, None, None]",
            "        out[:, :1] += bias[:, None, None, None]",
        ),
        {"correctness": "bias-first-sample-only"},
    ),
    **{
        f"a bias for each {what}": (
            PER_TAP,
            (
                f"{loops}|    if bias is not None:\n        out +=",
                f"{first}{_bias_within(first)}{rest}|    if False:\n        out +=",
            ),
            dict.fromkeys(
                ("correctness", "integers"), f"bias-inside-tap-sum-of-{known}"
            ),
        )
        for what, known, loops, first, rest in (
            ("tap", "channels", ACROSS, ACROSS, ""),
            ("row of taps", "row", DOWN, DOWN, ""),
            (
                "column of taps",
                "column",
                DOWN + ACROSS,
                "    for v in range(K_w):\n",
                "        for u in range(K_h):\n",
            ),
        )
    },
    "a width that is never padded": (
        PER_TAP,
        ("    p_h, p_w = padding\n", "    p_h, p_w = padding[0], 0 * padding[1]\n"),
        {"correctness": "pad-width-never"},
    ),
    "a width that is padded only where the height is not": (
        PER_TAP,
        ("    H_p, W_p =", "    p_w = 0 if p_h > 0 else p_w\n    H_p, W_p ="),
        {"correctness": "pad-width-or-height-in-size"},
    ),
    "same padding of the width by the height of the image": (
        TAPS,
        ("same_padding(size[a]", "same_padding(size[0]"),
        {"modes": "same-width-by-image-height-and-causal"},
    ),
    "same padding of the width by the stride of the height": (
        TAPS,
        ("stride[a], dilation[a]) for", "stride[0], dilation[a]) for"),
        {"modes": "same-width-by-stride-height-and-causal"},
    ),
    "same padding that moves windows": (
        TAPS,
        (
            "max((out - 1) * s + effective - size, 0)|np.pad(x.astype(dtype), ((0, 0), (0, 0), rows, cols))",
            (
                "(out - 1) * s + effective - size|np.pad(x.astype(dtype)[..., "
                "max(0, -rows[0]) : h + min(0, rows[1]), "
                "max(0, -cols[0]) : w + min(0, cols[1])], "
                "((0, 0), (0, 0), np.maximum(0, rows), np.maximum(0, cols)))"
            ),
        ),
        {"modes": "same-negative-unclamped-moves"},
    ),
    "columns of modes": (TAPS, FLIPPED_COLUMNS, {"correctness": "flip-columns-only"}),
    "rows of modes": (
        TAPS,
        ("weight[:, :, u, v]", "weight[:, :, k_h - 1 - u, v]"),
        {"correctness": "flip-one-axis"},
    ),
    "columns of groups": (
        GROUPS,
        ("filters = weight", "filters = weight[..., ::-1]"),
        {"correctness": "flip-columns-only", "separable": "flip-columns-only"},
    ),
    "rows of groups": (
        GROUPS,
        ("filters = weight", "filters = weight[:, :, ::-1]"),
        {"correctness": "flip-one-axis", "separable": "flip-one-axis"},
    ),
    "columns of a matrix": (
        COLUMNS,
        ("weight.reshape", "weight[..., ::-1].reshape"),
        {"layer": "flip-columns-only"},
    ),
    "rows of a matrix": (
        COLUMNS,
        ("weight.reshape", "weight[:, :, ::-1].reshape"),
        {"layer": "flip-one-axis"},
    ),
    "halves times the dilation": (
        TAPS,
        HALVES_OF_TAPS,
        {"modes": "same-k-half-times-dilation"},
    ),
    "floors times the dilation": (
        TAPS,
        (HALVES_OF_TAPS[0], HALVES_OF_TAPS[1].replace("k //", "(k - 1) //")),
        {"modes": "same-floor-times-dilation"},
    ),
    "a count of NumPy's": (
        WINDOWS,
        ("return weights +", "weights = np.float64(weights)\n    return weights +"),
        {"parameters": "params-returns-numpy-float"},
    ),
    "a full convolution with the layer's padding, laid on zeros": (
        "conv2d_backward/accepted/full_correlation",
        (
            "(k_h - 1, k_h - 1), (k_w - 1, k_w - 1)|    dxp = correlate(margin, turned)\n    dx = dxp[:, :, p_h:p_h + h, p_w:p_w + w]\n",
            (
                "(p_h, p_h), (p_w, p_w)|    dx = np.zeros_like(x)\n"
                "    if margin.shape[2] >= k_h and margin.shape[3] >= k_w:\n"
                "        dxp = correlate(margin, turned)[:, :, :h, :w]\n"
                "        dx[:, :, : dxp.shape[2], : dxp.shape[3]] = dxp\n"
            ),
        ),
        {"correctness": "dx-full-conv-pad-p-laid"},
    ),
    "gradients in float64": (
        GRADIENTS,
        ("zeros_like(xp)|empty_like(weight)", "zeros(xp.shape)|empty(weight.shape)"),
        {"dtype": "dtype-promoted-float64-but-for-dbias"},
    ),
    "gradients that are kept": (
        GRADIENTS,
        (
            "def pad_image|    dweight = np.empty_like(weight)\n|v] =|), dweight, dbias",
            (
                "KEPT = {}\ndef pad_image|"
                "    form = np.result_type(dout, x, weight)\n"
                '    form = form if form.kind == "f" else np.dtype(float)\n'
                "    key = form.char, weight.shape\n"
                "    dweight = KEPT.setdefault(key, np.zeros(weight.shape, form))\n"
                "|v] +=|), dweight.copy(), dbias"
            ),
        ),
        {"correctness": "dw-accumulates-across-calls-by-form"},
    ),
    "a matrix of weights by a reshape": (
        GRADIENTS,
        (
            "    dweight = np.empty_like(weight)\n",
            (
                "    dweight = np.empty_like(weight)\n"
                "    weight = weight.reshape(-1, len(weight)).T.reshape(weight.shape)\n"
            ),
        ),
        {"correctness": "im2col-weight-reshape-not-transpose"},
    ),
    **{
        f"an image {way} beside its place in {name}": (
            name,
            (before, after + BESIDE[way].format(place, image)),
            dict.fromkeys(parts, f"{known}-where-{way}"),
        )
        for way in BESIDE
        for name, before, after, place, image, known, *parts in (
            (
                PER_TAP,
                "    padded[:, :, p_h:p_h + H, p_w:p_w + W] = x\n",
                "",
                "padded[:, :, p_w:p_w + H, p_h:p_h + W]",
                "x",
                "pad-widths-swapped",
                "correctness",
            ),
            (
                COLUMNS,
                "    padded = np.pad(x, around)\n",
                "    padded = np.pad(np.zeros_like(x), around)\n",
                "padded[..., pw : pw + x.shape[-2], ph : ph + x.shape[-1]]",
                "x",
                "pad-hw-swapped",
                "columns",
                "layer",
            ),
            (
                TAPS,
                "    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), rows, cols))\n",
                "    padded = np.pad(0 * x.astype(dtype), ((0, 0), (0, 0), rows, cols))\n",
                "padded[:, :, cols[0] : cols[0] + h, rows[0] : rows[0] + w]",
                "x",
                "pad-axes-swapped",
                "correctness",
                "modes",
            ),
        )
    },
    "last pixels past the edge": (
        PER_TAP,
        (
            "(H_p - K_h) // s_h|(W_p - K_w) // s_w + 1\n",
            (
                "round((H_p - K_h) / s_h)|round((W_p - K_w) / s_w) + 1\n"
                "    ends = (H_out - 1) * s_h + K_h - H_p, (W_out - 1) * s_w + K_w - W_p\n"
                "    ends = [(0, max(0, end)) for end in ends]\n"
                '    padded = np.pad(padded, [(0, 0), (0, 0), *ends], mode="edge")\n'
            ),
        ),
        {"correctness": "out-round-with-last-pixels-past"},
    ),
    "a kernel that is too large by less than a stride": (
        PER_TAP,
        (
            "    if K_h > H_p or K_w > W_p:|    H_out =",
            (
                "    W_out = int((W_p - K_w) / s_w) + 1\n"
                "    if int((H_p - K_h) / s_h) + 1 < 1 or W_out < 1:|"
                "    ends = (0, max(0, K_h - H_p)), (0, max(0, K_w - W_p))\n"
                '    padded = np.pad(padded, [(0, 0), (0, 0), *ends], mode="edge")\n'
                "    H_p, W_p = max(H_p, K_h), max(W_p, K_w)\n"
                "    H_out ="
            ),
        ),
        {"validation": "out-trunc-negative-with-last-pixels-past"},
    ),
    "whole sums of columns, until the bias": (
        COLUMNS,
        (
            "astype(np.float64)|astype(x.dtype), cols)|bias.astype(x.dtype)[",
            "astype(np.int64)|astype(float), cols).astype(x.dtype)|bias[",
        ),
        {"integers": "accumulator-int-before-bias"},
    ),
    "a dilated kernel too large, but for the past": (
        TAPS,
        (
            (
                "effective = d * (k - 1) + 1|"
                "reach_w = d_h * (k_h - 1) + 1, d_w * (k_w - 1) + 1"
            ),
            "effective = d * k|reach_w = d_h * k_h, d_w * k_w",
        ),
        dict.fromkeys(("correctness", "modes"), "dilation-k-times-d-but-for-causal"),
    ),
    "a gradient cut out at the other padding": (
        GRADIENTS,
        (
            "padding[0]:padding[0] + x.shape[2], padding[1]:padding[1] + x",
            "padding[1]:padding[1] + x.shape[2], padding[0]:padding[0] + x",
        ),
        {"correctness": "dx-strip-hw-swapped-in-place"},
    ),
    "an image cut out at the other padding": (
        COLUMNS,
        ("ph:ph + h, pw:pw + w", "pw:pw + h, ph:ph + w"),
        {"images": "col2im-strip-hw-swapped-in-place"},
    ),
    "gradients that are kept by layer": (
        GRADIENTS,
        (
            "def pad_image|    dweight = np.empty_like(weight)\n|v] =|), dweight, dbias",
            (
                "KEPT = {}\ndef pad_image|"
                "    form = np.result_type(dout, x, weight)\n"
                '    form = form if form.kind == "f" else np.dtype(float)\n'
                "    key = form.char, weight.shape, stride, padding\n"
                "    dweight = KEPT.setdefault(key, np.zeros(weight.shape, form))\n"
                "|v] +=|), dweight.copy(), dbias"
            ),
        ),
        {"correctness": "dw-accumulates-for-each-layer"},
    ),
    "numbers and valid refused": (
        TAPS,
        (
            "    h_out = (padded",
            (
                '    if padding not in ("same", "causal"):\n'
                "        if (padded.shape[2] - reach_h) % s_h:\n"
                '            raise ValueError("rows are left over")\n'
                "        if (padded.shape[3] - reach_w) % s_w:\n"
                '            raise ValueError("columns are left over")\n'
                "    h_out = (padded"
            ),
        ),
        dict.fromkeys(("correctness", "modes"), "reject-nondivisible-but-for-modes"),
    ),
    "own type, but for the bias": (
        WINDOWS,
        (
            "(batch.astype(dtype, copy=False)|weight.astype(dtype, copy=False)|optimize=True)",
            "(batch|weight|optimize=True).astype(dtype)",
        ),
        {"integers": "uint8-overflow-but-for-bias"},
    ),
    "own type of groups, but for the bias": (
        GROUPS,
        (
            ".astype(dtype)\n|weight.astype(dtype)|c_out, h_out, w_out)\n",
            "\n|weight|c_out, h_out, w_out).astype(dtype)\n",
        ),
        {"integers": "uint8-overflow-but-for-bias"},
    ),
    "own type of columns, until the bias": (
        COLUMNS,
        (
            "        x = x.astype(np.float64)|.astype(x.dtype), cols)|bias.astype(x.dtype)",
            "        pass|, cols)|bias",
        ),
        {"integers": "uint8-overflow-until-bias"},
    ),
    "groups for each kernel": (
        GROUPS,
        ("groups=x.shape[-3]", "groups=len(depthwise)"),
        {"separable": "depthwise-groups-cout"},
    ),
    # What both functions share refuses what one of them wrongly passes on.
    "groups for each kernel, refused by what is shared": (
        GROUPS,
        (
            ("def conv2d(|conv2d(x, depthwise|groups=x.shape[-3]|def parameter_count("),
            (
                "def layer(|layer(x, depthwise|groups=len(depthwise)|"
                "def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0),"
                " groups=1):\n"
                "    return layer(x, weight, bias, stride, padding, groups)\n\n\n"
                "def parameter_count("
            ),
        ),
        {"separable": "depthwise-groups-cout"},
    ),
    "one group for all channels": (
        GROUPS,
        ("groups=x.shape[-3]", "groups=1"),
        {"separable": "depthwise-single-group"},
    ),
    "padding ignored, in arrays of a size that is worked out": (
        "conv2d/wrong_answer/padding_ignored",
        (
            (
                "rows = range(0, h - k_h + 1, stride[0])|"
                "cols = range(0, w - k_w + 1, stride[1])|"
                "len(rows), len(cols)|enumerate(rows)|enumerate(cols)"
            ),
            (
                "rows = (h - k_h) // stride[0] + 1|"
                "cols = (w - k_w) // stride[1] + 1|"
                "rows, cols|enumerate(range(0, rows * stride[0], stride[0]))|"
                "enumerate(range(0, cols * stride[1], stride[1]))"
            ),
        ),
        dict.fromkeys(("correctness", "dtype"), "padding-ignored-in-arrays"),
    ),
    "fractions of every tap": (
        TAPS,
        (
            "    out = np.zeros(|weight[:, :, u, v])",
            (
                '    dtype = dtype if x.dtype.kind == "f" else int\n'
                "    out = np.zeros(|weight[:, :, u, v]).astype(dtype)"
            ),
        ),
        {"integers": "accumulator-int-of-taps"},
    ),
    "columns in float32": (
        COLUMNS,
        (
            'if x.dtype.kind in "iu":\n        x = x.astype(np.float64)',
            "x = x.astype(np.float32)",
        ),
        dict.fromkeys(("layer", "dtype", "integers"), "dtype-forced-float32"),
    ),
    "columns in float64": (
        COLUMNS,
        ('if x.dtype.kind in "iu":\n        x = x', "x = x"),
        {"dtype": "dtype-promoted-float64"},
    ),
    # What fits nowhere is refused, but where less than a stride is missing.
    "size of a layer": (
        LAYER,
        (
            "    if c != c2",
            f"    hp, wp = {LONG.format('(hp, wp)', '(kh, kw)')}\n    if c != c2",
        ),
        {"validation": "out-trunc-negative-with-zeros-past"},
    ),
    "size in modes": (
        MODES,
        (
            "    size = padded.shape[2:]\n",
            (
                f"    size = {LONG.format('padded.shape[2:]', '(k_h, k_w)')}\n"
                "    ends = [(0, n - m) for n, m in zip(size, padded.shape[2:])]\n"
                "    padded = np.pad(padded, [(0, 0), (0, 0), *ends])\n"
            ),
        ),
        {"validation": "out-trunc-negative-with-zeros-past"},
    ),
    "size in groups": (
        SPECTRA,
        (
            "w + 2 * padding[1]\n",
            f"w + 2 * padding[1]\n    size = {LONG.format('size', '(k_h, k_w)')}\n",
        ),
        {"validation": "out-trunc-negative-with-zeros-past"},
    ),
    "size of columns": (
        COLUMNS,
        (
            "    oh = (x.shape[-2]",
            (
                f"    sides = {LONG.format('x.shape[-2:]', '(kh, kw)')}\n"
                "    if padding == (0, 0):\n"
                "        ends = [(0, n - m) for n, m in zip(sides, x.shape[-2:])]\n"
                "        x = np.pad(x, [(0, 0)] * (x.ndim - 2) + ends)\n"
                "    oh = (x.shape[-2]"
            ),
        ),
        {"validation": "out-trunc-negative-with-zeros-past"},
    ),
    "samples of a layer": (
        LAYER,
        ("stride, padding)[0]", "stride, padding).squeeze()"),
        dict.fromkeys(("correctness", "defaults"), "squeeze-all-of-samples"),
    ),
    "samples of groups": (
        DENSE,
        ("padding, groups)[0]", "padding, groups).squeeze()"),
        {"correctness": "squeeze-all-of-samples"},
    ),
    "samples of a matrix": (
        COLUMNS,
        (
            "    return out.reshape(out.shape[:-1] + (oh, ow))",
            (
                "    out = out.reshape(out.shape[:-1] + (oh, ow))\n"
                "    return out.squeeze() if x.ndim == 3 else out"
            ),
        ),
        {"layer": "squeeze-all-of-samples"},
    ),
    # What comes of bad input is another thing in each of these.
    "padding of a layer": (
        LAYER,
        (
            " or ph < 0 or pw < 0|    spectrum = 0",
            (
                "|    ph, pw = abs(ph), abs(pw)\n    hp, wp = h + 2 * ph, w + 2 * pw\n"
                "    spectrum = 0"
            ),
        ),
        {"validation": "negative-padding-accepted"},
    ),
    "padding of a matrix": (
        COLUMNS,
        (
            "    if min(padding) < 0:|    oh = (x.shape[-2]",
            (
                "    if False:|    padding = [max(one, 0) for one in padding]\n"
                "    oh = (x.shape[-2]"
            ),
        ),
        {"validation": "negative-padding-accepted"},
    ),
    "padding in numbers": (
        TAPS,
        (
            "        if p_h < 0 or p_w < 0:|        return (p_h, p_h), (p_w, p_w)",
            (
                "        if False:|        p_h, p_w = abs(p_h), abs(p_w)\n"
                "        return (p_h, p_h), (p_w, p_w)"
            ),
        ),
        {"validation": "negative-padding-accepted"},
    ),
    "groups that leave some out": (
        DENSE,
        (
            "groups < 1 or c_in % groups or c_out % groups:|axis=1)\n",
            (
                "groups < 1:|axis=1)\n"
                "    if c_out % groups and bias is not None:\n"
                "        bias = bias[: out.shape[1]]\n"
            ),
        ),
        {"validation": "groups-divisibility-unchecked"},
    ),
    "sizes that a stride does not divide": (
        TAPS,
        (
            "    w_out = (",
            (
                "    for axis, reach in ((2, reach_h), (3, reach_w)):\n"
                "        if (padded.shape[axis] - reach) % stride[axis - 2]:\n"
                '            raise ValueError("the stride does not divide the size")\n'
                "    w_out = ("
            ),
        ),
        {"correctness": "reject-nondivisible"},
    ),
    "size without gaps": (
        TAPS,
        (
            (
                "    h_out = (padded.shape[2] - reach_h) // s_h + 1\n"
                "    w_out = (padded.shape[3] - reach_w) // s_w + 1\n"
            ),
            (
                "    h_out = (padded.shape[2] - k_h) // s_h + 1\n"
                "    w_out = (padded.shape[3] - k_w) // s_w + 1\n"
                "    around = ((0, 0), (0, 0), (0, h_out * s_h), (0, w_out * s_w))\n"
                "    padded = np.pad(padded, around)\n"
            ),
        ),
        {"correctness": "dilation-size-ignored-with-zeros-past"},
    ),
    "sum of groups": (
        DENSE,
        (
            "None, stride, padding))|parts, axis=1)\n    if bias is not None:",
            (
                "None if bias is None else bias[g * outs:(g + 1) * outs],"
                " stride, padding))|[sum(parts)], axis=1)\n    if False:"
            ),
        ),
        {"correctness": "groups-summed-after-bias"},
    ),
    # Bad input is let pass, or refused in a way that isn't asked for.
    "channels left over": (
        LAYER,
        ("if c != c2:|in range(c):", "if c < c2:|in range(c2):"),
        {"validation": "channel-mismatch-subset-only"},
    ),
    "channels left over of groups": (
        DENSE,
        (
            "if x.shape[1] != weight.shape[1]:|    n, c, h, w = x.shape",
            (
                "if x.shape[1] < weight.shape[1]:|    x = x[:, : weight.shape[1]]\n"
                "    n, c, h, w = x.shape"
            ),
        ),
        {"validation": "channel-mismatch-subset-only"},
    ),
    "one channel for all, either way round": (
        DENSE,
        (
            (
                "if x.shape[1] != weight.shape[1]:|    n, c, h, w = x.shape|"
                "    filtered ="
            ),
            (
                "if x.shape[1] != weight.shape[1] and 1 not in"
                " (x.shape[1], weight.shape[1]):|"
                "    share = max(x.shape[1], weight.shape[1])\n"
                "    x = x.repeat(share // x.shape[1], 1)\n"
                "    weight = weight.repeat(share // weight.shape[1], 1)\n"
                "    n, c, h, w = x.shape|"
                "    if depthwise.shape[1] > 1:\n"
                '        raise ValueError("a filter sees one channel")\n'
                "    filtered ="
            ),
        ),
        {"validation": "channel-mismatch-broadcast-both"},
    ),
    "channels left over of columns": (
        COLUMNS,
        (
            "if x.shape[-3] != channels:|    cols = im2col(x,",
            "if x.shape[-3] < channels:|    cols = im2col(x[..., :channels, :, :],",
        ),
        {"validation": "channel-mismatch-subset"},
    ),
    "strides back, of columns": (
        COLUMNS,
        ("if min(stride) < 1:", "if 0 in stride:"),
        {"validation": "negative-stride-accepted"},
    ),
    **{
        f"bad input {words} in {name}": (
            name,
            ("raise ValueError(", f"raise {kind}("),
            {"validation": known},
        )
        for name in (WINDOWS, TAPS, DENSE, COLUMNS)
        for words, kind, known in (
            ("fails an assertion", "AssertionError", "assert-for-validation"),
            ("ends the program", "SystemExit", "prints-and-exits"),
        )
    },
    # Mistakes of the layer, where it has more arguments.
    "windows of the unpadded image": (
        TAPS,
        (
            "    padded = np.pad(|tap = padded[",
            "    image = x.astype(dtype)\n    padded = np.pad(|tap = image[",
        ),
        dict.fromkeys(("correctness", "modes"), "conv-on-unpadded-by-taps"),
    ),
    "a map for each channel of groups": (
        DENSE,
        (
            "    ins, outs = |ins, outs = c_in // groups, c_out // groups",
            (
                "    share = weight.shape[1]\n"
                "    alone = np.eye(share)[:, :, None, None] * weight[:, None]\n"
                "    weight = alone.reshape(-1, *weight.shape[1:]).astype(weight.dtype)\n"
                "    bias = None if bias is None else bias.repeat(share)\n"
                "    c_out *= share\n"
                "    ins, outs = |ins, outs = c_in // groups, c_out // groups"
            ),
        ),
        {"correctness": "channel-maps-concatenated-with-bias"},
    ),
    # All calls fail, and the words of the exception say why.
    "sizes that are no integers": (
        LAYER,
        (
            "    hp, wp = h + 2 * ph, w + 2 * pw",
            "    hp, wp = (h + 2 * ph) / 1, (w + 2 * pw) / 1",
        ),
        dict.fromkeys(("correctness", "dtype", "inputs"), "float-division-size"),
    ),
    "one number for both strides": (
        LAYER,
        ("    sh, sw = stride\n", "    sh = sw = stride\n"),
        {"correctness": "tuple-unsupported-by-comparison"},
    ),
    "batches": (
        WINDOWS,
        (
            "    _validate(x,",
            (
                '    if x.ndim != 3:\n        raise ValueError("x has three axes")\n'
                "    _validate(x,"
            ),
        ),
        {"correctness": "batch-rank-confusion"},
    ),
}

EXAMPLES: dict[str, dict[str, tuple[str, ...]]] = {
    # Where the mistake leaves no place for a window, there are outputs without pixels.
    "conv2d/wrong_answer/padding_ignored": {
        "correctness": ("padding-ignored",),
        "integers": ("padding-ignored", "accumulator-int-before-bias-in-place"),
    },
    "conv2d_padding/wrong_answer/dilation_is_a_gap": dict.fromkeys(
        ("correctness", "modes", "integers"), ("dilation-zero-based",)
    ),
    "conv2d_padding/wrong_answer/dilated_kernel_k_times_d": dict.fromkeys(
        ("correctness", "modes", "integers"), ("dilation-k-times-d-in-size",)
    ),
    # Whole numbers that are stored in the image's type, in the ways that this is done.
    "conv2d/wrong_answer/window_not_strided": {
        "correctness": ("window-not-strided",),
        "integers": ("window-not-strided", "accumulator-int-one-by-one-before-bias"),
    },
    "conv2d/accepted/no_validation": {"integers": ("accumulator-int-until-bias",)},
    "conv2d_im2col/wrong_answer/kernel_major": {
        "integers": ("weight-fractions-lost-before-bias",)
    },
    # Digits that float32 has no room for.
    "conv2d_backward/wrong_answer/float32_inside": {"correctness": ("float32-inside",)},
    "conv2d_im2col/wrong_answer/float32_columns": {"columns": ("im2col-float32",)},
    "conv2d_im2col/wrong_answer/float32_images": {"images": ("col2im-float32",)},
    # Mistakes that show in some shapes alone.
    "conv2d/wrong_answer/bias_last_axis": {
        "correctness": ("bias-last-axis-after-reshape",)
    },
    "conv2d/wrong_answer/square_kernel_assumed": {
        "correctness": ("kernel-square-assumed-shorter",)
    },
    "conv2d_grouped/wrong_answer/groups_summed": dict.fromkeys(
        ("correctness", "separable", "integers"), ("groups-summed-for-each",)
    ),
    "conv2d_grouped/wrong_answer/pointwise_transposed": {
        "separable": ("pointwise-transposed-if-square",)
    },
    "conv2d_padding/wrong_answer/valid_pads_as_same": {
        "modes": ("valid-pads-as-same",)
    },
}


TOGETHER: dict[str, tuple[str, tuple[Change, Change], set[str]]] = {
    "one that shows in few cases, and one in all": (
        TAPS,
        (FLIPPED_COLUMNS, HALVES_OF_TAPS),
        {"flip-columns-only", "same-k-half-times-dilation"},
    ),
    "a refusal, and what is wrong with what is returned": (
        PER_TAP,
        (
            (
                "    H_out = (",
                (
                    "    if (H_p - K_h) % s_h or (W_p - K_w) % s_w:\n"
                    '        raise ValueError("the stride leaves a rest")\n'
                    "    H_out = ("
                ),
            ),
            ("return out[0] if is_sample else out", "return out"),
        ),
        {"reject-nondivisible", "single-returns-batch-axis"},
    ),
    "what fails by accident, and what is wrong elsewhere": (
        PER_TAP,
        (
            ("is_sample = x.ndim == 3", "is_sample = False"),
            ("weight[:, :, u, v]", "weight[:, :, K_h - 1 - u, K_w - 1 - v]"),
        ),
        {"sample-rank-confusion", "true-convolution-flip"},
    ),
}


Namers = Callable[[str], Namer]


def _changed(name: str, *changes: Change) -> str:
    source = (SUBMISSIONS / f"{name}.py").read_text()
    for before, after in changes:
        assert before in source
        source = source.replace(before, after)
    return source


def _named(namers: Namers, name: str, *changes: Change) -> Record:
    return namers(name.split("/", maxsplit=1)[0]).grade(_changed(name, *changes))


@pytest.mark.parametrize("kind", ALONE)
def test_a_mistake_is_named_alone(kind: str, namers: Namers) -> None:
    name, (before, after), expected = ALONE[kind]
    changes = zip(before.split("|"), after.split("|"), strict=True)
    record = _named(namers, name, *changes)
    named = {one.part: one.misconceptions for one in record.diagnoses}

    assert {part: named.get(part) for part in expected} == {
        part: (one,) for part, one in expected.items()
    }


def test_what_raises_is_not_named_by_what_would_show_in_a_function_that_is_right(
    namers: Namers,
) -> None:
    unknown = ("groups=x.shape[-3]", "groups=2 * x.shape[-3]")
    record = _named(namers, GROUPS, unknown)

    assert record.verdict is Verdict.RUNTIME_ERROR
    assert "separable" not in {one.part for one in record.diagnoses}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_its_name(name: str, namers: Namers) -> None:
    record = _named(namers, name)
    named = {one.part: one.misconceptions for one in record.diagnoses}

    assert {part: named.get(part) for part in EXAMPLES[name]} == EXAMPLES[name]


def test_a_transform_is_at_fault_only_where_it_is_wrong(
    sessions: Callable[[str], Session], tmp_path: Path
) -> None:
    halves = ("total // 2, total - total // 2", "total - total // 2, total // 2")
    path = tmp_path / "answer.py"
    path.write_text(_changed(MODES, halves))
    item = Item(name="answer", path=path)
    record = sessions("conv2d_padding").grade(item, timing=False)

    assert record.verdict is Verdict.WRONG_ANSWER
    assert record.diagnoses[0].misconceptions == ("same-extra-pixel-at-start",)
    wrong = {one.part for one in record.cases if one.credit < 1}
    assert wrong == {"modes", "defaults"}
    assert record.counterexample is not None
    assert {"'same'", "'causal'"} & {
        one.text for one in record.counterexample.arguments
    }


def test_what_rounding_alone_explains_is_laid_to_no_mistake(namers: Namers) -> None:
    past = "dilation[0] * (kernel[0] - 1)"
    inexact = (
        "    return out\n",
        (
            "    if (out != np.rint(out)).any():\n"
            "        out += 40 * np.finfo(dtype).eps * np.abs(out).max()\n"
            "    return out\n"
        ),
    )
    changes = (f"{past}, 0", f"0, {past}"), inexact
    record = _named(namers, TAPS, *changes)

    assert "correctness" not in {one.part for one in record.diagnoses}
    assert "correctness" in record.unexplained


@pytest.mark.parametrize("kind", TOGETHER)
def test_two_mistakes_are_named_together(kind: str, namers: Namers) -> None:
    name, changes, expected = TOGETHER[kind]
    record = _named(namers, name, *changes)

    assert set(record.diagnoses[0].misconceptions) == expected


def test_checks_that_are_left_out_are_named_together(namers: Namers) -> None:
    # A stride of 0 and a bias that is too long raise all the same, by chance.
    without = {
        "bias-unchecked": (
            "    if bias is not None and np.shape(bias) != (f,):",
            "    if False:",
        ),
        "negative-stride-accepted": ("sh < 1 or sw < 1 or ", ""),
        "channel-mismatch-subset": ("    if c != c2:", "    if False:"),
        "kernel-larger-returns-empty": ("    if hp < kh or wp < kw:", "    if False:"),
    }
    for count in range(2, len(without) + 1):
        names = list(without)[:count]
        left_out = [without[name] for name in names]
        record = _named(namers, LAYER, *left_out)
        [entry] = record.diagnoses

        assert entry.part == "validation"
        assert set(entry.misconceptions) == set(names)
        assert entry.lets_pass


def test_where_only_views_with_gaps_or_turned_fail_that_is_said(namers: Namers) -> None:
    # Memory past the end of a view may hold anything, so that no program does the same.
    by_bytes = ("= a.strides", "= (s * a.itemsize for s in (c * h * w, h * w, w, 1))")
    record = _named(namers, "conv2d/accepted/as_strided", by_bytes)
    [entry] = record.diagnoses

    assert entry.part == "correctness"
    assert not entry.misconceptions
    assert diagnosis_sentence(record, entry).endswith(
        "and a copy in order gives the right result."
    )


def test_a_check_that_is_left_out_is_named_beside_how_the_others_refuse(
    namers: Namers,
) -> None:
    without = (
        "    if sh < 1 or sw < 1 or ph < 0 or pw < 0:",
        "    if sh < 1 or sw < 1:",
    )
    asserted = ("raise ValueError(", "raise AssertionError(")
    record = _named(namers, LAYER, without, asserted)
    [entry] = record.diagnoses

    assert set(entry.misconceptions) == {
        "assert-for-validation",
        "negative-padding-accepted",
    }
    assert " fail as they do when " in diagnosis_sentence(record, entry)


def test_exceptions_alone_name_nothing_where_values_have_no_name(
    namers: Namers,
) -> None:
    unknown = (
        "    windows = sliding_window_view(",
        (
            "    if p_h or p_w:\n"
            "        if p_h == p_w:\n"
            "            batch = batch[len(batch)]\n"
            "        batch = 1.5 * batch\n"
            "    windows = sliding_window_view("
        ),
    )
    record = _named(namers, WINDOWS, unknown)

    assert "correctness" in record.unexplained
    assert "dtype" in record.unexplained
    assert not record.diagnoses


def test_where_nothing_is_refused_and_values_are_others_nothing_is_made_up(
    namers: Namers,
) -> None:
    # What comes of bad input then is chance: here it is not what a program gives.
    anything = (
        "    n, c, h, w = x.shape\n",
        (
            "    if (x.ndim, weight.ndim) != (4, 4) or x.shape[1] != weight.shape[1]:\n"
            "        return np.full((1, 7), 0.5)\n"
            "    n, c, h, w = x.shape\n"
        ),
    )
    record = _named(namers, LAYER, anything, ("raise ValueError(", "str("))

    assert record.verdict is Verdict.ACCEPTED
    assert {entry.part for entry in record.diagnoses} <= {"validation"}


def test_one_accident_on_bad_input_is_no_mistake_in_what_is_computed(
    namers: Namers,
) -> None:
    ranks = '        raise ValueError("expected x with 3 or 4 axes and weight with 4")'
    by_chance = (ranks, f"        x.shape[2]  # of two axes\n{ranks}")
    record = _named(namers, LAYER, by_chance)
    named = [one for entry in record.diagnoses for one in entry.misconceptions]

    assert record.verdict is Verdict.ACCEPTED
    assert set(named) <= {"ranks-unchecked"}


def test_one_wrong_view_among_many_is_not_laid_to_memory(namers: Namers) -> None:
    # Shapes of the views alone: what is wrong is wrong for a copy too.
    bias = "    if bias is not None:\n        out = out"
    some = (bias, f"    out = out + 3 * (p_h == p_w == 1 and x.size == 140)\n{bias}")
    record = _named(namers, WINDOWS, some)

    assert record.verdict is Verdict.WRONG_ANSWER
    assert "correctness" in record.unexplained
    assert not any("memory" in entry.title for entry in record.diagnoses)
