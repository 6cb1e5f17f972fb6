"""The command line: the only place that prints, exits and reads the arguments.

Each command is a module of its own, imported when it is asked for. Results go to
standard output, progress and complaints to standard error.
"""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import Never

import click

from grader import __version__
from grader.cli.ends import JSON_FORMATS, STDOUT, Exit, echo_error

COMMANDS = {
    "bench": "Show from which size on known code overtakes plain code, here.",
    "compare": "Show two or more candidates side by side, on one page.",
    "doctor": "Show what isolation, clock and NumPy are like on this machine.",
    "explain": "Print a program that makes the call of a case and compares its result.",
    "grade": "Grade submissions: files, or folders of them.",
    "history": "Show what practice has come to, day by day.",
    "index": "Write FOLDER/index.html: a page above all that was graded into it.",
    "links": "List who `grader serve` lets in, and revoke links.",
    "new": "Write the file that a problem begins with.",
    "practice": "Watch a file, and show after each save what passes.",
    "problems": "List the problems that can be graded.",
    "regrade": "Grade again what a store keeps and a change affects.",
    "report": "Render the reports of a record again; nothing is run.",
    "serve": "Serve pages for a panel and for practice, and an API.",
    "schema": "Print the JSON Schema of problem.yaml, or of a record.",
    "store": "Keep records in a database, and list them.",
    "verify": "Prove that problems tell right from wrong; all, if none is named.",
}
"""Each is the function of that name in the module of that name."""


class _Commands(click.Group):
    """Commands that are imported when they are asked for, and not to be listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"grader.cli.{cmd_name}"
        if module not in sys.modules:
            _import_to_stay(module)
        command = getattr(sys.modules[module], cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _import_to_stay(module: str) -> None:
    """Import a module, and look for no garbage in what is there then.

    There is next to none, and looking for it is a tenth of what most commands take.
    """
    gc.disable()
    try:
        import_module(module)
        gc.freeze()
    finally:
        gc.enable()


_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 88}


@click.command(cls=_Commands, context_settings=_SETTINGS)
@click.version_option(__version__, message="grader %(version)s")
def cli() -> None:
    """Grade array code in a sandbox, against a reference."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and turn every failure into one message and a code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    interrupt = _Interrupt()
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, interrupt)
    # Before NumPy is imported: beside workers, threads of BLAS wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = cli.main(list(arguments), prog_name="grader", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        return _complain(arguments, "usage", _correct(error), Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        return _end_interrupted(arguments)
    except BrokenPipeError:
        # Whoever read our output has gone; so that Python doesn't say so at its exit:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.NOT_ACCEPTED
    except Exception as error:  # noqa: BLE001 - the last place to catch anything
        come = interrupt.has_come
        return _end_interrupted(arguments) if come else _fail(arguments, error)
    return int(code or 0)


class _Interrupt:
    """Takes Ctrl-C and SIGTERM, and keeps that they came.

    What they raise may be raised inside a library that makes an error of its own of it.
    """

    has_come = False

    def __call__(self, number: int, frame: FrameType | None) -> Never:
        self.has_come = True
        raise KeyboardInterrupt


def _end_interrupted(arguments: Sequence[str]) -> int:
    click.echo("interrupted", err=True)
    return _complain(arguments, "interrupted", "interrupted", Exit.INTERRUPTED)


def _correct(error: click.ClickException) -> str:
    """Say what is wrong with a command, in the form of all complaints."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show(sys.stderr)
        return "no command is given"
    words = error.format_message().removesuffix(".")
    words = words[:1].lower() + words[1:]
    click.echo(f"grader: {words}", err=True)
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(f"`{error.ctx.command_path} --help` shows its use", err=True)
    return words


def _fail(arguments: Sequence[str], error: Exception) -> int:
    from grader import errors  # noqa: PLC0415 - only now
    from grader.text import message  # noqa: PLC0415 - only now

    match error:
        case errors.ProblemError():
            code = Exit.INVALID_PROBLEM
        case (
            errors.SubmissionError()
            | errors.RecordError()
            | errors.HistoryError()
            | errors.StoreError()
            | errors.IsolationError()
            | errors.ClusterError()
            | errors.OutputError()
            | errors.ServeError()
        ):
            code = Exit.USAGE
        case _:
            code = Exit.OUR_FAULT
    kind, words = type(error).__name__, str(error)
    if not isinstance(error, errors.GraderError):
        words = f"{kind}: {words}"
        if isinstance(error, OSError) and error.filename:
            words, code = f"{error.filename}: {error.strerror}", Exit.USAGE
        words = message(words)
    click.echo(f"grader: {words}", err=True)
    if code is Exit.OUR_FAULT and os.environ.get("GRADER_TRACEBACK"):
        raise error
    return _complain(arguments, kind, words, code)


def _complain(arguments: Sequence[str], kind: str, message: str, code: Exit) -> int:
    """Keep JSON on standard output JSON, when things fail too."""
    words = {word for one in arguments for word in one.split("=", 1)}
    if STDOUT in words and not words.isdisjoint(JSON_FORMATS):
        echo_error(kind, message)
    return code
