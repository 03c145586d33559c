"""What the dataset says of itself before anything is counted: VoID and DCAT, no date, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import formats
from clausegraph.formats import Coding, Syntax
from clausegraph.vocabulary import (
    BASE,
    DATASET,
    DCAT,
    DCTERMS,
    ID,
    ONTOLOGY,
    RELEASE,
    SHAPES,
    TITLE,
    TYPE,
    VOID,
    XSD,
    compact,
)

LICENSE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
SUBJECT = NamedNode(DATASET)

_ENDPOINT = NamedNode(f"{BASE}sparql")
_TITLE = Literal("Clausegraph: a knowledge graph of AI governance", language="en")
_DESCRIPTION = Literal(
    "Which documents and clauses of AI governance address which risks, name which actors, rely on "
    "which enforcement and apply to which sectors, and for each such statement who makes it, on "
    "what evidence, and whether anyone reviewed it.",
    language="en",
)
_FEATURES = "http://www.w3.org/ns/formats/"
_SERVED = ("Turtle", "JSON-LD", "N-Triples", "RDF_XML")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_INTEGER = NamedNode(XSD + "integer")
_DIGITS = 16  # of a digest, where an IRI has no short name


def void(name: str) -> NamedNode:
    """Return a term of VoID."""
    return NamedNode(VOID + name)


def integer(count: int) -> Literal:
    """Return a count as a literal."""
    return Literal(str(count), datatype=_INTEGER)


@cache
def short(iri: str) -> str:
    """Return what stands for an IRI in the name of a part of the dataset: `cg:Clause`."""
    name = compact(iri)
    return name if name != iri else hashlib.sha256(iri.encode()).hexdigest()[:_DIGITS]


def _dcat(name: str) -> NamedNode:
    return NamedNode(DCAT + name)


def _dcterms(name: str) -> NamedNode:
    return NamedNode(DCTERMS + name)


def description(release: str) -> Iterator[Triple]:
    """Yield what is said of the dataset, its endpoint and its dumps."""
    version = NamedNode(RELEASE + release)
    facts: tuple[tuple[NamedNode, NamedNode | Literal], ...] = (
        (TYPE, void("Dataset")),
        (TYPE, _dcat("Dataset")),
        (TITLE, _TITLE),
        (_dcterms("description"), _DESCRIPTION),
        (_dcterms("license"), LICENSE),
        (_dcterms("publisher"), NamedNode(f"{ID}actor/clausegraph")),
        (_dcterms("conformsTo"), NamedNode(SHAPES)),
        (_dcterms("hasVersion"), version),
        (_dcat("hasVersion"), version),
        (_dcat("version"), Literal(release)),
        (void("sparqlEndpoint"), _ENDPOINT),
        (void("uriSpace"), Literal(ID)),
        (void("uriRegexPattern"), Literal("^" + ID.replace(".", r"\."))),
        (void("vocabulary"), NamedNode(ONTOLOGY)),
        *((void("feature"), NamedNode(_FEATURES + name)) for name in _SERVED),
    )
    yield from (Triple(SUBJECT, predicate, found) for predicate, found in facts)
    yield from _service()
    for syntax in formats.DUMPED:
        for coding in formats.CODINGS:
            yield from _distribution(syntax, coding)


def _service() -> Iterator[Triple]:
    """Yield the endpoint as a data service (DCAT 3, section 6.9)."""
    yield Triple(_ENDPOINT, TYPE, _dcat("DataService"))
    yield Triple(_ENDPOINT, TITLE, Literal("Clausegraph SPARQL endpoint", language="en"))
    yield Triple(_ENDPOINT, _dcat("endpointURL"), _ENDPOINT)
    yield Triple(_ENDPOINT, _dcat("endpointDescription"), _ENDPOINT)
    yield Triple(_ENDPOINT, _dcat("servesDataset"), SUBJECT)


def _distribution(syntax: Syntax, coding: Coding) -> Iterator[Triple]:
    """Yield one dump (DCAT 3, section 6.8); its name is where it can be had."""
    dump = NamedNode(f"{BASE}dumps/{formats.dump(syntax, coding)}")
    title = ", ".join(filter(None, (syntax.name, coding.name)))
    yield Triple(SUBJECT, void("dataDump"), dump)
    yield Triple(SUBJECT, _dcat("distribution"), dump)
    yield Triple(dump, TYPE, _dcat("Distribution"))
    yield Triple(dump, TITLE, Literal(title, language="en"))
    yield Triple(dump, _dcterms("license"), LICENSE)
    yield Triple(dump, _dcat("accessURL"), dump)
    yield Triple(dump, _dcat("downloadURL"), dump)
    yield Triple(dump, _dcat("mediaType"), NamedNode(_MEDIA_TYPES + syntax.media_type))
    if coding.media_type:
        yield Triple(dump, _dcat("compressFormat"), NamedNode(_MEDIA_TYPES + coding.media_type))
