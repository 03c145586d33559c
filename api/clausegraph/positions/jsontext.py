"""A JSON-LD text read token by token: its node objects, and where what they say is written.

Nothing is recursive: a text may be nested as deep as it likes. Of nested values only what a node
object says of itself is kept, and that only until the object ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from clausegraph.positions.jsoncontext import Context, Term

_SPACE = r"[ \t\r\n]*+"
_TOKEN = re.compile(
    rf'[ \t\r\n,]*+(?:("(?:[^"\\]++|\\.)*+")(?:{_SPACE}(:))?|([{{}}\[\]])'
    r'|([^ \t\r\n{}\[\]:,"]++)|\Z|(.))',
    re.DOTALL,
)
_STRING, _COLON, _MARK, _BARE = 1, 2, 3, 4
_SCALARS = (_STRING, _BARE)
_DECODER = json.JSONDecoder()

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

Span = tuple[int, int]


@dataclass(slots=True)
class Value:
    """A value: where it is, and its text if it is a string, a bare word or a value object.

    `node` is what it is about if it is a node object: the IRI or blank label of its `@id`, or
    empty; `order` is its rank by where it begins.
    """

    span: Span
    text: str | None = None
    node: str | None = None
    order: int = -1


@dataclass(slots=True)
class Statement:
    """A key of a node object: the IRI that it stands for, where it is, and its values."""

    predicate: str
    span: Span
    term: Term
    values: list[Value]


@dataclass(slots=True)
class NodeObject:
    """A node object: what it is about (empty: no `@id`), where that is written, what it says.

    `is_value`: it is the value of a property, not of `@graph` or of nothing.
    """

    id: str
    span: Span
    order: int
    context: Context
    is_value: bool
    statements: list[Statement]


@dataclass(slots=True)
class _Frame:
    """An object or array that is open; `members` are key, span of key, values."""

    start: int
    order: int
    context: Context
    is_array: bool
    is_map: bool = False
    is_value: bool = False  # of a property
    is_lost: bool = False  # below a key that stands for nothing
    members: list[tuple[str, Span, list[Value]]] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    key: tuple[str, Span] | None = None


def node_objects(text: str, base: str) -> Iterator[NodeObject]:
    """Yield the node objects of a text as they end. Raises ValueError for text that is no JSON."""
    return _Reader(text, base).read()


class _Reader:
    def __init__(self, text: str, base: str) -> None:
        self._text = text
        self._context = Context(base=base)
        self._frames: list[_Frame] = []
        self._count = 0

    def read(self) -> Iterator[NodeObject]:
        """Yield the node objects, innermost first."""
        text, match, frames, end = self._text, _TOKEN.match, self._frames, 0
        while (token := match(text, end)) is not None and (kind := token.lastindex) is not None:
            end = token.end()
            if kind == _COLON:
                if not frames:
                    raise ValueError("no JSON")
                frames[-1].key = (_unquoted(token[_STRING]), token.span(_STRING))
            elif kind in _SCALARS:
                self._scalar(token[kind], token.span(kind))
            elif kind != _MARK:
                raise ValueError("no JSON")
            elif token[_MARK] in "{[":
                end = self._open(token[_MARK] == "[", token.start(_MARK), end)
            else:
                yield from self._close()

    def _open(self, is_array: bool, start: int, end: int) -> int:
        """Open an object or array, or pass over one that is a context or a JSON literal."""
        parent = self._frames[-1] if self._frames else None
        if parent is None:
            self._frames.append(_Frame(start, self._count, self._context, is_array))
        elif parent.is_array:
            frame = _Frame(start, self._count, parent.context, is_array)
            frame.is_value, frame.is_lost = parent.is_value, parent.is_lost
            self._frames.append(frame)
        else:
            if parent.key is None:
                raise ValueError("no JSON")
            term = parent.context.term(parent.key[0])
            if term.iri in ("@context", "@value") or term.type == "@json":
                return self._pass_over(parent, term, start)
            frame = _Frame(start, self._count, parent.context, is_array)
            frame.is_value = not term.iri.startswith("@")
            frame.is_lost = parent.is_lost or term.iri in ("", "@reverse", "@nest")
            frame.is_map = bool({"@language", "@index"} & set(term.container.split()))
            self._frames.append(frame)
        self._count += not is_array
        return end

    def _pass_over(self, parent: _Frame, term: Term, start: int) -> int:
        try:
            value, end = _DECODER.raw_decode(self._text, start)
            if term.iri == "@context":
                parent.context = parent.context.within(value)
            else:
                self._give([Value((start, end))])
        except RecursionError:
            raise ValueError("nested too deep") from None
        return end

    def _scalar(self, raw: str, span: Span) -> None:
        text = raw if raw[0] != '"' else _unquoted(raw)
        key = self._frames[-1].key if self._frames else None
        if key is not None and key[0] == "@context":
            frame = self._frames[-1]
            frame.context = frame.context.within(text if raw[0] == '"' else None)
        elif raw != "null":
            self._give([Value(span, text)])

    def _give(self, values: list[Value]) -> None:
        """Hand values to the object or array that they stand in."""
        if not self._frames:
            return
        frame = self._frames[-1]
        if frame.is_array:
            frame.values += values
        elif frame.key is not None:
            frame.members.append((*frame.key, values))

    def _close(self) -> Iterator[NodeObject]:
        if not self._frames:
            raise ValueError("no JSON")
        frame = self._frames.pop()
        if frame.is_array:
            self._give(frame.values)
        elif frame.is_map:
            self._give([value for _, _, values in frame.members for value in values])
        else:
            yield from self._ended(frame)

    def _ended(self, frame: _Frame) -> Iterator[NodeObject]:
        """Hand on what an object is: a value, a set, or a node object, which is yielded."""
        context = frame.context
        keywords: dict[str, list[Value]] = {}
        statements = []
        for key, span, values in frame.members:
            term = context.term(key)
            if term.iri.startswith("@"):
                keywords[term.iri] = values
            if term.iri == "@type":
                term = Term(_TYPE, "@vocab")
            if values and term.iri and not term.iri.startswith("@"):
                statements.append(Statement(term.iri, span, term, values))
        if "@list" in keywords:
            self._give([Value((frame.start, frame.start + 1))])
            return
        if "@value" in keywords or "@set" in keywords:
            self._give(keywords.get("@value") or keywords.get("@set") or [])
            return
        named = next((value for value in keywords.get("@id", ()) if value.text is not None), None)
        name = context.node(named.text or "") if named is not None else ""
        span = named.span if named is not None else (frame.start, frame.start + 1)
        self._give([Value(span, None, name, frame.order)])
        if not frame.is_lost:
            yield NodeObject(name, span, frame.order, context, frame.is_value, statements)


def _unquoted(raw: str) -> str:
    return str(_DECODER.decode(raw)) if "\\" in raw else raw[1:-1]
