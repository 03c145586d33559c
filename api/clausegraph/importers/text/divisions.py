"""Marks that say by themselves where they belong: which of them count, and how they nest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clausegraph.importers.text.finding import Finding
from clausegraph.importers.text.marks import DECIMAL, RANKS, STEP, Mark
from clausegraph.importers.text.sequence import Number, in_order
from clausegraph.importers.text.standing import Page, Standing

_FAR = 10  # a number this far ahead of the last one, which none follows, is no next one


@dataclass(frozen=True)
class Weighed:
    """A mark with the reading that was chosen for it, and how it stands."""

    mark: Mark
    style: str
    number: Number
    standing: Standing
    is_bare: bool = False

    @property
    def start(self) -> int:
        """Where it stands in the text."""
        return self.mark.start


@dataclass(frozen=True)
class Accepted:
    """The marks of one style that count; `restarts` where they begin anew in each wider part."""

    marks: list[Weighed]
    restarts: bool


def ranks(marks: Sequence[Weighed]) -> list[str]:
    """Return the kinds of division that occur, widest first.

    Sections hold articles in most laws, and articles sections in some: what is held comes in rows.
    """
    divisions = [mark.style for mark in marks if mark.style in RANKS]
    order = [style for style in RANKS if style in divisions]
    if "section" in order and "article" in order:
        pairs = list(pairwise(divisions))
        rows = [pairs.count((style, style)) for style in ("section", "article")]
        is_first = divisions.index("article") < divisions.index("section")
        if rows[0] > rows[1] or (rows[0] == rows[1] and is_first):
            order.remove("section")
            order.insert(order.index("article") + 1, "section")
    return order


def accept(
    page: Page, marks: Sequence[Weighed], wider: Sequence[Weighed], findings: list[Finding]
) -> Accepted:
    """Return which marks of one style count, given those of wider styles that do."""
    annexes = [mark.start for mark in wider if mark.style == "annex"]
    whole = list(_parts(marks, annexes))
    parted = list(_parts(marks, [mark.start for mark in wider]))
    best_whole, best_parted = ([_best(part) for part in parts] for parts in (whole, parted))
    is_more = sum(map(len, best_parted)) > sum(map(len, best_whole))
    restarts = is_more and any(_is_first(part[0]) for part in best_parted[1:] if part)
    chosen = (parted, best_parted) if restarts else (whole, best_whole)
    kept: list[Weighed] = []
    for part, best in zip(*chosen, strict=True):
        good = _plausible(best)
        findings.extend(_passed_over(page, part, good))
        findings.extend(_irregular(page, good))
        kept += good
    return Accepted(sorted(kept, key=lambda mark: mark.start), restarts or len(whole) > 1)


def shown(style: str, number: Number) -> str:
    """Return a number for a message."""
    if style not in RANKS:
        return ".".join(map(str, number))
    head, after = divmod(number[0], STEP)
    extra = f"-{after}" if after else ""
    return f"{style} {head}{extra}" + "".join(f"({part})" for part in number[1:])


def _parts(marks: Sequence[Weighed], borders: Sequence[int]) -> Iterator[list[Weighed]]:
    """Yield the marks between borders, empty parts left out."""
    edges = sorted(borders)
    part: list[Weighed] = []
    passed = 0
    for mark in marks:
        now = passed
        while now < len(edges) and edges[now] < mark.start:
            now += 1
        if now != passed and part:
            yield part
            part = []
        passed = now
        part.append(mark)
    if part:
        yield part


def _best(part: Sequence[Weighed]) -> list[Weighed]:
    """Return the marks in a best row, each number once: best the one that stands firm."""
    chosen = in_order([mark.number for mark in part], [int(mark.standing) for mark in part])
    known: dict[Number, Weighed] = {}
    for mark, is_good in zip(part, chosen, strict=True):
        if is_good:
            first = known.setdefault(mark.number, mark)
            if mark.standing > first.standing:
                known[mark.number] = mark
    return sorted(known.values(), key=lambda mark: mark.start)


def _is_first(mark: Weighed) -> bool:
    """Whether a number is one with which a row begins."""
    return mark.number[-1] <= 1 or mark.number == (STEP,)


def _plausible(best: Sequence[Weighed]) -> list[Weighed]:
    """Drop what stands weakly and is not next, and what lies far ahead and is alone."""
    kept: list[Weighed] = []
    for place, mark in enumerate(best):
        before = kept[-1].number if kept else None
        after = best[place + 1].number if place + 1 < len(best) else None
        if mark.standing == Standing.WEAK and not _follows(mark.style, before, mark.number):
            continue
        lone = after is None or not _follows(mark.style, mark.number, after)
        if lone and before is not None and _distance(mark.style, before, mark.number) > _FAR:
            continue
        kept.append(mark)
    return kept


def _follows(style: str, before: Number | None, number: Number) -> bool:
    """Whether a number is the next one: 5.2 or 6 after 5.1, 5.1.1 below it, 12a or 13 after 12."""
    if before is None:
        return number[-1] in {1, STEP}
    if len(number) > len(before):
        return number[: len(before)] == before and set(number[len(before) :]) == {1}
    head = number[:-1]
    return head == before[: len(head)] and 0 < _distance(style, before, number) <= 1


def _distance(style: str, before: Number, number: Number) -> int:
    """Return how far ahead a number is, in the first part in which the two differ."""
    for place, (old, new) in enumerate(zip(before, number, strict=False)):
        if old != new:
            step = STEP if place == 0 and style in RANKS else 1
            return new // step - old // step or 1
    return 1


def _passed_over(page: Page, part: Sequence[Weighed], good: Sequence[Weighed]) -> Iterator[Finding]:
    """Tell of each mark that does not count, and why."""
    taken = {mark.number: mark for mark in good}
    chosen = {mark.start for mark in good}
    for mark in part:
        if mark.start in chosen or mark.is_bare:
            continue
        line, name = page.lines[mark.mark.line].number, mark.mark.printed
        first = taken.get(mark.number)
        if first is not None:
            at = page.lines[first.mark.line].number
            message = f"'{name}' is a clause on line {at}: taken as running text here"
            yield Finding(line, "duplicate", message)
        else:
            message = f"'{name}' is out of the order of its kind: taken as running text"
            yield Finding(line, "running text", message)


def _irregular(page: Page, good: Sequence[Weighed]) -> Iterator[Finding]:
    """Tell of numbers that go back, and of those that are missing."""
    for before, mark in pairwise(good):
        if mark.number < before.number:
            message = f"'{mark.mark.printed}' comes after '{before.mark.printed}': kept where it is"
            yield Finding(page.lines[mark.mark.line].number, "backwards", message)
    lists: dict[Number, list[Weighed]] = {}
    for mark in sorted(good, key=lambda mark: mark.number):
        lists.setdefault(mark.number[:-1], []).append(mark)
    for head, members in lists.items():
        step = STEP if not head and members[0].style in RANKS else 1
        if head and members[0].number[-1] > 1:
            yield _gap(page, members[0], head, 1, members[0].number[-1] - 1)
        for before, mark in pairwise(members):
            last, this = before.number[-1] // step, mark.number[-1] // step
            if this > last + 1:
                yield _gap(page, mark, head, (last + 1) * step, (this - 1) * step)


def _gap(page: Page, mark: Weighed, head: Number, first: int, last: int) -> Finding:
    line, verb = page.lines[mark.mark.line].number, "is" if first == last else "are"
    if head and mark.style in RANKS:  # `12(b)` is printed in letters, and counted in numbers
        what = "1 number" if first == last else f"{last - first + 1} numbers"
    else:
        ends = (shown(mark.style, (*head, first)), shown(mark.style, (*head, last)))
        what = " to ".join(dict.fromkeys(ends))
    return Finding(line, "gap", f"{what} {verb} missing before '{mark.mark.printed}'")


def integers(marks: Sequence[Weighed]) -> list[Weighed]:
    """Return decimal marks and the whole numbers that head them: `5.` and `5 Scope` above 5.1."""
    parts = (mark for mark in marks if mark.style == DECIMAL and len(mark.number) > 1)
    heads = {mark.number[0]: mark.start for mark in parts}
    return [
        mark
        for mark in marks
        if mark.style == DECIMAL
        and not (mark.is_bare and heads.get(mark.number[0], -1) <= mark.start)
    ]
