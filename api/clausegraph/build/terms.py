"""Terms as canonical N-Quads write them (RDF Dataset Canonicalization, section 5), in bytes.

Millions of triples are handled sooner as lines than as objects: equal terms have equal spellings,
and no term of a line but its object holds a space.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from clausegraph.vocabulary import RDF, XSD

END = b" .\n"
STRING = f"<{XSD}string>".encode()
_TAGGED = f"<{RDF}langString>".encode()
_DIRECTED = f"<{RDF}dirLangString>".encode()
_KNOWN = 100_000  # terms that are kept as objects


class Columns(NamedTuple):
    """Triples, term by term: the nth of each makes the nth triple."""

    subjects: tuple[bytes, ...]
    predicates: tuple[bytes, ...]
    objects: tuple[bytes, ...]


NOTHING = Columns((), (), ())


def written(iri: str) -> bytes:
    """Return an IRI as it stands in a line."""
    return f"<{iri}>".encode()


@lru_cache(_KNOWN)
def node(term: bytes) -> NamedNode:
    """Return the IRI that is written so."""
    return NamedNode(term[1:-1].decode())


def is_literal(term: bytes) -> bool:
    """Whether a term is a literal."""
    return term.startswith(b'"')


def is_iri(term: bytes) -> bool:
    """Whether a term is an IRI, and no literal, blank node or triple."""
    return term.startswith(b"<") and not term.startswith(b"<<")


def datatype(literal: bytes) -> bytes:
    """Return the datatype of a literal, as an IRI is written."""
    suffix = literal[literal.rindex(b'"') + 1 :]
    if suffix.startswith(b"^^"):
        return suffix[2:]
    if not suffix:
        return STRING
    return _DIRECTED if b"--" in suffix else _TAGGED


def lines(triples: Iterable[Triple]) -> bytes:
    """Return triples as lines."""
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def triples(text: bytes) -> list[Triple]:
    """Return what lines say."""
    return [quad.triple for quad in parse(text, RdfFormat.N_TRIPLES)]


def columns(text: bytes, end: bytes = END) -> Columns:
    """Return the terms of lines that all end so."""
    return split(text[: -len(end)].split(end)) if text else NOTHING


def split(rows: Iterable[bytes]) -> Columns:
    """Return the terms of triples that are held as lines without their ends."""
    parts = [row.split(b" ", 2) for row in rows]
    return Columns(*zip(*parts, strict=True)) if parts else NOTHING
