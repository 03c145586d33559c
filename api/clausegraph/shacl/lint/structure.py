"""What makes a shape one: type, path, targets, references, messages, well-formed parameters."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.errors import InputError
from clausegraph.shacl.lint.faults import Fault, error, warning
from clausegraph.shacl.lint.sheet import (
    NODE_SHAPE,
    PATH,
    PROPERTY,
    PROPERTY_SHAPE,
    Sheet,
)
from clausegraph.shacl.lint.terms import CONSTRAINTS
from clausegraph.shacl.paths import read_path
from clausegraph.shacl.results import Term
from clausegraph.shacl.shapes import read_shapes
from clausegraph.vocabulary import SH, XSD, compact

UNTYPED = warning("untyped-shape", "A shape says which it is: sh:NodeShape or sh:PropertyShape.")
NO_SHAPE = error("no-shape", "What a shape refers to is a shape of these files.")
NO_PROPERTY_SHAPE = error("no-property-shape", "sh:property refers to shapes that have a sh:path.")
BAD_PATH = error("bad-path", "A property shape has one well-formed path, a node shape none.")
OF_PROPERTIES = error("of-property-shapes", "Only a property shape counts or compares values.")
BAD_VALUE = error("bad-value", "A constraint's value is of the kind that the constraint needs.")
ALONE = error("alone", "Parameters that mean nothing alone stand with their partner.")
UNUSED = warning("unused-shape", "A shape has a target, or another shape refers to it.")
DEACTIVATED = warning("deactivated", "No shape is switched off.")
RECURSIVE = error("recursive", "No shape refers to itself, directly or through others.")
UNUSABLE = error("unusable", "A validator takes the shapes.")
NO_MESSAGE = warning("no-message", "A shape that reports says what to do (sh:message).")
RULES = (
    UNTYPED,
    NO_SHAPE,
    NO_PROPERTY_SHAPE,
    BAD_PATH,
    OF_PROPERTIES,
    BAD_VALUE,
    ALONE,
    UNUSED,
    DEACTIVATED,
    RECURSIVE,
    UNUSABLE,
    NO_MESSAGE,
)

# SHACL 1.0, sections 4.2, 4.4.5, 4.5.3, 4.5.4 and 4.7.3: they have no meaning without a path.
_OF_PROPERTIES = (
    "lessThan lessThanOrEquals maxCount minCount qualifiedMaxCount qualifiedMinCount "
    "qualifiedValueShape uniqueLang"
).split()
_COUNTS = "maxCount maxLength minCount minLength qualifiedMaxCount qualifiedMinCount".split()
_FLAGS = "closed deactivated qualifiedValueShapesDisjoint uniqueLang".split()
_LISTS = "and ignoredProperties in languageIn or xone".split()
_IRIS = (
    "class datatype disjoint equals lessThan lessThanOrEquals nodeKind severity targetClass "
    "targetObjectsOf targetSubjectsOf"
).split()
_SINGLE = (
    "closed datatype deactivated flags ignoredProperties in languageIn maxCount maxExclusive "
    "maxInclusive maxLength minCount minExclusive minInclusive minLength nodeKind path pattern "
    "qualifiedMaxCount qualifiedMinCount qualifiedValueShape severity uniqueLang"
).split()
_PARTNERS = {
    "flags": ("pattern",),
    "ignoredProperties": ("closed",),
    "qualifiedMaxCount": ("qualifiedValueShape",),
    "qualifiedMinCount": ("qualifiedValueShape",),
    "qualifiedValueShape": ("qualifiedMinCount", "qualifiedMaxCount"),
    "qualifiedValueShapesDisjoint": ("qualifiedValueShape",),
}
# What says nothing itself: the shapes and queries behind it have messages of their own.
_SILENT = frozenset({PROPERTY, SH + "ignoredProperties", SH + "sparql", SH + "flags"})


def check(sheet: Sheet) -> Iterator[Fault]:
    """Find what is no shape, no well-formed one, or one that does nothing or says nothing."""
    for shape in sheet.shapes:
        yield from _references(sheet, shape)
        for look in (_kind, _paths, _parameters, _partners):
            yield from look(sheet, shape)
        yield from _use(sheet, shape)
    yield from _circles(sheet)
    for shape in _reporting(sheet):
        yield from _message(sheet, shape)


def _references(sheet: Sheet, shape: Term) -> Iterator[Fault]:
    for predicate, value, inner in sheet.inner(shape):
        if not sheet.graph.predicates(inner):
            where = "nothing in these files describes it"
            message = f"{compact(predicate)} refers to {sheet.shown(inner)}: {where}."
            yield NO_SHAPE.broken(shape, message, predicate, value)
        elif predicate == PROPERTY and not sheet.graph.values(inner, PATH):
            what = sheet.shown(inner) if isinstance(inner, NamedNode) else "a blank node"
            message = f"sh:property refers to {what}, which has no sh:path."
            yield NO_PROPERTY_SHAPE.broken(shape, message, predicate, value)


def _kind(sheet: Sheet, shape: Term) -> Iterator[Fault]:
    """Check the type of a shape, and that it has what its kind may have."""
    types, paths = sheet.graph.types(shape), sheet.graph.values(shape, PATH)
    name = sheet.name(shape)
    is_anonymous = isinstance(shape, BlankNode) and not sheet.has_targets(shape)
    if not is_anonymous and NODE_SHAPE not in types and PROPERTY_SHAPE not in types:
        wanted = "sh:PropertyShape" if paths else "sh:NodeShape"
        yield UNTYPED.broken(shape, f"{name} does not say that it is a {wanted}.")
    if NODE_SHAPE in types and paths:
        message = f"{name} is typed as a sh:NodeShape and has a sh:path: it is a sh:PropertyShape."
        yield BAD_PATH.broken(shape, message, PATH, paths[0])
    if PROPERTY_SHAPE in types and not paths:
        yield BAD_PATH.broken(shape, f"{name} is a sh:PropertyShape without a sh:path.")
    if not sheet.is_property_shape(shape):
        for term in _OF_PROPERTIES:
            for value in sheet.values(shape, term):
                message = f"sh:{term} has no meaning in {name}, which has no sh:path."
                yield OF_PROPERTIES.broken(shape, message, SH + term, value)


def _paths(sheet: Sheet, shape: Term) -> Iterator[Fault]:
    for path in sheet.graph.values(shape, PATH):
        try:
            read_path(sheet.graph, path)
        except InputError:
            message = f"The path of {sheet.name(shape)} is none: see SHACL 1.0, section 2.3.1."
            yield BAD_PATH.broken(shape, message, PATH, path)


def _parameters(sheet: Sheet, shape: Term) -> Iterator[Fault]:
    """Check the values of the parameters: how many there are, and of which kind."""
    for term in _SINGLE:
        for value in sheet.values(shape, term)[1:]:
            yield _bad(sheet, shape, term, value, "has more than one value, and may have one")
    for terms, is_fit, wanted in _KINDS:
        for term in terms:
            for value in sheet.values(shape, term):
                if not is_fit(sheet, value):
                    yield _bad(sheet, shape, term, value, f"is to be {wanted}")


def _partners(sheet: Sheet, shape: Term) -> Iterator[Fault]:
    for term, partners in _PARTNERS.items():
        for value in sheet.values(shape, term)[:1]:
            if not any(sheet.values(shape, partner) for partner in partners):
                lacking = " or ".join(f"sh:{partner}" for partner in partners)
                message = f"sh:{term} in {sheet.name(shape)} means nothing without {lacking}."
                yield ALONE.broken(shape, message, SH + term, value)


def _bad(sheet: Sheet, shape: Term, term: str, value: Term, what: str) -> Fault:
    message = f"sh:{term} of {sheet.name(shape)} {what}."
    return BAD_VALUE.broken(shape, message, SH + term, value)


def _is_count(_: Sheet, value: Term) -> bool:
    is_whole = isinstance(value, Literal) and value.datatype.value == XSD + "integer"
    return is_whole and value.value.isdigit()


def _is_flag(_: Sheet, value: Term) -> bool:
    is_boolean = isinstance(value, Literal) and value.datatype.value == XSD + "boolean"
    return is_boolean and value.value in {"true", "false", "1", "0"}


def _is_iri(_: Sheet, value: Term) -> bool:
    return isinstance(value, NamedNode)


def _is_list(sheet: Sheet, value: Term) -> bool:
    return sheet.members(value) is not None


_KINDS = (
    (_COUNTS, _is_count, "a whole number, such as 1"),
    (_FLAGS, _is_flag, "true or false"),
    (_IRIS, _is_iri, "an IRI"),
    (_LISTS, _is_list, "a list in parentheses: ( ... )"),
)


def _use(sheet: Sheet, shape: Term) -> Iterator[Fault]:
    name = sheet.name(shape)
    if not sheet.has_targets(shape) and not sheet.parents.get(shape):
        message = f"{name} has no target, and no shape refers to it: it checks nothing."
        yield UNUSED.broken(shape, message)
    if sheet.is_true(shape, "deactivated"):
        value = sheet.values(shape, "deactivated")[0]
        message = f"{name} is switched off, with all that it refers to."
        yield DEACTIVATED.broken(shape, message, SH + "deactivated", value)


def _circles(sheet: Sheet) -> Iterator[Fault]:
    """Find shapes that refer to themselves, each circle once (SHACL 1.0, section 3.4.3)."""
    done: set[Term] = set()
    for start in sheet.shapes:
        trail: list[tuple[Term, list[tuple[str, Term, Term]]]] = []
        if start not in done:
            trail.append((start, list(sheet.inner(start))))
        while trail:
            shape, rest = trail[-1]
            if not rest:
                done.add(shape)
                trail.pop()
                continue
            predicate, value, inner = rest.pop(0)
            nodes = [node for node, _ in trail]
            if inner in nodes:
                circle = [*nodes[nodes.index(inner) :], inner]
                message = (
                    f"These shapes refer to themselves: {' > '.join(map(sheet.name, circle))}. "
                    "SHACL leaves open what that means, and it is not evaluated."
                )
                yield RECURSIVE.broken(shape, message, predicate, value)
            elif inner not in done:
                trail.append((inner, list(sheet.inner(inner))))


def _reporting(sheet: Sheet) -> list[Term]:
    """Return the shapes whose results are reported: those with targets, and their properties.

    The results of other inner shapes are seen as details of another result only.
    """
    found: dict[Term, None] = {}
    waiting = [shape for shape in sheet.shapes if sheet.has_targets(shape)]
    while waiting:
        shape = waiting.pop(0)
        if shape not in found:
            found[shape] = None
            waiting += sheet.graph.values(shape, PROPERTY)
    return list(found)


def _message(sheet: Sheet, shape: Term) -> Iterator[Fault]:
    """Check that a shape with constraints says what to do, and each of its queries."""
    loud = {*CONSTRAINTS, *sheet.parameters} - _SILENT
    constraints = loud.intersection(sheet.graph.predicates(shape))
    has_message = bool(sheet.values(shape, "message"))
    if constraints and not has_message:
        message = f"{sheet.name(shape)} does not say what to do about a result (sh:message)."
        yield NO_MESSAGE.broken(shape, message)
    for query in sheet.values(shape, "sparql"):
        if not has_message and not sheet.values(query, "message"):
            message = f"The query of {sheet.name(shape)} does not say what to do (sh:message)."
            yield NO_MESSAGE.broken(shape, message, SH + "sparql", query)


def unusable(sheet: Sheet) -> Iterator[Fault]:
    """Find what a validator would not take, where no other rule says so."""
    try:
        read_shapes(sheet.graph)
    except InputError as error:
        shapes = [shape for shape in sheet.shapes if str(shape) in error.message]
        yield UNUSABLE.broken((shapes or sheet.shapes)[0], str(error))
