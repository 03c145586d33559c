"""Places in JSON-LD: of `@id`, of keys and of values, so far as inline contexts explain them."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from clausegraph import vocabulary
from clausegraph.naming import AnyTerm, Names
from clausegraph.positions.jsoncontext import Context
from clausegraph.positions.jsontext import NodeObject, Span, Statement, Value, node_objects
from clausegraph.positions.places import Lines, Place, Wanted
from clausegraph.positions.search import Node, Search

_MAX_DEPTH = 500  # The parser behind us is recursive: it may end the process on deeper texts.
_MANY_CONTEXTS = 20
_NESTING = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]]', re.DOTALL)
_LABEL = re.compile(r'"(_:[^"]*+)"')
_FIRST = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first"
_OUR_CONTEXT = re.compile(rf'("@context"\s*:\s*)"{re.escape(vocabulary.CONTEXT)}"')


def locate(
    text: str, number: int, wanted: Sequence[Wanted], base: str | None
) -> dict[Wanted, Place]:
    """Return the places of what is wanted; ValueError if the text is no JSON."""
    search: Search[Span] = Search(wanted)
    blank = _Blank()
    if any(isinstance(term, BlankNode) for one in wanted for term in (one.subject, one.object)):
        blank = _Blank.of(text, number, base)
    finder = _Finder(search, blank)
    for found in node_objects(text, base or ""):
        finder.take(found)
    finder.finish()
    lines = Lines(text)
    return search.places(lambda span, _: lines.place(*span))


class _Blank:
    """The blank nodes of a text: names by label, and of those without, in order of appearance."""

    def __init__(self) -> None:
        self.labelled: dict[str, BlankNode] = {}
        self.nameless: list[BlankNode] = []

    @classmethod
    def of(cls, text: str, number: int, base: str | None) -> _Blank:
        """Parse a text to name its blank nodes, unless it is nested too deep for the parser."""
        self = cls()
        if _depth(text) > _MAX_DEPTH:
            return self
        if text.count('"@context"') > _MANY_CONTEXTS:
            deque(node_objects(text, ""), maxlen=0)  # Raises before the parser takes its time.
        labels = set(_LABEL.findall(text))
        for term, name in _named(text, number, base).items():
            if f"_:{term.value}" in labels:
                self.labelled[f"_:{term.value}"] = name
            else:
                self.nameless.append(name)
        return self


def _named(text: str, number: int, base: str | None) -> dict[BlankNode, BlankNode]:
    """Return the names of the blank nodes of a text in order, save those of lists."""
    inlined = _OUR_CONTEXT.sub(lambda m: m[1] + json.dumps(dict(vocabulary.context())), text)
    names = Names(number)
    items: set[BlankNode] = set()
    named: dict[BlankNode, BlankNode] = {}
    for quad in parse(inlined, RdfFormat.JSON_LD, base_iri=base):
        for term, name in zip(quad, names.quad(quad), strict=True):
            if isinstance(term, BlankNode) and isinstance(name, BlankNode):
                named.setdefault(term, name)
        if quad.predicate.value == _FIRST and isinstance(quad.subject, BlankNode):
            items.add(quad.subject)
    return {term: name for term, name in named.items() if term not in items}


def _depth(text: str) -> int:
    depth = deepest = 0
    for match in _NESTING.finditer(text):
        if match[0] in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in "}]":
            depth -= 1
    return deepest


class _Finder:
    """Tells a search of node objects; of those without a name at the end, when all are known."""

    def __init__(self, search: Search[Span], blank: _Blank) -> None:
        self._search = search
        self._blank = blank
        self._nameless: list[NodeObject] = []
        self._orders: dict[int, BlankNode] = {}
        self._later: list[tuple[Node[Span], NodeObject]] = []
        self._names = {_name(term): term for term in search.nodes}
        for label, name in blank.labelled.items():
            if name in search.nodes:
                self._names[label] = name

    def take(self, found: NodeObject) -> None:
        """Take what a node object says, if it is about something wanted."""
        if not found.id:
            if self._blank.nameless and (found.is_value or found.statements):
                self._nameless.append(found)
        elif found.statements and found.id in self._names:
            self._describe(self._names[found.id], found)
        for statement in found.statements:
            for value in statement.values:
                term = self._names.get(_reference(value, statement, found.context))
                if term is not None:
                    self._search.mention(term, value.span)

    def finish(self) -> None:
        """Pair the objects without a name with the nodes that the parser made of them."""
        if len(self._nameless) == len(self._blank.nameless):
            self._nameless.sort(key=lambda found: found.order)
            pairs = list(zip(self._nameless, self._blank.nameless, strict=True))
            self._orders = {found.order: name for found, name in pairs}
            for found, name in pairs:
                self._describe(name, found)
        for node, found in self._later:
            self._exact(node, found)

    def _is(self, value: Value, term: AnyTerm, statement: Statement, context: Context) -> bool:
        """Whether a value may be a term."""
        if isinstance(term, Literal):
            return _is_literal(value, term)
        if value.node == "":
            return self._orders.get(value.order) == term
        name = _reference(value, statement, context)
        if isinstance(term, NamedNode):
            return name == term.value
        return self._blank.labelled.get(name) == term

    def _describe(self, term: AnyTerm, found: NodeObject) -> None:
        node = self._search.nodes.get(term)
        if node is None:
            return
        if node.described is None:
            node.described = found.span
        for predicate, span in node.predicates.items():
            if span is None:
                keys = (s.span for s in found.statements if s.predicate == predicate.value)
                node.predicates[predicate] = next(keys, None)
        if node.exact:
            self._later.append((node, found))

    def _exact(self, node: Node[Span], found: NodeObject) -> None:
        for (predicate, term), span in node.exact.items():
            if span is None:
                node.exact[predicate, term] = self._value(found, predicate.value, term)

    def _value(self, found: NodeObject, predicate: str, term: AnyTerm) -> Span | None:
        for statement in found.statements:
            if statement.predicate == predicate:
                for value in statement.values:
                    if self._is(value, term, statement, found.context):
                        return value.span
        return None


def _name(term: AnyTerm) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _reference(value: Value, statement: Statement, context: Context) -> str:
    """Return the IRI or the label that a value refers to, or `?` for others."""
    if value.node is not None or value.text is None:
        return value.node or "?"
    return context.value(value.text, statement.term) or "?"


def _is_literal(value: Value, term: Literal) -> bool:
    """Whether a value may be a literal, whose number the parser may have spelt in its own way."""
    if value.text is None:
        return False
    if value.text == term.value:
        return True
    try:
        return float(value.text) == float(term.value)
    except ValueError:
        return False
