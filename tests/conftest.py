"""Fixtures that every test area shares: the checkout, the built graph, a running service."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
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
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of the real service, started as a user starts it, ended by its process.

    It lives as long as the tests do: if it has ended before, that is an error, with what it said.
    """
    said = tmp_path_factory.mktemp("server") / "stderr.txt"
    command = [sys.executable, "-m", "clausegraph", "serve", "--port", "0", "--host", "127.0.0.1"]
    with said.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(command, stderr=stream)
    try:
        yield _announced_url(process, said)
        assert process.poll() is None, f"the service ended ({process.returncode}): {_end(said)}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _announced_url(process: subprocess.Popen[bytes], said: Path) -> str:
    """Wait for the line that says where the service listens."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        ended = process.poll() is not None
        if match := re.search(r"http://127\.0\.0\.1:\d+", said.read_text(encoding="utf-8")):
            return match[0]
        if ended:
            break
        time.sleep(0.05)
    process.kill()
    raise AssertionError(f"the service did not listen ({process.poll()}): {_end(said)}")


def _end(said: Path) -> str:
    """The last of what the service said."""
    return said.read_text(encoding="utf-8", errors="replace")[-4_000:]
