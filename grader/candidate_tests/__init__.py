"""What a submission's own tests are worth: which known mistakes they notice.

| module | does |
|---|---|
| `proctor` | has them run, and sums up what they are worth: the proctor of a panel |
| `marking` | runs them on all that is right, and on every known mistake |
| `results` | what came of the runs, and which of the tests count |
| `suite_runs` | runs them once: they ask, and are answered |
| `implementations` | answers: correct code and known mistakes, in a worker |
| `answers` | compares answers as tests would see them, and makes wrong ones |
| `expected_mistakes` | which mistakes they should notice |
| `weak_tests` | weak spots that show in their source or their data |
"""
