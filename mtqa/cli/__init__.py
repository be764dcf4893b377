"""The shell face: parse, call, print, exit code.

One file a command, each with a function `command`; the table below is the order of `mtqa --help`. Only the module of
the command that was asked for is imported, so that `mtqa --help` starts as fast as a shell user expects.
stdout is the result, stderr is talk; a refusal is one line on stderr and its exit code, a bug of ours is 70.
"""

import errno
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from ..refusal import ExitCode, Misuse, Refusal
from .plain import spare_pydantic

__all__ = ["COMMANDS", "main"]

COMMANDS: tuple[tuple[str, str], ...] = (
    ("assess", "Assess a delivery: read, align, score, diagnose, summarise, report."),
    ("align", "Align two raw documents: beads of hypothesis and reference lines."),
    ("score", "Score every segment of a table, or every system."),
    ("errors", "Name the errors of a table: typed spans with correction, severity, evidence."),
    ("compare", "Compare systems on the same segments: difference, interval, p."),
    ("gate", "Accept or reject a delivery by a policy, or ask for more evidence."),
    ("sample", "Draw the segments to inspect, and say how many defective ones to accept."),
    ("calibrate", "Propose limits from your own accepted and rejected deliveries."),
    ("history", "Keep a ledger of deliveries: add, list, chart, board."),
    ("report", "Render a saved assessment, or several side by side: HTML, text, Markdown, JSON, XLSX."),
    ("review", "Merge reviewers' decisions into an assessment, or say how far reviewers agree."),
    ("serve", "Serve the report for review; decisions are saved to disk."),
    ("inspect", "Say what is in there, before anything is judged."),
    ("convert", "Write a table or a CAT file in another form, nothing lost."),
    ("annotate", "Put findings into XLIFF as ITS 2.0 quality issues, and change no other byte."),
    ("verify", "Recompute the scores of a saved assessment and compare."),
    ("metrics", "List what can be computed here, and by which engine."),
    ("doctor", "Check this installation."),
)

_SETTINGS = {"help_option_names": ["-h", "--help"]}
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})  # of the machine, not bugs of ours
_NO_PATH = frozenset({errno.ENAMETOOLONG, errno.ELOOP})
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # of click, or of the copy of it that typer carries


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command line and exit: 0 done, 1 gate failed, 2 usage, 3 inconclusive, 4 invalid input, 70 bug."""
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    _stand_in_for_closed_streams()
    try:
        code = _app(given)(given, prog_name="mtqa", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else ExitCode.DONE)
    except Refusal as refusal:
        _refuse(refusal)
    except _UsageError as fault:
        _refuse(_misuse(fault))
    except BrokenPipeError:
        _reader_gone()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # typer makes it an exit 1, which here means a failed gate
            _reader_gone()
        raise
    except OSError as fault:
        if fault.errno in _NO_PATH:
            _refuse(Misuse(f"no path that can be used: {fault.strerror}", where=str(fault.filename or "")))
        if fault.errno not in _FULL:
            _own_up(fault)
        if not fault.filename:  # what is still in the buffer of stdout would be tried again at the end
            _drop_stdout()
        where = fault.filename or "output"
        _refuse(Misuse(f"cannot be written: {fault.strerror}", where=str(where), mend="make room, or write elsewhere"))
    except KeyboardInterrupt:
        print("mtqa: interrupted", file=sys.stderr)
        sys.exit(130)
    except Exception as bug:
        _own_up(bug)
    finally:
        if arguments is None:  # the process ends: without a last search through all that was imported, 0.04 s sooner
            gc.freeze()


def _own_up(bug: Exception) -> NoReturn:
    if os.environ.get("MTQA_DEBUG"):
        raise bug
    print(f"mtqa: bug: {_place(bug)}; please report it, with MTQA_DEBUG=1 for the traceback", file=sys.stderr)
    sys.exit(ExitCode.BUG)


def _stand_in_for_closed_streams() -> None:
    """A job may close stdin, stdout or stderr (`>&-`); Python has None there, and the next file its number."""
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))


def _refuse(refusal: Refusal) -> NoReturn:
    print(f"mtqa: {refusal}", file=sys.stderr)
    sys.exit(refusal.exit_code)


def _misuse(fault: Exception) -> Misuse:
    """What the parser of the command line found wrong, as a refusal like all others."""
    said = fault.format_message().removesuffix(".").replace(": Value error, ", ": ")  # type: ignore[attr-defined]
    context = getattr(fault, "ctx", None)
    path = getattr(context, "command_path", "mtqa")
    where = path.removeprefix("mtqa").strip()
    if context is not None and said == "Missing command":
        said += ": one of " + ", ".join(context.command.commands)
    return Misuse(said[:1].lower() + said[1:], where=where, mend=f"see '{path} --help'")


def _reader_gone() -> NoReturn:
    """The reader of our stdout went away (`| head`): not a fault, and nothing more to say."""
    _drop_stdout()
    sys.exit(ExitCode.DONE)


def _drop_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _app(given: Sequence[str]) -> Callable[..., object]:
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=_SETTINGS,
    )
    app.callback()(_about)
    wanted = next((word for word in given if not word.startswith("-")), None)
    for name, help_line in COMMANDS:
        if wanted == name:
            module = import_module(f".{name}", __name__)
            if hasattr(module, "app"):  # a command with commands of its own
                app.add_typer(module.app, name=name)
            else:
                app.command(name)(module.command)
        else:
            app.command(name, help=help_line, add_help_option=False)(_not_asked_for)
    program = typer.main.get_command(app)
    spare_pydantic(program, _SETTINGS)
    return program


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"mtqa {version('mtqa')}")
        raise typer.Exit


def _about(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """What is wrong in a machine translation, where, and may we accept it?"""


def _not_asked_for() -> None:
    """The place in the help of a command that was not asked for."""


def _place(bug: Exception) -> str:
    """Kind and place of a bug, without its message: a message may hold text of the delivery."""
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(bug).__name__
    name = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{type(bug).__name__} in {name}, line {trace.tb_lineno}"
