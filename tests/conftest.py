"""Fixtures that every test area shares: the checkout, the built graph, a running service."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lacking import lacking

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
def server() -> Iterator[str]:
    """The base URL of the real service, started as a user starts it, ended by its process."""
    command = [sys.executable, "-m", "clausegraph", "serve", "--port", "0", "--host", "127.0.0.1"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield _announced_url(process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def _announced_url(process: subprocess.Popen[str]) -> str:
    """Read the service's messages up to the line that says where it listens."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if match := re.search(r"http://127\.0\.0\.1:\d+", line):
            return match[0]
    raise AssertionError("the service ended before it listened:\n" + "".join(lines))
