"""Literals that a store gives back in another spelling, and what may be done about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from clausegraph.importers.rdf.reading import Vocabulary
from clausegraph.shacl.lexical import is_well_formed
from clausegraph.vocabulary import XSD, compact

Choice = OneOf["refuse", "value", "text"]
_SUBJECT = NamedNode("urn:x")
_CAST = frozenset(
    f"{XSD}{name}"
    for name in ("boolean", "date", "dateTime", "decimal", "double", "float", "integer", "time")
)
_STRING = XSD + "string"
_SPACE = " \t\n\r"  # which XML Schema takes away before it looks at a form


def settle(
    vocabulary: Vocabulary, triples: Sequence[Triple], choice: Choice
) -> tuple[tuple[Triple, ...], dict[Literal, Literal]]:
    """Return the triples as they can be kept, and the literals that were changed, old to new.

    A store keeps numbers and dates by value: `1.0` comes back as `1`. With `refuse` such a literal
    raises InputError; `value` takes the store's spelling, `text` the same spelling as plain text.
    """
    changed = _rewritten(triple.object for triple in triples)
    if not changed:
        return tuple(triples), {}
    if choice == "refuse":
        first = min(changed, key=str)
        others = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise vocabulary.error(
            f"The store would give back {first} as {changed[first]}{others}.",
            "Choose --literals value, to keep the value in the store's spelling, or --literals "
            "text, to keep the spelling as plain text.",
            f'"{first.value}"',
            first.value,
        )
    if choice == "text":
        changed = {old: Literal(old.value) for old in changed}
    kept = (_with(triple, changed) for triple in triples)
    return tuple(dict.fromkeys(kept)), changed


def refused(triples: Iterable[Triple]) -> list[Literal]:
    """Return the literals of which a store has no value of the type that they name, as of a 13th
    month no date; `fault` says why.

    Looked at are the types of XSD that SPARQL can make of a text (SPARQL 1.1, section 17.1).
    """
    typed = sorted(
        {
            triple.object
            for triple in triples
            if isinstance(triple.object, Literal) and triple.object.datatype.value in _CAST
        },
        key=str,
    )
    if not typed:
        return []
    rows = Store().query(
        f"SELECT ?literal {{ VALUES ?literal {{ {' '.join(map(str, typed))} }} "
        f"BIND ({_cast()} AS ?cast) FILTER (!BOUND(?cast)) }}"
    )
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - a SELECT has rows
    return [row["literal"] for row in rows if isinstance(row["literal"], Literal)]


def fault(literal: Literal) -> str:
    """Return what is wrong with a literal that is refused: itself, or what a store can hold."""
    lexical, datatype = literal.value, literal.datatype.value
    name = compact(datatype)
    if is_well_formed(lexical, datatype):
        return f"is too large or too precise to be compared as {name}"
    if is_well_formed(lexical.strip(_SPACE), datatype):
        return f"has white space around it, so that it is not read as {name}"
    return f"is no {name}"


def _cast() -> str:
    """Return the expression that has a value for a literal which is of its type."""
    made = (f"IF(?type = <{name}>, <{name}>(STR(?literal)), 1/0)" for name in sorted(_CAST))
    return f"COALESCE({', '.join(made)})".replace("?type", "DATATYPE(?literal)")


def _with(triple: Triple, changed: dict[Literal, Literal]) -> Triple:
    literal = triple.object
    if not isinstance(literal, Literal) or literal not in changed:
        return triple
    return Triple(triple.subject, triple.predicate, changed[literal])


def _rewritten(terms: Iterable[object]) -> dict[Literal, Literal]:
    """Return the literals that a store changes, with what becomes of each."""
    typed = {
        term
        for term in terms
        if isinstance(term, Literal) and not term.language and term.datatype.value != _STRING
    }
    store = Store()
    order = sorted(typed, key=str)
    store.extend(
        Quad(NamedNode(f"urn:x:{place}"), _SUBJECT, term) for place, term in enumerate(order)
    )
    kept = {quad.subject.value: quad.object for quad in store}
    return {
        term: after
        for place, term in enumerate(order)
        if (after := kept[f"urn:x:{place}"]) != term and isinstance(after, Literal)
    }
