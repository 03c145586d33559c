"""Deriving: rules run over the triples that they can look at, gathered while all go by.

The triples of some rules in a row fit into memory where all triples would not; where they do not
fit, they lie in a store on disk for as long as these rules run.
"""

from __future__ import annotations

import shutil
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from clausegraph.build import rules
from clausegraph.build.rules import Rule
from clausegraph.build.terms import written
from clausegraph.build.usage import A
from clausegraph.stores import lines, machine, scopes
from clausegraph.stores.heaps import Heaps
from clausegraph.stores.lines import Block
from clausegraph.stores.scopes import Scope

IN_MEMORY = 600_000  # triples, which any machine has room for
_TRIPLE = 420  # bytes in memory, about
_SHARE = 4  # of the memory that is free, the part that the triples of some rules may take

_AT_ONCE = 8 * 2**20  # bytes of lines that go into a store in one go
_OTHER_TYPES = b"a"  # the key of types that no rule names; others have that of their class


@dataclass
class _Group:
    """Some rules in a row, and what they look at together; None for all there is."""

    rules: list[Rule]
    scope: Scope | None


class Gathering:
    """The triples that rules can look at, by predicate, those of types by class."""

    def __init__(self, folder: Path, found: list[Rule]) -> None:
        self._folder = folder
        self._groups = _grouped(found)
        self._wanted = Scope()
        for group in self._groups:
            if group.scope is not None:
                self._wanted.add(group.scope)
        self._heaps = Heaps(folder / "gathered")

    def add(self, block: Block) -> None:
        """Take what rules can look at."""
        present = self._wanted.predicates.intersection(block.columns.predicates)
        found: defaultdict[bytes, list[bytes]] = defaultdict(list)
        if present:
            wanted = [*map(present.__contains__, block.columns.predicates)]
            lists = map(found.__getitem__, compress(block.columns.predicates, wanted))
            deque(map(list.append, lists, compress(block.lines, wanted)), maxlen=0)
        if self._wanted.classes or self._wanted.all_types:
            self._add_types(block, found)
        for name, rows in found.items():
            text = b"\n".join(rows) + b"\n"
            self._heaps.add(name, lines.merged(text, block.graph), len(rows))

    def derive(self, derived: Callable[[Block], None], whole: Callable[[], Store]) -> None:
        """Run the rules in order, and hand over what each derives; `whole` gives a store of all
        triples so far."""
        for group in self._groups:
            store = whole() if group.scope is None else self._store(group.scope)
            for rule in group.rules:
                self._run(rule, group, store, derived)
            del store
            shutil.rmtree(self._folder / "rules", ignore_errors=True)

    def close(self) -> None:
        """Give up what was gathered; harmless when done twice."""
        self._heaps.close()

    def _add_types(self, block: Block, found: defaultdict[bytes, list[bytes]]) -> None:
        rows = zip(block.columns.objects, block.lines, strict=True)
        for kind, line in compress(rows, map(A.__eq__, block.columns.predicates)):
            if kind in self._wanted.classes:
                found[kind].append(line)
            elif self._wanted.all_types:
                found[_OTHER_TYPES].append(line)

    def _keys(self, wanted: Scope) -> set[bytes]:
        """Return under which keys the triples of a scope are gathered."""
        keys = wanted.predicates | wanted.classes
        return keys | self._wanted.classes | {_OTHER_TYPES} if wanted.all_types else keys

    def _store(self, wanted: Scope) -> Store:
        """Return a store of the triples of a scope."""
        keys = sorted(self._keys(wanted))
        count = sum(self._heaps.counts[key] for key in keys)
        store = Store() if _has_room(count) else Store(str(self._folder / "rules"))
        for joined in _joined(text for key in keys for text in self._heaps.texts(key)):
            store.bulk_load(input=joined, format=RdfFormat.N_TRIPLES, lenient=True)
        return store

    def _run(
        self, rule: Rule, group: _Group, store: Store, derived: Callable[[Block], None]
    ) -> None:
        """Run a rule, and let the rules after it see what it derives."""
        path = self._folder / "derived"
        rules.run(rule, store).serialize(str(path), RdfFormat.N_TRIPLES)
        name, made = written(rule.graph), scopes.made(rule)
        derived(Block(name, [], 0))
        for text in lines.chunks(path):
            block = lines.block(text, name)
            derived(block)
            if made is None or self._wanted.sees(made):
                self.add(block)
            if group.scope is not None and (made is None or group.scope.sees(made)):
                store.bulk_load(input=text, format=RdfFormat.N_TRIPLES, lenient=True)
        path.unlink()


def _has_room(count: int) -> bool:
    """Whether memory can hold so many triples while rules run over them."""
    if count <= IN_MEMORY:
        return True
    memory = machine.memory()
    return memory is not None and count * _TRIPLE * _SHARE <= memory.free


def _joined(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield texts again, fewer and larger."""
    held: list[bytes] = []
    for text in texts:
        held.append(text)
        if sum(map(len, held)) >= _AT_ONCE:
            yield b"".join(held)
            held.clear()
    if held:
        yield b"".join(held)


def _grouped(found: list[Rule]) -> list[_Group]:
    """Return rules in a row that look at the same predicates as groups."""
    groups: list[_Group] = []
    for rule in found:
        seen = scopes.scope(rule)
        last = groups[-1].scope if groups else None
        if last is not None and seen is not None and last.has(seen):
            groups[-1].rules.append(rule)
            last.add(seen)
        else:
            groups.append(_Group([rule], seen))
    return groups
