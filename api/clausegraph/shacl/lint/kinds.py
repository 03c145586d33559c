"""Which kinds of terms a demand on each value leaves: IRIs, blank nodes, literals."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.shacl.lint.facets import Asked
from clausegraph.shacl.lint.sheet import Sheet
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import SH

_Kinds = frozenset[type]

_ALL: _Kinds = frozenset({NamedNode, BlankNode, Literal})
_LITERAL: _Kinds = frozenset({Literal})
_NODE_KINDS: dict[str, _Kinds] = {
    SH + "IRI": frozenset({NamedNode}),
    SH + "BlankNode": frozenset({BlankNode}),
    SH + "Literal": _LITERAL,
    SH + "BlankNodeOrIRI": frozenset({BlankNode, NamedNode}),
    SH + "BlankNodeOrLiteral": frozenset({BlankNode, Literal}),
    SH + "IRIOrLiteral": frozenset({NamedNode, Literal}),
}


def kinds(asked: Asked) -> _Kinds:
    """Return the kinds of terms that can meet a demand."""
    if asked.term == "nodeKind":
        name = asked.value.value if isinstance(asked.value, NamedNode) else ""
        return _NODE_KINDS.get(name, _ALL)
    return _ALL - _LITERAL if asked.term == "class" else _LITERAL


def misfit(sheet: Sheet, value: Term, asked: Asked) -> str | None:
    """Return why a value does not meet a demand on datatype, node kind or length, or None."""
    if asked.term == "nodeKind":
        return None if type(value) in kinds(asked) else f"{sheet.shown(value)} is of another kind"
    if asked.term == "datatype":
        datatype = value.datatype if isinstance(value, Literal) else None
        return None if datatype == asked.value else f"{sheet.shown(value)} has another datatype"
    return _wrong_length(sheet, value, asked)


def _wrong_length(sheet: Sheet, value: Term, asked: Asked) -> str | None:
    """Return why a value is too short or too long (SHACL 1.0, sections 4.4.1 and 4.4.2)."""
    limit = asked.value
    if isinstance(value, BlankNode) or not isinstance(limit, Literal) or not limit.value.isdigit():
        return None
    length, bound = len(value.value), int(limit.value)
    is_wrong = length < bound if asked.term == "minLength" else length > bound
    return f"{sheet.shown(value)} has {length} characters" if is_wrong else None
