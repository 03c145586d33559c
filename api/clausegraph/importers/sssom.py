"""Import an SSSOM table: measures become classified clauses, matches become SKOS mappings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import bundle
from clausegraph.errors import UsageError
from clausegraph.importers import provenance
from clausegraph.importers.concepts import Concept, Concepts, UnknownConcept, load_concepts
from clausegraph.importers.folder import Changes, update
from clausegraph.importers.matches import MATCHES, Match, by_origin, describe_matches, read_match
from clausegraph.importers.measures import (
    IS_CATEGORIZED_AS,
    Measure,
    by_document,
    describe_document,
    read_measure,
)
from clausegraph.importers.provenance import MappingSet, english
from clausegraph.importers.table import REQUIRED, Reference, Row, Table, read_table
from clausegraph.turtle import parse_file, render
from clausegraph.vocabulary import GRAPH, IDENTIFIER, SCHEMA, TITLE, TYPE, cg, code_slug

ABOUT = "mapping-set"
_NO_TERM = "https://w3id.org/sssom/NoTermFound"
_KEPT = {*REQUIRED, "subject_label", "author_id", "author_label", "mapping_date", "mapping_tool"}
_KEPT |= {"mapping_provider", "predicate_modifier", "comment"}
_KEPT_SLOTS = {"curie_map", "mapping_set_id", "mapping_set_title", "mapping_set_description"}
_KEPT_SLOTS |= {"license", "creator_id", "creator_label", "mapping_date", "mapping_provider"}
_KEPT_SLOTS |= {"mapping_tool"}
_SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


@dataclass(frozen=True)
class Imported:
    """What an import read and wrote; `notes` says what the reader of the result should know."""

    folder: Path
    documents: int
    measures: int
    classifications: int
    matches: int
    changes: Changes
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Reading:
    """The rows of a table, by what they say; `unmapped` counts those that say nothing matches."""

    measures: tuple[Measure, ...]
    matches: tuple[Match, ...]
    unmapped: int


def import_sssom(path: Path, output: Path | None = None, name: str | None = None) -> Imported:
    """Read the SSSOM table at `path` and write it to a folder as Turtle, one graph a file.

    Without `output` the folder is `data/imported/{name}` of the checkout; `name` is that of the
    mapping set here, by default from the file's. The files of an earlier run that are no longer
    needed are removed; nothing else is touched, and nothing at all where anything is wrong.
    Raises UsageError for a bad name, InputError with file and line for a bad table.
    """
    slug = _slug(path, name)
    target = output if output is not None else _default_folder(slug)
    mappings = MappingSet(read_table(path), slug, _graph_base(target))
    provenance.refuse_unknown_justifications(mappings.table)
    reading = _read_rows(mappings, load_concepts())
    documents = by_document(mappings, reading.measures)
    graphs = _graphs(mappings, documents, by_origin(mappings, reading.matches))
    marker = f"Imported by `clausegraph import sssom` from the mapping set {slug}:"
    comment = f"{marker}\nchange the table and import it again, not this file."
    files = {f"{stem}.ttl": render(triples, comment=comment) for stem, triples in graphs.items()}
    return Imported(
        folder=target,
        documents=len(documents),
        measures=len({measure.row.subject for measure in reading.measures}),
        classifications=len(reading.measures),
        matches=len(reading.matches),
        changes=update(target, files, marker),
        notes=tuple(_notes(mappings.table, reading)),
    )


def _graphs(
    mappings: MappingSet,
    documents: Mapping[str, Sequence[Measure]],
    origins: Mapping[str, Sequence[Match]],
) -> dict[str, list[Triple]]:
    """Return the triples of each file, by its name without suffix."""
    for name in documents.keys() & {ABOUT, *origins}:
        raise mappings.table.error(
            documents[name][0].row.line,
            f"No framework can be called '{name}': a file of this import has that name.",
            "Call it otherwise.",
        )
    graphs = {name: list(describe_document(mappings, group)) for name, group in documents.items()}
    for name, matches in origins.items():
        graphs[name] = list(describe_matches(mappings, name, matches))
    graphs[ABOUT] = list(_describe_set(mappings))
    return graphs


def _slug(path: Path, name: str | None) -> str:
    stem = path.name.removesuffix(".tsv").removesuffix(".sssom")
    slug = name if name is not None else code_slug(stem)
    if not _SLUG.fullmatch(slug):
        raise UsageError(
            f"'{slug}' cannot name a mapping set.",
            remedy="Give --name in lower-case letters, digits and single '-' or '.'.",
        )
    return slug


def _default_folder(slug: str) -> Path:
    root = bundle.root()
    if not (root / "pyproject.toml").is_file():
        raise UsageError(
            "There is no checkout to write to.", remedy="Choose a folder with --output."
        )
    return root / "data" / "imported" / slug


def _graph_base(target: Path) -> str:
    """Return the start of the graphs' IRIs, as a build names the files of this folder."""
    root, resolved = bundle.root().resolve(), target.resolve()
    if resolved.is_relative_to(root / "data"):
        return f"{GRAPH}{resolved.relative_to(root).as_posix()}/"
    return f"{GRAPH}data/"


def _read_rows(mappings: MappingSet, known: Concepts) -> _Reading:
    measures: list[Measure] = []
    matches: list[Match] = []
    unmapped = 0
    for row in mappings.table.rows:
        if row.cells.get("predicate_modifier"):
            raise mappings.table.error(
                row.line,
                f"The predicate_modifier '{row.cells['predicate_modifier']}' is not read here.",
                "Remove the row.",
            )
        if _NO_TERM in (row.subject.iri, row.object.iri):
            unmapped += 1
        elif row.predicate.iri == IS_CATEGORIZED_AS:
            measures.append(read_measure(mappings, row, _our_object(mappings, row, known)))
        elif row.predicate.iri in MATCHES:
            sides = (_concept(mappings, row, side, known) for side in (row.subject, row.object))
            matches.append(read_match(mappings, row, *sides))
        else:
            raise mappings.table.error(
                row.line,
                f"The predicate_id '{row.predicate.curie}' is not read here.",
                "Use nexus:isCategorizedAs, or one of SKOS: exactMatch, closeMatch, broadMatch, "
                "narrowMatch, relatedMatch.",
            )
    return _Reading(tuple(measures), tuple(matches), unmapped)


def _our_object(mappings: MappingSet, row: Row, known: Concepts) -> Concept:
    concept = _concept(mappings, row, row.object, known)
    if concept is None:
        raise mappings.table.error(
            row.line,
            f"The object_id '{row.object.curie}' is no concept of this graph.",
            "Sort measures under a concept below https://w3id.org/clausegraph/id/concept/.",
        )
    return concept


def _concept(
    mappings: MappingSet, row: Row, reference: Reference, known: Concepts
) -> Concept | None:
    try:
        return known.find(reference.local, reference.iri)
    except UnknownConcept as error:
        raise mappings.table.error(
            row.line, f"'{reference.curie}': {error}.", "Correct the code."
        ) from error


def _describe_set(mappings: MappingSet) -> Iterator[Triple]:
    """Return the file that the set's other files share: source, agents and activities."""
    described = _described_subjects()
    yield from mappings.header(ABOUT, [])
    yield from provenance.describe_authors(mappings, described)
    yield from provenance.describe_activities(mappings)
    if mappings.source.value not in described:
        yield from _describe_source(mappings)


def _described_subjects() -> frozenset[str]:
    """Return what `data/actors` and `data/sources` describe already."""
    return frozenset(
        str(quad.subject.value)
        for name in ("actors", "sources")
        for path in sorted((bundle.folder("data") / name).glob("*.ttl"))
        for quad in parse_file(path).quads
        if isinstance(quad.subject, NamedNode) and quad.predicate == TYPE
    )


def _describe_source(mappings: MappingSet) -> Iterator[Triple]:
    """Describe the table by what it says of itself, its identifier as it is given."""
    table, source = mappings.table, mappings.source
    digest = hashlib.sha256(table.file.read_bytes()).hexdigest()
    yield Triple(source, TYPE, cg("Source"))
    yield Triple(source, TITLE, english(mappings.title))
    yield Triple(source, IDENTIFIER, Literal(table.file.name))
    yield Triple(source, NamedNode(SCHEMA + "sha256"), Literal(digest))
    description = table.text("mapping_set_description") or "Table of mappings in the SSSOM format."
    if identifier := table.text("mapping_set_id"):
        description += f" Mapping set identifier, as given: {identifier}"
    if makers := _makers(table):
        description += f" Creators, as given: {makers}."
    yield Triple(source, provenance.DESCRIPTION, english(description))
    if mappings.licence is not None:
        yield Triple(source, provenance.LICENCE, mappings.licence)


def _makers(table: Table) -> str | None:
    """Return who put the table together, which is not who judged its rows."""
    return table.text("creator_label") or table.text("creator_id")


def _notes(table: Table, reading: _Reading) -> Iterator[str]:
    """Say what of the table is not in the result, or not as one would expect."""
    if identifier := provenance.identifier_of_another_file(table):
        yield f"the table calls itself {identifier}, which names another file; kept as it is given"
    if table.empty_columns:
        yield f"columns without cells: {', '.join(table.empty_columns)}"
    measured = tuple(measure.row for measure in reading.measures)
    left = [name for name in table.columns if name not in _KEPT and _has_values(table.rows, name)]
    left += ["comment (of measures)"] if _has_values(measured, "comment") else []
    if left:
        yield f"columns not taken over: {', '.join(left)}"
    if slots := [name for name in table.metadata if name not in _KEPT_SLOTS]:
        yield f"slots of the metadata not taken over: {', '.join(slots)}"
    if reading.unmapped:
        yield f"rows that say that nothing matches, not taken over: {reading.unmapped}"


def _has_values(rows: Sequence[Row], column: str) -> bool:
    return any(row.cells.get(column) for row in rows)
