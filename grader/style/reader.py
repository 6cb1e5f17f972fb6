"""Tell how a submission is written: the reader of a panel."""

import ast
from dataclasses import replace

from grader.exam import Exam
from grader.grade import Executor
from grader.record import CountedCall, LoopEntry, StyleEntry
from grader.style.counting import Counted, Counter, grows_with
from grader.style.idioms import find_idioms
from grader.style.lint import lint
from grader.style.loops import Loop, find_loops
from grader.style.readability import describe_functions
from grader.style.tree import Text, parse
from grader.style.turns import with_counters
from grader.submission import Submission


class StyleReader:
    """Reads submissions of one problem.

    Parameters
    ----------
    counter
        The calls that loops are counted in.
    executor
        What makes them.
    """

    def __init__(self, counter: Counter, executor: Executor) -> None:
        self._counter, self._executor = counter, executor

    def read(self, exam: Exam, submission: Submission) -> StyleEntry:
        """List loops and array expressions, and what there is to say of readability."""
        del exam
        tree = parse(submission.source)
        if tree is None:
            return StyleEntry()
        text = Text(submission.source)
        linted = lint(submission.source)
        loops = find_loops(tree, text)
        counted = self._count(submission, tree, loops)
        return StyleEntry(
            loops=tuple(
                _loop_entry(loop, number, counted) for number, loop in enumerate(loops)
            ),
            counted=tuple(
                CountedCall(title=one.title, arguments=one.arguments) for one in counted
            ),
            idioms=find_idioms(tree, text),
            functions=describe_functions(tree, linted.complexities),
            lint=linted.findings,
            linter=linted.linter,
        )

    def _count(
        self, submission: Submission, tree: ast.Module, loops: tuple[Loop, ...]
    ) -> tuple[Counted, ...]:
        source = with_counters(submission.source, tree, loops)
        if source is None:
            return ()
        counting = replace(submission, source=source)
        return self._counter.count(counting, self._executor, len(loops))


def _loop_entry(loop: Loop, number: int, counted: tuple[Counted, ...]) -> LoopEntry:
    return LoopEntry(
        function=loop.function,
        line=loop.line,
        kind=loop.kind,
        depth=loop.depth,
        over=loop.over,
        turns=tuple(one.turns[number] for one in counted),
        grows_with=grows_with(counted, number),
    )
