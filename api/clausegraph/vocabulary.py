"""Names: our IRIs, the prefix registry, and the JSON-LD context that both come from.

`ontology/context.jsonld` is the one registry of prefixes and JSON keys; nothing else lists them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from pyoxigraph import NamedNode

from clausegraph import bundle
from clausegraph.errors import UsageError

BASE = "https://w3id.org/clausegraph/"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
ONTOLOGY = BASE + "ontology"
SHAPES = BASE + "shapes"
CONTEXT = BASE + "context/1.jsonld"
DATASET = BASE + "dataset"
RELEASE = BASE + "v/"

CG = ONTOLOGY + "#"
SHAPE = SHAPES + "#"
DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
OA = "http://www.w3.org/ns/oa#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
VOID = "http://rdfs.org/ns/void#"
VOID_EXT = "http://ldf.fi/void-ext#"
XSD = "http://www.w3.org/2001/XMLSchema#"

TYPE = NamedNode(RDF + "type")
ATTRIBUTED = NamedNode(PROV + "wasAttributedTo")
CREATED = NamedNode(DCTERMS + "created")
GENERATED = NamedNode(PROV + "wasGeneratedBy")
IDENTIFIER = NamedNode(DCTERMS + "identifier")
SOURCE = NamedNode(DCTERMS + "source")
TITLE = NamedNode(DCTERMS + "title")

_CURIE = re.compile(r"([A-Za-z][\w.-]*):(.*)", re.DOTALL)
_OUTSIDE_CODE = re.compile(r"[^a-z0-9.-]+")


@cache
def context() -> Mapping[str, Any]:
    """Return the JSON-LD context, as authored (JSON-LD 1.1, section 4.1)."""
    text = (bundle.folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
    entries: Mapping[str, Any] = json.loads(text)["@context"]
    return entries


@cache
def prefixes() -> Mapping[str, str]:
    """Return the registered prefixes: name to namespace IRI."""
    return {
        key: value
        for key, value in context().items()
        if isinstance(value, str) and not key.startswith("@") and not value.startswith("@")
    }


def expand(name: str) -> str:
    """Return the IRI that a CURIE, an `<IRI>` or an IRI names, or raise UsageError."""
    text = name.strip()
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    match = _CURIE.fullmatch(text)
    if match and match[1] in prefixes():
        return prefixes()[match[1]] + match[2]
    if match and match[2].startswith("//"):
        return text
    raise UsageError(
        f"'{name}' is neither an IRI nor a name with a registered prefix.",
        remedy="Write https://... or prefix:name; `clausegraph query --prefixes` lists them.",
    )


def compact(iri: str) -> str:
    """Return `prefix:name` for an IRI right below a registered namespace, else the IRI."""
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _prefix_of().get(iri[:cut])
    return iri if prefix is None or cut == len(iri) else f"{prefix}:{iri[cut:]}"


@cache
def _prefix_of() -> Mapping[str, str]:
    """Return the first prefix of each namespace."""
    return {namespace: prefix for prefix, namespace in reversed(list(prefixes().items()))}


def code_slug(code: str) -> str:
    """Return the last part of a concept's IRI for its notation: `Harms: Financial loss` gives
    `harms-financial-loss`."""
    return _OUTSIDE_CODE.sub("-", code.lower()).strip("-")


def cg(name: str) -> NamedNode:
    """Return the term of our ontology that is called `name`."""
    return NamedNode(CG + name)
