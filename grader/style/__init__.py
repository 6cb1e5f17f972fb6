"""How a submission is written: evidence with line numbers, never a pass or a fail.

The source is parsed and read here, and never run here. What reads it goes through no
more than so many nodes, without recursion, since the source may be hostile.

| module | does |
|---|---|
| `tree` | parses, and goes through what was parsed |
| `loops` | finds the loops, and what each runs over |
| `idioms` | finds what stands in place of loops: slices, windows, products |
| `readability` | docstrings, type hints, lengths |
| `lint` | has the linter look, and count branches |
| `turns` | writes counters into the source, where its loops turn |
| `counting` | has the sandbox run that on small and on larger inputs |
| `reader` | puts it all together |
"""
