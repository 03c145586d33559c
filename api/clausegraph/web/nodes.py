"""The nodes of a JSON-LD document of ours: what each IRI has, as terms.

A reader of what `jsonld` writes, with our one context: no other context is known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from clausegraph import vocabulary
from clausegraph.vocabulary import RDF, XSD

_TYPE = RDF + "type"
_STRING = XSD + "string"
_BOOLEAN = XSD + "boolean"
_INTEGER = XSD + "integer"
_KEYWORDS = {"@id", "id", "@context"}


class Term(NamedTuple):
    """An IRI, or the text of a literal with its language and datatype."""

    value: str
    is_iri: bool = True
    language: str | None = None
    datatype: str = _STRING


Nodes = dict[str, dict[str, list[Term]]]


class Definition(NamedTuple):
    """What a key stands for: its IRI, the type of plain values, whether values are by language."""

    iri: str
    type: str = ""
    is_by_language: bool = False


def read(data: bytes) -> Nodes:
    """Return what `data`, N-Triples or JSON-LD, says of each IRI; blank nodes are left out."""
    return _linked(json.loads(data)) if data[:1] in {b"{", b"["} else _triples(data)


def _triples(data: bytes) -> Nodes:
    nodes: Nodes = {}
    for quad in parse(data, RdfFormat.N_TRIPLES):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            node = nodes.setdefault(quad.subject.value, {})
            node.setdefault(quad.predicate.value, []).append(_term(quad.object))
    return nodes


def _term(term: NamedNode | Literal) -> Term:
    if isinstance(term, NamedNode):
        return Term(term.value)
    return Term(term.value, False, term.language, term.datatype.value)


def _linked(document: Any) -> Nodes:
    """Read JSON-LD whose nodes all stand at its top, as documents have it."""
    items = document if isinstance(document, list) else document.get("@graph", [document])
    nodes: Nodes = {}
    for item in items:
        iri = item.get("id", item.get("@id", "_:"))
        if iri.startswith("_:"):
            continue
        node = nodes.setdefault(iri, {})
        for key, value in item.items():
            if key not in _KEYWORDS:
                definition = definition_of(key)
                node.setdefault(definition.iri, []).extend(_terms(value, definition))
    return nodes


def _terms(value: Any, definition: Definition) -> Iterable[Term]:
    """Yield the terms of a value (JSON-LD 1.1 API, section 5.3.2)."""
    if isinstance(value, list):
        for item in value:
            yield from _terms(item, definition)
    elif isinstance(value, Mapping):
        yield from _from_object(value, definition)
    elif isinstance(value, bool):
        yield Term("true" if value else "false", False, None, _BOOLEAN)
    elif isinstance(value, int):
        yield Term(str(value), False, None, definition.type or _INTEGER)
    elif definition.type == "@id":
        yield Term(value)
    elif definition.type == "@type":
        yield Term(definition_of(value).iri)
    else:
        yield Term(value, False, None, definition.type or _STRING)


def _from_object(value: Mapping[str, Any], definition: Definition) -> Iterable[Term]:
    """Yield the terms of a node reference, a value object, a list or a map of languages."""
    if "@list" in value:
        yield from _terms(value["@list"], definition)
    elif "@value" in value:
        written = value["@value"]
        text = str(written).lower() if isinstance(written, bool) else str(written)
        language, kind = value.get("@language"), value.get("@type", value.get("type", ""))
        yield Term(text, False, language, definition_of(kind).iri if kind else _STRING)
    elif "id" in value or "@id" in value:
        iri = value.get("id", value.get("@id"))
        if not iri.startswith("_:"):
            yield Term(iri)
    elif definition.is_by_language:
        for language, texts in value.items():
            tag = None if language == "@none" else language
            for text in texts if isinstance(texts, list) else [texts]:
                yield Term(text, False, tag)


@cache
def _context() -> Mapping[str, Definition]:
    """Return the keys of our context."""
    found = {"type": Definition(_TYPE, "@type"), "@type": Definition(_TYPE, "@type")}
    for key, entry in vocabulary.context().items():
        if isinstance(entry, Mapping):
            kind = str(entry.get("@type", ""))
            iri = _whole(str(entry["@id"]))
            by_language = entry.get("@container") == "@language"
            found[key] = Definition(iri, kind if kind == "@id" else _whole(kind), by_language)
    return found


def definition_of(key: str) -> Definition:
    """Return what a key, a type or an IRI of a document stands for."""
    return _context().get(key) or Definition(_whole(key))


def _whole(name: str) -> str:
    """Return the IRI that a compact IRI of the registry stands for; others are whole already."""
    prefix, mark, local = name.partition(":")
    if not mark or local.startswith("//"):
        return name
    namespace = vocabulary.prefixes().get(prefix)
    return name if namespace is None else namespace + local


def expanded(iri: str, properties: Mapping[str, Iterable[Term]]) -> dict[str, Any]:
    """Return a node object in expanded form (JSON-LD 1.1, section 4.4)."""
    node: dict[str, Any] = {"@id": iri}
    for name, terms in properties.items():
        if name == _TYPE:
            node["@type"] = [term.value for term in terms]
        else:
            node[name] = [_object(term) for term in terms]
    return node


def _object(term: Term) -> dict[str, str]:
    if term.is_iri:
        return {"@id": term.value}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype == _STRING:
        return {"@value": term.value}
    return {"@value": term.value, "@type": term.datatype}
