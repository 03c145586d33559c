"""From the tokens of a query to its structure.

Only for text that the engine's own parser has taken: what is wrong is not found here, and what is
not understood (collections within paths, annotations of RDF 1.2) is Unreadable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from clausegraph.engine.diagnosis.cursor import Cursor, Unreadable
from clausegraph.engine.diagnosis.tree import Block, Group, Kind, Part, Select, Triple, joined
from clausegraph.engine.guard import FORMS
from clausegraph.sparql.tokens import Token, plain, tokens

MAXIMUM_BYTES = 20_000
MAXIMUM_NESTING = 30
MAXIMUM_TRIPLES = 200

_SINGLE = frozenset({"iri", "name", "number", "variable"})


def read(text: str) -> Select:
    """Return the structure of a query; raises Unreadable."""
    if len(text) > MAXIMUM_BYTES:
        raise Unreadable
    found = [token for token in tokens(text) if token.kind != "comment"]
    depth = 0
    for token in found:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth > MAXIMUM_NESTING or token.text == "\\":
            raise Unreadable
    first = next(
        (n for n, token in enumerate(found) if plain(token.text) in FORMS and token.kind == "word"),
        None,
    )
    if first is None:
        raise Unreadable
    return _Reader(text, found, first).query()


@dataclass
class _Reader(Cursor):
    """Reads one query; `nodes` are the variables that stand for blank nodes so far."""

    nodes: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def query(self) -> Select:
        """Read a query or sub-SELECT, from its form to its end or the bracket that closes it."""
        form = plain(self.peek().text)
        head = [self.take()]
        clauses: dict[str, tuple[Token, ...]] = {}
        if form == "CONSTRUCT" and self.peek().text == "{":
            head += self.balanced()
        elif form not in FORMS:
            raise Unreadable
        while self.peek().text not in {"{", "}", ""} and not self.is_clause():
            head += self.balanced()
        self.clauses(clauses)
        where = self.group() if self.peek().text == "{" else None
        self.clauses(clauses)
        if self.peek().text not in {"}", ""}:
            raise Unreadable
        return Select(form, tuple(head), where, clauses)

    def clauses(self, into: dict[str, tuple[Token, ...]]) -> None:
        """Read clauses up to the group or the end; several of one name are put together."""
        while self.is_clause():
            word = plain(self.peek().text)
            part = [self.take()]
            while self.peek().text not in {"}", ""} and not self.is_clause():
                if self.peek().text == "{" and word in {"FROM", "WHERE"}:
                    break
                part += self.balanced()
            into[word] = (*into.get(word, ()), *part)

    def group(self) -> Group:
        """Read a group with its brackets."""
        start = self.expect("{").start
        elements: list[Triple | Block] = []
        if self.is_word("SELECT"):
            begin = self.at
            select = self.query()
            inner = (select.where,) if select.where else ()
            elements.append(self.block("group", begin, groups=inner, select=select))
        else:
            while self.peek().text != "}":
                if self.peek().text == ".":
                    self.take()
                elif (block := self.other()) is not None:
                    elements.append(block)
                else:
                    elements += self.triples()
        return Group(tuple(elements), start, self.expect("}").end)

    def other(self) -> Block | None:
        """Read what is no triple pattern, if such a thing stands here."""
        token = self.peek()
        if token.text == "{":
            return self.union()
        word = plain(token.text) if token.kind == "word" else ""
        reader = self.words().get(word)
        return reader() if reader else None

    def words(self) -> dict[str, Callable[[], Block]]:
        """Return what reads the blocks that begin with a word."""
        return {
            "BIND": self.bind,
            "FILTER": self.filter,
            "GRAPH": self.graph,
            "MINUS": lambda: self.named("minus"),
            "OPTIONAL": lambda: self.named("optional"),
            "VALUES": self.values,
        }

    def named(self, kind: Kind) -> Block:
        """Read OPTIONAL or MINUS."""
        begin = self.at
        self.take()
        return self.block(kind, begin, groups=(self.group(),))

    def graph(self) -> Block:
        """Read GRAPH."""
        begin = self.at
        self.take()
        name = self.node()[0]
        return self.block("graph", begin, groups=(self.group(),), name=name)

    def bind(self) -> Block:
        """Read BIND."""
        begin = self.at
        self.take()
        self.balanced()
        return self.block("bind", begin)

    def values(self) -> Block:
        """Read VALUES."""
        begin = self.at
        self.take()
        names, data = self.balanced(), self.balanced()
        return self.block("values", begin, rows=_rows(names, data))

    def union(self) -> Block:
        """Read a group, or several with UNION between them."""
        begin = self.at
        groups = [self.group()]
        while self.is_word("UNION"):
            self.take()
            groups.append(self.group())
        kind: Kind = "group" if len(groups) == 1 else "union"
        return self.block(kind, begin, groups=tuple(groups))

    def filter(self) -> Block:
        """Read a FILTER."""
        begin = self.at
        self.take()
        kind: Kind = "filter"
        if self.is_word("NOT") and self.is_word("EXISTS", 1):
            self.take()
            kind = "not exists"
        elif self.is_word("EXISTS"):
            kind = "exists"
        if kind != "filter":
            self.take()
            return self.block(kind, begin, groups=(self.group(),))
        if self.peek().text != "(":
            self.take()
        if self.peek().text != "(":
            raise Unreadable
        self.balanced()
        return self.block(kind, begin)

    def triples(self) -> list[Triple]:
        """Read the triple patterns of one subject."""
        subject, inner = self.node()
        if subject.shown.startswith(("[", "(")) and self.peek().text in {".", "}"}:
            return inner
        made = self.properties(subject)
        if not made:
            raise Unreadable
        return [*inner, *made]

    def properties(self, subject: Part) -> list[Triple]:
        """Read verbs and objects up to what ends them."""
        made: list[Triple] = []
        start = subject.start
        while self.peek().text not in {".", "}", "]"}:
            if self.peek().text == ";":
                self.take()
                continue
            verb = self.verb()
            start = verb.start if made or subject.shown == "[]" else start
            while True:
                target, inner = self.node()
                made += [Triple(subject, verb, target, start), *inner]
                if len(made) > MAXIMUM_TRIPLES:
                    raise Unreadable
                if self.peek().text != ",":
                    break
                self.take()
                start = self.peek().start
            if self.other_follows():
                break
            if self.peek().text not in {";", ".", "}", "]"}:
                raise Unreadable
        return made

    def other_follows(self) -> bool:
        """Whether what is no triple pattern begins here, as it may without a full stop."""
        is_open = self.peek().text == "{" and self.peek(1).text != "|"
        return is_open or any(self.is_word(word) for word in self.words())

    def verb(self) -> Part:
        """Read a variable or a property path."""
        begin = self.at
        if self.peek().kind == "variable":
            return self.part(begin, [self.take()])
        self.path()
        return self.part(begin, self.found[begin : self.at])

    def path(self) -> None:
        """Go past a property path (SPARQL 1.1 Query, section 19.8, rules 88 to 96)."""
        while True:
            while self.peek().text in {"^", "!"}:
                self.take()
            if self.peek().text == "(":
                self.balanced()
            elif self.peek().kind in {"iri", "name"} or self.peek().text == "a":
                self.take()
            else:
                raise Unreadable
            if self.peek().text in {"?", "*", "+"}:
                self.take()
            if self.peek().text not in {"/", "|"}:
                return
            self.take()

    def node(self) -> tuple[Part, list[Triple]]:
        """Read a subject or object, and the triple patterns that stand in its brackets."""
        token, begin = self.peek(), self.at
        if token.text == "[":
            return self.brackets()
        if token.text == "(" or token.text.startswith("<<"):
            return self.part(begin, self.balanced()), []
        if token.kind == "blank":
            name = self.nodes.get(token.text) or self.fresh()
            self.nodes[token.text] = name
            self.take()
            return Part((Token("variable", name, token.start),), token.text), []
        self.term()
        return self.part(begin, self.found[begin : self.at]), []

    def term(self) -> None:
        """Go past a variable, IRI or literal."""
        token = self.take()
        if token.text in {"+", "-"}:
            self.take()
        elif token.kind == "string":
            if self.peek().kind == "language":
                self.take()
            elif self.peek().text == "^":
                self.at += 3
        elif token.kind not in _SINGLE and plain(token.text) not in {"TRUE", "FALSE"}:
            raise Unreadable

    def brackets(self) -> tuple[Part, list[Triple]]:
        """Read a blank node in brackets: its variable, and the patterns about it."""
        start = self.expect("[").start
        part = Part((Token("variable", self.fresh(), start),), "[]")
        inner = self.properties(part)
        self.expect("]")
        return part, inner

    def part(self, begin: int, taken: Sequence[Token]) -> Part:
        """Return a part of the tokens taken since `begin`; blank nodes within become variables."""
        if any(token.kind == "blank" for token in taken) or begin == self.at:
            raise Unreadable
        return Part(tuple(taken), joined(taken))

    def fresh(self) -> str:
        """Return a variable that the query does not have."""
        self.count += 1
        name = f"?node{self.count}"
        while name in self.text or f"${name[1:]}" in self.text:
            name += "_"
        return name

    def block(self, kind: Kind, begin: int, **known: object) -> Block:
        """Return a block of the tokens since `begin`."""
        taken = tuple(self.found[begin : self.at])
        return Block(kind, taken[0].start, taken[-1].end, taken, **known)  # type: ignore[arg-type]


def _rows(names: Sequence[Token], data: Sequence[Token]) -> int:
    """Return how many rows VALUES has, from the tokens of its variables and of its data."""
    if names[0].text == "(":
        return sum(token.text == "(" for token in data)
    kinds = {"iri", "name", "number", "string", "word"}
    typed = sum(token.text == "^" for token in data) // 2
    return sum(token.kind in kinds for token in data) - typed
