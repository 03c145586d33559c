"""Scopes of rules: which triples a rule can look at, read from its text.

A rule whose patterns all name their predicate looks at the triples of these predicates only. A
type that it names with `a` leaves only the things of that class.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from clausegraph.build.rules import Rule
from clausegraph.build.terms import written
from clausegraph.build.usage import A
from clausegraph.sparql.tokens import Token, tokens
from clausegraph.vocabulary import prefixes

_PATH = frozenset("+/^|()")  # `*` and `?` also lead from what no triple names to itself
_SIGNS = frozenset(".;,{}")
_TERMS = frozenset({"A", "TRUE", "FALSE"})
_BEFORE_BRACES = frozenset({"WHERE", "OPTIONAL", "MINUS", "UNION", "NOT", "EXISTS"})
_BEFORE_PARENTHESES = frozenset({"BIND", "FILTER"})
_BEFORE_TERMS = frozenset({"SELECT", "DISTINCT", "GROUP", "BY", "VALUES", "HAVING"})


@dataclass
class Scope:
    """The triples that a rule can look at, or make: those of `predicates`, and the types that are
    `classes`, or all types."""

    predicates: set[bytes] = field(default_factory=set)
    classes: set[bytes] = field(default_factory=set)
    all_types: bool = False

    def has(self, other: Scope) -> bool:
        """Whether the two look at triples of the same predicate."""
        return bool(self.predicates & other.predicates)

    def sees(self, made: Scope) -> bool:
        """Whether a rule of this scope can look at a triple that another one makes."""
        if self.predicates & made.predicates or self.classes & made.classes:
            return True
        has_types = bool(made.classes) or made.all_types
        return (self.all_types and has_types) or (bool(self.classes) and made.all_types)

    def add(self, other: Scope) -> None:
        """Look at what the other one looks at, too."""
        self.predicates |= other.predicates
        self.classes |= other.classes
        self.all_types = self.all_types or other.all_types


class _UnknownError(Exception):
    """The text holds what is not understood here."""


def scope(rule: Rule) -> Scope | None:
    """Return the scope of a rule, or None where it may look at any triple."""
    try:
        return _Reader(rule.text).read()
    except (_UnknownError, IndexError):
        return None


def made(rule: Rule) -> Scope | None:
    """Return the scope of what a rule makes, or None where that may be any triple."""
    try:
        return _Reader(rule.text).template()
    except (_UnknownError, IndexError):
        return None


class _Reader:
    """Reads the patterns of a rule, or its template."""

    def __init__(self, text: str) -> None:
        self._tokens = [token for token in tokens(text) if token.kind != "comment"]
        self._spaces = dict(prefixes())
        self._found = Scope()
        self._place = 0
        self._pattern: list[Token] = []  # since the sign before
        self._sign = "{"

    def read(self) -> Scope:
        """Return what the patterns after the template look at."""
        self._prologue()
        self._expect("CONSTRUCT")
        self._skip("{", "}")
        while self._place < len(self._tokens):
            token = self._next()
            word = token.text.upper() if token.kind == "word" else ""
            if word and word not in _TERMS:
                self._word(word)
            elif token.text in _SIGNS:
                self._end(token.text)
            else:
                self._pattern.append(token)
        return self._found

    def template(self) -> Scope:
        """Return what the template makes."""
        self._prologue()
        self._expect("CONSTRUCT")
        self._expect("{")
        while (token := self._next()).text != "}":
            if token.text in _SIGNS:
                self._end(token.text)
            else:
                self._pattern.append(token)
        self._end(".")
        return self._found

    def _prologue(self) -> None:
        while self._tokens[self._place].text.upper() == "PREFIX":
            _, name, iri = self._next(), self._next(), self._next()
            self._spaces[name.text.removesuffix(":")] = iri.text[1:-1]

    def _next(self) -> Token:
        if self._place == len(self._tokens):
            raise _UnknownError
        self._place += 1
        return self._tokens[self._place - 1]

    def _expect(self, text: str) -> None:
        if self._next().text.upper() != text:
            raise _UnknownError

    def _skip(self, start: str, end: str) -> None:
        """Go behind what stands between a sign and its counterpart, which may be nested."""
        self._expect(start)
        depth = 1
        while depth:
            text = self._next().text
            if text.upper() == "EXISTS":
                raise _UnknownError
            depth += (text == start) - (text == end)

    def _word(self, word: str) -> None:
        """Take a keyword; it ends the pattern before it."""
        self._end(".")
        if word in _BEFORE_PARENTHESES:
            if self._tokens[self._place].text == "(":
                self._skip("(", ")")
        elif word in _BEFORE_TERMS:
            self._go_to_group()
            if word == "VALUES":
                self._skip("{", "}")
        elif word not in _BEFORE_BRACES:
            raise _UnknownError

    def _go_to_group(self) -> None:
        """Go behind variables and expressions, up to a word, a group, or the end of one."""
        while (token := self._tokens[self._place]).text not in "{}" and token.kind != "word":
            if token.text == "(":
                self._skip("(", ")")
            else:
                self._place += 1

    def _end(self, sign: str) -> None:
        """Take the pattern that ends here."""
        if self._pattern:
            if self._sign == ",":
                raise _UnknownError
            path = self._pattern[:-1] if self._sign == ";" else self._pattern[1:-1]
            self._take(path, self._pattern[-1])
            self._pattern.clear()
        self._sign = sign

    def _take(self, path: list[Token], target: Token) -> None:
        """Take a predicate, or a path, and what stands after it."""
        if not path or target.text in ("[", "]", ")"):
            raise _UnknownError
        for token in path:
            if token.text == "a":
                self._type(target, is_alone=len(path) == 1)
            elif token.text not in _PATH:
                self._found.predicates.add(self._iri(token))
        if A in self._found.predicates:
            raise _UnknownError

    def _type(self, target: Token, *, is_alone: bool) -> None:
        if is_alone and target.kind in ("iri", "name"):
            self._found.classes.add(self._iri(target))
        else:
            self._found.all_types = True

    def _iri(self, token: Token) -> bytes:
        """Return an IRI or a name as it is written in lines."""
        space, _, local = token.text.partition(":")
        if "\\" in token.text or token.kind not in ("iri", "name"):
            raise _UnknownError
        if token.kind == "iri" and "://" in token.text:
            return token.text.encode()
        if token.kind == "name" and space in self._spaces:
            return written(self._spaces[space] + local)
        raise _UnknownError
