"""A place in the tokens of a query, and the ways to go on from there."""

from __future__ import annotations

from dataclasses import dataclass

from clausegraph.sparql.tokens import Token, plain

_CLAUSES = frozenset("FROM GROUP HAVING LIMIT OFFSET ORDER VALUES WHERE".split())
_END = Token("end", "", 0)


class Unreadable(Exception):
    """The query is too long, too deep, or written in a way that is not understood here."""


@dataclass
class Cursor:
    """A place in the tokens of a query."""

    text: str
    found: list[Token]
    at: int

    def balanced(self) -> list[Token]:
        """Take one token, or all from an opening bracket to the one that closes it."""
        begin, depth = self.at, 0
        while True:
            token = self.take()
            depth += (token.kind == "open") - (token.kind == "close")
            if depth <= 0:
                return self.found[begin : self.at]

    def peek(self, ahead: int = 0) -> Token:
        """Return a token without taking it; after the last, one without text."""
        return self.found[self.at + ahead] if self.at + ahead < len(self.found) else _END

    def take(self) -> Token:
        """Return the next token and go past it."""
        token = self.peek()
        if token is _END:
            raise Unreadable
        self.at += 1
        return token

    def expect(self, text: str) -> Token:
        """Take a token that must be this one."""
        token = self.take()
        if token.text != text:
            raise Unreadable
        return token

    def is_word(self, word: str, ahead: int = 0) -> bool:
        """Whether the next token is that word."""
        token = self.peek(ahead)
        return token.kind == "word" and plain(token.text) == word

    def is_clause(self) -> bool:
        """Whether a clause of the query begins here."""
        return self.peek().kind == "word" and plain(self.peek().text) in _CLAUSES
