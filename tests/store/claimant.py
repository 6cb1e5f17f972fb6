"""A worker in a process of its own: `python -m tests.store.claimant URL NAME [stop]`.

It takes jobs until there are none and finishes each. With `stop` it takes one, says so,
and holds it until it is killed.
"""

import signal
import sys

from grader.store.store import Store
from tests.report.records import accepted


def main(url: str, name: str, stop: str = "") -> None:
    with Store(url) as store:
        while (job := store.claim(name)) is not None:
            sys.stdout.write(f"{job.id}\n")
            sys.stdout.flush()
            if stop:
                signal.pause()
            store.progress(job.id, name)
            record = accepted()
            entry = record.submission.model_copy(update={"sha256": job.sha256})
            store.finish(job.id, record.model_copy(update={"submission": entry}))


if __name__ == "__main__":
    main(*sys.argv[1:])
