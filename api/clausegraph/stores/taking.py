"""Taking: a file that is a release already becomes a stored graph as it is, once it was verified.

    file --sections--> runs of its own lines --filling--> store
         --blocks--> ledger of things, what rules look at --deriving--> derived graphs' digests

What the build would make of the file is the file itself: each graph is in canonical lines,
sorted, with the digest that was given; what rules derive from it is what it says they do; it says
nothing that the build refuses; and there are as many triples as it counts. Nothing is sorted,
described or written anew. Where it is anything else, `NoReleaseError` says what, and the file can
be loaded as other data are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from clausegraph.build import checks, rules, terms
from clausegraph.stores import lines
from clausegraph.stores.deriving import Gathering
from clausegraph.stores.filling import Filling
from clausegraph.stores.folder import Working
from clausegraph.stores.intake import Intake
from clausegraph.stores.ledger import Elsewhere, Ledger
from clausegraph.stores.lines import Block, Section
from clausegraph.stores.merging import Merged
from clausegraph.stores.pace import Pace
from clausegraph.stores.released import EMPTY, MADE, Graphs, Released, is_derived
from clausegraph.stores.sections import NotSortedError, Sections
from clausegraph.stores.sorting import Run, Runs


class NoReleaseError(Exception):
    """The file is not the release that it says it is, or not one that this version would make."""


class Taking:
    """Takes a release into a working folder, whose store it fills; raises NoReleaseError, and
    InputError as the build does.

    Of one that `is_known` by its identifier, all that its digests do not tell is believed.
    """

    def __init__(
        self,
        released: Released,
        working: Working,
        tell: Callable[[str], None],
        *,
        is_known: bool = False,
    ) -> None:
        self._released = released
        self._is_known = is_known
        self._ledger = Ledger()
        self._intake = Intake(self._ledger.open_graph, self._stated, lambda _: None)
        self._gathering = Gathering(working.scratch, rules.load())
        self._derived = Runs(working.scratch / "derived-runs")
        self._pointed: set[tuple[bytes, bytes]] = set()
        self._pace = Pace(tell, released.path.stat().st_size)
        self._filling = Filling(working.store, released.path)
        self._sections = Sections(self._put)
        self._ours: Graphs | None = None  # not yet compared

    def take(self, ours: Graphs, elsewhere: Elsewhere) -> Merged:
        """Verify and load; return what it holds. It has to rest on graphs of `ours`."""
        self._ours = ours
        self._read()
        self._verify_digests()
        if not self._is_known:
            self._verify_stated(elsewhere)
            self._verify_derived()
        self._filling.settle()
        self._filling.store.flush()
        if len(self._filling.store) != self._released.triples + self._sections.lines:
            _refuse("it counts its triples otherwise")
        return Merged(
            self._released.identifier,
            self._released.triples,
            self._sections.lines,
            len(self._released.digests) + 1,
        )

    def close(self) -> None:
        """Give up what is needed meanwhile, and close the store."""
        self._gathering.close()
        self._derived.close()
        self._filling.close()

    def _read(self) -> None:
        """Read the file once: verify each line, remember what is to be, have it loaded."""
        path = self._released.path
        try:
            for text in lines.chunks(path):
                found = lines.sections(text)
                if found is None:
                    _refuse("its graphs are not sorted")
                self._sections.add(found)
                if not self._is_known:
                    self._look_into(found)
                self._pace.read += len(text)
                self._pace.taken = 2 * self._sections.lines
                self._pace.show(self._filling.filled)
            self._sections.close()
            if self._pace.read != self._pace.size:
                _refuse("its last line does not end")
        except (NotSortedError, SyntaxError) as error:
            raise NoReleaseError(str(error)) from error

    def _put(self, run: Run) -> None:
        """Have a run loaded; while the first one is, see whether the release rests on what is
        ours."""
        self._filling.put(run)
        ours, self._ours = self._ours, None
        if ours is not None and not self._released.rests_on(ours):
            _refuse("ontology, shapes or schemes in it are not those of this version")

    def _look_into(self, sections: list[Section]) -> None:
        """Verify the lines of what is stated; those that are derived are compared with what rules
        derive."""
        for block in self._blocks([each for each in sections if not is_derived(each.graph)]):
            self._learn(block)

    def _blocks(self, sections: list[Section]) -> Iterator[Block]:
        """Yield the blocks of a text, all of whose lines must be canonical."""
        found = lines.recognise_sections(sections)
        yield from found.blocks
        if found.others:
            quads = list(parse(found.others, RdfFormat.N_QUADS))
            if serialize(quads, format=RdfFormat.N_QUADS) != found.others:
                _refuse("a line is not in canonical form")
            if not all(map(_is_plain, quads)):
                _refuse("it has blank nodes, or triples in no graph")
            yield from self._parsed(quads)

    def _parsed(self, quads: list[Quad]) -> Iterator[Block]:
        by_graph: dict[bytes, list[Triple]] = {}
        for quad in quads:
            by_graph.setdefault(str(quad.graph_name).encode(), []).append(quad.triple)
        for graph, triples in by_graph.items():
            checks.refuse_rewritten_literals(self._released.path, triples)
            text = terms.lines(triples)
            yield lines.block(text, graph)

    def _learn(self, block: Block) -> None:
        """Take note of what is stated; what is said of the release is not."""
        if block.graph == MADE:
            return
        self._intake.refuse_rewritten(block, self._released.path)
        self._stated(block, self._released.path)

    def _stated(self, block: Block, file: Path) -> None:
        self._ledger.learn(block, file)
        self._gathering.add(block)
        for target in self._ledger.unknown(set(block.columns.objects)):
            self._pointed.add((block.graph, target))

    def _verify_digests(self) -> None:
        """Refuse a graph that is not what was said, one that is missing, and one too many."""
        found, said = self._sections.digests, self._released.digests
        if MADE not in found or found.keys() - {MADE} - said.keys():
            _refuse("it has graphs that it does not name")
        for name, digest in said.items():
            if found.get(name, EMPTY) != digest:
                _refuse(f"{name.decode()} is not what its digest says")

    def _verify_stated(self, elsewhere: Elsewhere) -> None:
        """Refuse what the build refuses of all graphs together."""
        self._ledger.refuse_doubled_statements()
        self._ledger.refuse_withdrawn()
        for graph, target in sorted(self._pointed):
            self._ledger.refuse_dangling(graph, [target], elsewhere)

    def _verify_derived(self) -> None:
        """Derive, and refuse what was derived otherwise."""
        names: set[bytes] = set()

        def taken(block: Block) -> None:
            names.add(block.graph)
            self._derived.add(block)

        self._gathering.derive(taken, _no_store)
        self._gathering.close()
        self._derived.flush()
        if names != self._released.derived:
            _refuse("other rules derived from it")
        for name in names:
            digest = hashlib.sha256()
            for rows in self._derived.sorted(name):
                digest.update(b"\n".join(rows) + b"\n")
            if digest.hexdigest() != self._released.digests[name]:
                _refuse(f"{name.decode()} is not what its rule derives")


def _no_store() -> Store:
    """Refuse to run a rule that may look at anything: what rules derive is in the store already."""
    raise NoReleaseError("a rule looks at all triples")


def _is_plain(quad: Quad) -> bool:
    """Whether a quad has a named graph and no blank node."""
    is_named = isinstance(quad.graph_name, NamedNode)
    return (
        is_named
        and not isinstance(quad.subject, BlankNode)
        and not isinstance(quad.object, BlankNode)
    )


def _refuse(reason: str) -> NoReturn:
    raise NoReleaseError(reason)
