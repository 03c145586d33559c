"""The ledger: what is to be remembered of all triples while they go by, thing by thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from itertools import compress
from pathlib import Path

from pyoxigraph import Triple

from clausegraph import authored, textfiles, turtle
from clausegraph.build import checks, retired, terms
from clausegraph.build.overview import DERIVED, Overview
from clausegraph.build.terms import written
from clausegraph.build.usage import A
from clausegraph.errors import InputError
from clausegraph.stores.lines import Block
from clausegraph.vocabulary import ID, compact

Elsewhere = Callable[[], frozenset[str]]  # what counts as described though no graph describes it

_THINGS = f"<{ID}".encode()
_KEPT = frozenset(written(term.value) for term in (retired.FORMER, retired.REPLACED))
_ONCE = frozenset(written(kind.value) for kind in authored.STATED_ONCE)


class Ledger:
    """What is known of things, and of the graphs and their files."""

    def __init__(self) -> None:
        self.overview = Overview()
        self.files: dict[bytes, Path] = {}  # the last that brought something of the graph
        self._derived: set[bytes] = set()
        self._numbers: dict[bytes, int] = {}
        self._names: list[bytes] = []
        self._repeated: defaultdict[bytes, set[int]] = defaultdict(set)
        self._kept: dict[str, tuple[Path, tuple[Triple, ...]]] = {}

    @property
    def graphs(self) -> list[bytes]:
        """All graphs, sorted by their IRIs."""
        return sorted({*self.files, *self._derived}, key=lambda name: name[1:-1])

    def open_graph(self, graph: bytes, file: Path) -> None:
        """Note that a file has something of a graph, if only its name."""
        self.files[graph] = file
        if graph not in self._numbers:
            self._numbers[graph] = len(self._names)
            self._names.append(graph)

    def learn(self, block: Block, file: Path) -> None:
        """Take note of what a file states in a graph."""
        self.open_graph(block.graph, file)
        number = self._numbers[block.graph]
        once = _ONCE.intersection(block.columns.objects)
        if once:
            self._repeat(number, block, once)
        if _KEPT & self.overview.learn(number, block.columns):
            self._keep(block, file)

    def derive(self, block: Block) -> None:
        """Take note of what a rule derived."""
        self._derived.add(block.graph)
        self.overview.derive(block.graph, block.columns)

    def refuse_doubled_statements(self) -> None:
        """Raise InputError for a statement that two files make under one identifier."""
        for name, numbers in self._repeated.items():
            files = list(dict.fromkeys(self.files[self._names[n]] for n in sorted(numbers)))
            if len(files) > 1:
                raise _doubled(name[1:-1].decode(), files[-1], files[0])

    def refuse_withdrawn(self) -> None:
        """Raise InputError for a name that was withdrawn and is described, and for a circle."""
        for iri, register in retired.withdrawn(self._kept).items():
            number = self.overview.subjects.get(written(iri))
            if number is not None:
                raise retired.reused(iri, self.files[self._names[number]], register)
        retired.refuse_circles(self._kept)

    def unknown(self, targets: Iterable[bytes]) -> Iterable[bytes]:
        """Return which of some terms are things of ours that nothing so far describes."""
        known = self.overview.subjects
        return (
            target
            for target in targets
            if target.startswith(_THINGS) and known.get(target, DERIVED) < 0
        )

    def refuse_dangling(self, graph: bytes, targets: Iterable[bytes], elsewhere: Elsewhere) -> None:
        """Raise InputError for a thing of ours that a graph points at and that is described
        nowhere."""
        for target in self.unknown(targets):
            self._refuse_unknown(graph, target[1:-1].decode(), elsewhere())

    def _refuse_unknown(self, graph: bytes, iri: str, ours: frozenset[str]) -> None:
        if iri not in ours:
            described = {name[1:-1].decode() for name in self.overview.subjects} | ours
            raise checks.dangling(self.files[graph], iri, sorted(described), self.entry_of(iri))

    def entry_of(self, iri: str) -> str | None:
        """Return the register entry of a name that was withdrawn or moved, or None."""
        return retired.entry_of(iri, self._kept)

    def _repeat(self, number: int, block: Block, once: Set[bytes]) -> None:
        """Note which statements a graph makes of what another one described before, and may have
        stated."""
        subjects, types = self.overview.subjects, self.overview.types.of
        pairs = zip(block.columns.subjects, block.columns.predicates, strict=True)
        for name, predicate in compress(pairs, map(once.__contains__, block.columns.objects)):
            first = subjects.get(name, number)
            if predicate != A or first == number:
                continue
            if name not in self._repeated and not _ONCE.isdisjoint(types.get(name, ())):
                self._repeated[name].add(first)
            self._repeated[name].add(number)

    def _keep(self, block: Block, file: Path) -> None:
        rows = compress(
            zip(*block.columns, strict=True), map(_KEPT.__contains__, block.columns.predicates)
        )
        found = terms.triples(b"".join(b" ".join(row) + terms.END for row in rows))
        name = block.graph[1:-1].decode()
        self._kept[name] = (file, (*self._kept.get(name, (file, ()))[1], *found))


def _doubled(iri: str, file: Path, other: Path) -> InputError:
    return InputError(
        f"{compact(iri)} is stated here and in {other}.",
        file=file,
        line=textfiles.find_line(file, *turtle.spellings(iri)),
        remedy="A statement is made once: give this one an identifier of its own.",
    )
