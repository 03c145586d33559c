"""Names that are not in use any more: never used again, and never in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from clausegraph import textfiles, turtle
from clausegraph.errors import InputError
from clausegraph.vocabulary import CG, DCTERMS, compact

FORMER = NamedNode(CG + "formerIdentifier")
REPLACED = NamedNode(DCTERMS + "isReplacedBy")

_Graphs = Mapping[str, tuple[Path, tuple[Triple, ...]]]


def refuse_circles(graphs: _Graphs) -> None:
    """Raise InputError where what stands in place of a thing leads back to it."""
    links: dict[str, list[str]] = {}
    said: dict[str, Path] = {}
    for path, triple in _stated(graphs, REPLACED):
        links.setdefault(_text(triple.subject), []).append(_text(triple.object))
        said.setdefault(_text(triple.subject), path)
    for start in links:
        if circle := _circle(start, links):
            raise InputError(
                f"What stands in place of {compact(start)} leads back to it: "
                f"{' > '.join(map(compact, circle))}.",
                file=said[start],
                line=textfiles.find_line(said[start], *turtle.spellings(start)),
                remedy="Name at one of them (dcterms:isReplacedBy) what is in use, or nothing.",
            )


def refuse_reuse(graphs: _Graphs) -> None:
    """Raise InputError for a name that the register says is not in use, and that is described."""
    former = withdrawn(graphs)
    if not former:
        return
    for path, triples in graphs.values():
        for triple in triples:
            name = _text(triple.subject)
            if name in former:
                raise reused(name, path, former[name])


def withdrawn(graphs: _Graphs) -> dict[str, Path]:
    """Return the names that are not in use any more, each with the file that says so."""
    return {_text(triple.object): path for path, triple in _stated(graphs, FORMER)}


def reused(name: str, file: Path, register: Path) -> InputError:
    """Return the error that says that `file` describes what the register withdrew."""
    return InputError(
        f"{compact(name)} is described, and {register} says that it is not in use.",
        file=file,
        line=textfiles.find_line(file, *turtle.spellings(name)),
        remedy="Give the thing another name: no name is used again.",
    )


def entry_of(iri: str, graphs: _Graphs) -> str | None:
    """Return the register entry of a name that was withdrawn or moved, or None."""
    found = (_text(t.subject) for _, t in _stated(graphs, FORMER) if _text(t.object) == iri)
    return next(found, None)


def _stated(graphs: _Graphs, predicate: NamedNode) -> Iterator[tuple[Path, Triple]]:
    for path, triples in graphs.values():
        for triple in triples:
            if triple.predicate == predicate:
                yield path, triple


def _circle(start: str, links: Mapping[str, list[str]]) -> list[str]:
    """Return the way from `start` back to it, or nothing."""
    ways = [[start, node] for node in links[start]]
    seen = set()
    while ways:
        way = ways.pop()
        node = way[-1]
        if node == start:
            return way
        if node not in seen:
            seen.add(node)
            ways += [[*way, onward] for onward in links.get(node, ())]
    return []


def _text(term: object) -> str:
    return str(getattr(term, "value", term))
