"""Literals in their own spelling: an engine rewrites `1.50` and `"5"^^xsd:byte`, shapes see them.

Such a literal is kept under a datatype of its own, which names the datatype that it has. So is one
that is ill-typed, such as `"abc"^^xsd:integer`, under another.
"""

from __future__ import annotations

from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.shacl import lexical
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import RDF, XSD

OWN = "urn:x-clausegraph:"  # nobody else's; a literal of the input that has it is kept like others
SPELT = OWN + "spelt:"
ILL_TYPED = OWN + "ill-typed:"
_REMEMBERED = 1 << 16
_LONG = 64  # characters; a longer literal is not worth its memory
_TEXT = frozenset((NamedNode(XSD + "string"), NamedNode(RDF + "langString")))


def encode(literal: Literal) -> Literal:
    """Return a literal as the store keeps it: the same, if the store gives it back as it is."""
    if literal.datatype in _TEXT:
        return literal
    return _encoded(literal) if len(literal.value) <= _LONG else _encoded.__wrapped__(literal)


@lru_cache(_REMEMBERED)
def _encoded(literal: Literal) -> Literal:
    datatype = literal.datatype.value
    if not lexical.is_well_formed(literal.value, datatype):
        return Literal(literal.value, datatype=NamedNode(ILL_TYPED + datatype))
    if datatype.startswith(OWN) or lexical.is_rewritten(literal):
        return Literal(literal.value, datatype=NamedNode(SPELT + datatype))
    return literal


def decode(term: Term) -> Term:
    """Return a term in the spelling of the input, whether or not it is kept in another way."""
    if isinstance(term, NamedNode | BlankNode):
        return term
    datatype = term.datatype.value
    for prefix in (SPELT, ILL_TYPED):
        if datatype.startswith(prefix):
            return Literal(term.value, datatype=NamedNode(datatype[len(prefix) :]))
    return term


def is_kept(term: object) -> bool:
    """Whether a term is a literal under a datatype of ours."""
    return isinstance(term, Literal) and term.datatype.value.startswith((SPELT, ILL_TYPED))


def datatypes(datatype: str) -> tuple[str, str]:
    """Return the IRIs of the datatypes that well-formed literals of `datatype` have in the data."""
    return datatype, SPELT + datatype


def value_of(variable: str) -> str:
    """Return an expression for the ordinary literal of a variable that may be a kept one.

    Of an ill-typed one, of an IRI and of a blank node it is the term itself.
    """
    name = f"STR(DATATYPE({variable}))"
    restored = f"STRDT(STR({variable}), IRI(SUBSTR({name}, {len(SPELT) + 1})))"
    is_spelt = f'isLiteral({variable}) && STRSTARTS({name}, "{SPELT}")'
    return f"IF({is_spelt}, {restored}, {variable})"


def is_own(variable: str) -> str:
    """Return a condition, without errors: that a variable is a literal under a datatype of ours."""
    return f'COALESCE(STRSTARTS(STR(DATATYPE({variable})), "{OWN}"), false)'
