"""Demands that no data can meet: in one shape, or in several that judge the same values."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph
from pyoxigraph import Literal, NamedNode

from clausegraph.shacl.lint import facets
from clausegraph.shacl.lint.facets import Asked, Facets
from clausegraph.shacl.lint.faults import Fault, Rule, error, warning
from clausegraph.shacl.lint.kinds import kinds, misfit
from clausegraph.shacl.lint.sheet import Sheet
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import RDF, SH

COUNTS = error("contradictory-counts", "As many values may be there as must be there.")
BOUNDS = error("contradictory-bounds", "A lowest length or value is not above the highest.")
KINDS = error("contradictory-kinds", "Node kind, datatype and class allow one kind of value.")
VALUES = error("contradictory-values", "sh:hasValue and sh:in name values that may be there.")
NO_EFFECT = warning("no-effect", "A constraint can be broken by some value.")
RULES = (COUNTS, BOUNDS, KINDS, VALUES, NO_EFFECT)

_LANGUAGE_TEXT = NamedNode(RDF + "langString")
# Lowest, highest, and whether a value that equals both meets them.
_RANGES = (
    ("minInclusive", "maxInclusive", True),
    ("minInclusive", "maxExclusive", False),
    ("minExclusive", "maxInclusive", False),
    ("minExclusive", "maxExclusive", False),
)


def check(sheet: Sheet) -> Iterator[Fault]:
    """Find what contradicts itself, shape by shape and path by path."""
    for asked in facets.of(sheet):
        for look in (_counts, _many, _bounds, _kinds, _datatypes, _values, _members, _lists):
            yield from look(asked)
    for shape in sheet.shapes:
        yield from _without_effect(sheet, shape)


def _broken(rule: Rule, sheet: Sheet, one: Asked, other: Asked, why: str) -> Fault:
    """Return the fault of two demands, at the first of them."""
    here = f"sh:{one.term} {_value(sheet, one)} of {sheet.name(one.shape)}"
    there = f"sh:{other.term} {_value(sheet, other)}"
    if other.shape != one.shape:
        there += f" of {sheet.name(other.shape)}, which judges the same values"
    return rule.broken(one.shape, f"{here} contradicts {there}: {why}.", SH + one.term, one.value)


def _value(sheet: Sheet, asked: Asked) -> str:
    return "( ... )" if asked.term in {"in", "languageIn"} else sheet.shown(asked.value).strip('"')


def _number(term: Term) -> int | None:
    is_number = isinstance(term, Literal) and term.value.isdigit()
    return int(term.value) if is_number else None


def _counts(asked: Facets) -> Iterator[Fault]:
    """Compare the lowest and the highest numbers of values, and of qualified ones."""
    pairs = [
        *asked.counted_pairs("minCount", "maxCount"),
        *asked.counted_pairs("qualifiedMinCount", "maxCount"),
        *(
            (one, other)
            for one, other in asked.counted_pairs("qualifiedMinCount", "qualifiedMaxCount")
            if one.shape == other.shape
        ),
    ]
    for one, other in pairs:
        low, high = _number(one.value), _number(other.value)
        if low is not None and high is not None and low > high:
            why = f"{low} are wanted where {high} are allowed" if high else "none is allowed"
            yield _broken(COUNTS, asked.sheet, one, other, why)


def _many(asked: Facets) -> Iterator[Fault]:
    """Compare the numbers of values with how many sh:hasValue wants and sh:in allows."""
    wanted = asked.counted("hasValue")
    for most in asked.counted("maxCount"):
        high = _number(most.value)
        different = {one.value: one for one in wanted}
        if high is not None and len(different) > high:
            one = next(iter(different.values()))
            if asked.is_new(one, most):
                why = f"{len(different)} values are named where {high} are allowed"
                yield _broken(COUNTS, asked.sheet, one, most, why)
    for least, listed in asked.counted_pairs("minCount", "in"):
        low, members = _number(least.value), asked.sheet.members(listed.value)
        if low is not None and members is not None and low > len(set(members)):
            why = f"{low} are wanted of {len(set(members))} that may be"
            yield _broken(COUNTS, asked.sheet, least, listed, why)


def _bounds(asked: Facets) -> Iterator[Fault]:
    for one, other in asked.pairs("minLength", "maxLength"):
        low, high = _number(one.value), _number(other.value)
        if low is not None and high is not None and low > high:
            yield _broken(BOUNDS, asked.sheet, one, other, "no text is that long and that short")
    for lowest, highest, may_equal in _RANGES:
        for one, other in asked.pairs(lowest, highest):
            if _is_above(one.value, other.value, ">" if may_equal else ">="):
                yield _broken(BOUNDS, asked.sheet, one, other, "no value lies between them")


def _is_above(one: Term, other: Term, operator: str) -> bool:
    """Compare two literals as SPARQL does; what cannot be compared is not above."""
    if not isinstance(one, Literal) or not isinstance(other, Literal):
        return False
    answer = pyoxigraph.Store().query(f"ASK {{ FILTER({one} {operator} {other}) }}")
    return bool(answer)


def _kinds(asked: Facets) -> Iterator[Fault]:
    """Find two demands on each value that leave no kind of term: IRI, blank node or literal."""
    terms = "nodeKind datatype class languageIn minInclusive minExclusive maxInclusive maxExclusive"
    demands = [(one, kinds(one)) for one in asked.each(*terms.split())]
    for place, (one, allowed) in enumerate(demands):
        for other, others in demands[place + 1 :]:
            if not allowed & others and asked.is_new(one, other):
                yield _broken(KINDS, asked.sheet, one, other, "no value is both")


def _datatypes(asked: Facets) -> Iterator[Fault]:
    datatypes = asked.each("datatype")
    for place, one in enumerate(datatypes):
        for other in datatypes[place + 1 :]:
            if one.value != other.value and one.shape != other.shape:
                yield _broken(KINDS, asked.sheet, one, other, "no value has both datatypes")
    for one, other in asked.pairs("languageIn", "datatype"):
        if other.value != _LANGUAGE_TEXT:
            why = "a value with a language has the datatype rdf:langString"
            yield _broken(KINDS, asked.sheet, one, other, why)


def _values(asked: Facets) -> Iterator[Fault]:
    """Find values that must be there and may not."""
    for one, other in asked.pairs("hasValue", "in"):
        members = asked.sheet.members(other.value)
        if members is not None and one.value not in members:
            yield _broken(VALUES, asked.sheet, one, other, "the list does not have it")
    for term in ("datatype", "nodeKind", "minLength", "maxLength"):
        for one, other in asked.pairs("hasValue", term):
            if why := misfit(asked.sheet, one.value, other):
                yield _broken(VALUES, asked.sheet, one, other, why)


def _members(asked: Facets) -> Iterator[Fault]:
    """Find lists that name what may not be there."""
    for term in ("datatype", "nodeKind"):
        for one, other in asked.pairs("in", term):
            members = asked.sheet.members(one.value) or []
            reasons = [why for member in members if (why := misfit(asked.sheet, member, other))]
            for why in reasons[:1]:
                yield _broken(VALUES, asked.sheet, one, other, why)


def _lists(asked: Facets) -> Iterator[Fault]:
    """Find lists of which nothing is left."""
    lists = [(one, asked.sheet.members(one.value)) for one in asked.each("in")]
    for place, (one, members) in enumerate(lists):
        if members == []:
            message = f"sh:in of {asked.sheet.name(one.shape)} is empty: no value may be there."
            yield VALUES.broken(one.shape, message, SH + "in", one.value)
        for other, others in lists[place + 1 :]:
            if members and others and not set(members) & set(others):
                yield _broken(VALUES, asked.sheet, one, other, "the lists share no value")


def _without_effect(sheet: Sheet, shape: Term) -> Iterator[Fault]:
    """Find constraints that every value meets."""
    name = sheet.name(shape)
    for datatype in sheet.values(shape, "datatype"):
        if datatype != _LANGUAGE_TEXT and sheet.is_true(shape, "uniqueLang"):
            message = (
                f"sh:uniqueLang of {name} has no effect: {sheet.shown(datatype)} has no language."
            )
            value = sheet.values(shape, "uniqueLang")[0]
            yield NO_EFFECT.broken(shape, message, SH + "uniqueLang", value)
    for term in ("minCount", "qualifiedMinCount", "minLength"):
        for value in sheet.values(shape, term):
            has_most = term == "qualifiedMinCount" and sheet.values(shape, "qualifiedMaxCount")
            if _number(value) == 0 and not has_most:
                message = f"sh:{term} 0 of {name} has no effect."
                yield NO_EFFECT.broken(shape, message, SH + term, value)
