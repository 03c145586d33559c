"""What the text of a query says, before anything is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from clausegraph.sparql import edits


class Reading(NamedTuple):
    """What a query's text says about it.

    `form` is the query form in capitals, empty where the text starts with none; `prologue` the
    declarations before it; `default_graphs` and `named_graphs` the IRIs and prefixed names after
    FROM and FROM NAMED. `unknown` maps each prefix that is used but neither declared nor registered
    to the offset of its first use; `registered` are those that are registered and used, not
    declared. `is_volatile`: asked again, it may get other bytes. `edits` make the text safe to
    evaluate.
    """

    text: str
    form: str
    prologue: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    unknown: Mapping[str, int]
    registered: tuple[str, ...] = ()
    is_volatile: bool = False
    edits: tuple[edits.Edit, ...] = ()

    @property
    def safe(self) -> str:
        """The text to evaluate."""
        return edits.apply(self.text, self.edits) if self.edits else self.text
