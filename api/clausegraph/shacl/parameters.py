"""The parameters of SHACL Core, and the constraints that they make (SHACL 1.0, section 4).

One table says of each parameter which component it belongs to, how its values are read, and where
it may stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.errors import InputError
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import RDF, SH, XSD

_NODE_KINDS = frozenset(
    SH + name
    for name in (
        *("BlankNode", "IRI", "Literal"),
        *("BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"),
    )
)
_TEXTS = frozenset({XSD + "string", RDF + "langString"})
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True)
class Constraint:
    """One constraint: `kind` is the local name of its main parameter, `component` what it is of.

    `operands` are its values: the members of a list, a pattern and its flags, the predicates that a
    closed shape allows. `shapes` are the shapes that it refers to. Of a qualified value shape,
    `number` is the bound and `siblings` are the shapes that its values must not conform to.
    """

    kind: str
    component: NamedNode
    operands: tuple[Term, ...] = ()
    shapes: tuple[Term, ...] = ()
    number: int = 0
    siblings: tuple[Term, ...] = ()


_Read = Callable[[ShapesGraph, Term, Term], Constraint | None]
_ReadOne = Callable[[ShapesGraph, Term, Term], Constraint]


@dataclass(frozen=True)
class _Parameter:
    name: str
    read: _Read
    is_single: bool = False
    of_paths: bool = False  # only of property shapes


def read(graph: ShapesGraph, node: Term, *, is_property: bool) -> Iterator[Constraint]:
    """Yield the constraints of a shape; InputError for values that SHACL does not allow."""
    for predicate in graph.predicates(node):
        parameter = _TABLE.get(predicate)
        if parameter is None:
            continue
        values = graph.values(node, predicate)
        if parameter.of_paths and not is_property:
            raise _wrong(f"sh:{parameter.name} stands at a node shape", "Give the shape a path.")
        if parameter.is_single and len(values) > 1:
            raise _wrong(f"it has {len(values)} values of sh:{parameter.name}", "Keep one.")
        for value in values:
            constraint = parameter.read(graph, node, value)
            if constraint is not None:
                yield constraint
    yield from _qualified(graph, node, is_property=is_property)


def texts(graph: ShapesGraph, node: Term, predicate: str) -> tuple[Literal, ...]:
    """Return the texts of a property; InputError for anything else."""
    values = graph.values(node, predicate)
    for value in values:
        if not isinstance(value, Literal) or value.datatype.value not in _TEXTS:
            raise _wrong(f"{value} is no text", "Quote it, with or without a language tag.")
    return tuple(value for value in values if isinstance(value, Literal))


def boolean(value: Term, name: str) -> bool:
    """Return a boolean literal as Python has it; InputError for anything else."""
    is_boolean = isinstance(value, Literal) and value.datatype.value == XSD + "boolean"
    if not is_boolean or value.value not in _BOOLEANS:
        raise _wrong(f"{name} is {value}", "It must be true or false.")
    return _BOOLEANS[value.value]


def component(name: str) -> NamedNode:
    """The constraint component of SHACL Core with a name such as `MinCount`."""
    return NamedNode(f"{SH}{name}ConstraintComponent")


# --- readers: (graph, shape, value) to a constraint


def _iri(name: str, of: str) -> _ReadOne:
    def read_one(_: ShapesGraph, __: Term, value: Term) -> Constraint:
        if not isinstance(value, NamedNode):
            raise _wrong(f"sh:{name} is {value}", "It must be an IRI.")
        if name == "nodeKind" and value.value not in _NODE_KINDS:
            raise _wrong(f"sh:nodeKind is {value}", "Use sh:IRI, sh:Literal and the like.")
        return Constraint(name, component(of), (value,))

    return read_one


def _count(name: str, of: str) -> _ReadOne:
    def read_one(_: ShapesGraph, __: Term, value: Term) -> Constraint:
        return Constraint(name, component(of), (value,), number=_integer(value, name))

    return read_one


def _literal(name: str, of: str) -> _ReadOne:
    def read_one(_: ShapesGraph, __: Term, value: Term) -> Constraint:
        if not isinstance(value, Literal):
            raise _wrong(f"sh:{name} is {value}", "It must be a literal.")
        return Constraint(name, component(of), (value,))

    return read_one


def _shape(name: str, of: str) -> _ReadOne:
    def read_one(graph: ShapesGraph, _: Term, value: Term) -> Constraint:
        if isinstance(value, Literal):
            raise _wrong(f"sh:{name} is {value}", "It must be a shape.")
        if name == "property" and not graph.values(value, SH + "path"):
            raise _wrong(
                f"sh:property refers to {value}, which has no path here",
                "Refer to a property shape, and give its file along with the others.",
            )
        if not isinstance(value, BlankNode) and not graph.predicates(value):
            raise _wrong(
                f"sh:{name} refers to {value}, which these shapes do not describe",
                "Check its name, and give its file along with the others.",
            )
        return Constraint(name, component(of), shapes=(value,))

    return read_one


def _shapes(name: str, of: str) -> _ReadOne:
    def read_one(graph: ShapesGraph, shape: Term, value: Term) -> Constraint:
        one = _shape(name, of)
        members = graph.list(value)
        for member in members:
            one(graph, shape, member)
        return Constraint(name, component(of), shapes=tuple(members))

    return read_one


def _members(name: str, of: str) -> _ReadOne:
    def read_one(graph: ShapesGraph, _: Term, value: Term) -> Constraint:
        return Constraint(name, component(of), tuple(graph.list(value)))

    return read_one


def _has_value(_: ShapesGraph, __: Term, value: Term) -> Constraint:
    return Constraint("hasValue", component("HasValue"), (value,))


def _pattern(graph: ShapesGraph, shape: Term, value: Term) -> Constraint:
    flags = graph.value(shape, SH + "flags")
    for text in (value, flags):
        if text is not None and not isinstance(text, Literal):
            raise _wrong(f"sh:pattern or sh:flags is {text}", "It must be a string.")
    operands = (value,) if flags is None else (value, flags)
    return Constraint("pattern", component("Pattern"), operands)


def _closed(graph: ShapesGraph, shape: Term, value: Term) -> Constraint | None:
    if not boolean(value, "sh:closed"):
        return None
    ignored = graph.value(shape, SH + "ignoredProperties")
    allowed = [] if ignored is None else graph.list(ignored)
    for inner in graph.values(shape, SH + "property"):
        allowed += graph.values(inner, SH + "path")
    iris = tuple(dict.fromkeys(term for term in allowed if isinstance(term, NamedNode)))
    return Constraint("closed", component("Closed"), iris)


def _unique(_: ShapesGraph, __: Term, value: Term) -> Constraint | None:
    # Section 4.4.5: only `true`; another spelling of it does not switch the check on.
    boolean(value, "sh:uniqueLang")
    is_on = isinstance(value, Literal) and value.value == "true"
    return Constraint("uniqueLang", component("UniqueLang")) if is_on else None


def _qualified(graph: ShapesGraph, node: Term, *, is_property: bool) -> Iterator[Constraint]:
    """Yield the constraints on the number of values that conform to a shape (section 4.7.3)."""
    held = graph.value(node, SH + "qualifiedValueShape")
    if held is None:
        return
    if not is_property:
        raise _wrong("sh:qualifiedValueShape stands at a node shape", "Give the shape a path.")
    inner = _shape("qualifiedValueShape", "QualifiedMinCount")(graph, node, held).shapes
    disjoint = graph.value(node, SH + "qualifiedValueShapesDisjoint")
    is_disjoint = disjoint is not None and boolean(disjoint, "sh:qualifiedValueShapesDisjoint")
    siblings = tuple(_siblings(graph, node, held)) if is_disjoint else ()
    bounds = 0
    for name in ("qualifiedMinCount", "qualifiedMaxCount"):
        bound = graph.value(node, SH + name)
        if bound is not None:
            bounds += 1
            of = NamedNode(f"{SH}Q{name[1:]}ConstraintComponent")
            yield Constraint(name, of, (bound,), inner, _integer(bound, name), siblings)
    if not bounds:
        raise _wrong(
            "sh:qualifiedValueShape stands without a count",
            "Add sh:qualifiedMinCount or sh:qualifiedMaxCount.",
        )


def _siblings(graph: ShapesGraph, node: Term, own: Term) -> Iterator[Term]:
    """Yield the sibling shapes of section 4.7.3."""
    parents = graph.subjects(SH + "property", node)
    found = (
        shape
        for parent in parents
        for sibling in graph.values(parent, SH + "property")
        for shape in graph.values(sibling, SH + "qualifiedValueShape")
        if shape != own
    )
    yield from dict.fromkeys(found)


def _integer(value: Term, name: str) -> int:
    if isinstance(value, Literal) and value.datatype.value == XSD + "integer":
        try:
            return int(value.value)
        except ValueError:
            pass
    raise _wrong(f"sh:{name} is {value}", "It must be an integer.")


def _wrong(what: str, remedy: str) -> InputError:
    return InputError(f"{what}.", remedy=remedy)


_TABLE = {
    SH + parameter.name: parameter
    for parameter in (
        _Parameter("class", _iri("class", "Class")),
        _Parameter("datatype", _iri("datatype", "Datatype"), is_single=True),
        _Parameter("nodeKind", _iri("nodeKind", "NodeKind"), is_single=True),
        _Parameter("minCount", _count("minCount", "MinCount"), is_single=True, of_paths=True),
        _Parameter("maxCount", _count("maxCount", "MaxCount"), is_single=True, of_paths=True),
        _Parameter("minExclusive", _literal("minExclusive", "MinExclusive"), is_single=True),
        _Parameter("minInclusive", _literal("minInclusive", "MinInclusive"), is_single=True),
        _Parameter("maxExclusive", _literal("maxExclusive", "MaxExclusive"), is_single=True),
        _Parameter("maxInclusive", _literal("maxInclusive", "MaxInclusive"), is_single=True),
        _Parameter("minLength", _count("minLength", "MinLength"), is_single=True),
        _Parameter("maxLength", _count("maxLength", "MaxLength"), is_single=True),
        _Parameter("pattern", _pattern),
        _Parameter("languageIn", _members("languageIn", "LanguageIn"), is_single=True),
        _Parameter("uniqueLang", _unique, is_single=True, of_paths=True),
        _Parameter("equals", _iri("equals", "Equals")),
        _Parameter("disjoint", _iri("disjoint", "Disjoint")),
        _Parameter("lessThan", _iri("lessThan", "LessThan"), of_paths=True),
        _Parameter("lessThanOrEquals", _iri("lessThanOrEquals", "LessThanOrEquals"), of_paths=True),
        _Parameter("not", _shape("not", "Not")),
        _Parameter("and", _shapes("and", "And")),
        _Parameter("or", _shapes("or", "Or")),
        _Parameter("xone", _shapes("xone", "Xone")),
        _Parameter("node", _shape("node", "Node")),
        _Parameter("property", _shape("property", "Property")),
        _Parameter("closed", _closed, is_single=True),
        _Parameter("hasValue", _has_value),
        _Parameter("in", _members("in", "In"), is_single=True),
    )
}
