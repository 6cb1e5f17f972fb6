"""Known mistakes, one module or package for each problem.

Each has a program in named steps, which is right and slow, and a `BANK` of mistakes.
A mistake changes one step, so two in different steps can be made together. To add one,
add one decorated function to the module whose theme it fits.
"""
