"""Small releases, quick to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from clausegraph.releases import Folder

GRAPHS = "https://example.org/graph/"


@dataclass(frozen=True)
class Content:
    """A release of as many triples as it is told to have, two of them in both of its graphs."""

    release: str
    triples: int = 5

    def lines(self) -> Iterator[str]:
        """Yield its N-Quads."""
        for graph, numbers in (("a", range(2)), ("b", range(self.triples))):
            for number in numbers:
                yield f'<urn:s> <urn:p> "{number}" <{GRAPHS}{graph}> .\n'


@pytest.fixture
def content() -> Callable[[int], Content]:
    """Make the content of the release that a number stands for."""
    return lambda number: Content(f"{number:064x}")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder that is not there yet."""
    return Folder(tmp_path / "all" / "releases")
