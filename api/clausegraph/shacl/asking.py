"""A query of a shape, compiled: asked of all focus nodes at once, or of each by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode

from clausegraph.engine.diagnosis.tree import Block, Select, joined, variables
from clausegraph.errors import NotCovered
from clausegraph.shacl import planning
from clausegraph.shacl.data import Data, Row
from clausegraph.shacl.exact import ILL_TYPED, SPELT
from clausegraph.shacl.focus import Focus
from clausegraph.shacl.prebinding import Alone, Joiner, Seed, clauses, is_limited, read
from clausegraph.shacl.querytext import Query
from clausegraph.shacl.results import Path, Term
from clausegraph.sparql.tokens import plain, tokens

_KEPT = re.compile(f"(?<=\\^\\^<)(?:{re.escape(SPELT)}|{re.escape(ILL_TYPED)})")
_VARIABLE = re.compile(r"[?$](\w+)")
_MANY = 10_000  # focus nodes for which a look at all data is not too much
_NODE = "VALUES ?node {}"  # stands for one node, until there is one

_Write = Callable[[Joiner], str]


@dataclass(frozen=True)
class Asked:
    """A query and the names of its columns.

    `nodes` are the solutions that it is to be asked for one by one, where it cannot be asked for
    all at once; `blank` is the text for those that a query cannot name, if there is one.
    """

    query: Query
    text: str
    columns: tuple[str, ...]
    nodes: Seed | None = None
    blank: str | None = None

    def rows(self, data: Data, bindings: Mapping[str, Term]) -> Iterator[Mapping[str, Term]]:
        """Yield the solutions; `bindings` are blank nodes that the text cannot name."""
        if self.nodes is None:
            yield from self._named(data.select(self.text, by_value=True, bindings=bindings or None))
            return
        names = sorted(self.nodes.names)
        text = f"SELECT {' '.join(f'?{name}' for name in names)} WHERE {self.nodes.text}"
        for row in list(data.select(text, by_value=True)):
            known = {name: term for name, term in zip(names, row, strict=True) if term is not None}
            yield from self._named(self._of_one(known, data, bindings))

    def _of_one(
        self, known: Mapping[str, Term], data: Data, bindings: Mapping[str, Term]
    ) -> Iterator[Row]:
        """Return the rows about one node, or one node and value."""
        if any(isinstance(term, BlankNode) for term in known.values()):
            if self.blank is None:
                raise NotCovered(
                    f"The query of {self.query.where} would have to name a blank node.",
                    remedy="Ask pySHACL, or give the node an IRI.",
                )
            return data.select(self.blank, by_value=True, bindings={**bindings, **known})
        header = " ".join(f"?{name}" for name in known)
        row = " ".join(str(term) for term in known.values())
        text = self.text.replace(_NODE, f"VALUES ({header}) {{ ({row}) }}")
        return data.select(text, by_value=True, bindings=bindings or None)

    def _named(self, rows: Iterator[Row]) -> Iterator[Mapping[str, Term]]:
        for row in rows:
            pairs = zip(self.columns, row, strict=True)
            yield {name: term for name, term in pairs if term is not None}


def select_of(query: Query, focus: Focus, data: Data, blank: Iterable[str] = ()) -> Asked:
    """Compile a SELECT query whose `$this` are the focus nodes.

    `blank` are variables that stand for blank nodes from the start: the engine wants them selected.
    """
    select = read(query)
    projected = {**columns(query, select), **{name: f"?{name}" for name in blank}}
    head = " ".join(projected.values())

    def write(joiner: Joiner) -> str:
        if is_limited(select) and not joiner.is_single:
            raise Alone
        assert select.where is not None  # noqa: S101  (the parser has taken it)
        kind = "DISTINCT " if select.is_distinct else ""
        return f"SELECT {kind}{head} WHERE {{ {joiner.top(select.where)} }} {clauses(select)}"

    seed = seed_of(focus)
    if not seed.is_few and select.where is not None and planning.tested(select.where):
        seed = replace(seed, is_many=_are_many(seed, data))
    return _asked(query, seed, tuple(projected), write)


def ask_of(query: Query, focus: Focus, path: Path | None) -> Asked:
    """Compile an ASK query to the focus nodes, and their values, for which the answer is no.

    For a node shape `$value` was renamed to `?this` before.
    """
    select = read(query)
    seed = seed_of(focus, path)
    names = sorted(seed.names)
    head = " ".join(f"?{name}" for name in names)

    def write(joiner: Joiner) -> str:
        assert select.where is not None  # noqa: S101  (the parser has taken it)
        filters = [block for block in select.where.blocks if block.kind == "filter"]
        if filters and len(filters) == len(select.where.elements):
            refused = _refusing(joiner, filters)
        else:
            refused = f"MINUS {{ {joiner.top(select.where)} }}"
        return f"SELECT {head} WHERE {{ {joiner.seed.text} {refused} }}"

    return _asked(query, seed, tuple(names), write)


def seed_of(focus: Focus, path: Path | None = None) -> Seed:
    """Return a pattern for the focus nodes, or their values by a path, each once.

    Its constants are literals as the engine understands them.
    """
    pattern = _KEPT.sub("", focus.pattern)
    is_few = pattern.startswith("VALUES")
    names = frozenset({"this"}) if path is None else frozenset({"this", "value"})
    if focus.keys or _others(pattern):
        kind = "DISTINCT " if focus.keys else ""
        pattern = f"{{ SELECT {kind}?this WHERE {{ {pattern} }} }}"
    if path is not None:
        pattern = f"{pattern} ?this {path.text} ?value ."
        if path.predicate is None and path.inverse is None:
            pattern = f"{{ SELECT DISTINCT ?this ?value WHERE {{ {pattern} }} }}"
    return Seed(pattern, names, is_few=is_few)


def _are_many(seed: Seed, data: Data) -> bool:
    text = f"SELECT ?this WHERE {{ {seed.pattern} }} LIMIT {_MANY}"
    return sum(1 for _ in data.select(text, by_value=True)) == _MANY


def _others(pattern: str) -> bool:
    """Whether a pattern has variables beside ?this."""
    return any(name != "this" for name in _VARIABLE.findall(pattern))


def times(focus: Focus, data: Data) -> Mapping[Term, int] | None:
    """Return how often each node is a focus node, or None where it is one once."""
    if not focus.keys:
        return None
    text = f"SELECT ?this WHERE {{ {_KEPT.sub('', focus.pattern)} }}"
    return Counter(row[0] for row in data.select(text, by_value=True) if row[0] is not None)


def _asked(query: Query, seed: Seed, columns: tuple[str, ...], write: _Write) -> Asked:
    """Return the query for all nodes, or else that for each."""
    try:
        return Asked(query, write(Joiner(query, seed, query.text)), columns)
    except Alone:
        one = Seed(_NODE, seed.names, is_constant=True, is_few=True)
        text = write(Joiner(query, one, query.text, is_single=True))
    try:
        blank = write(Joiner(query, seed, query.text, is_single=True))
    except Alone:
        blank = None
    return Asked(query, text, columns, seed, blank)


def columns(query: Query, select: Select) -> dict[str, str]:
    """Return what a SELECT projects, by name: as it stands in its head."""
    found: dict[str, str] = {}
    depth, begin = 0, 0
    for at, token in enumerate(select.head):
        if token.text == "(" and (depth := depth + 1) == 1:
            begin = at
        elif token.text == ")":
            depth -= 1
            if depth == 0:
                found[select.head[at - 1].text[1:]] = joined(select.head[begin : at + 1])
        elif depth == 0 and token.kind == "variable":
            found[token.text[1:]] = f"?{token.text[1:]}"
        elif depth == 0 and token.text == "*" and select.where is not None:
            own = variables(tokens(query.text)) & select.where.variables
            found.update({name: f"?{name}" for name in sorted(own)})
    if "this" not in found:
        raise query.wrong("does not give out $this", "Add $this to what it selects.")
    return found


def _refusing(joiner: Joiner, filters: list[Block]) -> str:
    """Return a FILTER that lets through what some of the filters do not, by an error or false."""
    tests = []
    for block in filters:
        text = joiner.expression(block.tokens).strip()
        tests.append(text[len("FILTER") :].strip() if _is_filter(text) else text)
    return f"FILTER (!COALESCE(IF({' && '.join(tests)}, true, false), false))"


def _is_filter(text: str) -> bool:
    return plain(text[: len("FILTER")]) == "FILTER"
