"""What this machine is like for grading: found by trying, said in plain words."""

import os
import statistics
import sys
from dataclasses import dataclass

import numpy as np

from grader.cores import usable_cores
from grader.environment import blas_name, processor_name
from grader.errors import GraderError
from grader.loading import PROBLEMS, available_problems
from grader.outcome import AskedArgument, Call, Loaded, Signature
from grader.problem import Limits
from grader.sandbox.isolation import Addition
from grader.sandbox.layers import Layer, Level
from grader.sandbox.protocol import encode_calls
from grader.sandbox.sandbox import Sandbox
from grader.submission import Submission

_CALLS = 200
_MIB = 1 << 20

_REMEDIES = {
    Layer.RLIMITS: "the system refuses resource limits: is this a container?",
    Layer.NO_NEW_PRIVS: "needs Linux 3.5 or later",
    Layer.LANDLOCK: "needs Linux 5.13 or later with `landlock` in its list of security "
    "modules (/sys/kernel/security/lsm)",
    Layer.SECCOMP: "needs the library libseccomp (Debian: libseccomp2) and a kernel "
    "with seccomp filters",
}
_ADVICE = {
    Addition.SEPARATE_USER: "no: it takes root to run submissions as another user",
    Addition.NAMESPACES: "no: install bubblewrap (Debian: bubblewrap), and allow user "
    "namespaces",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing about this machine."""

    title: str
    text: str
    fine: bool = True


def examine() -> list[Condition]:
    """Try everything, and say what was found."""
    conditions = [
        Condition(title="python", text=f"{sys.version.split()[0]} ({sys.executable})"),
        Condition(title="numpy", text=f"{np.__version__}, BLAS: {blas_name()}"),
        Condition(
            title="processor", text=f"{processor_name()}, {usable_cores()} cores"
        ),
        Condition(title="user", text="root" if os.geteuid() == 0 else "not root"),
        Condition(
            title="problems", text=f"{', '.join(available_problems())} in {PROBLEMS}"
        ),
    ]
    try:
        with Sandbox(("numpy",), Level.NONE) as sandbox:
            return [*conditions, *_isolation(sandbox), _clock(sandbox)]
    except GraderError as error:
        return [*conditions, Condition(title="sandbox", text=str(error), fine=False)]


def _isolation(sandbox: Sandbox) -> list[Condition]:
    found = sandbox.isolation
    conditions = [
        Condition(
            title=f"layer {layer}",
            text="holds" if holds else f"does not hold: {_REMEDIES[layer]}",
            fine=holds,
        )
        for layer, holds in found.layers.items()
    ]
    conditions += [
        Condition(
            title=addition.value.replace("_", " "),
            text="holds" if addition in found.additions else _ADVICE[addition],
        )
        for addition in Addition
    ]
    text = {
        Level.FULL: "full: other people's code can be graded",
        Level.PARTIAL: "partial: only with `--isolation partial`, for code you trust",
        Level.NONE: "none: only with `--isolation none`, for your own code",
    }[found.level]
    return [*conditions, Condition(title="isolation", text=text)]


def _clock(sandbox: Sandbox) -> Condition:
    source = b"def echo(x):\n    return x\n"
    asked = Signature(name="echo", arguments=(AskedArgument(name="x"),))
    seconds = []
    with sandbox.start_worker(
        Limits(), request_bytes=_MIB, response_bytes=_MIB
    ) as worker:
        loaded = worker.load(Submission(name="echo", source=source), [asked])
        assert isinstance(loaded, Loaded)
        for number in range(_CALLS):
            call = Call(function="echo", arguments={"x": np.ones(1)}, output_bytes=4096)
            exchange = encode_calls([call], sequence=number + 1)
            seconds.append(worker.time_call(exchange).wall_seconds)
    median = statistics.median(seconds) * 1e6
    return Condition(title="empty call", text=f"takes {median:.0f} us")
