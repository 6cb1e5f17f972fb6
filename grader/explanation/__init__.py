"""Why a submission is wrong: the known mistake, the smallest input, pictures.

| module | does |
|---|---|
| `tutor` | has the rest do its part: the tutor of a panel |
| `diagnosis` | finds the known mistakes that explain what failed |
| `suspect` | mistakes that may explain it, held against what was seen |
| `sameness` | tells whether two outcomes are the same, but for rounding |
| `counterexample` | finds the smallest input that shows the fault |
| `inputs` | what it is looked for among: drawn, or listed |
| `probe` | puts these to the submission |
| `snippet` | writes a call as a program to paste |
| `picture`, `heat_map` | show where a result differs |
| `footprint` | finds which numbers one element of a result is made from |
"""
