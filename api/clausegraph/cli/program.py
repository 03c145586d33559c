"""The program: its commands, the errors that it tells, and how it ends."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from clausegraph.errors import ClausegraphError, InputError, UsageError, outcome

_HELP = """The knowledge graph of AI governance: build it, check it, ask it, serve it.

Start with `clausegraph query --list` for the questions that it answers, or `clausegraph serve` for
the service. Exit codes: 0 done; 1 the data break a rule; 2 the call is wrong; 3 an input cannot be
read, or a query gave no answer; 4 nothing was there to check.
"""

# Each command, in the order in which the help lists them, and the module that registers it.
_COMMANDS = {
    "serve": "serve",
    "query": "query",
    "search": "search",
    "crosswalk": "crosswalk",
    "build": "build",
    "load": "load",
    "release": "release",
    "export": "export",
    "validate": "validate",
    "shapes": "shapes",
    "import": "imports",
    "evidence": "evidence",
    "review": "review",
    "generate": "generate",
}

# As a shell reports a program that a signal ended.
_INTERRUPTED = 128 + signal.SIGINT
_PIPE_CLOSED = 128 + signal.SIGPIPE


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"clausegraph {version('clausegraph')}")
        raise typer.Exit


def create_cli(asked: str | None = None) -> typer.Typer:
    """Return the command line with all its commands, or, to start sooner, with the one asked for.

    A name that no command has gives all of them: the error names those that come near.
    """
    app = typer.Typer(
        name="clausegraph",
        help=_HELP,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback(help=_HELP)
    def options(
        show_version: Annotated[
            bool,
            typer.Option(
                "--version",
                help="Print the version and exit.",
                callback=_print_version,
                is_eager=True,
            ),
        ] = False,
    ) -> None:
        """Options of the whole program; each command has its own."""

    for name in (asked,) if asked in _COMMANDS else _COMMANDS:
        import_module(f"clausegraph.cli.{_COMMANDS[name]}").register(app)
    return app


def run() -> None:
    """Run the command line; a mistake becomes one line on standard error and an exit code."""
    _prepare_streams()
    try:
        _answer()
    except ClausegraphError as error:
        _end(outcome(error).exit_code, str(error))
    except BrokenPipeError:
        _end(_PIPE_CLOSED)
    except UnicodeEncodeError:
        _end(outcome(UsageError("")).exit_code, "An argument is not text in UTF-8.")
    except OSError as error:
        place = f"{error.filename}: " if error.filename else "The output cannot be written: "
        _end(outcome(InputError("")).exit_code, f"{place}{error.strerror}.")
    except KeyboardInterrupt:
        _end(_INTERRUPTED)


def _prepare_streams() -> None:
    """Let no character and no closed stream (`>&-`) stand in the way of an answer."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - for good
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _answer() -> None:
    """Run the command, and write out what it printed while an error can still be told."""
    try:
        create_cli(sys.argv[1] if len(sys.argv) > 1 else None)()
    except SystemExit as end:
        # Typer makes a closed pipe a 1, which is here the verdict that the data break a rule.
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        sys.stdout.flush()
        raise


def _end(code: int, message: str = "") -> NoReturn:
    """Exit with a message on standard error; what could not be written yet is given up."""
    with suppress(OSError):
        if message:
            print(f"clausegraph: {message}", file=sys.stderr)
        sys.stdout.flush()
    # Python writes out what is left once more as it ends, and would complain once more.
    with suppress(OSError, ValueError), Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    sys.exit(code)
