"""Rows that sort a measure of a framework under a concept: documents, clauses, classifications."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.importers.concepts import Concept
from clausegraph.importers.provenance import MappingSet, english
from clausegraph.importers.table import Row
from clausegraph.vocabulary import (
    ATTRIBUTED,
    CREATED,
    GENERATED,
    ID,
    IDENTIFIER,
    SOURCE,
    TITLE,
    TYPE,
    XSD,
    cg,
    code_slug,
)

IS_CATEGORIZED_AS = "https://w3id.org/ai-atlas-nexus/isCategorizedAs"

_MEASURE = re.compile(r"(?P<measure>[A-Za-z]+[0-9]+)_(?P<framework>[A-Za-z0-9].*)")
_UNREVIEWED = NamedNode(ID + "concept/review-status/unreviewed")


@dataclass(frozen=True)
class Measure:
    """What a row says: the framework's key, its slug, the measure's slug, and the concept."""

    row: Row
    framework: str
    document: str
    clause: str
    concept: Concept


def read_measure(mappings: MappingSet, row: Row, concept: Concept) -> Measure:
    """Take a subject such as `A0086_Future_of_Life_Institute2024` apart, or raise InputError."""
    match = _MEASURE.fullmatch(row.subject.local)
    if match is None:
        raise mappings.table.error(
            row.line,
            f"The subject_id '{row.subject.curie}' is not a measure of a framework.",
            "Write it as prefix:A0086_Framework2024.",
        )
    document, clause = code_slug(match["framework"]), code_slug(match["measure"])
    return Measure(row, match["framework"], document, clause, concept)


def by_document(mappings: MappingSet, measures: Sequence[Measure]) -> Mapping[str, list[Measure]]:
    """Group measures by the slug of their document; two keys for one slug are an InputError."""
    groups: dict[str, list[Measure]] = {}
    clauses: dict[tuple[str, str], Measure] = {}
    for measure in measures:
        group = groups.setdefault(measure.document, [])
        if group and group[0].framework != measure.framework:
            raise mappings.table.error(
                measure.row.line,
                f"The frameworks '{group[0].framework}' and '{measure.framework}' would both be "
                f"<document/{measure.document}>.",
                "Write one framework in one way.",
            )
        first = clauses.setdefault((measure.document, measure.clause), measure)
        if first.row.subject != measure.row.subject:
            raise mappings.table.error(
                measure.row.line,
                f"'{first.row.subject.curie}' (line {first.row.line}) and "
                f"'{measure.row.subject.curie}' would be one clause.",
                "Write one measure in one way.",
            )
        group.append(measure)
    return groups


def describe_document(mappings: MappingSet, measures: Sequence[Measure]) -> Iterator[Triple]:
    """Return a framework with its measures; its title is the table's key, nothing else is known."""
    slug = measures[0].document
    document = NamedNode(f"{ID}document/{slug}")
    yield from mappings.header(slug, [measure.row for measure in measures])
    yield Triple(document, TYPE, cg("Document"))
    yield Triple(document, TITLE, english(measures[0].framework))
    yield Triple(document, SOURCE, mappings.source)
    for measure in measures:
        clause = NamedNode(f"{document.value}/clause/{measure.clause}")
        yield Triple(clause, TYPE, cg("Clause"))
        yield Triple(clause, cg("clauseOf"), document)
        yield Triple(clause, IDENTIFIER, Literal(measure.row.subject.iri))
        yield Triple(clause, SOURCE, mappings.source)
        if label := measure.row.cells.get("subject_label"):
            yield Triple(clause, TITLE, english(label))
        yield from _classification(mappings, measure, clause)


def _classification(mappings: MappingSet, measure: Measure, clause: NamedNode) -> Iterator[Triple]:
    row, concept = measure.row, measure.concept
    local = f"{measure.clause}-{concept.scheme}-{code_slug(concept.code)}-{mappings.slug}"
    node = NamedNode(f"{ID}document/{measure.document}/classification/{local}")
    yield Triple(node, TYPE, cg("Classification"))
    yield Triple(node, cg("classifies"), clause)
    yield Triple(node, cg("concept"), NamedNode(concept.iri))
    yield Triple(node, cg("mappingJustification"), NamedNode(row.justification.iri))
    yield Triple(node, cg("reviewStatus"), _UNREVIEWED)
    yield Triple(node, SOURCE, mappings.source)
    yield Triple(node, ATTRIBUTED, mappings.author(row).node)
    yield Triple(node, GENERATED, mappings.activity(row))
    if date := row.cells.get("mapping_date"):
        yield Triple(node, CREATED, Literal(date, datatype=NamedNode(XSD + "date")))
