"""The structure of a query: its groups, patterns and clauses, with the places where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from clausegraph.sparql.tokens import Token, plain

Kind = Literal[
    "bind", "exists", "filter", "graph", "group", "minus", "not exists", "optional", "union",
    "values",
]  # fmt: skip

_AGGREGATES = frozenset("AVG COUNT GROUP_CONCAT MAX MIN SAMPLE SUM".split())


@dataclass(frozen=True)
class Part:
    """A subject, verb or object: its tokens, blank nodes as variables of their own, and how it
    stands in the query."""

    tokens: tuple[Token, ...]
    shown: str

    @property
    def text(self) -> str:
        """The part as it is evaluated."""
        return joined(self.tokens)

    @property
    def start(self) -> int:
        """Where the part stands."""
        return self.tokens[0].start

    @property
    def is_variable(self) -> bool:
        """Whether it is one variable, or a blank node."""
        return len(self.tokens) == 1 and self.tokens[0].kind == "variable"

    @property
    def is_path(self) -> bool:
        """Whether it is more than one IRI or variable, as a verb."""
        return len(self.tokens) > 1


@dataclass(frozen=True)
class Triple:
    """A triple pattern; `start` is where it stands, without what it takes over from the one before
    it by `;` or `,`."""

    subject: Part
    verb: Part
    object: Part
    start: int

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Subject, verb and object."""
        return self.subject, self.verb, self.object

    @property
    def text(self) -> str:
        """The pattern as it is evaluated."""
        return " ".join(part.text for part in self.parts)

    @property
    def shown(self) -> str:
        """The pattern as it stands in the query."""
        return " ".join(part.shown for part in self.parts)

    @property
    def variables(self) -> frozenset[str]:
        """The names of its variables, blank nodes among them."""
        return variables(token for part in self.parts for token in part.tokens)


@dataclass(frozen=True)
class Select:
    """What a SELECT, ASK, CONSTRUCT or DESCRIBE says around its group.

    `clauses` are the tokens of each clause by its first word (`GROUP`, `HAVING`, `ORDER`, `LIMIT`,
    `OFFSET`, `VALUES`, `FROM`); `head` are the tokens before the group.
    """

    form: str
    head: tuple[Token, ...]
    where: Group | None
    clauses: dict[str, tuple[Token, ...]]

    @property
    def is_one_row(self) -> bool:
        """Whether it gives a row even for nothing: aggregates without GROUP BY."""
        words = [*self.head, *self.clauses.get("HAVING", ()), *self.clauses.get("ORDER", ())]
        return "GROUP" not in self.clauses and any(
            token.kind == "word" and plain(token.text) in _AGGREGATES for token in words
        )

    @property
    def is_distinct(self) -> bool:
        """Whether the rows are made distinct."""
        return len(self.head) > 1 and plain(self.head[1].text) in {"DISTINCT", "REDUCED"}

    @property
    def projected(self) -> frozenset[str]:
        """The names of the variables that a sub-SELECT gives to what is around it."""
        depth, before, found = 0, "", set()
        for token in self.head:
            depth += (token.text == "(") - (token.text == ")")
            if token.kind == "variable" and (depth == 0 or before == "AS"):
                found.add(token.text[1:])
            elif token.text == "*" and depth == 0 and self.where is not None:
                found |= self.where.variables
            before = plain(token.text) if token.kind == "word" else ""
        return frozenset(found)


@dataclass(frozen=True)
class Block:
    """Anything in a group that is no triple pattern, from offset `start` to `end`.

    `groups` are the groups in it: of a union, each branch. `name` is what follows GRAPH, `select` a
    sub-SELECT, `rows` how many rows VALUES has.
    """

    kind: Kind
    start: int
    end: int
    tokens: tuple[Token, ...]
    groups: tuple[Group, ...] = ()
    name: Part | None = None
    select: Select | None = None
    rows: int = 0

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables that it can bind."""
        if self.kind in {"filter", "exists", "not exists", "minus"}:
            return frozenset()
        if self.select is not None:
            return self.select.projected
        own = variables(self.name.tokens) if self.name else frozenset()
        if self.groups:
            return own.union(*(group.variables for group in self.groups))
        return variables(self.tokens)


@dataclass(frozen=True)
class Group:
    """A group graph pattern: what stands in it, in the order of the text, and where."""

    elements: tuple[Triple | Block, ...]
    start: int
    end: int

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables that it can bind."""
        return frozenset[str]().union(*(element.variables for element in self.elements))

    @property
    def triples(self) -> list[Triple]:
        """The triple patterns that stand in it directly."""
        return [element for element in self.elements if isinstance(element, Triple)]

    @property
    def blocks(self) -> list[Block]:
        """What else stands in it."""
        return [element for element in self.elements if isinstance(element, Block)]


Element = Triple | Block

_SHOWN = 200  # characters of a FILTER or VALUES that is named


def written(element: Element) -> str:
    """Return an element as it is evaluated, so that others may follow."""
    return f"{element.text} ." if isinstance(element, Triple) else joined(element.tokens)


def shown(element: Element) -> str:
    """Return an element as it stands in the query, if need be shortened."""
    return element.shown if isinstance(element, Triple) else cut(joined(element.tokens))


def cut(text: str) -> str:
    """Return text that is to be named, if need be shortened."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def variables(of: Iterable[Token]) -> frozenset[str]:
    """Return the names of the variables among some tokens."""
    return frozenset(token.text[1:] for token in of if token.kind == "variable")


def joined(of: Sequence[Token]) -> str:
    """Return tokens as text, with one space where there is anything between them."""
    parts, end = [], None
    for token in of:
        parts.append(token.text if end in {None, token.start} else f" {token.text}")
        end = token.end
    return "".join(parts)


def every_group(group: Group) -> Iterator[Group]:
    """Yield a group and all groups in it, in the order of the text."""
    yield group
    for block in group.blocks:
        for inner in block.groups:
            yield from every_group(inner)
