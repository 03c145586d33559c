"""Who made a table, from which file it was taken, by which mapping, and who wrote it down here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.authored import STATED_ONCE, describe_graph
from clausegraph.importers.csvw.mapping import Notes
from clausegraph.importers.csvw.sheet import Sheet
from clausegraph.vocabulary import (
    ATTRIBUTED,
    DCTERMS,
    GENERATED,
    ID,
    IDENTIFIER,
    PROV,
    SCHEMA,
    SOURCE,
    TITLE,
    TYPE,
    XSD,
    cg,
    code_slug,
)

_DESCRIPTION = NamedNode(DCTERMS + "description")
_ASSOCIATED = NamedNode(PROV + "wasAssociatedWith")
_PROJECT = NamedNode(ID + "actor/clausegraph")
_STATUS = cg("reviewStatus")
_UNREVIEWED = NamedNode(ID + "concept/review-status/unreviewed")
_STATEMENTS = STATED_ONCE - {cg("Review")}
_DESCRIBED = frozenset({cg("Document"), cg("Clause"), cg("Actor")})
_DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}


@dataclass(frozen=True)
class Origin:
    """Where the statements of a graph come from; `slug` is the name of the import here, `graph`
    the IRI of the graph."""

    slug: str
    graph: str
    notes: Notes
    mapping: Path
    sheets: tuple[Sheet, ...]

    def source(self, place: int) -> NamedNode:
        """The file of the `place`-th table as a source."""
        if len(self.sheets) == 1:
            return NamedNode(f"{ID}source/{self.slug}")
        stems = [code_slug(sheet.path.stem) for sheet in self.sheets]
        table = stems[place] if stems[place] and stems.count(stems[place]) == 1 else place + 1
        return NamedNode(f"{ID}source/{self.slug}-{table}")

    @property
    def agents(self) -> tuple[NamedNode, ...]:
        """Those who made the table."""
        makers = self.notes.creators or (("", ""),)
        return tuple(NamedNode(iri or self._agent(name)) for iri, name in makers)

    @property
    def making(self) -> NamedNode:
        """The making of the table, of which we know no more than that it happened."""
        return NamedNode(f"{ID}activity/{self.slug}")

    @property
    def reading(self) -> NamedNode:
        """Our import of it."""
        return NamedNode(f"{ID}activity/import-{self.slug}")

    def _agent(self, name: str) -> str:
        if not name:
            return f"{ID}actor/{self.slug}-author"
        slug = code_slug(name).strip(".-")
        return f"{ID}actor/{slug or hashlib.sha256(name.encode()).hexdigest()[:12]}"

    def complete(self, place: int, triples: Sequence[Triple]) -> Iterator[Triple]:
        """Yield what the things of a row lack that nothing may lack: the source of each, and of
        statements agent, activity and review status too."""
        said = {(triple.subject, triple.predicate) for triple in triples}
        for triple in triples:
            if triple.predicate != TYPE:
                continue
            wanted: list[tuple[NamedNode, Sequence[NamedNode]]] = []
            if triple.object in _STATEMENTS or triple.object in _DESCRIBED:
                wanted.append((SOURCE, (self.source(place),)))
            if triple.object in _STATEMENTS:
                wanted.append((ATTRIBUTED, self.agents))
                wanted.append((GENERATED, (self.making,)))
                wanted.append((_STATUS, (_UNREVIEWED,)))
            for predicate, targets in wanted:
                if (triple.subject, predicate) not in said:
                    yield from (Triple(triple.subject, predicate, target) for target in targets)


def describe(origin: Origin, described: frozenset[str], left: Sequence[str]) -> Iterator[Triple]:
    """Return what the graph says of itself, and what describes its sources, agents and activities.

    Those of `described` have a description elsewhere; `left` says what of the table is not taken.
    """
    sources = [origin.source(place) for place in range(len(origin.sheets))]
    yield from describe_graph(NamedNode(origin.graph), sources, origin.agents, origin.reading)
    for place, sheet in enumerate(origin.sheets):
        if sources[place].value not in described:
            yield from _source(origin, sheet.path, sources[place])
    mapping = NamedNode(f"{ID}source/{origin.slug}-mapping")
    yield from _file(mapping, origin.mapping, {"en": f"Mapping of {origin.slug}"})
    yield _text(mapping, _DESCRIPTION, "Mapping of a table by CSV on the Web.")
    for (iri, name), agent in zip(origin.notes.creators or (("", ""),), origin.agents, strict=True):
        if agent.value not in described:
            yield Triple(agent, TYPE, cg("Actor"))
            yield _text(agent, TITLE, name or iri or f"Unnamed author of {origin.slug}")
            yield from (Triple(agent, SOURCE, source) for source in sources)
    yield from _activities(origin, sources, mapping, left)


def _activities(
    origin: Origin, sources: Sequence[NamedNode], mapping: NamedNode, left: Sequence[str]
) -> Iterator[Triple]:
    files = ", ".join(sheet.path.name for sheet in origin.sheets)
    about = f"Taken row by row from {files}, as the mapping {origin.mapping.name} says."
    if left:
        about += f" Not taken over: {'; '.join(left)}."
    for node, kind, title in (
        (origin.reading, "import", f"Import of the table {origin.slug}"),
        (origin.making, "unstated", f"Making of the table {origin.slug}"),
    ):
        yield Triple(node, TYPE, NamedNode(PROV + "Activity"))
        yield Triple(node, cg("activityKind"), NamedNode(f"{ID}concept/activity-kind/{kind}"))
        yield _text(node, TITLE, title)
        yield from (Triple(node, SOURCE, source) for source in sources)
    yield _text(origin.reading, _DESCRIPTION, about)
    yield Triple(origin.reading, _ASSOCIATED, _PROJECT)
    yield Triple(origin.reading, NamedNode(PROV + "used"), mapping)
    yield from (Triple(origin.making, _ASSOCIATED, agent) for agent in origin.agents)


def _source(origin: Origin, path: Path, source: NamedNode) -> Iterator[Triple]:
    notes = origin.notes
    yield from _file(source, path, notes.titles or {"en": path.name})
    descriptions = notes.descriptions or {"en": "Table of text (CSV)."}
    for language, text in descriptions.items():
        yield Triple(source, _DESCRIPTION, Literal(text, language=language))
    if notes.license:
        yield Triple(source, NamedNode(DCTERMS + "license"), NamedNode(notes.license))
    if notes.url:
        yield Triple(source, NamedNode(SCHEMA + "url"), NamedNode(notes.url))
    if notes.date:
        datatype = NamedNode(XSD + _DATES[len(notes.date)])
        yield Triple(source, NamedNode(DCTERMS + "date"), Literal(notes.date, datatype=datatype))


def _file(source: NamedNode, path: Path, titles: Mapping[str, str]) -> Iterator[Triple]:
    """Describe a file as a source, by its name and its digest."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    yield Triple(source, TYPE, cg("Source"))
    for language, title in titles.items():
        yield Triple(source, TITLE, Literal(title, language=language))
    yield Triple(source, IDENTIFIER, Literal(path.name))
    yield Triple(source, NamedNode(SCHEMA + "sha256"), Literal(digest))


def _text(node: NamedNode, predicate: NamedNode, text: str) -> Triple:
    return Triple(node, predicate, Literal(text, language="en"))
