"""Constraints on single values as SPARQL expressions: true for a value that conforms.

Each expression is a boolean without errors, so that it can be negated. Where a shape is of a kind
that no expression says well, there is none, and it is evaluated for sets of nodes instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.shacl import exact
from clausegraph.shacl.focus import is_sequence
from clausegraph.shacl.parameters import Constraint
from clausegraph.shacl.results import Path, Term
from clausegraph.shacl.shapes import Shape, Shapes
from clausegraph.vocabulary import RDFS, SH, TYPE, XSD

TRUE, FALSE = "true", "false"
_MOST_CLASSES = 12  # of a class and its subclasses, to be asked for one by one
_COMPARISONS = {
    "minExclusive": ">",
    "minInclusive": ">=",
    "maxExclusive": "<",
    "maxInclusive": "<=",
}
_KINDS = {
    SH + "IRI": "isIRI({v})",
    SH + "Literal": "isLiteral({v})",
    SH + "BlankNode": "isBlank({v})",
    SH + "BlankNodeOrIRI": "!isLiteral({v})",
    SH + "BlankNodeOrLiteral": "!isIRI({v})",
    SH + "IRIOrLiteral": "!isBlank({v})",
}

_ORDERED = ", ".join(
    f"<{XSD}{name}>"
    for name in (
        *("integer", "decimal", "double", "float", "string", "boolean"),
        *("dateTime", "date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
        *("duration", "dayTimeDuration", "yearMonthDuration"),
        *("long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)

_BOOLEAN = f"<{XSD}boolean>"

Condition = Callable[[Constraint, str], str | None]


def kept(term: Term) -> Term:
    """Return a term of the input as the data keep it."""
    return exact.encode(term) if isinstance(term, Literal) else term


def written(term: Term) -> str | None:
    """Return a term as a query writes it and the data keep it; None for a blank node."""
    return None if isinstance(term, BlankNode) else str(kept(term))


def compared(one: str, operator: str, other: str) -> str:
    """Return whether two terms are in order: not, if SPARQL has no order for them.

    An engine may take equal terms of any kind for ordered, and texts of a language, and may order
    no booleans; SPARQL 1.1, section 17.3, has it otherwise.
    """
    is_strict = operator in ("<", ">")
    is_ordered = f'LANG({one}) = ""' if is_strict else f"DATATYPE({one}) IN ({_ORDERED})"
    are_booleans = f"DATATYPE({one}) = {_BOOLEAN} && DATATYPE({other}) = {_BOOLEAN}"
    numbers = f"<{XSD}integer>({one}) {operator} <{XSD}integer>({other})"
    return (
        f"COALESCE({one} {operator} {other} && {is_ordered}, "
        f"IF({are_booleans}, {numbers}, false), false)"
    )


def negated(expression: str) -> str:
    """Return the negation of an expression."""
    return {TRUE: FALSE, FALSE: TRUE}.get(expression, f"!({expression})")


def all_of(expressions: Sequence[str]) -> str:
    """Return the conjunction."""
    kept = [expression for expression in expressions if expression != TRUE]
    if FALSE in kept:
        return FALSE
    return " && ".join(f"({expression})" for expression in kept) if kept else TRUE


def any_of(expressions: Sequence[str]) -> str:
    """Return the disjunction."""
    kept = [expression for expression in expressions if expression != FALSE]
    if TRUE in kept:
        return TRUE
    return " || ".join(f"({expression})" for expression in kept) if kept else FALSE


class Conditions:
    """Writes the conditions of one set of shapes over one set of data.

    `subclasses` gives a class with all its subclasses; `has_exact` says that the data hold literals
    in a spelling of their own (`exact`).
    """

    def __init__(
        self, shapes: Shapes, subclasses: Callable[[Term], Sequence[Term]], *, has_exact: bool
    ) -> None:
        self._shapes = shapes
        self._subclasses = subclasses
        self._has_exact = has_exact
        self._names = count()
        self._by_kind: dict[str, Condition] = {
            "class": self._class,
            "datatype": self._datatype,
            "nodeKind": self._node_kind,
            **dict.fromkeys(_COMPARISONS, self._comparison),
            "minLength": self._length,
            "maxLength": self._length,
            "pattern": self._pattern,
            "languageIn": self._language,
            "in": self._in,
            "not": self._not,
            "and": self._and,
            "node": self._and,
            "or": self._or,
            "xone": self._xone,
        }

    def of_constraint(self, constraint: Constraint, variable: str) -> str | None:
        """The condition that a value node meets a constraint, or None."""
        write = self._by_kind.get(constraint.kind)
        return None if write is None else write(constraint, variable)

    def of_shape(self, node: Term, variable: str) -> str | None:
        """The condition that a node conforms to a shape, or None."""
        shape = self._shapes[node]
        if shape.deactivated:
            return TRUE
        if shape.sparql or shape.uses:
            return None
        found: list[str] = []
        for constraint in shape.constraints:
            if shape.path is None:
                one = self._of_node(constraint, variable)
            else:
                one = self._of_path(shape, shape.path, constraint, variable)
            if one is None:
                return None
            found.append(one)
        return all_of(found)

    def fresh(self) -> str:
        """Return a variable that no other pattern uses."""
        return f"?x{next(self._names)}"

    # --- of a nested shape, about one focus node

    def _of_node(self, constraint: Constraint, variable: str) -> str | None:
        """Of a node shape, where the focus node is its own value node."""
        if constraint.kind == "property":
            return self.of_shape(constraint.shapes[0], variable)
        if constraint.kind == "hasValue":
            return self._in(constraint, variable)
        if constraint.kind == "closed":
            return negated(f"EXISTS {{ {self.forbidden(constraint, variable)} }}")
        return self.of_constraint(constraint, variable)

    def _of_path(
        self, shape: Shape, path: Path, constraint: Constraint, variable: str
    ) -> str | None:
        """Of a property shape: what is asked of its values, of some of them or of all."""
        if path.is_nullable or is_sequence(path):
            return None  # see Focus.values and Focus.without
        value = self.fresh()
        pattern = f"{variable} {path.text} {value} ."
        kind, number = constraint.kind, constraint.number
        if kind == "minCount":
            return {0: TRUE, 1: f"EXISTS {{ {pattern} }}"}.get(max(number, 0))
        if kind == "maxCount":
            return f"!EXISTS {{ {pattern} }}" if number == 0 else None
        if kind == "hasValue":
            term = written(constraint.operands[0])
            return FALSE if term is None else f"EXISTS {{ {variable} {path.text} {term} . }}"
        if kind == "property":
            each = self.of_shape(constraint.shapes[0], value)
        else:
            each = self.of_constraint(constraint, value)
        if each is None or shape.path is None:
            return None
        return TRUE if each == TRUE else f"!EXISTS {{ {pattern} FILTER({negated(each)}) }}"

    def forbidden(self, constraint: Constraint, variable: str) -> str:
        """A pattern for the triples that a closed shape forbids, with ?predicate and ?object."""
        known = ", ".join(str(term) for term in constraint.operands)
        check = f" FILTER(?predicate NOT IN ({known}))" if known else ""
        return f"{variable} ?predicate ?object .{check}"

    # --- of single values

    def _class(self, constraint: Constraint, variable: str) -> str:
        wanted = constraint.operands[0]
        classes = self._subclasses(wanted)
        if any(isinstance(one, BlankNode) for one in classes):  # no query can name it
            return f"EXISTS {{ {variable} {TYPE}/<{RDFS}subClassOf>* {wanted} }}"
        if len(classes) <= _MOST_CLASSES:
            return any_of([f"EXISTS {{ {variable} {TYPE} {one} }}" for one in classes])
        kind, known = self.fresh(), ", ".join(map(str, classes))
        return f"EXISTS {{ {variable} {TYPE} {kind} FILTER({kind} IN ({known})) }}"

    def _datatype(self, constraint: Constraint, variable: str) -> str:
        wanted = constraint.operands[0]
        datatype = f"DATATYPE({variable})"
        same = f"{datatype} = {wanted}"
        if self._has_exact and isinstance(wanted, NamedNode):
            kinds = ", ".join(f"<{kind}>" for kind in exact.datatypes(wanted.value))
            same = f"{datatype} IN ({kinds})"
        return f"COALESCE({same}, false)"

    def _node_kind(self, constraint: Constraint, variable: str) -> str:
        kind = constraint.operands[0]
        assert isinstance(kind, NamedNode)  # noqa: S101  (read so)
        return _KINDS[kind.value].format(v=variable)

    def _comparison(self, constraint: Constraint, variable: str) -> str:
        operator = _COMPARISONS[constraint.kind]
        return compared(self.value(variable), operator, str(constraint.operands[0]))

    def value(self, variable: str) -> str:
        """The value of a literal, where the data may keep it in its own spelling."""
        return exact.value_of(variable) if self._has_exact else variable

    def _length(self, constraint: Constraint, variable: str) -> str:
        operator = ">=" if constraint.kind == "minLength" else "<="
        return f"COALESCE(STRLEN(STR({variable})) {operator} {constraint.number}, false)"

    def _pattern(self, constraint: Constraint, variable: str) -> str:
        arguments = ", ".join(_text(term) for term in constraint.operands)
        return f"COALESCE(REGEX(STR({variable}), {arguments}), false)"

    def _language(self, constraint: Constraint, variable: str) -> str:
        # LANG() of what is no literal is an error, and of a plain one empty: neither matches.
        ranges = [
            f'LANG({variable}) != "" && LANGMATCHES(LANG({variable}), {_text(tag)})'
            for tag in constraint.operands
        ]
        return f"COALESCE({any_of(ranges)}, false)" if ranges else FALSE

    def _in(self, constraint: Constraint, variable: str) -> str:
        """`IN` compares values, `1` and `1.0` alike; here terms are compared (section 4.8.3)."""
        iris = [str(term) for term in constraint.operands if isinstance(term, NamedNode)]
        literals = [written(term) for term in constraint.operands if isinstance(term, Literal)]
        found = [f"{variable} IN ({', '.join(iris)})"] if iris else []
        found += [f"sameTerm({variable}, {literal})" for literal in literals]
        return f"COALESCE({any_of(found)}, false)" if found else FALSE

    # --- of other shapes

    def _each(self, constraint: Constraint, variable: str) -> list[str] | None:
        found = [self.of_shape(shape, variable) for shape in constraint.shapes]
        kept = [one for one in found if one is not None]
        return kept if len(kept) == len(found) else None

    def _not(self, constraint: Constraint, variable: str) -> str | None:
        found = self._each(constraint, variable)
        return None if found is None else negated(found[0])

    def _and(self, constraint: Constraint, variable: str) -> str | None:
        found = self._each(constraint, variable)
        return None if found is None else all_of(found)

    def _or(self, constraint: Constraint, variable: str) -> str | None:
        found = self._each(constraint, variable)
        return None if found is None else any_of(found)

    def _xone(self, constraint: Constraint, variable: str) -> str | None:
        found = self._each(constraint, variable)
        if found is None:
            return None
        ones = " + ".join(f"IF({one}, 1, 0)" for one in found)
        return f"({ones}) = 1" if ones else FALSE


def _text(term: Term) -> str:
    """Return the text of a literal as a plain string of SPARQL."""
    value = term.value if isinstance(term, Literal) else ""
    return str(Literal(value, datatype=NamedNode(XSD + "string")))
