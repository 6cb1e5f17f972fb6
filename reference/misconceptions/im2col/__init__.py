"""How people get the vectorised form wrong: a program in steps, and its mistakes."""

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.im2col import arguments, columns, fold, layer
from reference.misconceptions.im2col.program import Im2col

BANK = Bank(Im2col, ["im2col", "col2im", "conv2d"])
for _part in (arguments, columns, fold, layer):
    BANK.include(_part.BANK)
BANK.include(
    FORWARD,
    "negative-padding-accepted",
    "stride-zero-unhandled",
    "stride-unchecked",
    "negative-stride-accepted",
    "reject-nondivisible",
    "float-division-size",
    "tuple-unsupported",
    "int-input-inplace-bias",
    "bias-unchecked",
    "bias-length-1-broadcast",
    "bias-too-long-ignored",
    "bias-too-long-ignored-in-vectors",
    "channel-mismatch-subset",
    "channel-mismatch-subset-only",
    "prints-and-exits",
    "assert-for-validation",
    "nothing-refused",
    "out-trunc-negative-with-zeros-past",
    "uint8-overflow-before-bias",
    "uint8-overflow-until-bias",
    "uint8-overflow-but-for-bias",
    "accumulator-int-before-bias",
    "accumulator-int-before-bias-in-place",
    "accumulator-int-until-bias",
    "weight-fractions-lost-before-bias",
)
