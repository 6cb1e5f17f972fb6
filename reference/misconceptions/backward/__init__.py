"""How people get the gradients wrong: a program in named steps, and its mistakes."""

from reference.misconceptions.backward import arguments, dx, full, parameters
from reference.misconceptions.backward.program import Backward
from reference.misconceptions.bank import Bank

BANK = Bank(Backward, ["conv2d_backward"])
for _part in (arguments, dx, full, parameters):
    BANK.include(_part.BANK)
