"""What a search found, as a graph: hits, what they found, their excerpts, and facets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from clausegraph import formats, jsonld, vocabulary
from clausegraph.search import Found, fields
from clausegraph.search.answers import Hit, Shown, Value
from clausegraph.vocabulary import CG, HYDRA, OA, RDF, RDFS, SKOS, XSD
from clausegraph.web.answers import Choice
from clausegraph.web.searching_request import Search

# The properties by which hits are counted.
PROPERTIES: Mapping[str, str] = {
    fields.TYPE: RDF + "type",
    fields.JURISDICTION: CG + "jurisdiction",
    fields.SCHEME: SKOS + "inScheme",
    fields.REVIEW: CG + "effectiveReviewStatus",
}
_WORDS = {"first": "first", "prev": "previous", "next": "next", "last": "last"}
_BARE: Mapping[str, Any] = {"@embed": "@never"}
_FRAME: Mapping[str, Any] = {
    "type": "Collection",
    "view": {"type": "PartialCollectionView", **dict.fromkeys(_WORDS.values(), _BARE)},
    "member": {"found": {"clauseOf": _BARE}, "excerpt": {"excerptOf": _BARE, "mark": {}}},
    "facet": {"facetOf": _BARE, "facetValue": _BARE},
}


def write(found: Found, asked: Search, chosen: Choice) -> bytes:
    """Return what was found in the syntax that is wanted; takes a while, so call it off the event
    loop."""
    graph = _Graph(asked)
    triples = list(graph.triples(found))
    lines = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert lines is not None  # noqa: S101
    if chosen.syntax == formats.JSON_LD:
        frame = {**_FRAME, "@order": graph.order}
        return jsonld.write(lines, chosen.profile, frame=frame)
    if chosen.syntax == formats.N_TRIPLES:
        return lines
    known = vocabulary.prefixes().items()
    prefixes = {name: start for name, start in known if b"<" + start.encode() in lines}
    assert isinstance(chosen.syntax.engine, RdfFormat)  # noqa: S101
    body = serialize(triples, format=chosen.syntax.engine, prefixes=prefixes)
    assert body is not None  # noqa: S101
    return body


class _Graph:
    """Names the nodes of an answer, and remembers their order."""

    def __init__(self, asked: Search) -> None:
        self._asked = asked
        self._all = asked.address("")
        self._here = asked.page(asked.request.offset, "")
        self.order: list[str] = []

    def triples(self, found: Found) -> Iterator[Triple]:
        """Yield what is said of all that was found."""
        yield _is_a(self._all, HYDRA + "Collection")
        yield _of(self._all, HYDRA + "totalItems", found.total)
        yield _to(self._all, HYDRA + "view", self._here)
        yield _is_a(self._here, HYDRA + "PartialCollectionView")
        for rel, target in self._asked.pages(found.total).items():
            yield _to(self._here, HYDRA + _WORDS[rel], target)
        for number, hit in enumerate(found.hits, self._asked.request.offset + 1):
            yield from self._hit(number, hit)
        for name, values in found.facets.items():
            for place, value in enumerate(values, 1):
                yield from self._facet(name, place, value)

    def _hit(self, number: int, hit: Hit) -> Iterator[Triple]:
        node = self._named(str(number))
        yield _to(self._all, HYDRA + "member", node)
        yield _is_a(node, CG + "SearchHit")
        yield _of(node, CG + "hitNumber", number)
        score = Literal(f"{Decimal(hit.score):.4f}", datatype=NamedNode(XSD + "decimal"))
        yield Triple(NamedNode(node), NamedNode(CG + "score"), score)
        yield _to(node, CG + "found", hit.iri)
        for kind in hit.types:
            yield _is_a(hit.iri, kind)
        if hit.document:
            yield _to(hit.iri, CG + "clauseOf", hit.document)
        if hit.label is not None:
            yield _text(node, RDFS + "label", hit.label.text, hit.label.language)
        for place, shown in enumerate(hit.shown, 1):
            yield from self._excerpt(node, f"{number}/{place}", shown)

    def _excerpt(self, hit: str, name: str, shown: Shown) -> Iterator[Triple]:
        node = self._named(name)
        yield _to(hit, CG + "excerpt", node)
        yield _is_a(node, CG + "Excerpt")
        yield _to(node, CG + "excerptOf", shown.property)
        yield _text(node, CG + "excerptText", shown.text, shown.language)
        yield _of(node, CG + "excerptStart", shown.start)
        for place, mark in enumerate(shown.marks, 1):
            selector = self._named(f"{name}/{place}")
            yield _to(node, CG + "mark", selector)
            yield _is_a(selector, OA + "TextPositionSelector")
            yield _of(selector, OA + "start", mark.start)
            yield _of(selector, OA + "end", mark.end)

    def _facet(self, name: str, place: int, value: Value) -> Iterator[Triple]:
        node = self._named(f"{name}/{place}")
        yield _to(self._all, CG + "facet", node)
        yield _is_a(node, CG + "FacetCount")
        yield _to(node, CG + "facetOf", PROPERTIES[name])
        yield _to(node, CG + "facetValue", value.iri)
        yield _of(node, CG + "hitCount", value.count)
        if value.label:
            yield _text(node, RDFS + "label", value.label, value.language)

    def _named(self, name: str) -> str:
        """Return the IRI of a part of the answer."""
        node = f"{self._all}#{name}"
        self.order.append(node)
        return node


def _to(subject: str, predicate: str, target: str) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), NamedNode(target))


def _is_a(subject: str, kind: str) -> Triple:
    return _to(subject, RDF + "type", kind)


def _of(subject: str, predicate: str, number: int) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), Literal(number))


def _text(subject: str, predicate: str, text: str, language: str) -> Triple:
    literal = Literal(text, language=language or None)
    return Triple(NamedNode(subject), NamedNode(predicate), literal)
