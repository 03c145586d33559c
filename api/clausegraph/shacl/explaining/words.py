"""What a shape says, in words: what it is about, and what it wants of which values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.errors import InputError
from clausegraph.shacl.lint.sheet import PATH, PROPERTY, Sheet
from clausegraph.shacl.paths import read_path
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import SH

_KINDS = {
    SH + "IRI": "an IRI",
    SH + "BlankNode": "a blank node",
    SH + "Literal": "a literal",
    SH + "BlankNodeOrIRI": "a blank node or an IRI",
    SH + "BlankNodeOrLiteral": "a blank node or a literal",
    SH + "IRIOrLiteral": "an IRI or a literal",
}
_LOGICAL = (("and", " and "), ("or", " or "), ("xone", " or else "))
_IGNORED = "ignoredProperties"
_IRI = re.compile(r"<([^<>]*)>")
_MOST = 12  # members of a list that are written out
_DEEPEST = 8  # shapes within shapes that are written out
# Of single values: what stands after "each".
_EACH = {
    "class": "an instance of {}",
    "datatype": "a well-formed {}",
    "minExclusive": "greater than {}",
    "minInclusive": "{} or greater",
    "maxExclusive": "less than {}",
    "maxInclusive": "{} or less",
    "minLength": "at least {} characters long",
    "maxLength": "at most {} characters long",
    "pattern": "matching {}",
}
# Of all values together.
_TOGETHER = {
    "equals": "the same values as {}",
    "disjoint": "no value of {}",
    "lessThan": "each less than each value of {}",
    "lessThanOrEquals": "each at most each value of {}",
    "hasValue": "{} among them",
}


@dataclass(frozen=True)
class Demand:
    """What is wanted of the values of a path, or of the node itself where `path` is None.

    `shape` is whose demand it is, `depth` how many paths lead to the node that it is made of.
    """

    shape: Term
    path: str | None
    text: str
    depth: int = 0


def targets(sheet: Sheet, shape: Term) -> list[str]:
    """Say what a shape is about (SHACL 1.0, section 2.1.3)."""
    told = {
        "targetNode": "{}",
        "targetClass": "instances of {}",
        "targetSubjectsOf": "whatever has {}",
        "targetObjectsOf": "the values of {}",
    }
    found = [
        text.format(sheet.shown(value))
        for term, text in told.items()
        for value in sheet.values(shape, term)
    ]
    return [*found, *([f"instances of {sheet.shown(shape)}"] if sheet.is_class(shape) else [])]


def demands(sheet: Sheet, shape: Term, depth: int = 0) -> Iterator[Demand]:
    """Yield what a shape wants of its own values, then what its property shapes want."""
    if sheet.is_true(shape, "deactivated"):
        yield Demand(shape, _path(sheet, shape), "nothing: it is switched off", depth)
        return
    text = wanted(sheet, shape)
    if text or sheet.graph.values(shape, PATH):
        yield Demand(shape, _path(sheet, shape), text or "anything", depth)
    if depth < _DEEPEST:
        below = depth + bool(sheet.graph.values(shape, PATH))
        for inner in sheet.graph.values(shape, PROPERTY):
            yield from demands(sheet, inner, below)


def wanted(sheet: Sheet, shape: Term, depth: int = 0) -> str:
    """Say what a shape wants of its own values, those of its property shapes aside."""
    parts = [*_counts(sheet, shape), *_qualified(sheet, shape), *_together(sheet, shape)]
    each = [*_each(sheet, shape), *_shapes(sheet, shape, depth)]
    if each:
        word = "each " if sheet.graph.values(shape, PATH) else ""
        parts.append(word + ", ".join(each))
    parts += _queries(sheet, shape)
    return "; ".join(parts)


def _path(sheet: Sheet, shape: Term) -> str | None:
    for path in sheet.graph.values(shape, PATH):
        return path_text(sheet, path)
    return None


def path_text(sheet: Sheet, path: Term) -> str:
    """Return a path as SPARQL writes it, in short names."""
    try:
        text = read_path(sheet.graph, path).text
    except InputError:
        return "no path"
    short = _IRI.sub(lambda match: sheet.short(match[1]), text)
    return short[1:-1] if short.startswith("(") else short


def _counts(sheet: Sheet, shape: Term) -> Iterator[str]:
    least, most = _number(sheet, shape, "minCount"), _number(sheet, shape, "maxCount")
    if least not in {None, "0"} and most is not None:
        yield f"exactly {_values(most)}" if least == most else f"{least} to {_values(most)}"
    elif most is not None:
        yield "no value" if most == "0" else f"at most {_values(most)}"
    elif least not in {None, "0"}:
        yield f"at least {_values(str(least))}"
    if sheet.is_true(shape, "uniqueLang"):
        yield "at most one per language"


def _qualified(sheet: Sheet, shape: Term) -> Iterator[str]:
    for kind in sheet.values(shape, "qualifiedValueShape"):
        for term, words in (("qualifiedMinCount", "at least"), ("qualifiedMaxCount", "at most")):
            number = _number(sheet, shape, term)
            if number is not None:
                verb = "is" if number == "1" else "are"
                yield f"{words} {number} that {verb} {_inner(sheet, kind, 1)}"


def _together(sheet: Sheet, shape: Term) -> Iterator[str]:
    for term, text in _TOGETHER.items():
        for value in sheet.values(shape, term):
            yield text.format(sheet.shown(value))


def _each(sheet: Sheet, shape: Term) -> Iterator[str]:
    """Yield what is wanted of single values, other shapes aside."""
    for kind in sheet.values(shape, "nodeKind"):
        yield _KINDS.get(str(kind.value), sheet.shown(kind))
    for term, text in _EACH.items():
        for value in sheet.values(shape, term):
            is_plain = isinstance(value, Literal) and term != "pattern"
            yield text.format(value.value if is_plain else sheet.shown(value))
    for term, start in (("in", "one of "), ("languageIn", "in one of the languages ")):
        for head in sheet.values(shape, term):
            yield start + _listed(sheet, head)
    if sheet.is_true(shape, "closed"):
        ignored = ", ".join(_listed(sheet, head) for head in sheet.values(shape, _IGNORED))
        yield f"without other properties{', but for ' if ignored else ''}{ignored}"


def _listed(sheet: Sheet, head: Term) -> str:
    members = sheet.members(head) or []
    shown = ", ".join(sheet.shown(member) for member in members[:_MOST])
    return f"{shown} and {len(members) - _MOST} more" if len(members) > _MOST else shown


def _shapes(sheet: Sheet, shape: Term, depth: int) -> Iterator[str]:
    """Yield what other shapes want of single values."""
    for node in sheet.values(shape, "node"):
        yield _inner(sheet, node, depth + 1)
    for node in sheet.values(shape, "not"):
        yield f"not ({_inner(sheet, node, depth + 1)})"
    for term, joint in _LOGICAL:
        for head in sheet.values(shape, term):
            members = sheet.members(head) or []
            yield joint.join(f"({_inner(sheet, member, depth + 1)})" for member in members)


def _inner(sheet: Sheet, shape: Term, depth: int) -> str:
    """Name a shape that has a name, and write out one that has none."""
    if not isinstance(shape, BlankNode) or depth > _DEEPEST:
        return f"what {sheet.shown(shape)} wants"
    parts = [wanted(sheet, shape, depth)]
    if path := _path(sheet, shape):
        parts = [f"with {path}: {parts[0] or 'anything'}"]
    for inner in sheet.graph.values(shape, PROPERTY):
        parts.append(_inner(sheet, inner, depth + 1))
    return "; ".join(part for part in parts if part) or "anything"


def _queries(sheet: Sheet, shape: Term) -> Iterator[str]:
    """Yield what queries and components of the shapes' own look for."""
    for query in sheet.values(shape, "sparql"):
        texts = [*sheet.values(query, "message"), *sheet.values(shape, "message")]
        name = f" {sheet.shown(query)}" if isinstance(query, NamedNode) else ""
        told = f": {sheet.shown(texts[0])}" if texts else ""
        yield f"nothing that the query{name} finds{told}"
    for parameter in sorted(sheet.parameters):
        for value in sheet.graph.values(shape, parameter):
            yield f"{sheet.short(parameter)} {sheet.shown(value)}"


def _number(sheet: Sheet, shape: Term, term: str) -> str | None:
    values = sheet.values(shape, term)
    return values[0].value if values else None


def _values(number: str) -> str:
    return f"{number} value{'' if number == '1' else 's'}"
