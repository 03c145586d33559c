"""`clausegraph query`: answer a saved question, or any SPARQL query, without a server."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from clausegraph import library, questions, textfiles, vocabulary
from clausegraph.cli import tables
from clausegraph.errors import InputError, UsageError
from clausegraph.library.result import FORMATS, FORMS, Kind
from clausegraph.questions import SavedQuery

_STDIN = "-"
_KINDS: dict[str, Kind] = {
    "SELECT": "solutions",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("query")(query)


def query(  # noqa: PLR0913, PLR0917 - one parameter an option
    name: Annotated[
        str | None, typer.Argument(help="A saved query, or - to read SPARQL from standard input.")
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="Bind a parameter: document=SLUG.")
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        str,
        typer.Option("--format", "-f", help="table; csv, tsv, json, xml; ttl, nt, jsonld, rdf."),
    ] = "table",
    file: Annotated[
        Path | None, typer.Option(help="Answer the query in this file; - is standard input.")
    ] = None,
    data: Annotated[
        list[Path] | None, typer.Option(help="Ask these files or folders, not what ships.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the saved queries.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the query; do not run it.")] = False,
    prefixes: Annotated[bool, typer.Option("--prefixes", help="List the known prefixes.")] = False,
) -> None:
    """Answer a saved question, or any SPARQL query, without a server.

    A parameter that is not given stays open, so that all its values are answered.

    Examples:

    clausegraph query --list

    clausegraph query documents/overview --param document=ai-safety-commitments

    clausegraph query clauses/of-a-section --format csv > clauses.csv

    echo 'SELECT ?document WHERE { ?document a cg:Document }' | clausegraph query -

    Exit codes: 0 answered (also when nothing fits), 2 an unknown name, parameter or format, or a
    query that does not parse, 3 a file cannot be read.
    """
    if list_:
        _print_list()
    elif prefixes:
        _print_prefixes()
    else:
        asked = _load(name, file)
        if show:
            typer.echo(asked.header + asked.text, nl=False)
        else:
            _answer(asked, _parameters(param or []), format, data)


def _load(name: str | None, file: Path | None) -> SavedQuery:
    if (name is None) == (file is None):
        raise UsageError(
            "Name one query.", remedy="Give a saved query's name, or --file, or - for input."
        )
    if _STDIN in (name, str(file)):
        return questions.parse(_standard_input(), "standard input", "standard input")
    if file is not None:
        return questions.parse(textfiles.read_text(file), str(file), file)
    return questions.load(name or "")


def _standard_input() -> str:
    if sys.stdin is None:  # as after `<&-`
        raise InputError("There is no standard input.", remedy="Give a saved query's name.")
    return textfiles.decode(sys.stdin.buffer.read(), "standard input")


def _parameters(options: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals or name in pairs:
            problem = "is given twice" if equals else "has no value"
            raise UsageError(
                f"The parameter '{name}' {problem}.", remedy="Write --param name=value."
            )
        pairs[name] = value
    return pairs


def _answer(
    asked: SavedQuery, parameters: dict[str, str], form: str, data: list[Path] | None
) -> None:
    """Check the call first, since building the graph takes seconds; then answer and print."""
    offers = FORMATS[_KINDS[asked.form]]
    if form not in offers and form != "table":
        raise UsageError(
            f"'{form}' is no format for the result of {FORMS[_KINDS[asked.form]]}.",
            remedy=f"Choose one of: table, {', '.join(offers)}.",
        )
    if asked.header:
        asked.bind(parameters)
    result = library.open(data, progress=_progress).answer(asked, parameters)
    if form != "table":
        typer.echo(result.serialize(form), nl=False)
    elif result.kind == "solutions":
        tables.print_rows(result)
    else:
        typer.echo(result.serialize("ttl") if result.kind == "graph" else str(bool(result)).lower())
    if result.kind != "boolean" and not result:
        typer.echo("Nothing fits: the result is empty.", err=True)


def _progress(message: str) -> None:
    """Say what is going on, to people who wait at a terminal."""
    if sys.stderr.isatty():
        typer.echo(message, err=True)


def _print_list() -> None:
    table = tables.grid(["no.", "name", "question"])
    saved = questions.load_all().values()
    for item in sorted(saved, key=lambda each: (each.number is None, each.number, each.name)):
        table.add_row(str(item.number or ""), item.name, Text(item.summary))
    tables.console().print(table)


def _print_prefixes() -> None:
    table = tables.grid(["prefix", "namespace"])
    for prefix, namespace in sorted(vocabulary.prefixes().items()):
        table.add_row(f"{prefix}:", namespace)
    tables.console().print(table)
