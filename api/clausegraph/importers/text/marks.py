"""Marks: what may be the number of a clause at the start of a line, each in its style.

`Article 3`, `Art. 3(2)(b)`, `Sec. 12(b)`, `§ 5`, `Chapter II`, `Annex I`, `第三条`, `第十二条之一`,
`5.1.2`, `1.`, `(a)`, `（一）` and their kin. Nothing is decided here but that it looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clausegraph.importers.text import numerals
from clausegraph.importers.text.lines import Line

# Words before a number, in the languages of many such texts, by the kind of part that they name.
_WORDS: dict[str, str] = {
    "annex": "annex|appendix|schedule|anhang|anlage|annexe|anexo|apéndice",
    "book": "book|buch|livre|libro",
    "part": "part|teil|partie|parte",
    "title": "title|titel|titre|título",
    "subtitle": "subtitle",
    "chapter": "chapter|kapitel|chapitre|capítulo",
    "subchapter": "subchapter",
    "section": "section|sec|abschnitt|sección|§§?",
    "article": "article|art|artikel|artículo",
    **{
        word: word for word in ("rule", "principle", "clause", "guideline", "commitment", "recital")
    },
}
_CHINESE_WORDS = {
    **dict.fromkeys(("编", "編", "篇", "部分"), "part"),
    "章": "chapter",
    **dict.fromkeys(("节", "節"), "section"),
    **dict.fromkeys(("条", "條"), "article"),
    **dict.fromkeys(("附件", "附录", "附錄"), "annex"),
}
# From the widest to the narrowest; an annex begins anew.
RANKS = tuple(_WORDS)

DECIMAL, BARE = "5.1", "5"
# A division counts in these steps, so that `12a` and `第十二条之一` stand between 12 and 13.
STEP = 100
_STYLE_OF = {word: style for style, words in _WORDS.items() for word in words.split("|")}
_STYLE_OF |= {"§": "section", "§§": "section"}

_NUMBER = (
    r"\d{1,4}(?:\.\d{1,3}){0,4}(?:\s?bis|\s?ter|\s?quater|-?[A-Za-z]{1,2})?|[IVXLCDM]{1,9}|[A-Z]"
)
_PATH = r"(?:\s?\((?:\d{1,3}|[A-Za-z]{1,4})\))*"
_PREFIX = r"[\s\ufeff\u200b\u3000]*(?:#{1,6}[ \t]+|>[ \t]*)?(?:\*\*|__)?[\s\u3000]*"
_WORD_MARK = re.compile(
    rf"(?P<word>{'|'.join(sorted(_STYLE_OF, key=len, reverse=True))})(?P<dot>\.?)"
    rf"(?P<gap>[ \t\u00a0]*)(?P<number>{_NUMBER})(?P<path>{_PATH})(?![\w(])",
    re.IGNORECASE,
)
_CHINESE_MARK = re.compile(
    rf"(?:第[ \u3000]?(?P<number>[{numerals.CHINESE}]{{1,7}}|\d{{1,4}})[ \u3000]?"
    r"(?P<word>编|編|篇|部分|章|节|節|条|條)"
    rf"(?:[之的](?P<suffix>[{numerals.CHINESE}]{{1,3}}|\d{{1,2}}))?"
    rf"|(?P<annex>附件|附录|附錄)[ \u3000]?(?P<place>[{numerals.CHINESE}]{{1,3}}|\d{{1,2}}))"
)
_DECIMAL_MARK = re.compile(r"\d{1,3}(?:[.．]\d{1,3}){1,5}[.．]?(?![\d.．%‰°])")
_BARE_MARK = re.compile(r"\d{1,3}(?=[ \t\u00a0\u3000]+\S)")
_ITEM_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("(1)", re.compile(r"[(（](\d{1,3})[)）]")),
    ("(一)", re.compile(rf"[(（]([{numerals.CHINESE}]{{1,4}})[)）]")),
    ("(a)", re.compile(r"\(([a-z]{1,2})\)")),
    ("(i)", re.compile(r"\(([ivxlc]{1,7})\)")),
    ("(A)", re.compile(r"\(([A-Z]{1,2})\)")),
    ("(I)", re.compile(r"\(([IVXLC]{1,7})\)")),
    ("1.", re.compile(r"(\d{1,3})(?:[．、]|\.(?=[^\d.]|$))")),
    ("1)", re.compile(r"(\d{1,3})[)）]")),
    ("一、", re.compile(rf"([{numerals.CHINESE}]{{1,4}})[、．.]")),
    ("a.", re.compile(r"([a-z])\.(?=\s|$)")),
    ("a)", re.compile(r"([a-z])\)")),
    ("i)", re.compile(r"([ivxlc]{1,7})\)")),
    ("i.", re.compile(r"([ivxlc]{1,7})\.(?=\s|$)")),
    ("I.", re.compile(r"([IVXLC]{1,7})\.(?=\s|$)")),
    ("A.", re.compile(r"([A-Z])\.(?=\s|$)")),
    ("①", re.compile(r"([\u2460-\u2473])")),
)
_ROMAN_STYLES = frozenset({"(i)", "(I)", "i)", "i.", "I."})
_ON_LINE = 4  # marks that may follow each other at once
# A list that begins on the line of its heading: `SEC. 3. DUTIES.—(a) In general`.
_INLINE = re.compile(r"[^.;:()]{3,150}\.(?:[—–]|\s+)(?=\((?:a|1|A|i)\)\s)")
_SEPARATORS = re.compile(
    r"[\s\u3000\u00a0]*(?:[.:：．]|[—–-]{1,2}(?=\s))?[\s\u3000\u00a0]*(?:\*\*|__)?[\s\u3000]*"
)


@dataclass(frozen=True)
class Reading:
    """A way to read a mark: its style, and its number, part by part."""

    style: str
    number: tuple[int, ...]


@dataclass(frozen=True)
class Mark:
    """What may be a number: where it stands, as it is printed, and how it may be read.

    `line` is an index into the lines; `start`, `end` and `rest` are code points of the text: the
    mark's own, and where its line goes on after it. `token` names it within an IRI.
    """

    line: int
    start: int
    end: int
    rest: int
    printed: str
    token: str
    readings: tuple[Reading, ...]

    @property
    def style(self) -> str:
        """The style of its first reading."""
        return self.readings[0].style

    @property
    def number(self) -> tuple[int, ...]:
        """The number of its first reading."""
        return self.readings[0].number

    @property
    def is_division(self) -> bool:
        """Whether a word names its kind: `Article 3`, `第三条`."""
        return self.style in RANKS

    @property
    def is_absolute(self) -> bool:
        """Whether it says by itself where it belongs: a division, or `5.1`."""
        return self.is_division or self.style == DECIMAL


def find(lines: list[Line]) -> list[Mark]:
    """Return the marks of a text, in its order."""
    return [mark for place, line in enumerate(lines) for mark in _on_line(place, line)]


def _on_line(place: int, line: Line) -> Iterator[Mark]:
    """Yield the mark that starts a line, and those that follow it at once: `Sec. 12. (a)`."""
    prefix = re.match(_PREFIX, line.text)
    at = prefix.end() if prefix else 0
    for turn in range(_ON_LINE):
        found = None if turn else _absolute(line.text, at)
        found = found or _item(line.text, at) or (None if turn else _bare(line.text, at))
        if found is None:
            return
        end, printed, token, readings = found
        after = _SEPARATORS.match(line.text, end)
        rest = after.end() if after else end
        yield Mark(
            place, line.start + at, line.start + end, line.start + rest, printed, token, readings
        )
        ahead = _INLINE.match(line.text, rest)
        at = ahead.end() if ahead else rest


_Found = tuple[int, str, str, tuple[Reading, ...]]


def _absolute(text: str, at: int) -> _Found | None:
    return _word(text, at) or _chinese(text, at) or _decimal(text, at)


def _word(text: str, at: int) -> _Found | None:
    """`Article 3`, `Art. 3(2)(b)`, `SEC. 12.`, `§ 5`, `Annex I`; never in small letters."""
    found = _WORD_MARK.match(text, at)
    if found is None or found["word"][0].islower():
        return None
    if not (found["gap"] or found["dot"] or found["word"][0] == "§"):
        return None
    style = _STYLE_OF[found["word"].lower()]
    readings = tuple(
        Reading(style, (*value, *_path(found["path"]))) for value in _values(found["number"])
    )
    if not readings:
        return None
    local = re.sub(r"[^a-z0-9.]+", "-", (found["number"] + found["path"]).lower()).strip("-")
    return found.end(), " ".join(found[0].split()), f"{style}-{local}", readings


def _values(text: str) -> list[tuple[int, ...]]:
    """Return what a number after a word may be: `3`, `5.1`, `12a`, Roman or a letter."""
    parts = re.fullmatch(r"(\d+(?:\.\d+)*)\s?(-?[A-Za-z]+)?", text)
    if parts:
        first, *others = (int(part) for part in parts[1].split("."))
        return [(first * STEP + numerals.suffix(parts[2] or ""), *others)]
    roman = numerals.roman(text) if text.isupper() else None
    letter = numerals.letters(text) if len(text) == 1 and text.isupper() else None
    return [(value * STEP,) for value in (roman, letter) if value is not None]


def _path(text: str) -> Iterator[int]:
    for part in re.findall(r"\(([^)]*)\)", text):
        yield numerals.arabic(part) or numerals.letters(part) or numerals.roman(part) or 0


def _chinese(text: str, at: int) -> _Found | None:
    """`第三条`, `第十二条之一`, `第一章`, `附件二`."""
    found = _CHINESE_MARK.match(text, at)
    if found is None:
        return None
    value = numerals.chinese(found["number"] or found["place"])
    if not value:
        return None
    style = _CHINESE_WORDS[found["word"] or found["annex"]]
    after = numerals.chinese(found["suffix"]) if found["suffix"] else None
    token = f"{style}-{value}" if after is None else f"{style}-{value}.{after}"
    number = (value * STEP + (after or 0),)
    return found.end(), re.sub(r"[ \u3000]", "", found[0]), token, (Reading(style, number),)


def _decimal(text: str, at: int) -> _Found | None:
    """`5.1`, `5.1.2.`; no amount, no date, no version that something else follows at once."""
    found = _DECIMAL_MARK.match(text, at)
    if found is None or not _stands_free(text, found.end()):
        return None
    printed = found[0].replace("．", ".").rstrip(".")
    number = tuple(int(part) for part in printed.split("."))
    return found.end(), printed, ".".join(map(str, number)), (Reading(DECIMAL, number),)


def _bare(text: str, at: int) -> _Found | None:
    """`5 Scope`, as standards number their sections."""
    found = _BARE_MARK.match(text, at)
    if found is None or text[found.end() :].lstrip()[:1].islower():
        return None
    value = int(found[0])
    return found.end(), found[0], str(value), (Reading(BARE, (value,)),)


def _item(text: str, at: int) -> _Found | None:
    """`(a)`, `1.`, `（一）` and their kin, in each way that they may be read."""
    readings, end, token = [], at, ""
    for style, pattern in _ITEM_MARKS:
        found = pattern.match(text, at)
        value = _item_value(style, found[1]) if found else None
        if found and value and (not end > at or found.end() == end):
            readings.append(Reading(style, (value,)))
            end, token = found.end(), token or _item_token(style, found[1], value)
    if not readings:
        return None
    return end, text[at:end].rstrip(".．、"), token, tuple(readings)


def _item_value(style: str, text: str) -> int | None:
    if style in _ROMAN_STYLES:
        return numerals.roman(text)
    if style == "①":
        return numerals.circled(text)
    if style in {"(一)", "一、"}:
        return numerals.chinese(text)
    return numerals.arabic(text) if text.isdecimal() else numerals.letters(text)


def _item_token(style: str, text: str, value: int) -> str:
    is_latin = text.isascii() and text.isalpha()
    return text.lower() if is_latin and style not in {"(一)", "一、"} else str(value)


def _stands_free(text: str, at: int) -> bool:
    """Whether a number ends where white space, a wide character or a capital follows."""
    after = text[at : at + 1]
    return (
        not after or after.isspace() or after in ".:：、*" or after.isupper() or after >= "\u3000"
    )
