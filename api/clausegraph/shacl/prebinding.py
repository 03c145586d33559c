"""Queries that are written for one focus node, asked of all of them at once.

SHACL 1.0, appendix A, defines pre-binding as a join: the values that variables have from the start
are joined with each basic graph pattern of the query. Here all focus nodes are joined at once, and
only where a group reads `?this` without binding it. What `?this` is projected by, grouped by or
joined on keeps the nodes apart, but for LIMIT and OFFSET, and within GRAPH the nodes cannot be
asked for: there the query is asked for each node (Alone).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from clausegraph.engine.diagnosis import syntax
from clausegraph.engine.diagnosis.cursor import Unreadable
from clausegraph.engine.diagnosis.tree import (
    Block,
    Element,
    Group,
    Select,
    Triple,
    joined,
    variables,
    written,
)
from clausegraph.shacl import exclusion, planning
from clausegraph.shacl.querytext import Query, not_covered
from clausegraph.shacl.scope import all_mentioned, certain_of, finds_itself, mentioned
from clausegraph.sparql.tokens import Token, plain, tokens

_LIMITS = frozenset({"LIMIT", "OFFSET"})
_NONE = frozenset[str]()
_CORRELATED = frozenset({"exists", "not exists"})

_REMEMBERED = 256  # queries of shapes: one document after the other is judged by the same ones


class Alone(Exception):
    """The query is to be asked for each focus node by itself."""


@dataclass(frozen=True)
class Seed:
    """A pattern that binds the variables `names`, `this` among them.

    `is_constant` where it looks at no data, such as VALUES, and so means the same within GRAPH;
    `is_few` where it names its nodes, so that what is asked had better start from them; `is_many`
    where it finds so many that a look at all of the data is worth its while.
    """

    pattern: str
    names: frozenset[str] = frozenset({"this"})
    is_constant: bool = False
    is_few: bool = False
    is_many: bool = False

    @property
    def text(self) -> str:
        """The pattern as a group."""
        return f"{{ {self.pattern} }}"

    def of(self, names: frozenset[str]) -> str:
        """The pattern as a group that binds some of the variables, so that no solution is counted
        for each value of the others."""
        if names == self.names:
            return self.text
        wanted = " ".join(f"?{name}" for name in sorted(names))
        return f"{{ SELECT DISTINCT {wanted} WHERE {{ {self.pattern} }} }}"


@lru_cache(_REMEMBERED)
def read(query: Query) -> Select:
    """Return the structure of a query; NotCovered where it is not understood."""
    try:
        return syntax.read(query.text)
    except Unreadable as error:
        what = "has collections, quoted triples or too much of anything"
        raise not_covered(query, what) from error


def refuse_hiding(query: Query, select: Select, name: str, *, only_used: bool = False) -> None:
    """Raise InputError where a sub-SELECT does not give out a variable that has its value from the
    start (SHACL 1.0, appendix A); `only_used` asks it of those that mention it."""
    for block in _subqueries(select.where):
        assert block.select is not None  # noqa: S101  (for the type checker)
        projected = block.select.projected
        used = not only_used or name in variables(block.tokens)
        if used and name not in projected:
            raise query.wrong(
                f"has a sub-SELECT that does not give out ${name}",
                f"Add ${name} to what it selects (SHACL 1.0, appendix A).",
            )


def _subqueries(group: Group | None) -> list[Block]:
    found = []
    for block in group.blocks if group else ():
        if block.select is not None:
            found.append(block)
        for inner in block.groups:
            found += _subqueries(inner)
    return found


@dataclass
class Joiner:
    """Writes the groups of a query with the seed joined where it is needed.

    `source` is the text that the structure was read from, `is_single` where the seed is one node.
    `graphs` counts the GRAPH that one is in, `count` numbers the groups that are read anew, within
    expressions. `tested` are patterns for properties by their variable, see `planning`.
    """

    query: Query
    seed: Seed
    source: str
    is_single: bool = False
    graphs: int = 0
    count: int = 0
    tested: Mapping[str, str] = field(default_factory=dict)

    def top(self, group: Group) -> str:
        """Return the outermost group, without its brackets: the seed always stands in it."""
        self.tested = planning.tested(group) if self.seed.is_many else {}
        return self.inside(group, self.seed.names)

    def inner(self, group: Group) -> str:
        """Return a group that is evaluated by itself."""
        return f"{{ {self.inside(group, self.needs(group))} }}"

    def optional(self, group: Group) -> str:
        """Return the group of an OPTIONAL, whose own filters see what is outside."""
        needed = self.needs(group, is_optional=True)
        return f"{{ {self.apart(group, needed, keeps=True)} }}"

    def asked(self, group: Group) -> str:
        """Return the group of an EXISTS, which sees what is outside at any depth."""
        return f"{{ {self.apart(group, _NONE, keeps=True, sees=True)} }}"

    def apart(
        self, group: Group, names: frozenset[str], *, keeps: bool = False, sees: bool = False
    ) -> str:
        """Return what stands in a group that is not merely joined with what is around it."""
        kept, self.tested = self.tested, {}
        text = self.inside(group, names, keeps=keeps, sees=sees)
        self.tested = kept
        return text

    def inside(
        self, group: Group, names: frozenset[str], *, keeps: bool = False, sees: bool = False
    ) -> str:
        """Return what stands in a group, without its brackets; `names` are joined from the seed.

        `keeps`: EXISTS stays as it is; `sees`: what is outside has values in it.
        """
        parts, late = [self.seed.of(names)] if names else [], list[str]()
        stars = () if keeps or self.seed.is_few else planning.stars(group, self.seed.names)
        early = planning.early(group, names)
        for element in group.elements:
            if star := planning.of(element, stars):
                parts += [star.text] if star.first is element else []
            elif not isinstance(element, Block) or element.kind not in _CORRELATED:
                parts.append(self.element(element, sees=sees))
            elif element in early:
                parts[0] = f"{{ {parts[0]} {self.exists(element)} }}"
            else:
                is_few = self.seed.is_few
                other = None if keeps else exclusion.instead(group, element, names, is_few=is_few)
                late.append(self.exclusion(other) if other else self.exists(element))
        return " ".join([*parts, *late])

    def element(self, element: Element, *, sees: bool = False) -> str:
        """Return an element that is no EXISTS."""
        if isinstance(element, Triple):
            test = self.tested.get(element.verb.text[1:]) if element.verb.is_variable else None
            return f"{test} {written(element)}" if test and not self.graphs else written(element)
        write = self.asked if sees else self.inner
        match element.kind:
            case "union":
                return " UNION ".join(write(group) for group in element.groups)
            case "group":
                nested = element.select
                return self.subquery(nested, sees=sees) if nested else write(element.groups[0])
            case "optional":
                return f"OPTIONAL {(self.asked if sees else self.optional)(element.groups[0])}"
            case "graph":
                return self.graph(element, sees=sees)
            case _:
                return self.expression(element.tokens)

    def graph(self, block: Block, *, sees: bool) -> str:
        """Return a GRAPH block: nodes that data are asked for are not joined in it."""
        assert block.name is not None  # noqa: S101  (for the type checker)
        self.graphs += 1
        text = (self.asked if sees else self.inner)(block.groups[0])
        self.graphs -= 1
        return f"GRAPH {block.name.text} {text}"

    def subquery(self, select: Select, *, sees: bool) -> str:
        """Return a sub-SELECT: only about focus nodes, so that it costs no more than they do."""
        if is_limited(select) and not self.is_single:
            raise Alone
        if select.where is None:
            raise not_covered(self.query, "has a sub-SELECT without a group")
        names = _NONE if sees else self.restricted(select.where)
        body = self.apart(select.where, names, keeps=sees, sees=sees)
        return f"{{ {head(select)} WHERE {{ {body} }} {clauses(select)} }}"

    def exists(self, block: Block) -> str:
        """Return FILTER EXISTS or FILTER NOT EXISTS."""
        return f"FILTER {block.kind.upper()} {self.asked(block.groups[0])}"

    def exclusion(self, other: exclusion.Instead) -> str:
        """Return what stands instead of FILTER EXISTS or FILTER NOT EXISTS."""
        return other.text(self.apart(other.group, self.restricted(other.group)))

    def restricted(self, group: Group) -> frozenset[str]:
        """Return what is joined with a group that is evaluated by itself, so that it is only about
        focus nodes, or at the least what it needs."""
        if self.graphs and not self.seed.is_constant:
            return self.needs(group)
        return all_mentioned(group) & self.seed.names

    def needs(self, group: Group, *, is_optional: bool = False) -> frozenset[str]:
        """Return the variables of the seed that stand in a group, if it reads one that it does not
        bind (before it is read, by BIND and OPTIONAL).

        Raises Alone where the seed cannot stand in it.
        """
        if not self._reads(group, is_optional=is_optional):
            return _NONE
        if self.graphs and not self.seed.is_constant:
            raise Alone
        return all_mentioned(group) & self.seed.names

    def _reads(self, group: Group, *, is_optional: bool) -> bool:
        bound, asked = set[str](), set[str]()
        for element in group.elements:
            names = mentioned(element) & self.seed.names
            if isinstance(element, Triple):
                if finds_itself(element) and not names <= bound:
                    return True
                bound |= names
            elif element.kind in {"bind", "optional"} and not names <= bound:
                return True
            elif element.kind in {"filter", "exists", "not exists"}:
                asked |= names
            bound |= certain_of(element) & self.seed.names
        return not is_optional and not asked <= bound

    def expression(self, of: tuple[Token, ...]) -> str:
        """Return FILTER or BIND, with the groups of its EXISTS as they are to be evaluated."""
        parts, at, begin = list[str](), 0, 0
        while at < len(of):
            if plain(of[at].text) != "EXISTS" or of[at].kind != "word":
                at += 1
                continue
            end = _closing(of, at + 1)
            parts += [joined(of[begin : at + 1]), self.anew(of[at + 1].start, of[end].end)]
            begin = at = end + 1
        return " ".join([*parts, joined(of[begin:])])

    def anew(self, start: int, end: int) -> str:
        """Read a group that stands within an expression, and return it."""
        self.count += 1
        text = f"ASK {self.source[start:end]}"
        inner = read(Query(text, self.query.where))
        assert inner.where is not None  # noqa: S101  (for the type checker)
        joiner = Joiner(self.query, self.seed, text, self.is_single, self.graphs)
        made = joiner.asked(inner.where)
        return _renamed(made, variables(tokens(text)), f"_{self.count}")


def head(select: Select) -> str:
    """Return what stands before the group of a SELECT, without WHERE."""
    return joined([token for token in select.head if plain(token.text) != "WHERE"])


def clauses(select: Select) -> str:
    """Return what stands behind the group of a SELECT; the order of all rows is nobody's matter."""
    dropped = {"WHERE"} if is_limited(select) else {"WHERE", "ORDER"}
    return " ".join(joined(part) for word, part in select.clauses.items() if word not in dropped)


def is_limited(select: Select) -> bool:
    """Whether a query gives only so many rows, so that nodes cannot be asked for together."""
    return bool(select.clauses.keys() & _LIMITS)


def _closing(of: tuple[Token, ...], at: int) -> int:
    """Return the number of the token that closes the bracket at `at`."""
    depth = 0
    for number in range(at, len(of)):
        depth += (of[number].text == "{") - (of[number].text == "}")
        if depth == 0:
            return number
    raise Unreadable


def _renamed(text: str, own: frozenset[str], mark: str) -> str:
    """Return text whose variables, but for its `own`, have a mark: they stand for blank nodes."""
    parts, done = list[str](), 0
    for token in tokens(text):
        if token.kind == "variable" and token.text[1:] not in own:
            parts += [text[done : token.end], mark]
            done = token.end
    return "".join([*parts, text[done:]])
