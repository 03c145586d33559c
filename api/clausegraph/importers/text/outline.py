"""The outline of a numbered text: its clauses in order, what contains which, and what is odd."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from clausegraph.importers.text import clutter, divisions, items, marks
from clausegraph.importers.text.divisions import Weighed
from clausegraph.importers.text.finding import Finding
from clausegraph.importers.text.lines import cut
from clausegraph.importers.text.marks import BARE, DECIMAL, RANKS, Mark
from clausegraph.importers.text.standing import Page, Standing, standing

_WIDE = re.compile("[\u3400-\u9fff]")
_BRACKETED = re.compile(r"[(（].*[)）]$")
_LEAVES = frozenset(RANKS[RANKS.index("section") :])
_PREAMBLE = "preamble"
_SHORT = 80  # characters of a line that can head a section


@dataclass(frozen=True)
class Entry:
    """A clause: its number as one would cite it, its place, and its own passage of the text.

    `slug` ends its IRI; `parent` is that of the clause that contains it; `position` counts from 1
    among those with the same parent; `line` from 1. The passage, from code point `start` up to
    `end`, ends where the next clause begins. `rest` is where the text goes on after the number.
    """

    number: str
    slug: str
    parent: str | None
    position: int
    depth: int
    line: int
    start: int
    rest: int
    end: int
    is_division: bool
    is_item: bool


@dataclass(frozen=True)
class Outline:
    """The clauses of a text in their order, and what its reader should know, by line."""

    page: Page
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Node:
    """A mark that counts: the place of its parent among the nodes, and how it is cited.

    `is_cited_below` says that its number means nothing without that of its parent.
    """

    mark: Mark
    style: str
    parent: int | None
    is_cited_below: bool
    is_item: bool


def outline(text: str) -> Outline:
    """Return the outline of a text; without a numbered clause it has no entries."""
    page = Page.of(text, cut(text))
    found = marks.find(list(page.lines))
    marked = frozenset(mark.line for mark in found)
    stands = {mark.start: standing(page, mark, marked) for mark in found}
    cleared = clutter.clear(page, [mark for mark in found if stands[mark.start]])
    findings = list(cleared.findings)
    absolute, order = _absolute(page, cleared.marks, stands, findings)
    chosen = sorted((mark for held in absolute for mark in held.marks), key=lambda m: m.start)
    restarting = {held.marks[0].style for held in absolute if held.marks and held.restarts}
    nodes = _tree(chosen, order, restarting)
    taken = {mark.start for mark in chosen}
    left = [mark for mark in cleared.marks if mark.start not in taken and not mark.is_absolute]
    nodes = _with_items(page, nodes, [(mark, stands[mark.start]) for mark in left], findings)
    entries = tuple(_entries(page, nodes, findings))
    return Outline(page, entries, tuple(sorted(findings, key=lambda finding: finding.line)))


def _absolute(
    page: Page,
    found: Sequence[Mark],
    stands: Mapping[int, Standing],
    findings: list[Finding],
) -> tuple[list[divisions.Accepted], list[str]]:
    """Return the divisions that count, style by style from the widest, and then the decimals."""
    weighed = [_weigh(mark, stands[mark.start]) for mark in found if mark.is_absolute]
    weighed = _one_numeral(weighed)
    order = divisions.ranks(weighed)
    accepted: list[divisions.Accepted] = []
    wider: list[Weighed] = []
    for style in order:
        held = divisions.accept(
            page, [mark for mark in weighed if mark.style == style], wider, findings
        )
        accepted.append(held)
        wider += held.marks
    decimals = [mark for mark in weighed if mark.style == DECIMAL]
    if decimals and not any(mark.style in _LEAVES for mark in wider):
        heads = (_head(page, mark, stands[mark.start]) for mark in found)
        decimals += [head for head in heads if head is not None]
    decimals = divisions.integers(sorted(decimals, key=lambda mark: mark.start))
    if decimals:
        accepted.append(divisions.accept(page, decimals, wider, findings))
    return accepted, order


def _weigh(mark: Mark, how: Standing) -> Weighed:
    return Weighed(mark, mark.style, mark.number, how)


def _head(page: Page, mark: Mark, how: Standing) -> Weighed | None:
    """Read `5.` and `5 Scope` as what stands above 5.1; an empty line may vouch for the latter."""
    styles = {reading.style for reading in mark.readings}
    if not styles & {"1.", BARE}:
        return None
    is_vouched = not page.before(mark) and how is Standing.FIRM and _is_short(page.rest(mark))
    return Weighed(mark, DECIMAL, mark.number, how, is_bare=BARE in styles and not is_vouched)


def _is_short(rest: str) -> bool:
    return 0 < len(rest.strip()) <= _SHORT and rest.strip()[-1].isalnum()


def _one_numeral(weighed: Sequence[Weighed]) -> list[Weighed]:
    """Read a style's numerals in one way: `Annex C` as a letter, but if there is an `I`."""
    letters: dict[str, bool] = defaultdict(bool)
    for mark in weighed:
        several = len(mark.mark.readings) > 1
        if (
            not several
            and mark.mark.is_division
            and not re.search(r"\d|[IVXLCDM]$", mark.mark.printed)
        ):
            letters[mark.style] = True
    firsts = {mark.style for mark in weighed if re.search(r"\bI$", mark.mark.printed)}
    return [
        replace(mark, number=mark.mark.readings[-1].number)
        if len(mark.mark.readings) > 1 and (letters[mark.style] or mark.style not in firsts)
        else mark
        for mark in weighed
    ]


def _tree(chosen: Sequence[Weighed], order: Sequence[str], restarting: set[str]) -> list[_Node]:
    """Hang each mark below the narrowest part that is open and wider than it."""
    nodes: list[_Node] = []
    opened: list[tuple[Weighed, int]] = []
    for mark in chosen:
        while opened and not _contains(opened[-1][0], mark, order):
            opened.pop()
        parent = opened[-1][1] if opened else None
        below = mark.style in restarting and parent is not None
        nodes.append(_Node(mark.mark, mark.style, parent, below, is_item=False))
        opened.append((mark, len(nodes) - 1))
    return nodes


def _contains(outer: Weighed, inner: Weighed, order: Sequence[str]) -> bool:
    if outer.style == inner.style:
        head = outer.number
        return len(head) < len(inner.number) and inner.number[: len(head)] == head
    if outer.style == DECIMAL:
        return False
    return inner.style == DECIMAL or order.index(outer.style) < order.index(inner.style)


def _with_items(
    page: Page,
    nodes: Sequence[_Node],
    left: Sequence[tuple[Mark, Standing]],
    findings: list[Finding],
) -> list[_Node]:
    """Add the items of the lists of each clause, and of what comes before the first."""
    joined = list(nodes)
    starts = [node.mark.start for node in nodes]
    owned: dict[int, list[tuple[Mark, Standing]]] = defaultdict(list)
    for mark, how in left:
        owned[bisect(starts, mark.start) - 1].append((mark, how))
    for owner, own in sorted(owned.items()):
        line: list[int] = []
        for item in items.nest(page, own, findings):
            del line[item.depth :]
            parent = line[-1] if line else owner if owner >= 0 else None
            joined.append(
                _Node(item.mark, item.mark.style, parent, parent is not None, is_item=True)
            )
            line.append(len(joined) - 1)
    return joined


def _entries(page: Page, nodes: Sequence[_Node], findings: list[Finding]) -> Iterator[Entry]:
    """Yield the clauses in the order of the text, each named, counted and cut out."""
    has_divisions = any(not node.is_item for node in nodes)
    order = sorted(range(len(nodes)), key=lambda place: nodes[place].mark.start)
    ends = {a: nodes[b].mark.start for a, b in pairwise(order)}
    done: dict[int, Entry] = {}
    counts: Counter[str | None] = Counter()
    names, numbers = _Once(), _Once()
    for place in order:
        node = nodes[place]
        mark = node.mark
        parent = done[node.parent] if node.parent is not None else None
        above = parent.slug if parent else None
        plain = _slug(node, parent, before_all=has_divisions and node.is_item)
        slug = names.take(plain)
        if slug != plain:
            message = f"'{mark.printed}' would have the name {plain} a second time: it has {slug}"
            findings.append(Finding(page.lines[mark.line].number, "name", message))
        counts[above] += 1
        end = ends.get(place, len(page.text))
        done[place] = Entry(
            number=numbers.take(_number(node, parent)),
            slug=slug,
            parent=above,
            position=counts[above],
            depth=parent.depth + 1 if parent else 0,
            line=page.lines[mark.line].number,
            start=mark.start,
            rest=mark.rest,
            end=mark.start + len(page.text[mark.start : end].rstrip()),
            is_division=mark.is_division,
            is_item=node.is_item and parent is not None,
        )
        yield done[place]


class _Once:
    """Gives each text out once; what is asked for again gets `-2` and so on."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def take(self, text: str) -> str:
        """Return `text`, or what stands for it where that is taken."""
        chosen = text
        while self._given[chosen]:
            self._given[text] += 1
            chosen = f"{text}-{self._given[text]}"
        self._given[chosen] += 1
        return chosen


def _slug(node: _Node, parent: Entry | None, *, before_all: bool) -> str:
    if parent is not None and node.is_cited_below:
        return f"{parent.slug}-{node.mark.token}"
    return f"{_PREAMBLE}-{node.mark.token}" if before_all else node.mark.token


def _number(node: _Node, parent: Entry | None) -> str:
    """Return a number as one would cite it: `3(2)(b)` for a `(b)`, `5.1` as it is."""
    printed = node.mark.printed
    if parent is None or not node.is_cited_below:
        return printed
    is_wide = _WIDE.search(parent.number + printed) is not None
    if not node.is_item:
        return parent.number + printed if is_wide else f"{parent.number}, {printed}"
    if _BRACKETED.match(printed):
        return parent.number + printed
    bare = printed.rstrip(".．、)）")
    return parent.number + (f"（{bare}）" if is_wide else f"({bare})")
