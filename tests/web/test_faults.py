"""What the service answers while its engine is down, or does what nobody foresaw."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from starlette.types import ASGIApp

from clausegraph.engine import (
    Answer,
    Diagnosis,
    EmbeddedEngine,
    Limits,
    Loaded,
    Query,
    Statistics,
)
from clausegraph.engine.interface import Symptom
from clausegraph.settings import Settings
from clausegraph.web import create_app


class Broken:
    """An engine with a fault of its own."""

    release = "0" * 64

    async def start(self) -> None:
        """Start nothing."""

    async def query(self, query: Query) -> Answer:
        """Fail as no engine should."""
        raise ZeroDivisionError(query.text)

    async def diagnose(self, query: Query, symptom: Symptom) -> Diagnosis | None:
        """Know nothing."""

    def statistics(self) -> Statistics:
        """Tell of nothing."""
        return Statistics(0, 0, 0, 0, {}, 0, 0, ())

    async def reload(self) -> None:
        """Reload nothing."""

    async def close(self) -> None:
        """Close nothing."""


def never() -> Loaded:
    """Load nothing: the engine is not started."""
    raise AssertionError("the engine was started")


def get(app: ASGIApp, path: str, accept: str = "*/*") -> httpx.Response:
    """Ask an application in this process."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers={"Accept": accept})

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "path", ["/sparql?query=ASK%7B%7D", "/id/document/x", "/api/documents", "/"]
)
def test_a_fault_is_500_without_a_trace_and_is_logged(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """RFC 9110, section 15.6.1; CWE-209: what failed is for the operator alone."""
    with caplog.at_level(logging.ERROR, logger="clausegraph.web"):
        answer = get(create_app(Broken(), Settings()), path)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/problem/internal")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ZeroDivisionError" not in answer.text
    assert any(record.exc_info for record in caplog.records)


def test_a_reader_gets_a_page_for_a_fault() -> None:
    """RFC 9457, section 3: the same facts, as HTML."""
    answer = get(create_app(Broken(), Settings()), "/", "text/html")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/sparql?query=ASK%7B%7D", "/id/document/x", "/doc/document/x", "/ready"]
)
def test_while_nothing_is_loaded_it_is_503_with_retry_after(path: str) -> None:
    """RFC 9110, section 15.6.4."""
    app = create_app(EmbeddedEngine(never, Limits()), Settings())
    answer = get(app, path)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert "clausegraph-release" not in answer.headers


def test_the_process_is_up_before_anything_is_loaded() -> None:
    """Health is of the process, readiness of the graph."""
    app = create_app(EmbeddedEngine(never, Limits()), Settings())
    assert get(app, "/health").status_code == 200
