"""What surrounds a thing: the things that it is linked with, and how far that is reviewed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from clausegraph import vocabulary
from clausegraph.search.filtering import kind_of
from clausegraph.web import summaries
from clausegraph.web.addresses import href
from clausegraph.web.documents import Documents, Rows
from clausegraph.web.rows import table
from clausegraph.web.terms import Words

MOST = 60  # things that surround one, as it is first shown
_ASKED = 1000  # links that are looked at, so that a thing that all point to is answered in time
_SECONDS = 5.0
# Codes of review statuses, the one that asks for most care first.
_CAREFUL = ("disputed", "unreviewed", "preliminary", "reviewed")


@dataclass(frozen=True)
class Node:
    """A thing: what it is called and of which kind it is, as in a search."""

    iri: str
    label: str
    language: str = ""
    kind: str = ""

    @property
    def href(self) -> str | None:
        """Where it is described."""
        return href(self.iri)


@dataclass(frozen=True)
class Edge:
    """A link of two things; `review` says how far the statements behind it are reviewed, in words,
    and `status` in the code of the status that asks for most care; `is_machine` that one of them
    was made by a machine."""

    source: str
    target: str
    property: str
    label: str
    review: str = ""
    status: str = ""
    is_machine: bool = False


@dataclass(frozen=True)
class Neighbourhood:
    """A thing and what is around it; `is_cut` where there is more than is told."""

    focus: Node
    nodes: Sequence[Node]
    edges: Sequence[Edge]
    is_cut: bool

    def by_property(self) -> list[tuple[str, bool, list[tuple[Node, Edge]]]]:
        """Return the nodes by how they are linked: what it is called, whether it leads here."""
        named = {node.iri: node for node in self.nodes}
        found: dict[tuple[str, bool], list[tuple[Node, Edge]]] = {}
        for edge in self.edges:
            is_inbound = edge.target == self.focus.iri
            other = named[edge.source if is_inbound else edge.target]
            found.setdefault((edge.label, is_inbound), []).append((other, edge))
        return [(label, is_inbound, rows) for (label, is_inbound), rows in found.items()]


async def find(
    documents: Documents, words: Words, iri: str, languages: Sequence[str]
) -> Neighbourhood | None:
    """Return the neighbourhood of a thing, or None if nothing is known of it."""
    thing = {"thing": str(NamedNode(iri)), "most": str(_ASKED)}
    outbound, inbound, reviews = await asyncio.gather(
        table(documents, "explore-links", _SECONDS, **thing),
        table(documents, "explore-inbound", _SECONDS, **thing),
        table(documents, "explore-reviews", _SECONDS, **thing),
    )
    edges = _edges(iri, outbound, inbound, words)
    kept, is_cut = _first(edges, iri)
    is_cut = is_cut or _ASKED in {len(outbound), len(inbound)}
    names = {iri, *(edge.source for edge in kept), *(edge.target for edge in kept)}
    values = summaries.terms(sorted(names))
    nodes = _nodes(await table(documents, "names", _SECONDS, things=values), names, languages)
    if not edges and not nodes[iri].kind:
        return None
    reviewed = _reviews(reviews, languages)
    machines = {row["other"] for row in reviews if row["isMachine"] == "true"}
    told = []
    for edge in kept:
        other = edge.target if edge.source == iri else edge.source
        review, status = reviewed.get(other, ("", ""))
        is_machine = other in machines
        told.append(replace(edge, review=review, status=status, is_machine=is_machine))
    return Neighbourhood(nodes.pop(iri), list(nodes.values()), told, is_cut)


def _edges(iri: str, outbound: Rows, inbound: Rows, words: Words) -> list[Edge]:
    """Return the links; one that is said in both directions is told once."""
    found: dict[str, list[Edge]] = {}
    for row in outbound:
        edge = Edge(iri, row["other"], row["link"], words.label(row["link"]))
        if edge.target != iri:
            found.setdefault(edge.target, []).append(edge)
    seen = set(found)
    for row in inbound:
        edge = Edge(row["other"], iri, row["link"], words.label(row["link"]))
        if edge.source not in seen and edge.source != iri:
            found.setdefault(edge.source, []).append(edge)
    return sorted(
        (edge for edges in found.values() for edge in edges),
        key=lambda edge: (edge.target == iri, edge.label, edge.source, edge.target),
    )


def _first(edges: Sequence[Edge], iri: str) -> tuple[list[Edge], bool]:
    """Return the edges with the MOST first things, each property in its turn, and whether there
    are others."""
    queues: dict[tuple[str, bool], list[str]] = {}
    for edge in edges:
        other = edge.source if edge.target == iri else edge.target
        queues.setdefault((edge.label, edge.target == iri), []).append(other)
    chosen: dict[str, None] = {}
    longest = max(map(len, queues.values()), default=0)
    for place in range(longest):
        for queue in queues.values():
            if place < len(queue) and len(chosen) < MOST:
                chosen[queue[place]] = None
    kept = [edge for edge in edges if {edge.source, edge.target} - {iri} <= chosen.keys()]
    return kept, len(kept) < len(edges)


def _nodes(rows: Rows, names: Iterable[str], languages: Sequence[str]) -> dict[str, Node]:
    """Return what each name is called, best in the first of `languages`, and its kind."""
    types: dict[str, list[str]] = {}
    labels: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["part"] == "type":
            types.setdefault(row["thing"], []).append(row["value"])
        elif row["part"] == "label":
            labels.setdefault(row["thing"], {}).setdefault(row["language"], row["value"])
    found = {}
    for name in sorted(names):
        label, language = _best(labels.get(name, {}), languages)
        kind = kind_of(sorted(types.get(name, [])))
        found[name] = Node(name, label or vocabulary.compact(name), language, kind)
    return found


def _reviews(rows: Rows, languages: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return how far what links with each other thing is reviewed: in words, and as a code."""
    labels: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows:
        by_status = labels.setdefault(row["other"], {})
        by_status.setdefault(row["status"], {})[row["language"]] = row["label"]
    found = {}
    for other, by_status in labels.items():
        words = ", ".join(_best(texts, languages)[0] for texts in by_status.values())
        codes = {status.rpartition("/")[2] for status in by_status}
        code = next((code for code in _CAREFUL if code in codes), min(codes))
        found[other] = (words, code)
    return found


def _best(labels: dict[str, str], languages: Sequence[str]) -> tuple[str, str]:
    """Return a label and its language, empty if that is none or English."""
    for language in (*languages, "en", ""):
        if language in labels:
            return labels[language], "" if language == "en" else language
    return next(((text, language) for language, text in labels.items()), ("", ""))
