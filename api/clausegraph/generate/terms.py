"""Terms and lines of a made-up graph, as N-Quads spell them."""

from __future__ import annotations

from collections.abc import Sequence

from clausegraph.vocabulary import CG, DCTERMS, ID, PROV, RDF, XSD

Pairs = Sequence[tuple[str, str]]


def iri(text: str) -> str:
    return f"<{text}>"


def cg(name: str) -> str:
    return iri(CG + name)


def thing(path: str) -> str:
    return iri(ID + path)


def coded(path: str) -> str:
    return thing("concept/" + path)


def english(text: str) -> str:
    return f'"{text}"@en'


def day(year: int, month: int, day: int) -> str:
    return f'"{year}-{month:02}-{day:02}"^^<{XSD}date>'


A = iri(RDF + "type")
ACTIVITY = iri(PROV + "wasGeneratedBy")
AGENT = iri(PROV + "wasAttributedTo")
CREATED = iri(DCTERMS + "created")
SOURCE = iri(DCTERMS + "source")
TITLE = iri(DCTERMS + "title")


def described(subject: str, graph: str, pairs: Pairs) -> str:
    """Return the lines for what `pairs` of predicate and object say of a subject."""
    return "".join([f"{subject} {predicate} {value} {graph} .\n" for predicate, value in pairs])
