"""Titles of clauses: what of a clause is its heading, and what is already its text."""

from __future__ import annotations

import re

from clausegraph.importers.text import clutter
from clausegraph.importers.text.outline import Entry
from clausegraph.importers.text.standing import Page

_LONGEST, _LONGEST_WIDE = 200, 60  # characters of a title, in narrow and in wide script
_SEEN = 2000  # characters of a clause that are looked at
_WIDE = re.compile("[\u3400-\u9fff]")
_BRACKETED = re.compile(
    r"[【\[［]([^】\]］]{1,60})[】\]］]|[（(]([^（）()\d]{2,40})[)）](?=[\s\u3000]|$)"
)
_DASHED = re.compile(r"([^.;:。—–]{3,150}?)\.?[—–]+(?=\S)")
_CAPITALS = re.compile(r"([A-Z][A-Z0-9 ,'’()&/-]{3,150})\.(?=\s|$)")
_OPEN_END = re.compile(r"[;；:：,，、]\s*$|[;,，；]\s*(?:and|or)\s*$")
_FULL_STOP = re.compile(r"[.。．]\s*$")
_SENTENCES = re.compile(r"[.!?][\"'”’)]?\s+[A-Z\u00c0-\u00de]|[。！？；][^\s]")
_SPACE = re.compile(r"[\s\u00a0\u3000\u200b]+")
# Characters set apart to fill a line: a title of two or three of them.
_SPREAD = re.compile("[\u3400-\u9fff](?: [\u3400-\u9fff])+")
_EDGES = " \t*_#.。．:：-–—"


def title(page: Page, entry: Entry) -> str | None:
    """Return the heading of a clause without its number, or None where it has none."""
    lines = _own_lines(page, entry)
    if not lines:
        return None
    first, body = lines[0], lines[1:]
    if not first:
        return _above_text(entry, body)
    if marked := _marked(entry, first):
        return marked
    if entry.is_item:
        return None
    heading, rest = _joined(page, first, body)
    goes_on = page.leads_on(heading) or (rest and rest[0][:1].islower())
    is_heading = not goes_on and _is_heading(heading, has_body=bool(rest))
    return _tidy(heading) if is_heading else None


def _marked(entry: Entry, first: str) -> str | None:
    """Return a heading that is set off by brackets, a dash or capitals on its line."""
    found = _DASHED.match(first) or _CAPITALS.match(first)
    if found is None and not entry.is_item:
        found = _BRACKETED.match(first)
    return _tidy(next(group for group in found.groups() if group)) if found else None


def _own_lines(page: Page, entry: Entry) -> list[str]:
    """Return the lines of a clause after its number; the first may be empty, the others are not."""
    own = page.text[entry.rest : min(entry.end, entry.rest + _SEEN)]
    if (
        page.text[entry.start : entry.rest].strip(" \t")
        != page.text[entry.start : entry.rest].strip()
    ):
        own = "\n" + own
    first, *others = re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", own)
    kept = [line.strip() for line in others if line.strip() and not clutter.is_page_number(line)]
    return [first.strip(), *kept]


def _above_text(entry: Entry, body: list[str]) -> str | None:
    """Return the line below a number that stands alone, as in laws of the European Union."""
    if entry.is_item or not body:
        return None
    line = body[0]
    if _FULL_STOP.search(line) or _OPEN_END.search(line) or len(line) > _longest(line):
        return None
    return None if line[:1].islower() or _SENTENCES.search(line) else _tidy(line)


def _joined(page: Page, first: str, body: list[str]) -> tuple[str, list[str]]:
    """Put together a heading that was broken over two lines, or three."""
    heading, rest = first, list(body)
    for _ in range(2):
        broken = not _FULL_STOP.search(heading) and not _OPEN_END.search(heading)
        if not (broken and rest and rest[0][:1].islower() and len(rest[0]) < page.width):
            break
        if len(rest) < 2:  # noqa: PLR2004 - what follows would be all the text there is
            break
        heading = f"{heading} {rest.pop(0)}"
    return heading, rest


def _is_heading(heading: str, *, has_body: bool) -> bool:
    if _OPEN_END.search(heading) or _SENTENCES.search(heading):
        return False
    if len(heading) > _longest(heading):
        return False
    if _WIDE.search(heading) and _FULL_STOP.search(heading):
        return False
    return has_body or not _FULL_STOP.search(heading)


def _longest(text: str) -> int:
    return _LONGEST_WIDE if _WIDE.search(text) else _LONGEST


def _tidy(text: str) -> str | None:
    words = _SPACE.sub(" ", text).strip(_EDGES)
    return (words.replace(" ", "") if _SPREAD.fullmatch(words) else words) or None
