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

`protocol` says what the bytes mean, `layers` what holds the worker back, `imports`
what it may read, `zygote` and `worker` run on the far side and import nothing else
of ours, and `executor` is the near side.
"""
