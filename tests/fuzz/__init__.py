"""Random bytes for everything that reads bytes of others: `make fuzz`.

Each attempt follows from a seed, the name of what is tried and a number, so that any
of them can be made again, and a run can go on where one was broken off::

    python -m tests.fuzz --seed 1 --only specs --start 4711 --attempts 1
"""
