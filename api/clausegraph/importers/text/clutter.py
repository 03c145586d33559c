"""What looks like an outline and is none: tables of contents, page headers that run on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausegraph.importers.text.finding import Finding
from clausegraph.importers.text.marks import Mark
from clausegraph.importers.text.standing import Page

_LEADER = re.compile(r"(?:\.[ \t]?){3,}[ \t]*\d{1,4}\s*$|[…·・]+[ \t]*\d{1,4}\s*$|\t\d{1,4}\s*$")
_PAGED = re.compile(r"\S[ \u3000]{2,}\d{1,4}\s*$")
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-–—]?\s*\d{1,4}\s*[-–—]?|page\s+\d+(?:\s+of\s+\d+)?|第\s*\d+\s*页.*|\d+\s*/\s*\d+)\s*",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"\W*(?:table of )?contents\W*|\W*目\s*[录錄]\W*|\W*inhalt(?:sverzeichnis)?\W*|\W*sommaire\W*"
    r"|\W*table des matières\W*|\W*índice\W*",
    re.IGNORECASE,
)
_REPEATED = 3  # how often a line is there before it is a page header
_RUN = 3  # how many entries make a table of contents that is not called one
_SHARE = 0.8  # of the entries that come again further on


@dataclass(frozen=True)
class Cleared:
    """The marks that are left, and what was found of the others."""

    marks: list[Mark]
    findings: list[Finding]


def clear(page: Page, marks: Sequence[Mark]) -> Cleared:
    """Take out what belongs to a table of contents or to a page header."""
    findings: list[Finding] = []
    left = _without_headers(page, marks, findings)
    return Cleared(_without_contents(page, left, findings), findings)


def is_page_number(text: str) -> bool:
    """Whether a line holds the number of a page, and nothing else."""
    return bool(text.strip()) and _PAGE_NUMBER.fullmatch(text) is not None


def _without_headers(page: Page, marks: Sequence[Mark], findings: list[Finding]) -> list[Mark]:
    """Keep the first of the lines that are there three times, number and words alike."""
    words = {mark.line: " ".join(page.lines[mark.line].text.split()) for mark in marks}
    counts = Counter(words.values())
    seen: set[str] = set()
    kept, dropped = [], defaultdict(list)
    for mark in marks:
        text = words[mark.line]
        is_header = mark.is_absolute and counts[text] >= _REPEATED and page.rest(mark).strip()
        if is_header and text in seen:
            dropped[text].append(page.lines[mark.line].number)
            continue
        seen.add(text)
        kept.append(mark)
    for text, numbers in dropped.items():
        told = ", ".join(map(str, numbers[:5])) + (", ..." if len(numbers) > 5 else "")  # noqa: PLR2004
        message = f"'{text[:60]}' is there again on {len(numbers)} lines ({told}): a page header"
        findings.append(Finding(numbers[0], "header", message))
    return kept


def _without_contents(page: Page, marks: Sequence[Mark], findings: list[Finding]) -> list[Mark]:
    """Drop the entries of tables of contents: with page numbers, or there again."""
    keys = [_key(page, mark) for mark in marks]
    last = {key: place for place, key in enumerate(keys)}
    dropped: set[int] = set()
    for run in _runs(page, marks):
        again = sum(last[keys[place]] > run[-1] for place in run)
        paged = sum(_has_page(page, marks[place]) for place in run)
        is_called = _is_called(page, marks[run[0]])
        enough = len(run) >= _RUN or is_called
        if enough and (paged * 2 > len(run) or again >= _SHARE * len(run)):
            dropped.update(run)
            first, end = (page.lines[marks[place].line].number for place in (run[0], run[-1]))
            message = f"{len(run)} numbers on lines {first} to {end} are a table of contents"
            findings.append(Finding(first, "contents", message))
    return [mark for place, mark in enumerate(marks) if place not in dropped]


def _key(page: Page, mark: Mark) -> tuple[object, str]:
    """Return what makes an entry the same as another; of a list's item that takes its words too."""
    words = "" if mark.is_absolute else page.rest(mark).strip() or str(mark.start)
    return mark.readings[0], words


def _runs(page: Page, marks: Sequence[Mark]) -> Iterator[list[int]]:
    """Yield the runs of marks between which there is no text of their own."""
    run: list[int] = []
    known: set[object] = set()
    for place, mark in enumerate(marks):
        is_again = mark.readings[0] in known
        if run and (is_again or not _is_close(page, marks[run[-1]].line, mark.line)):
            yield run
            run, known = [], set()
        run.append(place)
        known.add(mark.readings[0])
    if run:
        yield run


def _is_close(page: Page, first: int, second: int) -> bool:
    between = page.lines[first + 1 : second]
    return all(line.is_blank or is_page_number(line.text) for line in between)


def _has_page(page: Page, mark: Mark) -> bool:
    tail = page.tail(mark)
    return _LEADER.search(tail) is not None or _PAGED.search(tail) is not None


def _is_called(page: Page, mark: Mark) -> bool:
    """Whether the last line above that says anything calls itself a table of contents."""
    above = (line.text for line in reversed(page.lines[: mark.line]) if not line.is_blank)
    return _CONTENTS.fullmatch(next(above, "")) is not None
