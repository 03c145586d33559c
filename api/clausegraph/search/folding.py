"""Folding: text as tokens that are the same however a word is written.

Case, accents, full width, apostrophes, British or American spelling and the plural do not matter. A
character of a script that puts no blanks between words is a token of its own, so that a word of any
length is found as a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from clausegraph.search import spelling

LONGEST = 100  # characters of a token; what comes after them does not count
AND = "and"

_SOLID = (  # Han, kana, bopomofo; and the signs that stand for a character of theirs
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9d\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_APOSTROPHES = "'\u2018\u2019\u02bc`\u00b4\uff07"
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"  # may stand within a word, unseen
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_LETTER = f"(?:(?![{_SOLID}])[^\\W_])"
_TOKEN = re.compile(
    f"[{_SOLID}]|{_LETTER}(?:{_LETTER}|[{_MARKS}{_INVISIBLE}]|[{_APOSTROPHES}](?={_LETTER}))*+"
)
_ASCII_TOKEN = re.compile("[A-Za-z0-9]+(?:['`][A-Za-z0-9]+)*")  # the same, twice as fast
_SOLID_TOKEN = re.compile(f"[{_SOLID}]")
_AMPERSAND = re.compile("[&\uff06]")
_ASIDE = re.compile(f"[{_APOSTROPHES}{_INVISIBLE}]")


class Token(NamedTuple):
    """A token, and the code points of the text that it was made from."""

    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, in order."""
    for match in _token_in(text).finditer(text):
        if token := fold(match[0]):
            yield Token(token, match.start(), match.end())


def folded(text: str) -> list[str]:
    """Return the tokens of a text, without their places."""
    return [token for word in _token_in(text).findall(text) if (token := fold(word))]


def begun(text: str) -> list[str]:
    """Return the tokens of a text whose last word may go on: that one is not spelt anew."""
    found = _token_in(text).findall(text)
    if not found:
        return []
    return [*(token for word in found[:-1] if (token := fold(word))), bare(found[-1])]


def _token_in(text: str) -> re.Pattern[str]:
    """Return what finds the words of a text."""
    return _ASCII_TOKEN if text.isascii() else _TOKEN


def is_solid(token: str) -> bool:
    """Whether a token is a character that words are written with, without blanks between."""
    return _SOLID_TOKEN.fullmatch(token) is not None


def key(text: str) -> str:
    """Return what two spellings of one label have in common: its tokens, without what is between,
    since `cyber security`, `cyber-security` and `cybersecurity` are one."""
    return joined(folded(text))


def signed(text: str) -> tuple[str, ...]:
    """Return the key of a label in which `&` is spelt `and`; none where there is no such sign."""
    return (joined(_spelled(text)),) if _AMPERSAND.search(text) else ()


def keys(text: str) -> tuple[str, ...]:
    """Return the keys under which a label that is looked up may stand: between two words, `&` and
    `and` are spellings of each other, and a sign is in no key but that of `signed`. Letters are no
    words: `A and I` is not AI."""
    spelled = _spelled(text)
    left = [token for at, token in enumerate(spelled) if not _joins(spelled, at)]
    found = (folded(text), spelled, left)
    return tuple(dict.fromkeys(joined(each) for each in found if each))


def _spelled(text: str) -> list[str]:
    return folded(_AMPERSAND.sub(f" {AND} ", text))


def _joins(spelled: Sequence[str], at: int) -> bool:
    """Whether the token at a place is an `and` between two words."""
    if spelled[at] != AND or at in {0, len(spelled) - 1}:
        return False
    return all(len(token) > 1 or is_solid(token) for token in (spelled[at - 1], spelled[at + 1]))


def joined(tokens: Iterable[str]) -> str:
    """Return the key of a label that has these tokens."""
    return "".join(tokens)[: 4 * LONGEST]


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return the token that a word of a text makes."""
    return spelling.normal(bare(word))


def bare(word: str) -> str:
    """Return a word without case, accents, width and apostrophes, its letters as they are spelt."""
    word = _ASIDE.sub("", word)
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word)
        kept = (mark for mark in decomposed if not unicodedata.combining(mark))
        word = "".join(mark for mark in kept if not mark.isspace())
    return word.casefold()[:LONGEST]
