"""Excerpts: the part of a text in which words were found, and where in it they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clausegraph.search import folding, spelling
from clausegraph.search.folding import Token
from clausegraph.search.words import Clause, Part, Typed

WIDE = 240  # characters of an excerpt
_BEFORE = 60  # characters before the first word that was found, where the text is longer
_MOST = 60  # matches of a text that are looked at
_READ = 2_000_000  # characters of a text that are looked through
_BLANK = 20  # characters within which an excerpt is begun and ended between words


class Mark(NamedTuple):
    """Where a match stands in a text, in code points, its end not included."""

    start: int
    end: int


@dataclass(frozen=True)
class Excerpt:
    """Some of a text from code point `start` on, with marks that count from its own beginning."""

    text: str
    start: int
    marks: tuple[Mark, ...]
    is_whole: bool


@dataclass(frozen=True)
class Sought:
    """The parts that are marked: those of clauses that are not excluded."""

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, clauses: Iterable[Clause]) -> Sought:
        """Return what is to be marked for some clauses."""
        wanted = (clause for clause in clauses if not (clause.excluded or clause.optional))
        return cls(_each(part for clause in wanted for part in clause.parts))

    @classmethod
    def typed(cls, text: str) -> Sought:
        """Return what is to be marked for a text that is still being typed."""
        return cls(_each(Typed.of(text).parts))

    def marks(self, text: str) -> tuple[Mark, ...]:
        """Return where the parts stand in a text, in order, none over another."""
        return tuple(mark for mark, _ in self._found(text))

    def excerpt(self, text: str) -> Excerpt | None:
        """Return the stretch of a text with the most different parts in it, or None where none of
        them occurs."""
        found = self._found(text)
        if not found:
            return None
        first = _best(found)
        start, end = _around(text, first)
        marks = tuple(
            Mark(mark.start - start, mark.end - start)
            for mark, _ in found
            if start <= mark.start and mark.end <= end
        )
        return Excerpt(text[start:end], start, marks, end - start == len(text))

    def _found(self, text: str) -> list[tuple[Mark, Part]]:
        """Return the first matches, in order, and the part that each is of."""
        if not self.parts:
            return []
        window: list[Token] = []
        longest = max(len(part.tokens) for part in self.parts)
        found: list[tuple[Mark, Part]] = []
        for token in folding.tokens(text[:_READ]):
            window = [*window[-longest + 1 :], token] if longest > 1 else [token]
            part = next((part for part in self.parts if _ends(part, window)), None)
            if part is None:
                continue
            mark = Mark(window[-len(part.tokens)].start, token.end)
            if found and mark.start < found[-1][0].end:
                mark = Mark(found.pop()[0].start, mark.end)
            found.append((mark, part))
            if len(found) == _MOST:
                break
        return found


def _each(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return parts, and other spellings of them as parts."""
    return tuple(each for part in parts for each in (part, Part(part.other)) if each.tokens)


def _ends(part: Part, window: Sequence[Token]) -> bool:
    """Whether a part ends with the last of some tokens."""
    size = len(part.tokens)
    if size > len(window):
        return False
    *before, last = (token.text for token in window[-size:])
    return tuple(before) == part.tokens[:-1] and _fits(part, last)


def _fits(part: Part, token: str) -> bool:
    wanted = part.tokens[-1]
    if not part.begins:
        return token == wanted
    return token == folding.fold(wanted) or token.startswith(tuple(spelling.begun(wanted)))


def _best(found: Sequence[tuple[Mark, Part]]) -> int:
    """Return where the stretch begins that has the most different parts, then the most matches."""
    best, start = (0, 0), found[0][0].start
    for place, (mark, _) in enumerate(found):
        inside = [part for each, part in found[place:] if each.end <= mark.start + WIDE - _BEFORE]
        worth = (len(set(inside)), len(inside))
        if worth > best:
            best, start = worth, mark.start
    return start


def _around(text: str, first: int) -> tuple[int, int]:
    """Return the stretch of a text around a match, begun and ended between words if it can be."""
    if len(text) <= WIDE:
        return 0, len(text)
    start = max(0, min(first - _BEFORE, len(text) - WIDE))
    end = min(len(text), start + WIDE)
    if start:
        blank = text.find(" ", start, min(start + _BLANK, first))
        start = blank + 1 if blank >= 0 else start
    if end < len(text):
        blank = text.rfind(" ", end - _BLANK, end)
        end = blank if blank > first else end
    return start, end
