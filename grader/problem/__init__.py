"""A problem as frozen, typed data: what `problem.yaml` may say.

The models are the schema: `grader schema` is made from them, and the loader
validates with them. Each field's description is what an editor shows on hover.

| module | holds |
|---|---|
| `problem` | a whole spec, in which all names are known |
| `functions` | what a submission provides |
| `groups` | cases, and how they are judged |
| `arguments` | what their arguments and results are |
| `limits` | time and memory |
| `timing` | how speed is measured |
| `signals` | what interviewers look for |
| `spec` | what all models share |
"""

from grader.problem.arguments import (
    ArgumentSpec,
    ArrayLiteral,
    ArraySpec,
    Dtype,
    ExpectedSpec,
    Layout,
    Values,
)
from grader.problem.functions import Function
from grader.problem.groups import (
    BOUND_CHECKS,
    EXACT_CHECKS,
    VALUE_CHECKS,
    Check,
    Draw,
    Generator,
    Group,
    HandCase,
    Visibility,
)
from grader.problem.limits import Limits
from grader.problem.problem import Part, Problem, ProblemSpec
from grader.problem.signals import Idiom, Signal
from grader.problem.spec import nearest
from grader.problem.timing import CANDIDATE, FLOOR, REFERENCE, Axis, Rung, Timing

__all__ = [
    "BOUND_CHECKS",
    "CANDIDATE",
    "EXACT_CHECKS",
    "FLOOR",
    "REFERENCE",
    "VALUE_CHECKS",
    "ArgumentSpec",
    "ArrayLiteral",
    "ArraySpec",
    "Axis",
    "Check",
    "Draw",
    "Dtype",
    "ExpectedSpec",
    "Function",
    "Generator",
    "Group",
    "HandCase",
    "Idiom",
    "Layout",
    "Limits",
    "Part",
    "Problem",
    "ProblemSpec",
    "Rung",
    "Signal",
    "Timing",
    "Values",
    "Visibility",
    "nearest",
]
