"""Fixtures that every test area shares: the checkout, the built graph, a running service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lacking import lacking
from services import served

if TYPE_CHECKING:
    from pyoxigraph import Store

    from clausegraph.build import Build

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with source documents, corpora and conformance suites, lent beside it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        reason = f"{folder} is not here: the lent source documents and corpora are needed"
        lacking(reason)
    return folder


@pytest.fixture(scope="session")
def built() -> Build:
    """The graph, built once from the checkout."""
    from clausegraph.build import build  # noqa: PLC0415 - so that collecting tests stays quick

    return build()


@pytest.fixture(scope="session")
def store(built: Build) -> Store:
    """The built graph as a store; tests only read it."""
    return built.store()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of the real service, started as a user starts it, ended by its process.

    It lives as long as the tests do: if it has ended before, that is an error, with what it said.
    """
    with served(tmp_path_factory.mktemp("server")) as url:
        yield url
