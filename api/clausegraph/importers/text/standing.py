"""Whether what looks like a number stands where a clause would begin, or in running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from clausegraph.importers.text.lines import Line
from clausegraph.importers.text.marks import BARE, DECIMAL, Mark


class Standing(IntEnum):
    """How sure it is; the value is the weight of a mark among others in a row."""

    RUNNING = 0
    WEAK = 1
    FIRM = 3


_LEADS_ON = re.compile(
    r"(?:\b(?:articles?|arts?\.|sections?|secs?\.|paragraphs?|points?|subsections?|subparagraphs?|"
    r"clauses?|rules?|chapters?|annex(?:es)?|in|of|to|with|within|under|by|from|see|the|a|an|pursuant|"
    r"per|than|about|least|most|between|against|for|artikel|absatz|abs\.|nach|gemäß|im|in|der|des|"
    r"l'|de|du|des|la|le|à|au|aux|del|los|las)"
    r"|依照|按照|根据|依据|违反|适用|符合|本法|本条例|本办法|本规定|第|至|以及|[、和及或与])\s*$",
    re.IGNORECASE,
)
_JOINS = re.compile(r"(?:[,，]|\b(?:and|or|und|oder|et|ou|y|o))\s*$", re.IGNORECASE)
_ENDS = re.compile(
    r"[.;:!?…。；：！？\"'”’»）)\]】*|]\s*$|[;,，；]\s*(?:and|or)\s*$", re.IGNORECASE
)
_LISTED = re.compile(r"[,，]\s*$|\b(?:and|or|und|oder|et|ou|y|o)\s*$", re.IGNORECASE)
_CONNECTS = re.compile(r"[,;)、，；）%‰]|(?:OF|AND|OR|TO|IN|SHALL|UNDER|THEREOF|WAS|IS|ARE)\b")
# Only where nothing parts them from the number.
_CONNECTS_AT_ONCE = re.compile(r"规定|所列|所称|所述|的|至|和|与|及|或|第|款|项|中(?![国华央])")
_AMOUNT = re.compile(
    r"(?:million|billion|trillion|thousand|percent|per\s?cent|times|years?|months?|days?|hours?|"
    r"euros?|EUR|USD|RMB|GB|MB|kg|km|%|％)\b|[%％年月日万亿元]",
    re.IGNORECASE,
)
_POINTS_AWAY = re.compile(r"(?:of|above|below|thereof|and|or|to|shall)\b")
_SEEN = 400  # characters of a line that are looked at
_NARROWEST = 30  # characters; a text of lines all shorter than that is not broken to a width
_LONG = 0.7  # of the usual width, from which on a line is taken to go on in the next one


@dataclass(frozen=True)
class Page:
    """The text, its lines, and how wide they usually are."""

    text: str
    lines: Sequence[Line]
    width: int

    @classmethod
    def of(cls, text: str, lines: Sequence[Line]) -> Page:
        """Measure a text: three quarters of its lines are no wider than its width."""
        widths = sorted(len(line.text) for line in lines if not line.is_blank)
        return cls(text, lines, max(_NARROWEST, widths[len(widths) * 3 // 4] if widths else 0))

    def rest(self, mark: Mark) -> str:
        """Return what follows a mark on its line, as far as it can matter."""
        line = self.lines[mark.line]
        at = mark.rest - line.start
        return line.text[at : at + _SEEN]

    def tail(self, mark: Mark) -> str:
        """Return the end of a mark's line, after the mark."""
        line = self.lines[mark.line]
        return line.text[max(mark.end - line.start, len(line.text) - _SEEN) :]

    def before(self, mark: Mark) -> str:
        """Return the line right above that of a mark, or nothing where that is blank."""
        above = self.lines[mark.line - 1] if mark.line else None
        return "" if above is None or above.is_blank else above.text.rstrip()[-_SEEN:]

    def leads_on(self, text: str) -> bool:
        """Whether a line ends in a word after which a sentence goes on: `of`, `and`, `根据`."""
        return _LEADS_ON.search(text) is not None or _JOINS.search(text) is not None

    def starts_line(self, mark: Mark) -> bool:
        """Whether nothing but white space stands before a mark on its line."""
        line = self.lines[mark.line]
        return not line.text[: mark.start - line.start].strip("\ufeff\u3000 \t#*>_\u00a0\u200b")


def standing(page: Page, mark: Mark, marked: frozenset[int]) -> Standing:
    """Return how a mark stands; `marked` are the lines that begin with a mark."""
    rest, before = page.rest(mark), page.before(mark)
    if not page.starts_line(mark):
        return Standing.FIRM
    if _is_reference(mark, rest) or (before and _is_led_to(mark, rest, before)):
        return Standing.RUNNING
    if not before or mark.line - 1 in marked or _ENDS.search(before):
        return _unless_small(mark, rest)
    if not mark.is_absolute and _LISTED.search(before):
        return Standing.FIRM
    return Standing.WEAK if len(before) >= _LONG * page.width else _unless_small(mark, rest)


def _unless_small(mark: Mark, rest: str) -> Standing:
    """A title seldom begins with a small letter."""
    return Standing.WEAK if mark.style in {DECIMAL, BARE} and rest[:1].islower() else Standing.FIRM


def _is_reference(mark: Mark, rest: str) -> bool:
    """Whether what follows shows that a part is spoken of: `Article 3 of`, `5.1 million`."""
    if mark.is_division:
        at_once = mark.rest == mark.end and _CONNECTS_AT_ONCE.match(rest) is not None
        return at_once or rest[:1].islower() or _CONNECTS.match(rest) is not None
    if mark.style in {DECIMAL, BARE, "1.", "1)"}:
        return _AMOUNT.match(rest) is not None or rest.startswith((",", ";", ")"))
    return rest.startswith((",", ";", ")", "、", "，"))


def _is_led_to(mark: Mark, rest: str, before: str) -> bool:
    """Whether the line above leads on to it: `in accordance with`, `根据`."""
    if _LEADS_ON.search(before):
        return True
    if mark.is_absolute:
        return _JOINS.search(before) is not None
    is_joined = _JOINS.search(before) is not None and not _ENDS.search(before)
    return is_joined and _POINTS_AWAY.match(rest) is not None
