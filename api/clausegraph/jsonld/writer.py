"""Nodes as text, compacted: side by side, or inside of each other as a frame says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from clausegraph.jsonld.entries import Entry, Member, empty, entries
from clausegraph.jsonld.frame import NEVER, ONCE, Frame
from clausegraph.jsonld.graph import Nodes
from clausegraph.jsonld.names import UNLISTED, Names
from clausegraph.jsonld.values import break_at, enclosed, quoted, text

_DEEPEST = 60  # of indentation: what would stand deeper is named, and stands at the top
_FLAT = Frame(embed=NEVER)
_NOT_AGAIN = ""  # stands for what makes a text good for one place only


class _Kept(NamedTuple):
    """The text of a node at some depth, and the nodes that stand in it, itself among them."""

    text: str
    inside: frozenset[str]


class _Visit:
    """A node that is being written: the nodes inside, and those that were only named there because
    they stand around it."""

    def __init__(self, name: str) -> None:
        self.inside = {name}
        self.named: set[str] = set()


class Writer:
    """Writes one document; `order` ranks nodes, in every set, before their identifiers."""

    def __init__(self, nodes: Nodes, names: Names, order: Mapping[str, int]) -> None:
        self._nodes = nodes
        self._names = names
        self._order = order
        self._entries: dict[str, list[Entry]] = {}
        self._kept: dict[tuple[str, int, Frame], _Kept] = {}
        self._around: dict[str, _Visit] = {}
        self._met: set[str] = set()

    def side_by_side(self) -> bytes:
        """Return every node in `@graph`, none inside of another."""
        return self._graph([self._node(name, 2, _FLAT) for name in self._sorted(self._nodes)])

    def nested(self, frame: Frame, first: str | None) -> bytes:
        """Return every node once: inside of the first that points to it, as far as `frame` lets it,
        else in `@graph`; `first` is there, and what nobody points to."""
        pointed = {
            value
            for name, node in self._nodes.items()
            for values in node.values()
            for value in values
            if isinstance(value, str) and value != name
        }
        starts = [name for name in self._nodes if name == first or name not in pointed]
        every = (*self._sorted(starts), *self._sorted(self._nodes))
        return self._graph([self._node(name, 2, frame) for name in every if name not in self._met])

    def framed(self, frame: Frame) -> bytes:
        """Return the nodes that `frame` begins with, and what it puts inside of them."""
        roots = self._sorted(name for name, node in self._nodes.items() if frame.fits(name, node))
        if len(roots) > 1:
            graph = [self._node(name, 2, frame) for name in roots]
            return self._graph([*graph, *self._others()])
        lines = [line for name in roots for line in self._visited(name, 0, frame)[0]]
        if others := self._others():
            found = [entry for name in roots for entry in self._read(name, frame)]
            listed = sum(entry.place < UNLISTED for entry in found)
            included = f'"@included": {enclosed("[", others, "]", 1)}'
            lines.insert(len(roots) + listed, included)
        return self._document(lines)

    def _others(self) -> list[str]:
        """Return the nodes that stand nowhere yet."""
        others = self._sorted(self._nodes.keys() - self._met)
        return [self._node(name, 2, _FLAT) for name in others]

    def _sorted(self, names: Iterable[str]) -> list[str]:
        order = self._order
        return sorted(names, key=lambda name: (order.get(name, len(order)), name))

    def _graph(self, nodes: list[str]) -> bytes:
        return self._document([f'"@graph": {enclosed("[", nodes, "]", 1)}'])

    def _document(self, lines: list[str]) -> bytes:
        context = f'"@context": {text(self._names.context, 1)}'
        return (enclosed("{", [context, *lines], "}", 0) + "\n").encode()

    def _node(self, name: str, depth: int, frame: Frame) -> str:
        """Return a node as an object whose first line is at that depth."""
        return enclosed("{", self._visited(name, depth, frame)[0], "}", depth)

    def _visited(self, name: str, depth: int, frame: Frame) -> tuple[list[str], _Visit]:
        """Return the members of a node's object, and what stands in them."""
        self._met.add(name)
        visit = self._around[name] = _Visit(name)
        lines = [f'"id": {quoted(name)}']
        for entry in self._read(name, frame):
            value = self._value(entry, depth + 1, frame.below(entry.name))
            lines.append(f"{quoted(entry.name)}: {value}")
        del self._around[name]
        visit.named -= visit.inside
        return lines, visit

    def _read(self, name: str, frame: Frame) -> list[Entry]:
        """Return the entries of a node, with the empty sets that a frame names."""
        found = self._entries.get(name)
        if found is None:
            found = self._entries[name] = entries(self._nodes[name], self._names, self._order)
        if not frame.sets:
            return found
        present = {entry.name for entry in found}
        missing = [empty(key) for key in frame.sets if key not in present]
        return sorted((*found, *missing), key=lambda entry: entry[:2]) if missing else found

    def _value(self, entry: Entry, depth: int, frame: Frame) -> str:
        """Return what stands under a key, its first line at that depth."""
        if len(entry.members) == 1 and not entry.is_set:
            return self._member(entry.members[0], entry, depth, frame)
        lines = [self._member(member, entry, depth + 1, frame) for member in entry.members]
        return enclosed("[", lines, "]", depth)

    def _member(self, member: Member, entry: Entry, depth: int, frame: Frame) -> str:
        if not member.node:
            return text(member.tree, depth)
        if frame.embed != NEVER and (inside := self._inside(member.node, depth, frame)):
            return inside
        if entry.is_bare:
            return quoted(member.node)
        return f'{{{break_at(depth + 1)}"id": {quoted(member.node)}{break_at(depth)}}}'

    def _inside(self, name: str, depth: int, frame: Frame) -> str:
        """Return a node that stands inside of another, or nothing where it is only named."""
        node = self._nodes.get(name)
        if node is None or depth > _DEEPEST:
            return ""
        outer = next(reversed(self._around.values()))
        if frame.embed == ONCE:
            outer.named.add(_NOT_AGAIN)
            if name in self._met:
                return ""
        if not frame.fits(name, node):
            return ""
        if name in self._around:
            outer.named.add(name)
            return ""
        kept = self._kept.get((name, depth, frame))
        if kept is not None and kept.inside.isdisjoint(self._around):
            outer.inside |= kept.inside
            return kept.text
        lines, visit = self._visited(name, depth, frame)
        written = enclosed("{", lines, "}", depth)
        if not visit.named:
            self._kept[name, depth, frame] = _Kept(written, frozenset(visit.inside))
        outer.inside |= visit.inside
        outer.named |= visit.named
        return written
