"""What a spec says of time and memory."""

from pydantic import Field

from grader.problem.spec import Spec


class Limits(Spec):
    """What a submission may use."""

    load_seconds: float = Field(default=5.0, gt=0, le=600)
    """Processor time to load the file."""
    call_seconds: float = Field(default=2.0, gt=0, le=600)
    """Processor time of one call."""
    run_seconds: float = Field(default=60.0, gt=0, le=3600)
    """Processor time of all calls together."""
    wall_factor: float = Field(default=3.0, ge=1, le=100)
    """How much longer than that it may take by the clock on the wall."""
    memory_mib: int = Field(default=1024, ge=16, le=65_536)
    """Memory beyond what the interpreter and NumPy take."""
    stdout_kib: int = Field(default=64, ge=1, le=1024)
    """Printed text that is kept."""
    faults: int = Field(default=3, ge=1, le=100)
    """Time-outs and crashes after which the remaining cases are not run."""
