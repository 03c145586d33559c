"""Where IRIs are written in a text whose statements are matched to no quads.

Such are texts with statements about statements (RDF 1.2), which `terse` does not read.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, QuadParser

from clausegraph.naming import AnyTerm
from clausegraph.positions.spelling import DIRECTIVE, MARK, TERM, TOKEN

_ENDS = (".", "{", "}")


def mentions(text: str, parser: QuadParser, terms: Iterable[AnyTerm]) -> dict[AnyTerm, int]:
    """Return the offset at which each IRI among `terms` begins a statement, or else first stands.

    `parser` has read the text, and knows its prefixes and its last base.
    """
    spelt = {
        spelling: term
        for term in terms
        if isinstance(term, NamedNode)
        for spelling in _spellings(term.value, parser)
    }
    first: dict[AnyTerm, int] = {}
    begun: dict[AnyTerm, int] = {}
    is_start = True
    for token in TOKEN.finditer(text):
        term = spelt.get(token[TERM])
        if term is not None:
            first.setdefault(term, token.start(TERM))
            if is_start:
                begun.setdefault(term, token.start(TERM))
        is_start = token.lastindex == DIRECTIVE or token[MARK] in _ENDS
    return first | begun


def _spellings(iri: str, parser: QuadParser) -> Iterable[str]:
    """Yield the ways in which a text may write an IRI: in full, below its base, with a prefix."""
    yield f"<{iri}>"
    if parser.base_iri and iri.startswith(parser.base_iri):
        yield f"<{iri[len(parser.base_iri) :]}>"
    for prefix, namespace in parser.prefixes.items():
        if iri.startswith(namespace):
            yield f"{prefix}:{iri[len(namespace) :]}"
