"""Lists within a clause, `(a)`, `1.`, `（一）`: which marks go on with which list, how deep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clausegraph.importers.text.finding import Finding
from clausegraph.importers.text.marks import BARE, Mark, Reading
from clausegraph.importers.text.standing import Page, Standing

# Styles that stand above all others, the widest first.
_WIDE = ("I.", "一、", "A.")
_JUMP = 3  # how far a list may leap and still be the same list


@dataclass(frozen=True)
class Item:
    """A mark that counts, its depth within its clause, from 0, and its number in its list."""

    mark: Mark
    depth: int
    value: int


@dataclass(frozen=True)
class _Open:
    """A list that goes on: its style and its last number."""

    style: str
    value: int


def nest(page: Page, marks: Sequence[tuple[Mark, Standing]], findings: list[Finding]) -> list[Item]:
    """Return the items among the marks of one clause, told apart by style and order."""
    items: list[Item] = []
    lists: list[_Open] = []
    for place, (mark, standing) in enumerate(marks):
        following = marks[place + 1][0] if place + 1 < len(marks) else None
        found = _place(lists, mark, standing, following)
        if found is None:
            _pass_over(page, lists, mark, findings)
            continue
        depth, reading = found
        value = reading.number[0]
        if depth < len(lists) and value > lists[depth].value + 1:
            findings.append(_gap(page, mark, value - lists[depth].value - 1))
        lists[depth:] = [_Open(reading.style, value)]
        items.append(Item(mark, depth, value))
    return items


def _place(
    lists: Sequence[_Open], mark: Mark, standing: Standing, following: Mark | None
) -> tuple[int, Reading] | None:
    """Return at what depth a mark goes on with a list or begins one, or None."""
    new = _beginning(lists, mark)
    if new is not None and following is not None and _goes_on(new, following):
        return _depth(lists, new), new
    for depth in range(len(lists) - 1, -1, -1):
        for reading in mark.readings:
            if reading == Reading(lists[depth].style, (lists[depth].value + 1,)):
                return depth, reading
    if new is not None:
        return _depth(lists, new), new
    if standing is Standing.FIRM:
        return _leap(lists, mark)
    return None


def _depth(lists: Sequence[_Open], new: Reading) -> int:
    """Return how deep a new list lies: below all others, but `I.` and `一、` above `1.`."""
    if new.style not in _WIDE:
        return len(lists)
    own = _WIDE.index(new.style)
    wide = [held.style in _WIDE and _WIDE.index(held.style) < own for held in lists]
    return wide.index(False) if False in wide else len(lists)


def _beginning(lists: Sequence[_Open], mark: Mark) -> Reading | None:
    """Return the reading by which a mark begins a list of a style that none has yet."""
    known = {held.style for held in lists} | {BARE}
    fitting = (r for r in mark.readings if r.number == (1,) and r.style not in known)
    return next(fitting, None)


def _goes_on(new: Reading, following: Mark) -> bool:
    """Whether the next mark can only go on with the new list: `(i)` before `(ii)`, after `(h)`."""
    return Reading(new.style, (2,)) in following.readings and len(following.readings) == 1


def _leap(lists: Sequence[_Open], mark: Mark) -> tuple[int, Reading] | None:
    """Return the list that a mark goes on with, some numbers left out."""
    for depth in range(len(lists) - 1, -1, -1):
        for reading in mark.readings:
            ahead = reading.number[0] - lists[depth].value
            if reading.style == lists[depth].style and 1 < ahead <= _JUMP:
                return depth, reading
    return None


def _pass_over(page: Page, lists: Sequence[_Open], mark: Mark, findings: list[Finding]) -> None:
    if all(reading.style == BARE for reading in mark.readings):
        return
    name, line = mark.printed, page.lines[mark.line].number
    held = {Reading(known.style, (known.value,)) for known in lists}
    if held.intersection(mark.readings):
        message = f"'{name}' is there again: taken as running text"
        findings.append(Finding(line, "duplicate", message))
    else:
        message = f"'{name}' goes on with no list and begins none: taken as running text"
        findings.append(Finding(line, "running text", message))


def _gap(page: Page, mark: Mark, missing: int) -> Finding:
    verb = "is" if missing == 1 else "are"
    plural = "number" if missing == 1 else "numbers"
    message = f"{missing} {plural} of its list {verb} missing before '{mark.printed}'"
    return Finding(page.lines[mark.line].number, "gap", message)
