"""The record: all that is known of one grading. Every report is a view of it.

Absent means not measured; it is never 0 or NaN. What differs between two gradings of
one submission with one seed is what was measured, and nothing else: what lies below
`timing` and `memory`, what signals say of memory, the points and the reason of the part
for speed, and the score.

| module | holds |
|---|---|
| `record` | a whole record, in which all names are known |
| `submission` | what was handed in |
| `cases` | calls, and what came of them |
| `pictures` | where a result differs |
| `explanation` | why it is wrong |
| `timing` | speed and memory |
| `candidate_tests` | the candidate's own tests |
| `style` | how it is written |
| `signals` | what the problem wants to see |
| `entry` | what all parts share |
"""

from grader.record.candidate_tests import (
    CandidateTestsEntry,
    SurvivorEntry,
    TestEntry,
    TestOutcome,
)
from grader.record.cases import (
    ArgumentEntry,
    BindingEntry,
    CaseEntry,
    CountEntry,
    GroupEntry,
    Mismatch,
    ParametersEntry,
)
from grader.record.explanation import (
    Counterexample,
    DiagnosisEntry,
)
from grader.record.pictures import (
    Grid,
    HeatMap,
    HeatPlane,
    Picture,
)
from grader.record.record import (
    Basis,
    Environment,
    ErrorEntry,
    ErrorKind,
    Finding,
    PartEntry,
    ProblemEntry,
    Record,
    Score,
)
from grader.record.signals import (
    EvidenceEntry,
    SignalEntry,
    SignalState,
)
from grader.record.style import (
    CountedCall,
    FunctionEntry,
    IdiomEntry,
    LintEntry,
    LoopEntry,
    LoopKind,
    StyleEntry,
)
from grader.record.submission import (
    FileEntry,
    PlaceEntry,
    SubmissionEntry,
)
from grader.record.timing import (
    BaselineEntry,
    GrowthEntry,
    Interval,
    MemoryEntry,
    RungEntry,
    RungState,
    TimingEntry,
)

__all__ = [
    "ArgumentEntry",
    "BaselineEntry",
    "Basis",
    "BindingEntry",
    "CandidateTestsEntry",
    "CaseEntry",
    "CountEntry",
    "CountedCall",
    "Counterexample",
    "DiagnosisEntry",
    "Environment",
    "ErrorEntry",
    "ErrorKind",
    "EvidenceEntry",
    "FileEntry",
    "Finding",
    "FunctionEntry",
    "Grid",
    "GroupEntry",
    "GrowthEntry",
    "HeatMap",
    "HeatPlane",
    "IdiomEntry",
    "Interval",
    "LintEntry",
    "LoopEntry",
    "LoopKind",
    "MemoryEntry",
    "Mismatch",
    "ParametersEntry",
    "PartEntry",
    "Picture",
    "PlaceEntry",
    "ProblemEntry",
    "Record",
    "RungEntry",
    "RungState",
    "Score",
    "SignalEntry",
    "SignalState",
    "StyleEntry",
    "SubmissionEntry",
    "SurvivorEntry",
    "TestEntry",
    "TestOutcome",
    "TimingEntry",
]
