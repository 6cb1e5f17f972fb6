"""Grade on a Dask cluster; needs `grader[cluster]`, which nothing else imports.

============  ========================================================================
`crew`        the near side: connects, has workers examined, names those left out
`calls`       calls on their way to workers, sent again if the scheduler is lost
`order`       what a run asks of workers, as plain data with a content hash
`guest`       goes to each worker as text: tells who is fit, and says so to Dask
`worker`      the far side: a session in each process, a machine's turn to measure
`local`       a cluster on this machine, for trying it out
============  ========================================================================
"""

LOCAL = "local"
"""In place of an address: a cluster on this machine."""
TIMING = "timing"
"""The resource by which a worker declares a timing slot."""
