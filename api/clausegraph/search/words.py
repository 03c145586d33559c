"""What somebody typed, read: words, "phrases", beginnings*, -exclusions, and OR; nothing is an
error of syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clausegraph.errors import BadRequest
from clausegraph.search import folding

LONGEST = 1000  # characters that are typed
MOST = 100  # tokens in all
_TYPED = 20  # words of a name that is being typed

_QUOTES = {
    '"': '"',
    "\u201c": "\u201d",
    "\u201d": "\u201d",
    "\u201e": "\u201c\u201d",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
    "\u300c": "\u300d",
    "\u300e": "\u300f",
    "\uff02": "\uff02",
}
_OPENING = "".join(_QUOTES)
_MINUS = "-\u2212\uff0d"
_STAR = "*\uff0a"
_PIECE = re.compile(rf"([{_MINUS}]?)([{_OPENING}]|[^\s{_OPENING}]+)")
_DOTTED = re.compile(r"(?:[A-Za-z]\.){1,3}[A-Za-z]\.?")  # as U.S.
_CAPITALS = re.compile("[A-Z]{2,3}")
_OR = frozenset({"OR", "|"})
_AND = frozenset({"AND", "&", "\uff06", "+"})


class Part(NamedTuple):
    """What has to occur: tokens one after the other, of which the last may go on where it
    `begins`; or those of an `other` spelling, where there is one."""

    tokens: tuple[str, ...]
    begins: bool = False
    other: tuple[str, ...] = ()


class Clause(NamedTuple):
    """Parts of which one has to occur; or none of them, where it is `excluded`; or none has to,
    where it is `optional`, as `and`, which a name may have as `&`."""

    parts: tuple[Part, ...]
    excluded: bool = False
    optional: bool = False


_AS_WORD = Clause((Part((folding.AND,)),))
_AS_SIGN = _AS_WORD._replace(optional=True)


class _Said(NamedTuple):
    """A clause as it was typed; it `joins` others if it is an `and` that is not in quotes."""

    clause: Clause
    joins: bool


class Typed(NamedTuple):
    """What was typed so far of a name: its words, of which the last may go on."""

    text: str
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, text: str) -> Typed:
        """Read what was typed; what stands without blanks is one phrase."""
        pieces = text.split()[:_TYPED]
        parts = [_spelled(piece) for piece in pieces]
        if pieces and not text[-1:].isspace():
            tokens = tuple(folding.begun(pieces[-1]))
            is_open = bool(tokens) and not folding.is_solid(tokens[-1])
            parts[-1] = Part(tokens, is_open)
        read = tuple(part for part in parts if part.tokens)
        return cls(text, tuple(part for part in read if part.tokens != (folding.AND,)) or read)


def read(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text, all of which have to hold; none for a text without words.

    Raises BadRequest only for a text that is far too long.
    """
    if len(text) > LONGEST:
        raise BadRequest(
            f"{len(text):,} characters are too many to search for.",
            remedy=f"Search for at most {LONGEST:,}: a few words will do.",
        )
    typed: list[_Said] = []
    joins = False
    count = 0
    for sign, piece, is_quoted in _pieces(text):
        if not is_quoted and not sign and piece in _OR:
            joins = bool(typed)
            continue
        clause = _clause(sign, piece, is_quoted=is_quoted)
        if clause is None or (joins and clause.optional):
            continue
        count += len(clause.parts[0].tokens)
        last = typed[-1].clause if joins else None
        if last is not None and not (clause.excluded or last.excluded or last.optional):
            clause = Clause((*typed.pop().clause.parts, *clause.parts))
        joins = False
        said = _Said(clause, clause == _AS_SIGN or (clause == _AS_WORD and not is_quoted))
        if said not in typed:
            typed.append(said)
    if count > MOST:
        raise BadRequest(
            f"{count} words are too many to search for.", remedy=f"Search for at most {MOST}."
        )
    return _eased(typed)


def _eased(typed: Sequence[_Said]) -> tuple[Clause, ...]:
    """Return clauses of which `and` need not hold where there is something else to find."""
    if all(said.joins or said.clause.excluded for said in typed):
        return tuple(said.clause for said in typed if said.clause != _AS_SIGN)
    eased = (_AS_SIGN if said.joins else said.clause for said in typed)
    return tuple(dict.fromkeys(eased))


def _pieces(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the sign before each word or quotation, its text, and whether it stood in quotes; a
    quotation that is not closed ends with the text."""
    start = 0
    while match := _PIECE.search(text, start):
        sign, piece = match[1], match[2]
        start = match.end()
        if piece not in _QUOTES:
            yield sign, piece, False
            continue
        closing = _QUOTES[piece]
        end = next((i for i in range(start, len(text)) if text[i] in closing), len(text))
        follows = text[end + 1 : end + 2]
        star = follows if follows and follows in _STAR else ""
        yield sign, text[start:end] + star, True
        start = end + 1 + len(star)


def _clause(sign: str, piece: str, *, is_quoted: bool) -> Clause | None:
    """Return what a word or a quotation asks for, or None where there is no word in it."""
    if not is_quoted and piece in _AND:
        return _AS_SIGN
    part = _part(piece, is_quoted=is_quoted)
    return None if part is None else Clause((part,), bool(sign))


def _part(piece: str, *, is_quoted: bool) -> Part | None:
    """Return what a word or a quotation asks for; one word of several tokens, as 5.10 or
    risk-based, is a phrase."""
    if is_quoted:
        piece = piece.rstrip()
    begins = piece.endswith(tuple(_STAR))
    part = Part(tuple(folding.begun(piece)), begins) if begins else _spelled(piece)
    return part if part.tokens else None


def _spelled(piece: str) -> Part:
    """Return what a word asks for; an abbreviation of letters with and without full stops."""
    tokens = tuple(folding.folded(piece))
    if _DOTTED.fullmatch(piece):
        return Part(tokens, other=("".join(tokens),))
    if _CAPITALS.fullmatch(piece):
        return Part(tokens, other=tuple(piece.lower()))
    return Part(tokens)
