"""The statements of an RDF/XML text in the order in which the parser yields them, with places.

RDF 1.1 XML Syntax, section 7.2. The parser keeps what one tag completes and hands it out last in,
first out. All offsets are of bytes.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_ROOT, _DESCRIPTION, _TYPE = _RDF + "RDF", _RDF + "Description", _RDF + "type"
_ABOUT, _ID, _NODE_ID = _RDF + "about", _RDF + "ID", _RDF + "nodeID"
_RESOURCE, _PARSE_TYPE = _RDF + "resource", _RDF + "parseType"
_SYNTAX = {_ABOUT, _ID, _NODE_ID, _RESOURCE, _PARSE_TYPE, _RDF + "datatype"}
_XML = "http://www.w3.org/XML/1998/namespace "
_CHUNK = 1 << 16
_TAG = re.compile(rb"<([^\s/>]++)")
_ATTRIBUTE = re.compile(rb"\s++([^\s=/>]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_END = re.compile(rb"\s*+/?>")

Span = tuple[int, int]


class Unreadable(ValueError):
    """The text has something that would have to be guessed, or that grows without end."""


class _Attribute(NamedTuple):
    name: str
    key: Span
    value: Span
    text: str


@dataclass(slots=True)
class _Element:
    """An element that is open.

    `subject` is that of the statements within it; of a property element, `owner` is the subject,
    and `value` the object if that is no text; `inner` is where its content begins.
    """

    tag: Span
    inner: int
    subject: Span | None = None
    owner: Span = (0, 0)
    value: Span | None = None
    kind: str = ""  # rdf:parseType
    reifier: Span | None = None  # rdf:ID
    attributes: list[_Attribute] = field(default_factory=list)
    items: list[Span] = field(default_factory=list)


def statements(data: bytes) -> array[int]:
    """Return six offsets for each statement: start and end of subject, predicate and object.

    Raises Unreadable. What has no text of its own is at the tag which implies it.
    """
    reader = _Reader(data)
    try:
        for start in range(0, len(data), _CHUNK):
            reader.parser.Parse(data[start : start + _CHUNK], False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unreadable(str(error)) from error
    return reader.found


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.found = array("q")
        self._data = data
        self._open: list[_Element] = []
        self._raw = 0  # Elements that are open in an XML literal.
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity

    def _entity(self, name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        """Refuse entities that are made of others (CWE-776), or that are elsewhere."""
        if value is None or is_parameter or "&" in value:
            raise Unreadable(name)

    def _emit(self, *statements: tuple[Span, Span, Span]) -> None:
        for subject, predicate, value in statements:
            self.found.extend((*subject, *predicate, *value))

    def _start(self, name: str, flat: list[str]) -> None:
        parent = self._open[-1] if self._open else None
        if self._raw:
            self._raw += 1
            return
        tag, attributes, inner = self._tag(flat)
        if parent is None and name == _ROOT:
            self._open.append(_Element(tag, inner, kind="RDF"))
        elif parent is None or parent.subject is None:
            self._start_node(name, _Element(tag, inner), attributes, parent)
        else:
            self._start_property(_Element(tag, inner, owner=parent.subject), attributes)

    def _tag(self, flat: list[str]) -> tuple[Span, list[_Attribute], int]:
        """Read the tag that begins here: its name, its attributes, and where it ends."""
        data = self._data
        match = _TAG.match(data, self.parser.CurrentByteIndex)
        if match is None:
            raise Unreadable("a tag that an entity makes")
        tag, end = match.span(1), match.end()
        names = iter(range(0, len(flat), 2))
        attributes = []
        while (match := _ATTRIBUTE.match(data, end)) is not None:
            end = match.end()
            if match[1] == b"xmlns" or match[1].startswith(b"xmlns:"):
                continue
            at = next(names, None)
            if at is None:
                raise Unreadable("more attributes than there are")
            value = match.span(2 if match[2] is not None else 3)
            attributes.append(_Attribute(flat[at], match.span(1), value, flat[at + 1]))
        if (match := _END.match(data, end)) is None:
            raise Unreadable("a tag without an end")
        return tag, attributes, match.end()

    def _start_node(
        self, name: str, element: _Element, attributes: list[_Attribute], parent: _Element | None
    ) -> None:
        tag = element.tag
        named = (one.value for one in attributes if one.name in (_ABOUT, _ID, _NODE_ID))
        element.subject = subject = next(named, tag)
        if name != _DESCRIPTION:
            self._emit((subject, tag, tag))
        self._emit(*((subject, one.key, one.value) for one in _said(attributes)))
        if parent is not None and parent.kind == "Collection":
            parent.items.append(subject)
        elif parent is not None:
            parent.value = subject
        self._open.append(element)

    def _start_property(self, element: _Element, attributes: list[_Attribute]) -> None:
        for one in attributes:
            if one.name == _PARSE_TYPE:
                element.kind = one.text if one.text in ("Resource", "Collection") else "Literal"
            elif one.name in (_RESOURCE, _NODE_ID):
                element.value = one.value
            elif one.name == _ID:
                element.reifier = one.value
        said = _said(attributes)
        if element.value is None and all(one.name == _TYPE for one in said):
            said = []  # The parser takes an rdf:type alone for none.
        elif element.value is None:
            element.value = element.tag
        element.attributes = said
        if element.kind == "Resource":
            element.subject = element.tag
            self._state(element, element.tag)
        self._raw = int(element.kind == "Literal")
        self._open.append(element)

    def _end(self, _: str) -> None:
        if self._raw > 1:
            self._raw -= 1
            return
        self._raw = 0
        element = self._open.pop()
        if element.kind in ("RDF", "Resource") or element.subject is not None:
            return
        if element.kind == "Collection":
            self._end_list(element)
            return
        value = element.value or self._content(element)
        self._emit(*((value, one.key, one.value) for one in element.attributes))
        self._state(element, value)

    def _state(self, element: _Element, value: Span) -> None:
        """Emit the statement of a property element, and those about it if it has an rdf:ID."""
        self._emit((element.owner, element.tag, value))
        if element.reifier is not None:
            about = (value, element.tag, element.owner, element.tag)  # object, predicate, subject
            self._emit(*((element.reifier, element.tag, part) for part in about))

    def _end_list(self, element: _Element) -> None:
        tag, items = element.tag, element.items
        self._state(element, tag)
        nodes = [tag, *items[1:], tag]
        for node, following, item in zip(nodes, nodes[1:], items, strict=False):
            self._emit((node, tag, following), (node, tag, item))

    def _content(self, element: _Element) -> Span:
        """Return where the text of a property element is, or its tag if it is empty."""
        content = self._data[element.inner : max(self.parser.CurrentByteIndex, element.inner)]
        start = element.inner + len(content) - len(content.lstrip())
        end = element.inner + len(content.rstrip())
        return (start, end) if start < end else element.tag


def _said(attributes: Iterable[_Attribute]) -> list[_Attribute]:
    """The attributes that are statements, in the order of the parser: types, others reversed."""
    said = [one for one in attributes if one.name not in _SYNTAX and not one.name.startswith(_XML)]
    types = [one for one in said if one.name == _TYPE]
    return types + [one for one in reversed(said) if one.name != _TYPE]
