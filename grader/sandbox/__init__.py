"""Run a candidate's code where it can do no harm, and read back bytes only.

How one grading goes, and who may do what::

    grader (this process)          zygote                     worker, one a submission
    spec, seeds, inputs,           python, numpy and this     the candidate's code
    reference, clock, verdict      package's child side
      |-- starts once ------------->|
      |-- spawn: fds, limits ------>|-- fork, then layers ------>|
      |<- pid, pidfd ---------------|                            |
      |== arena (shared memory): source, then inputs ===========>|
      |-- go (eventfd) ----------------------------------------->|
      |                                     calls the function   |
      |<= arena: one fixed frame a call =========================|
      |<- done (eventfd) ----------------------------------------|
      |-- kill (pidfd), at the deadline or the end ------------->|
      |-- reap: pid --------------->|
      |<- exit status, usage -------|

What passes is in `protocol` (the arena), `frames` (the form of the answers) and
`bindings` (the functions found). The far side is `zygote`, `rehearsal`, `worker`,
`frame_writer` and `modules`, held back by `layers`; they import nothing else of ours.
The near side is `launcher` (the zygote), `handle` (a worker), `frame_reader`,
`isolation` (what holds, found by trying) and `sandbox`, which is what others use;
`imports` and `system_calls` say what a worker may read and call. `plain` and
`plain_worker` stand for all of it where one's own file is practised with on a system
that lacks what it needs.

A candidate's own tests run in a worker too (`suite`), on functions that only ask
(`stand_ins`): each call ends an exchange with a question, and the next request holds
the answer (`questions`, on this side).
"""
