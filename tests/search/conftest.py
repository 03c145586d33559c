"""A small graph of which each part of a search finds something, and its index."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from clausegraph.search import Index, write

SMALL = Path(__file__).with_name("small.ttl")


@pytest.fixture(scope="session")
def small() -> Store:
    """The small graph."""
    found = Store()
    found.load(path=SMALL, format=RdfFormat.TURTLE)
    return found


@pytest.fixture(scope="session")
def index(small: Store, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of the small graph."""
    path: Path = tmp_path_factory.mktemp("index") / "search"
    write(small, path)
    return Index.open(path)


@pytest.fixture(scope="session")
def shipped(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of the graph that ships."""
    path = tmp_path_factory.mktemp("shipped") / "search"
    write(store, path)
    return Index.open(path)
