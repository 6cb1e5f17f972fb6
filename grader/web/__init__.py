"""A page for the panel and for practice, and an API: one server, one runner.

::

    browser ── pages ──┐                       ┌── runner, a process of its own:
                       ├── service ── store ───┤   claims a job, grades it,
    program ── api ────┘   (who, what, how     │   writes the record back
                            much is allowed)   └── the sandbox below it

What a visitor may do is decided in `service`; pages and API only ask it. Nothing is
open: who comes has a signed link or token (`people`), and each has an end. Grading is
done by the runner alone, so that the server answers while it works, and a job that
was begun when either of them ended is begun anew.
"""

API_PATH = "/api/v1"
"""Where the API begins; what answers otherwise is another version beside it."""
