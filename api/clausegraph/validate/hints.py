"""Hints: what an author most likely meant, by the nearest name among those that would do."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from clausegraph.engine import nearest
from clausegraph.shacl.data import Data
from clausegraph.shacl.results import Result, Term
from clausegraph.validate.rules import Rulebook
from clausegraph.vocabulary import RDF, RDFS, SH, TYPE, XSD

_NEAR = 0.7  # of difflib's ratio, between texts
_LONGEST = 200  # characters of a text that is compared; the time grows with its square
_MOST = 20_000  # candidates for one name
_WORK = 200_000  # comparisons in all; then there are no more hints
_LOOK_UP = 200  # comparisons that take as long as asking the data
_LANG_STRING = RDF + "langString"
_DEEPEST = 3  # shapes within shapes that are looked at
# Parameters that refer to shapes, and whether by a list.
_NESTING = {"node": False, "and": True, "or": True, "xone": True}
_CLOSED = f"{SH}ClosedConstraintComponent"
_DATATYPES = tuple(
    XSD + name
    for name in (
        "anyURI base64Binary boolean byte date dateTime dateTimeStamp dayTimeDuration decimal "
        "double duration float gDay gMonth gMonthDay gYear gYearMonth hexBinary int integer "
        "language long negativeInteger nonNegativeInteger nonPositiveInteger normalizedString "
        "positiveInteger short string time token unsignedByte unsignedInt unsignedLong "
        "unsignedShort yearMonthDuration"
    ).split()
)


class Known(Protocol):
    """What the data know of; every answer may be cut where it is long."""

    def instances(self, kind: NamedNode) -> Sequence[str]:
        """The IRIs of the instances of a class and its subclasses."""

    def types(self, node: Term) -> Sequence[NamedNode]:
        """The types of a node."""

    def is_described(self, node: Term) -> bool:
        """Whether anything is said of a node."""

    def predicates(self, node: Term) -> Sequence[NamedNode]:
        """The properties of a node."""


class Asked:
    """What data know, asked as SPARQL; each class is asked for once."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._instances: dict[NamedNode, Sequence[str]] = {}

    def instances(self, kind: NamedNode) -> Sequence[str]:
        """The IRIs of the instances of a class and its subclasses."""
        if kind not in self._instances:
            rows = self._data.select(
                f"SELECT DISTINCT ?thing WHERE {{ ?kind <{RDFS}subClassOf>* {kind} . "
                f"?thing {TYPE} ?kind FILTER(isIRI(?thing)) }} LIMIT {_MOST}"
            )
            self._instances[kind] = sorted(node.value for (node,) in rows if node is not None)
        return self._instances[kind]

    def types(self, node: Term) -> Sequence[NamedNode]:
        """The types of a node."""
        return self._named(f"SELECT DISTINCT ?kind WHERE {{ {node} {TYPE} ?kind }}", node)

    def is_described(self, node: Term) -> bool:
        """Whether anything is said of a node; True for a blank node, which cannot be asked for."""
        if not isinstance(node, NamedNode):
            return True
        return bool(self._named(f"SELECT ?said WHERE {{ {node} ?said ?value }} LIMIT 1", node))

    def predicates(self, node: Term) -> Sequence[NamedNode]:
        """The properties of a node."""
        return self._named(f"SELECT DISTINCT ?said WHERE {{ {node} ?said ?value }}", node)

    def _named(self, query: str, node: Term) -> Sequence[NamedNode]:
        if not isinstance(node, NamedNode):
            return ()
        return [term for (term,) in self._data.select(query) if isinstance(term, NamedNode)]


class Hints:
    """Finds the hint for a result.

    The work is bounded: once so many names were compared, there are no hints for what follows.
    """

    def __init__(self, rules: Rulebook, known: Known) -> None:
        self._rules = rules
        self._known = known
        self._work = 0
        self._found: dict[tuple[Term, NamedNode, Term | None], str | None] = {}

    def hint(self, result: Result) -> str | None:
        """Return a hint as a sentence, or None."""
        find = self._ways.get(result.component.value)
        if find is None:
            return None
        key = (result.shape, result.component, self._matter(result))
        if key not in self._found:
            if self._work >= _WORK:
                return None
            self._work += _LOOK_UP
            self._found[key] = find(result)
        return self._found[key]

    @staticmethod
    def _matter(result: Result) -> Term | None:
        """What the hint depends on: of a closed shape the property, else the value, if any."""
        if result.component.value == _CLOSED and result.path:
            return result.path.predicate
        return result.focus if result.value is None else result.value

    @cached_property
    def _ways(self) -> dict[str, Callable[[Result], str | None]]:
        ways = {
            "Class": self._of_class,
            "In": self._of_list,
            "HasValue": self._of_value,
            "Datatype": self._of_datatype,
            "NodeKind": self._of_kind,
            "Closed": self._of_closed,
            "MinCount": self._of_missing,
            "QualifiedMinCount": self._of_missing,
            "Node": self._of_dangling,
            "And": self._of_dangling,
            "Or": self._of_dangling,
            "Xone": self._of_dangling,
        }
        return {f"{SH}{name}ConstraintComponent": way for name, way in ways.items()}

    def _of_class(self, result: Result) -> str | None:
        classes = self._named(result, "class")
        candidates = [iri for kind in classes for iri in self._known.instances(kind)]
        if isinstance(result.value, Literal):
            return self._as_iri(result.value, candidates)
        if not isinstance(result.value, NamedNode):
            return None
        if not self._known.is_described(result.value):
            near = self._nearest(result.value.value, candidates)
            return near or f"nothing describes {self._shown(result.value)}"
        kinds = self._known.types(result.value)
        if not kinds:
            return f"{self._shown(result.value)} has no type"
        shown = " and ".join(self._shown(kind) for kind in kinds[:3])
        return f"{self._shown(result.value)} is a {shown}"

    def _of_dangling(self, result: Result) -> str | None:
        """A node that nothing describes conforms to few shapes: name one that is described."""
        value = result.value
        if not isinstance(value, NamedNode) or self._known.is_described(value):
            return None
        classes = self._classes(result.shape, result.component.value, 0)
        candidates = (iri for kind in classes for iri in self._known.instances(kind))
        return self._nearest(value.value, candidates) or f"nothing describes {self._shown(value)}"

    def _classes(self, shape: Term, component: str, depth: int) -> Iterator[NamedNode]:
        """Yield the classes that the shapes want which a shape refers to, by any of `_NESTING`."""
        said = self._rules.shapes
        for parameter, is_list in _NESTING.items():
            wanted = parameter.lower() == _parameter(component) or depth > 0
            for node in said.values(shape, SH + parameter) if wanted else ():
                for member in said.list(node) if is_list else (node,):
                    yield from _iri_nodes(said.values(member, SH + "class"))
                    if depth < _DEEPEST:
                        yield from self._classes(member, component, depth + 1)

    def _of_list(self, result: Result) -> str | None:
        lists = self._rules.shapes.values(result.shape, SH + "in")
        return self._among(
            result.value, [node for head in lists for node in self._rules.shapes.list(head)]
        )

    def _of_value(self, result: Result) -> str | None:
        return self._among(result.value, self._rules.shapes.values(result.shape, SH + "hasValue"))

    def _of_datatype(self, result: Result) -> str | None:
        wanted = self._named(result, "datatype")
        value = result.value
        if not wanted:
            return None
        if isinstance(value, NamedNode):
            return f"it is an IRI; write a text with the datatype {self._shown(wanted[0])}"
        if not isinstance(value, Literal) or value.datatype == wanted[0]:
            return None
        return self._other_datatype(value, wanted[0])

    def _other_datatype(self, value: Literal, wanted: NamedNode) -> str:
        name = self._shown(wanted)
        if wanted.value == _LANG_STRING:
            return "add a language tag, such as @en"
        if value.language:
            return f"leave out the language tag @{value.language}"
        near = nearest.term(value.datatype.value, [wanted.value])
        if value.datatype.value not in _DATATYPES and near:
            return f"did you mean {name}?"
        return f"its datatype is {self._shown(value.datatype)}; write ^^{name}"

    def _of_kind(self, result: Result) -> str | None:
        kinds = {node.value for node in self._named(result, "nodeKind")}
        value = result.value
        if isinstance(value, Literal) and not any("Literal" in kind for kind in kinds):
            return self._as_iri(value, ())
        if isinstance(value, NamedNode) and kinds == {SH + "Literal"}:
            return "write it in quotes"
        return None

    def _of_closed(self, result: Result) -> str | None:
        predicate = result.path.predicate if result.path else None
        if predicate is None:
            return None
        said = self._rules.shapes
        properties = said.values(result.shape, SH + "property")
        allowed = [path for node in properties for path in said.values(node, SH + "path")]
        for head in said.values(result.shape, SH + "ignoredProperties"):
            allowed += said.list(head)
        return self._nearest(predicate.value, _iris(allowed))

    def _of_missing(self, result: Result) -> str | None:
        """The focus node may have a property that is a misspelling of the one that it lacks."""
        wanted = result.path.predicate if result.path else None
        if wanted is None:
            return None
        said = [node.value for node in self._known.predicates(result.focus)]
        self._work += len(said)
        near = nearest.term(wanted.value, [iri for iri in said if iri not in self._in_use])
        if near is None:
            return None
        return f"did you mean {self._shown(wanted)} by {self._shown(NamedNode(near))}?"

    @cached_property
    def _in_use(self) -> frozenset[str]:
        """The properties that the shapes know: none of them is a misspelling."""
        values, path = self._rules.shapes.values, SH + "path"
        nodes = self._rules.shapes.subjects(path)
        return frozenset(_iris(value for node in nodes for value in values(node, path)))

    def _among(self, value: Term | None, allowed: Sequence[Term]) -> str | None:
        """Return the nearest of the values that are allowed."""
        if isinstance(value, NamedNode):
            return self._nearest(value.value, _iris(allowed))
        if not isinstance(value, Literal) or len(value.value) > _LONGEST:
            return None
        texts = {node.value: node for node in allowed if isinstance(node, Literal)}
        self._work += len(texts)
        near = [value.value] if value.value in texts else _close(value.value, texts)
        if near:
            return f"did you mean {self._shown(texts[near[0]])}?"
        return self._as_iri(value, _iris(allowed))

    def _as_iri(self, value: Literal, candidates: Sequence[str]) -> str | None:
        """A literal stands where an IRI is wanted: name the IRI that its text is."""
        text = value.value
        if "://" in text and len(text) <= _LONGEST and not set(text) & set(' "<>\n'):
            return f"it is a text; write it as an IRI: {self._rules.names.iri(text)}"
        for iri in islice(candidates, _MOST):
            if self._rules.names.curie(iri) == text:
                return f"it is a text; write it as an IRI: {text}"
        return None

    def _nearest(self, iri: str, candidates: Iterable[str]) -> str | None:
        listed = list(islice(candidates, _MOST))
        self._work += len(listed)
        near = nearest.term(iri, listed)
        return f"did you mean {self._shown(NamedNode(near))}?" if near else None

    def _named(self, result: Result, parameter: str) -> list[NamedNode]:
        return _iri_nodes(self._rules.shapes.values(result.shape, SH + parameter))

    def _shown(self, term: Term) -> str:
        return self._rules.names.term(term)


def _parameter(component: str) -> str:
    return component.removeprefix(SH).removesuffix("ConstraintComponent").lower()


def _iri_nodes(nodes: Iterable[Term]) -> list[NamedNode]:
    return [node for node in nodes if isinstance(node, NamedNode)]


def _iris(nodes: Iterable[Term]) -> list[str]:
    return [node.value for node in _iri_nodes(nodes)]


def _close(text: str, candidates: Iterable[str]) -> list[str]:
    """Return the nearest text, if one is near; differences of case count little."""
    by_case = {other.lower(): other for other in candidates if len(other) <= _LONGEST}
    near = difflib.get_close_matches(text.lower(), by_case, 1, _NEAR)
    return [by_case[name] for name in near]
