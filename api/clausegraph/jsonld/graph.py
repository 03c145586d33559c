"""A graph as JSON-LD sees it: nodes by identifier, properties of each, values of each property."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from clausegraph.errors import NotAcceptable
from clausegraph.vocabulary import RDF, XSD

TYPE = RDF + "type"
FIRST = RDF + "first"
REST = RDF + "rest"
NIL = RDF + "nil"
STRING = XSD + "string"
TAGGED = RDF + "langString"
INTEGER = XSD + "integer"
BOOLEAN = XSD + "boolean"

_EXACT = 2**53  # beyond it a JSON number is not exact (RFC 8259, section 6)
_DEEP = 24  # lists in lists; what is deeper stays as triples

_TRIPLE = re.compile(
    r"""^(?:<([^>]*)>|(_:\S+))[ ]<([^>]*)>[ ]
        (?:<([^>]*)>|(_:\S+)|"((?:[^"\\\n]|\\.)*)"
        (?:@([A-Za-z0-9-]+?)(?:--(ltr|rtl))?|\^\^<([^>]*)>)?)[ ]\.$""",
    re.MULTILINE | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Literal(NamedTuple):
    """A literal; `language` and `direction` are empty where it has none."""

    text: str
    language: str
    direction: str
    datatype: str

    @property
    def native(self) -> int | bool | None:
        """The JSON number or boolean that says the same, or None."""
        if self.datatype == BOOLEAN and self.text in {"true", "false"}:
            return self.text == "true"
        if self.datatype == INTEGER and self.text.removeprefix("-").isdecimal():
            number = int(self.text) if len(self.text) <= len(str(-_EXACT)) else _EXACT
            return number if str(number) == self.text and abs(number) < _EXACT else None
        return None


@dataclass(frozen=True, slots=True)
class Listed:
    """The members of a list."""

    members: tuple[Value, ...]


Value = str | Literal | Listed  # A text is the identifier of a node: an IRI, or _:name.
Node = dict[str, list[Value]]
Nodes = dict[str, Node]


def read(triples: bytes) -> Nodes:
    """Return the nodes of N-Triples as the engine writes them, well-formed lists put together.

    Raises NotAcceptable for a statement about a statement.
    """
    text = triples.decode()
    nodes: Nodes = {}
    literals: dict[tuple[str, ...], Literal] = {}
    count = 0
    for match in _TRIPLE.finditer(text):
        count += 1
        iri, blank, predicate, reference, bare, *literal = match.groups("")
        value: Value = reference or bare
        if not value:
            key = tuple(literal)
            value = literals.get(key) or literals.setdefault(key, _literal(*literal))
        node = nodes.setdefault(iri or blank, {})
        node.setdefault(predicate, []).append(value)
    if count != text.count("\n"):
        raise NotAcceptable(
            "The answer cannot be written as JSON-LD: it does not support RDF 1.2 yet.",
            remedy="Ask for another syntax, such as Turtle or N-Triples.",
        )
    if any(FIRST in node for node in nodes.values()):
        _fold(nodes)
    return nodes


def classes_of(node: Node) -> list[str]:
    """Return the classes of a node."""
    return [value for value in node.get(TYPE, ()) if isinstance(value, str)]


def statements(node: Node) -> Iterator[tuple[str, Value]]:
    """Yield every property with each of its values, but the classes."""
    for predicate, values in node.items():
        for value in values:
            if predicate != TYPE or not isinstance(value, str):
                yield predicate, value


def identifiers(nodes: Nodes) -> Iterator[str]:
    """Yield what every node, property, value and datatype is called; some more than once."""
    for name, node in nodes.items():
        yield name
        yield from node
        for values in node.values():
            yield from _named(values)


def _named(values: Iterable[Value]) -> Iterator[str]:
    """Yield what values and their datatypes are called, in lists too."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Literal):
            yield value.datatype
        else:
            yield from _named(value.members)


def _literal(text: str, language: str, direction: str, datatype: str) -> Literal:
    """Return a literal from its parts in N-Triples."""
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return Literal(text, language, direction, datatype or (TAGGED if language else STRING))


def _unescaped(match: re.Match[str]) -> str:
    """Return the character that an escape stands for (N-Triples, section 2.4)."""
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])


def _fold(nodes: Nodes) -> None:
    """Put well-formed lists together (JSON-LD 1.1 API, section 8.4.2)."""
    counts = Counter(
        value
        for node in nodes.values()
        for values in node.values()
        for value in values
        if isinstance(value, str)
    )
    used: set[str] = set()
    for node in nodes.values():
        for predicate, values in node.items():
            if predicate not in {TYPE, FIRST, REST}:
                node[predicate] = [_folded(value, nodes, counts, used) for value in values]
    for cell in used:
        del nodes[cell]


def _folded(
    value: Value, nodes: Nodes, counts: Mapping[str, int], used: set[str], depth: int = 0
) -> Value:
    """Return the list that starts at `value`, its blank nodes `used` from now on, or `value`."""
    cells = _cells(nodes, value, counts) if depth < _DEEP else []
    if not cells:
        return value
    used.update(cells)
    members = (nodes[cell][FIRST][0] for cell in cells)
    return Listed(tuple(_folded(member, nodes, counts, used, depth + 1) for member in members))


def _cells(nodes: Nodes, head: Value, counts: Mapping[str, int]) -> list[str]:
    """Return the blank nodes of the list that starts at `head`; none if it is no plain list, or
    the empty one."""
    cells: dict[str, None] = {}
    while head != NIL:
        node = nodes.get(head) if isinstance(head, str) and head.startswith("_:") else None
        if node is None or counts[str(head)] != 1 or head in cells:
            return []
        if set(node) != {FIRST, REST} or len(node[FIRST]) != 1 or len(node[REST]) != 1:
            return []
        cells[str(head)] = None
        head = node[REST][0]
    return list(cells)
