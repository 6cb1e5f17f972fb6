"""A worker where nothing can be forked from a zygote: an interpreter of its own.

Started as a script, ahead of its use, with the shared file open. It is told on standard
input how large its regions are, and answers by a letter on standard output.
Nothing holds it back: it is for one's own code.
"""

import json
import mmap
import os
import sys

GO = b"."
"""Sent once for each request, and sent back once for each answer."""


def main(libraries: str, shared: int) -> None:
    """Answer requests until nobody is there; NumPy lies in `libraries`."""
    root = os.path.dirname(  # noqa: PTH120 - as in the zygote
        os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    )
    own = list(sys.path)
    sys.path[:] = [root, libraries, *own]
    from grader.sandbox import protocol, rehearsal, worker, zygote  # noqa: PLC0415

    sys.path[:] = own
    rehearsal.rehearse()
    # What a submission prints by other ways than Python's must not be read as answers.
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for place in range(2):
        os.dup2(null, place)
    with open(requests, "rb", buffering=0) as waiting:  # noqa: PTH123 - a descriptor
        line = waiting.readline()
        if not line:
            return
        setup = json.loads(line)
        sys.meta_path.append(zygote.AllowedLibraries(setup["libraries"]))
        regions = protocol.Regions(**setup["regions"])
        with open(shared, "r+b", buffering=0) as file:
            arena = mmap.mmap(file.fileno(), regions.total)
        worker.keep_printed(arena, regions)
        os.write(answers, GO)
        if not waiting.read(1):
            return
        served = worker.load(arena, regions)
        os.write(answers, GO)
        while waiting.read(1):
            worker.make_calls(arena, regions, served)
            os.write(answers, GO)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
