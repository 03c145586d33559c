"""Small changes to a query's text before it is evaluated, and the way back to the text as sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clausegraph.sparql.tokens import offset


@dataclass(frozen=True, order=True)
class Edit:
    """A stretch of the text, from offset `start` to `end`, and what stands there instead."""

    start: int
    end: int
    new: str


def apply(text: str, made: Iterable[Edit]) -> str:
    """Return `text` with the edits, which are in order, made."""
    parts, done = [], 0
    for edit in made:
        parts += [text[done : edit.start], edit.new]
        done = edit.end
    return "".join([*parts, text[done:]])


def origin(text: str, made: Sequence[Edit], place: tuple[int, int], back: int) -> int:
    """Return the offset into `text` that a line and column of the edited text, less `back` code
    points, come from."""
    where = max(0, offset(apply(text, made), *place) - back)
    for edit in made:
        if where <= edit.start:
            break
        where = max(edit.start, where - len(edit.new) + edit.end - edit.start)
    return where
