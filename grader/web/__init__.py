"""A page for the panel and for practice, and an API: one server, and its runners.

::

    browser ── pages ──┐                       ┌── runners, a process each:
                       ├── service ── store ───┤   claim a job, grade it,
    program ── api ────┘   (who, what, how     │   write the record back
                            much is allowed)   └── the sandbox below each

What a visitor may do is decided in `service`; pages and API only ask it. Nothing is
open: who comes has a signed link or token (`people`), and each has an end. Grading is
done by runners alone, so that the server answers while they work, and a job that was
begun when either of them ended is begun anew. While one measures speed, the others
wait (`turn`).
"""

API_PATH = "/api/v1"
"""Where the API begins; what answers otherwise is another version beside it."""
