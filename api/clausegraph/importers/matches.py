"""Rows that match two concepts: SKOS mappings, one graph for each author, way and date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.importers.concepts import Concept
from clausegraph.importers.provenance import MappingSet, english
from clausegraph.importers.table import Row
from clausegraph.vocabulary import CREATED, RDF, SKOS, TYPE, XSD, cg, code_slug

MATCHES = frozenset(
    f"{SKOS}{kind}Match" for kind in ("broad", "close", "exact", "narrow", "related")
)


@dataclass(frozen=True)
class Match:
    """A row with the IRIs of its two concepts, one of them at least ours."""

    row: Row
    subject: str
    object: str


def read_match(
    mappings: MappingSet, row: Row, subject: Concept | None, target: Concept | None
) -> Match:
    """Return what a row matches, or raise InputError where neither side is a concept of ours."""
    if subject is None and target is None:
        raise mappings.table.error(
            row.line,
            f"Neither '{row.subject.curie}' nor '{row.object.curie}' is a concept of this graph.",
            "Match to a concept below https://w3id.org/clausegraph/id/concept/.",
        )
    return Match(
        row,
        subject.iri if subject else row.subject.iri,
        target.iri if target else row.object.iri,
    )


def by_origin(mappings: MappingSet, matches: Sequence[Match]) -> Mapping[str, list[Match]]:
    """Group matches by author, justification and date; the key is the name of their file."""
    groups: dict[str, list[Match]] = {}
    for match in matches:
        activity = mappings.activity(match.row).value.rpartition("/")[2]
        way = activity.removeprefix(mappings.slug) or "-manual-mapping-curation"
        parts = [f"matches-{mappings.author(match.row).slug}{way}"]
        parts += [date] if (date := match.row.cells.get("mapping_date")) else []
        groups.setdefault("-".join(parts), []).append(match)
    return groups


def describe_matches(mappings: MappingSet, name: str, matches: Sequence[Match]) -> Iterator[Triple]:
    """Return the matches of one origin, which their graph states for all of them."""
    graph, first = NamedNode(mappings.graph + name), matches[0].row
    yield from mappings.header(name, [first])
    yield Triple(graph, cg("mappingJustification"), NamedNode(first.justification.iri))
    if date := first.cells.get("mapping_date"):
        yield Triple(graph, CREATED, Literal(date, datatype=NamedNode(XSD + "date")))
    yield from mappings.titles(graph)
    for match in matches:
        subject, target = NamedNode(match.subject), NamedNode(match.object)
        predicate = NamedNode(match.row.predicate.iri)
        yield Triple(subject, predicate, target)
        if reason := match.row.cells.get("comment"):
            record = NamedNode(f"{graph.value}#{_name(match)}")
            yield Triple(record, TYPE, cg("Mapping"))
            yield Triple(record, cg("rationale"), english(reason))
            yield Triple(record, NamedNode(RDF + "subject"), subject)
            yield Triple(record, NamedNode(RDF + "predicate"), predicate)
            yield Triple(record, NamedNode(RDF + "object"), target)


def _name(match: Match) -> str:
    """Return what the record of a match is called: by its two sides, and a digest of all of it."""
    sides = (code_slug(side.local) for side in (match.row.subject, match.row.object))
    digest = hashlib.sha256(" ".join(match.row.key).encode()).hexdigest()[:8]
    return f"{'--'.join(sides)}-{digest}"
