"""`clausegraph search`: find things by words, without a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from pyoxigraph import Store
from rich.console import Console
from rich.text import Text

from clausegraph import library
from clausegraph import search as finding
from clausegraph.cli import tables
from clausegraph.errors import InputError, UsageError
from clausegraph.library.finding import Finder
from clausegraph.library.graph import Graph
from clausegraph.search import Found, filtering
from clausegraph.search.answers import Hit, Shown
from clausegraph.search.request import DEEPEST, MOST_ON_A_PAGE, ON_A_PAGE
from clausegraph.search.tables import write
from clausegraph.stores.folder import StoreFolder
from clausegraph.vocabulary import compact

_FORMATS = ("text", "json", "csv")
_FACET = 8  # values of a facet that are printed


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def search(  # noqa: PLR0913, PLR0917 - one parameter an option
    words: Annotated[
        list[str] | None, typer.Argument(help="What to look for; without words, everything.")
    ] = None,
    label: Annotated[
        str, typer.Option(help="Instead of words: a name, of which every spelling fits.")
    ] = "",
    type_: Annotated[
        str, typer.Option("--type", "-t", help=f"A kind: {', '.join(filtering.KINDS)}.")
    ] = "",
    jurisdiction: Annotated[str, typer.Option(help="Such as china.")] = "",
    scheme: Annotated[str, typer.Option(help="Of concepts, such as mit-risk-domain.")] = "",
    review: Annotated[str, typer.Option(help="Such as unreviewed: of a statement about it.")] = "",
    document: Annotated[str, typer.Option(help="A document, and its clauses.")] = "",
    lang: Annotated[str, typer.Option(help="The language in which names are preferred.")] = "en",
    limit: Annotated[int, typer.Option(min=1, max=MOST_ON_A_PAGE, help="Hits.")] = ON_A_PAGE,
    offset: Annotated[
        int, typer.Option(min=0, max=DEEPEST - 1, help="Hits to leave out first.")
    ] = 0,
    format: Annotated[  # noqa: A002 - the option's name
        str, typer.Option("--format", "-f", help="text, json or csv.")
    ] = "text",
    data: Annotated[
        list[Path] | None, typer.Option(help="Search these files or folders, not what ships.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option(help="Search the graph that is stored in this folder.")
    ] = None,
) -> None:
    """Find documents, clauses, concepts and actors by words.

    All words must occur. Put "a phrase" in quotes, a * after a beginning, a - before what must not
    occur, and OR between alternatives; the shell wants quotes around all of it. Case, accents,
    plurals and British or American spelling do not matter.

    Examples:

    clausegraph search risk management --type clause

    clausegraph search '"artificial intelligence" -safety'

    clausegraph search --label "malicious actors"

    clausegraph search --type document -- -finance

    Exit codes: 0 searched (also when nothing fits), 2 an unknown option or value, 3 a file cannot
    be read.
    """
    if format not in _FORMATS:
        raise UsageError(f"'{format}' is no format.", remedy=f"Choose: {', '.join(_FORMATS)}.")
    text = " ".join(words or ())
    if text and label:
        raise UsageError("Words and --label are both given.", remedy="Give one of them.")
    given = {
        "type": type_,
        "jurisdiction": jurisdiction,
        "scheme": scheme,
        "review": review,
        "document": document,
    }
    filters = finding.narrowing({name: value.split(",") for name, value in given.items() if value})
    request = finding.Request(text, label, filters, limit, offset, (lang, "en", ""))
    graph = _graph(data, store)
    found = graph.find(request)
    _PRINTERS[format](found, request, graph)
    if not found.total:
        typer.echo("Nothing fits.", err=True)


def _graph(data: Sequence[Path] | None, store: Path | None) -> Graph:
    """Return the graph that is searched."""
    if store is None:
        return library.open(data)
    if data:
        raise UsageError("--data and --store are both given.", remedy="Give one of them.")
    stored = StoreFolder(store).current()
    if stored is None:
        raise InputError(
            "No graph is stored here.", file=store, remedy="Make one with `clausegraph load`."
        )
    opened = Store.read_only(str(stored.store))
    return Graph(opened, stored.release, Finder(opened, stored.index))


def _print_text(found: Found, request: finding.Request, _graph: Graph) -> None:
    """Print hits as blocks of lines, then what they can be narrowed down by."""
    out = tables.console()
    if not found.total:
        return
    shown = f", {request.offset + 1:,} to {request.offset + len(found.hits):,} shown"
    if not found.hits:
        shown = f", none after the first {request.offset:,}"
    many = "hit" if found.total == 1 else "hits"
    out.print(f"{found.total:,} {many}{shown if len(found.hits) < found.total else ''}")
    for hit in found.hits:
        out.print()
        _print_hit(out, hit)
    for name, values in found.facets.items():
        named = [f"{_value(value.iri)} ({value.count:,})" for value in values[:_FACET]]
        more = f", and {len(values) - _FACET} more" if len(values) > _FACET else ""
        if name == filtering.TYPE.name:
            named = [each for each in named if each.partition(" ")[0] in filtering.KINDS]
            more = ""
        if named:
            out.print()
            out.print(Text(f"--{name}: {', '.join(named)}{more}"))


def _print_hit(out: Console, hit: Hit) -> None:
    label = Text(compact(hit.iri)) if hit.label is None else _marked(hit.label)
    label.stylize("bold")
    out.print(label)
    within = f" in {hit.document_label or compact(hit.document)}" if hit.document else ""
    code = f" {hit.code}" if hit.code and (hit.label is None or hit.code != hit.label.text) else ""
    out.print(Text(f"  {filtering.kind_of(hit.types)}{code}{within}"))
    out.print(Text(f"  {hit.iri}"))
    for excerpt in hit.excerpts:
        before, after = "... " * (excerpt.start > 0), "" if excerpt.is_whole else " ..."
        line = Text(f"  {compact(excerpt.property)}: {before}")
        out.print(line.append_text(_marked(excerpt)).append(after))


def _marked(shown: Shown) -> Text:
    """Return a text whose matches stand out at a terminal."""
    text = Text(shown.text.replace("\n", " "))
    for mark in shown.marks:
        text.stylize("reverse", mark.start, mark.end)
    return text


def _value(iri: str) -> str:
    """Return a value of a facet as an option takes it."""
    return filtering.NAMES.get(iri) or compact(iri).rpartition(":")[2].rpartition("/")[2]


def _print_json(found: Found, request: finding.Request, graph: Graph) -> None:
    body: dict[str, Any] = {"release": graph.release, **asdict(found)}
    body["offset"] = request.offset
    typer.echo(json.dumps(body, ensure_ascii=False, indent=1))


def _print_csv(found: Found, request: finding.Request, _graph: Graph) -> None:
    typer.echo(write(found, request.offset), nl=False)


_PRINTERS: Mapping[str, Callable[[Found, finding.Request, Graph], None]] = {
    "text": _print_text,
    "json": _print_json,
    "csv": _print_csv,
}
