"""Data that remember what they were asked, and what it cost: for those who write shapes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clausegraph.shacl.data import Data, Row
from clausegraph.shacl.results import Term


@dataclass(frozen=True)
class Step:
    """A query that was asked: how many rows it gave, and the seconds that this took."""

    query: str
    rows: int
    seconds: float


class Recorder:
    """Data that pass queries on, and keep a list of them in `steps`."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self.is_exact = data.is_exact
        self.has_exact = data.has_exact
        self.shapes_graph = data.shapes_graph
        self.steps: list[Step] = []

    def select(
        self, text: str, *, by_value: bool = False, bindings: Mapping[str, Term] | None = None
    ) -> Iterator[Row]:
        """Ask, and note the query and its cost."""
        start = time.perf_counter()
        rows = list(self._data.select(text, by_value=by_value, bindings=bindings))
        self.steps.append(Step(text, len(rows), time.perf_counter() - start))
        return iter(rows)

    def spelt(self, subject: Term, value: Term) -> Term:
        """Return a value as the input spells it."""
        return self._data.spelt(subject, value)
