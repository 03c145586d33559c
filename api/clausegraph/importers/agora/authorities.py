"""authorities.csv: a tree of bodies, each with a jurisdiction of its own or from above."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from clausegraph.errors import InputError
from clausegraph.importers.agora.fields import cell
from clausegraph.importers.agora.known import Known
from clausegraph.importers.agora.states import COLLECTION
from clausegraph.importers.csvfile import Record, read_records
from clausegraph.importers.provenance import DESCRIPTION, english
from clausegraph.vocabulary import DCTERMS, ID, SOURCE, TITLE, TYPE, cg, code_slug

_NAME, _JURISDICTION, _PARENT = "Name", "Jurisdiction", "Parent authority"
_PART_OF = NamedNode(DCTERMS + "isPartOf")
# Entries under which AGORA lists what many bodies issued, without naming them.
_COLLECTIVE = frozenset(
    {
        "Chinese provincial and local governments",
        "Local governments",
        "Other authorities",
        "Other multinational",
        "Private-sector companies",
        "State governments",
    }
)


@dataclass(frozen=True)
class Entry:
    """A row: the name of an authority, its own jurisdiction and parent, both empty where none."""

    name: str
    jurisdiction: str
    parent: str


@dataclass(frozen=True)
class Jurisdiction:
    """A jurisdiction and the authority whose row states it."""

    name: str
    stated_of: str


@dataclass(frozen=True)
class Authorities:
    """The authorities by name; none where there is no such table."""

    entries: Mapping[str, Entry]
    known: Known

    def jurisdiction(self, name: str) -> Jurisdiction | None:
        """Return the jurisdiction of an authority, or of the nearest one above that has one."""
        entry = self.entries.get(name)
        while entry is not None:
            if entry.jurisdiction:
                return Jurisdiction(entry.jurisdiction, entry.name)
            entry = self.entries.get(entry.parent)
        return None

    def actor(self, name: str) -> NamedNode | None:
        """Return the actor that an authority is, or None for an entry that stands for many."""
        return None if name in _COLLECTIVE else self.node(name)

    def node(self, name: str) -> NamedNode:
        """Return the IRI of an entry: that of an actor of ours with just this name, if any."""
        iri = self.known.actors.get(name)
        return NamedNode(iri or f"{ID}actor/agora-{authority_slug(name)}")


def authority_slug(name: str) -> str:
    """Return the last part of an authority's IRI."""
    return code_slug(name).strip(".-") or hashlib.sha256(name.encode()).hexdigest()[:12]


def read_authorities(path: Path | None, known: Known) -> Authorities:
    """Read the table, or raise InputError for a doubled name or a circle of parents."""
    entries: dict[str, Entry] = {}
    records: dict[str, Record] = {}
    for record in read_records(path, required=(_NAME,)) if path else ():
        name = cell(record, _NAME)
        if not name:
            raise record.error(_NAME, "The cell is empty.", "Name the authority.")
        if name in entries:
            first = records[name].line
            raise record.error(
                _NAME, f"'{name}' is on line {first} already.", "Remove one of the rows."
            )
        records[name] = record
        entries[name] = Entry(name, cell(record, _JURISDICTION), cell(record, _PARENT))
    for name, record in records.items():
        _refuse_circle(entries, name, record)
    return Authorities(entries, known)


def _refuse_circle(entries: Mapping[str, Entry], name: str, record: Record) -> None:
    seen, entry = {name}, entries[name]
    while entry.parent in entries:
        entry = entries[entry.parent]
        if entry.name in seen:
            raise record.error(
                _PARENT, f"'{name}' would be above itself.", "Correct the parent authority."
            )
        seen.add(entry.name)


def describe_authorities(
    authorities: Authorities, used: Mapping[str, int], path: Path
) -> Iterator[Triple]:
    """Describe each authority of the table, and those that only rows name (`used`: name to line).

    Raises InputError where two names would get one IRI.
    """
    nodes: dict[NamedNode, str] = {}
    parents = {entry.parent for entry in authorities.entries.values() if entry.parent}
    for name in sorted({*authorities.entries, *used, *parents}):
        node = authorities.node(name)
        if (other := nodes.setdefault(node, name)) != name:
            raise InputError(
                f"The authorities '{other}' and '{name}' would both be <{node.value}>.",
                file=path,
                line=used.get(name) or used.get(other),
                remedy="Write one authority in one way.",
            )
        yield from _describe(authorities, name, node)


def _describe(authorities: Authorities, name: str, node: NamedNode) -> Iterator[Triple]:
    yield Triple(node, TYPE, cg("Actor"))
    yield Triple(node, TITLE, english(name))
    yield Triple(node, SOURCE, COLLECTION)
    entry = authorities.entries.get(name)
    if entry is not None and entry.parent:
        yield Triple(node, _PART_OF, authorities.node(entry.parent))
    if name in _COLLECTIVE:
        text = "Entry of AGORA's list of authorities that stands for many bodies and names none."
        yield Triple(node, DESCRIPTION, english(text))
