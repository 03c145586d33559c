"""JSON-LD as we publish it: compacted with our hosted context, in one stable order of keys."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pyld import jsonld as pyld

from clausegraph import vocabulary
from clausegraph.errors import InputError

_FIRST = vocabulary.RDF + "first"
_REST = vocabulary.RDF + "rest"
_NIL = vocabulary.RDF + "nil"
_TYPE = vocabulary.RDF + "type"
_INTEGER = vocabulary.XSD + "integer"
_BOOLEAN = vocabulary.XSD + "boolean"
_EXACT = 2**53  # beyond it a JSON number is not exact (RFC 8259, section 6)

Node = dict[str, Any]


def compact(
    expanded: bytes, frame: Mapping[str, Any] | None = None, first: str | None = None
) -> bytes:
    """Return `expanded` (JSON-LD of one graph) compacted, or framed, with our context.

    Identifiers stay whole IRIs, so that a reader can follow them; keys and types are the
    registry's. Keys come in the registry's order, members of a set by identifier, but `first`, the
    thing that a document is about, before all others. Besides the
    keywords of JSON-LD 1.1 Framing, a frame may have `@order`: identifiers in the order in which
    every set is to list them. Where a frame names a set that the data leave empty, it is `[]`.
    """
    nodes = _lists(_merged(json.loads(expanded)))
    options = {"documentLoader": load_context, "processingMode": "json-ld-1.1"}
    if frame is None:
        document = pyld.compact(nodes, vocabulary.CONTEXT, {**options, "graph": True})
        rank: Mapping[str, int] = {} if first is None else {first: 0}
    else:
        rank = {iri: place for place, iri in enumerate(frame.get("@order", ()))}
        document = _framed(nodes, frame, options)
    ordered = _ordered(document, rank)
    return json.dumps(ordered, ensure_ascii=False, indent=1).encode() + b"\n"


def load_context(url: str, _options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return our context; every other address is refused, unread."""
    if url != vocabulary.CONTEXT:
        raise InputError(
            f"The remote JSON-LD context {url} is not read.",
            remedy=f"Write the context into the document, or use {vocabulary.CONTEXT}.",
        )
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": dict(vocabulary.context())},
    }


def _framed(nodes: list[Node], frame: Mapping[str, Any], options: dict[str, Any]) -> Node:
    """Frame `nodes` and fill in the sets that the frame names and the data leave empty."""
    asked = {key: value for key, value in frame.items() if key != "@order"}
    asked["@context"] = vocabulary.CONTEXT
    settings = {**options, "omitGraph": True, "omitDefault": True, "embed": "@always"}
    document: Node = pyld.frame(nodes, asked, settings)
    for key in asked:
        if key not in document and _definition(key).get("@container") == "@set":
            document[key] = []
    return document


def _merged(nodes: Iterable[Node]) -> dict[str, Node]:
    """Return one node object a subject, each value once, `rdf:type` as `@type`, native numbers."""
    merged: dict[str, Node] = {}
    for node in nodes:
        target = merged.setdefault(node["@id"], {"@id": node["@id"]})
        for key, values in node.items():
            if key == "@id":
                continue
            name = "@type" if key == _TYPE else key
            kept = target.setdefault(name, [])
            for value in values:
                plain = _value(key, value)
                if plain not in kept:
                    kept.append(plain)
    return merged


def _value(key: str, value: Any) -> Any:
    """Return a value of `key` with a native JSON number or boolean where that loses nothing."""
    if key in {_TYPE, "@type"}:
        return value["@id"] if isinstance(value, dict) else value
    native = _native(value)
    if native is None:
        return value
    return {"@type": value["@type"], "@value": native} if key in _coerced() else {"@value": native}


def _native(value: Mapping[str, Any]) -> int | bool | None:
    """Return the JSON number or boolean of a literal in canonical form, or None."""
    text = value.get("@value")
    if not isinstance(text, str):
        return None
    if value.get("@type") == _BOOLEAN and text in {"true", "false"}:
        return text == "true"
    if value.get("@type") == _INTEGER and text.removeprefix("-").isdecimal():
        number = int(text)
        return number if str(number) == text and abs(number) < _EXACT else None
    return None


def _lists(nodes: dict[str, Node]) -> list[Node]:
    """Return the nodes with every well-formed list as `@list` (JSON-LD 1.1 API, section 8.4.2)."""
    counts = Counter(
        value["@id"]
        for node in nodes.values()
        for values in node.values()
        for value in (values if isinstance(values, list) else ())
        if isinstance(value, dict) and "@id" in value
    )
    used: set[str] = set()

    def listed(value: Any) -> Any:
        cells = _cells(nodes, value.get("@id"), counts)
        if not cells:
            return value
        used.update(cells)
        return {"@list": [listed(nodes[cell][_FIRST][0]) for cell in cells]}

    for node in nodes.values():
        for key in set(node) - {"@id", "@type", _FIRST, _REST}:
            node[key] = [listed(value) for value in node[key]]
    return [node for iri, node in nodes.items() if iri not in used]


def _cells(nodes: dict[str, Node], head: str | None, counts: Mapping[str, int]) -> list[str] | None:
    """Return the blank nodes of the list that starts at `head`, or None if it is no plain list."""
    cells: list[str] = []
    while head != _NIL:
        node = nodes.get(head or "")
        if head is None or node is None or not head.startswith("_:") or counts.get(head) != 1:
            return None
        if set(node) - {"@id", "@type"} != {_FIRST, _REST} or head in cells:
            return None
        if len(node[_FIRST]) != 1 or len(node[_REST]) != 1:
            return None
        cells.append(head)
        head = node[_REST][0].get("@id")
    return cells


def _ordered(value: Any, rank: Mapping[str, int], key: str = "") -> Any:
    """Return a compacted value with keys and sets in our order and identifiers as whole IRIs."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda name: (_places().get(name, len(_places())), name))
        return {name: _ordered(value[name], rank, name) for name in keys}
    if isinstance(value, list):
        items = [_ordered(item, rank, key) for item in value]
        if key == "@list":
            return items
        return sorted(items, key=lambda item: _sort_key(item, rank))
    if isinstance(value, str) and (key == "id" or _definition(key).get("@type") == "@id"):
        return _whole(value)
    return value


def _sort_key(item: Any, rank: Mapping[str, int]) -> tuple[int, str]:
    """Return where `item` belongs in its set: as ranked, else by identifier or text."""
    if isinstance(item, dict):
        name = item.get("id", "")
        return rank.get(name, len(rank)), name or json.dumps(item, sort_keys=True)
    return rank.get(item, len(rank)) if isinstance(item, str) else len(rank), str(item)


def _whole(name: str) -> str:
    """Return the IRI that a compacted identifier stands for."""
    prefix, _, local = name.partition(":")
    if prefix in vocabulary.prefixes() and not local.startswith("//"):
        return vocabulary.prefixes()[prefix] + local
    return name


def _definition(key: str) -> Mapping[str, Any]:
    """Return the registry's definition of a JSON key; empty for a prefix, a CURIE or a keyword."""
    found = vocabulary.context().get(key)
    return found if isinstance(found, dict) else {}


@cache
def _places() -> Mapping[str, int]:
    """Return where each key stands: the context first, then identifier, type, the registry."""
    names = ("@context", "id", "type", *vocabulary.context())
    return {name: place for place, name in reversed(list(enumerate(names)))}


@cache
def _coerced() -> frozenset[str]:
    """Return the properties whose JSON key states a datatype: their values must keep it."""
    typed = (value for value in vocabulary.context().values() if isinstance(value, dict))
    return frozenset(
        vocabulary.expand(value["@id"])
        for value in typed
        if str(value.get("@type", "")).startswith("xsd:")
    )
