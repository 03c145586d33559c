"""The command line: one module a command; each parses, calls one function, prints, exits."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from clausegraph.cli import build, evidence, imports, query, review, serve, validate
from clausegraph.errors import ClausegraphError, outcome

_HELP = """The knowledge graph of AI governance: build it, check it, ask it, serve it.

Start with `clausegraph query --list` for the questions that it answers, or `clausegraph serve` for
the service. Exit codes: 0 done; 1 the data break a rule; 2 the call is wrong; 3 an input cannot be
read, or a query gave no answer.
"""


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"clausegraph {version('clausegraph')}")
        raise typer.Exit


def create_cli() -> typer.Typer:
    """Return the command line with all its commands."""
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

    for command in (serve, query, build, validate, imports, evidence, review):
        command.register(app)
    return app


def main() -> None:
    """Run the command line; a mistake becomes one line on standard error and an exit code."""
    try:
        create_cli()()
    except ClausegraphError as error:
        print(f"clausegraph: {error}", file=sys.stderr)
        sys.exit(outcome(error).exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does; that is no error of ours.
        sys.stderr.close()
        sys.exit(0)
