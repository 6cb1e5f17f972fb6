"""Mistakes of kinds that only some sizes, strides, types or arguments show.

Each is a right layer with one thing changed, of a kind that no list of known mistakes
could hold in full. None may go unseen: it costs points in the part that it is about.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.session import Item, Session, Settings

RIGHT = Path(__file__).parents[1] / "submissions/conv2d/accepted/im2col.py"
CHANGED = """

right = conv2d
last = {{}}


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    def answer(x=x, bias=bias, stride=stride, padding=padding):
        return right(x, weight, bias, stride, padding)

    (s_h, s_w), (p_h, p_w) = stride, padding
    c_out, *_, k_h, k_w = weight.shape
    {change}
    return answer()
"""
BLOCKS = {
    f"{axis}-in-blocks-of-{block}": (
        "correctness",
        f"""y = answer()
    if y.shape[{place}] > {block}:
        np.moveaxis(y, {place}, 0)[y.shape[{place}] // {block} * {block} :] = 0
    return y""",
    )
    for axis, place in {"samples": 0, "filters": -3, "rows": -2, "columns": -1}.items()
    for block in (16, 32, 64 if axis in {"rows", "columns"} else 256)
    if (axis, block) != ("samples", 16)  # a single sample's axis 0 are its filters
}
UNSEEN_CHANNELS = {
    f"channels-in-blocks-of-{block}": (
        "correctness",
        f"""channels = x.shape[-3] if x.ndim > 2 else 0
    if channels > {block}:
        x = x.copy()
        x[..., channels // {block} * {block} :, :, :] = 0
        return answer(x)""",
    )
    for block in (16, 32, 256)
}
ZEROS = "return np.zeros((c_out, 1, 1))"
ANSWERED = {
    name: ("validation", f"if {condition}: {ZEROS}")
    for name, condition in {
        "strides-by-their-product": "min(stride) < 1 <= s_h * s_w",
        "paddings-by-their-sum": "min(padding) < 0 <= sum(padding)",
        "height-rounded-towards-zero": "0 > x.shape[-2] + 2 * p_h - k_h > -s_h < -1",
        "width-rounded-towards-zero": "0 > x.shape[-1] + 2 * p_w - k_w > -s_w < -1",
        "a-bias-of-one-row": "np.ndim(bias) == 2 and bias.shape[0] == 1",
        "a-bias-of-one-column": "np.ndim(bias) == 2 and bias.shape[1] == 1",
        "a-number-for-a-bias": "bias is not None and np.ndim(bias) == 0",
        "filters-of-five-axes": "weight.ndim == 5",
        "filters-of-three-axes": "weight.ndim == 3",
    }.items()
}
OTHERS = {
    "float64-under-a-stride": (
        "dtype",
        "if max(stride) > 1: return answer().astype(np.float64)",
    ),
    "float64-with-padding": (
        "dtype",
        "if max(padding): return answer().astype(np.float64)",
    ),
    "one-tap-in-the-type-of-the-input": (
        "integers",
        "if k_h == k_w == 1: return answer().astype(x.dtype)",
    ),
    "integers-under-a-stride-in-their-type": (
        "integers",
        "if max(stride) > 1: return answer().astype(x.dtype)",
    ),
    "what-no-window-sees-is-cleared": (
        "inputs",
        """y = answer()
    if not max(padding):
        x[..., (y.shape[-2] - 1) * s_h + k_h :, :] = 0
    return y""",
    ),
    "a-buffer-without-a-bias": (
        "correctness",
        """y = answer()
    if bias is None:
        y = last.setdefault((y.shape, y.dtype), y)
        y[...] = answer()
    return y""",
    ),
}
MISTAKES = BLOCKS | UNSEEN_CHANNELS | ANSWERED | OTHERS


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    settings = Settings(
        problem="conv2d", seed=1, explain=False, style=False, tests=False
    )
    with Session(settings) as session:
        yield session


@pytest.mark.parametrize("name", [None, *MISTAKES])
def test_no_kind_of_mistake_goes_unseen(
    name: str | None, session: Session, tmp_path: Path
) -> None:
    part, change = MISTAKES[name] if name else (None, "pass")
    path = tmp_path / "answer.py"
    path.write_text(RIGHT.read_text() + CHANGED.format(change=change))
    record = session.grade(Item(name="answer", path=path), timing=False)
    lost = {
        one.id
        for one in record.parts
        if one.points is not None and one.points < one.maximum
    }

    assert lost == ({part} if part else set())
    assert (record.verdict == "accepted") == (part != "correctness")
