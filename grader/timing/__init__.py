"""How fast a submission is: beside the reference, on sizes that grow.

| module | does |
|---|---|
| `stopwatch` | times everyone, rung by rung: the clock of a panel |
| `course` | who is timed, each in a worker, and what one call took |
| `ladder` | what the times mean: rungs, ratios, points |
| `growth` | fits how the time grows with each size |
| `memory` | how much memory a call takes |
| `statistics` | estimates with intervals |
| `bench` | times known code alone, without a sandbox |
"""
