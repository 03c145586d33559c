"""Answers that are found by the bytes of a request: the same ones, for whoever asks the same."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from clausegraph.web.answercache import AnswerCache, Kept
from clausegraph.web.recall import Recall
from clausegraph.web.record import KEY, Record

THING = "/doc/concept/mit-risk-domain/3.1"
PAGES = [THING, f"{THING}.html", "/ontology.ttl", "/api/documents", "/context/1.jsonld", "/shapes"]
PASSING = {"date", "clausegraph-request", "clausegraph-cache"}


def steady(answer: httpx.Response) -> dict[str, str]:
    """Return the fields of an answer that do not name the request."""
    return {name: value for name, value in answer.headers.items() if name not in PASSING}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_an_answer_is_the_same_the_second_time(
    client: httpx.Client, path: str, coding: str
) -> None:
    """Fields and body, coded or not; and it says that it was kept."""
    headers = {"Accept-Encoding": coding, "Accept": "*/*;q=0.5"}
    first, second, third = (client.get(path, headers=headers) for _ in range(3))
    assert second.headers["clausegraph-cache"] == third.headers["clausegraph-cache"] == "hit"
    assert steady(first) == steady(second) == steady(third)
    assert first.content == second.content == third.content
    assert second.headers.get("content-encoding", "identity") == coding
    head = client.head(path, headers=headers)
    assert (steady(head), head.content) == (steady(first), b"")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_what_the_client_holds_is_not_sent_from_the_kept_ones(
    client: httpx.Client, path: str, coding: str
) -> None:
    """RFC 9110, sections 13.1.2 and 15.4.5: 304 has the tag, Vary and Cache-Control of the 200."""
    headers = {"Accept-Encoding": coding}
    for _ in range(2):
        whole = client.get(path, headers=headers)
    tag = whole.headers["etag"]
    for held in (tag, f'W/{tag}, "x"', "*"):
        again = client.get(path, headers={**headers, "If-None-Match": held})
        assert (again.status_code, again.content) == (304, b"")
        for name in ("etag", "vary", "cache-control"):
            assert again.headers[name] == whole.headers[name]
        assert not {"content-type", "content-encoding"} & again.headers.keys()
    assert client.get(path, headers={**headers, "If-None-Match": '"x"'}).status_code == 200


def test_each_way_of_asking_has_its_own_answer(client: httpx.Client) -> None:
    """RFC 9111, section 4.1: what an answer was chosen by is part of what it is found by."""
    asked: list[dict[str, str]] = [
        {"Accept": "text/turtle"},
        {"Accept": "application/n-triples"},
        {"Accept": "text/html"},
        {"Accept": "text/html", "Accept-Language": "zh"},
        {"Accept": "text/turtle", "Host": "one.example.org"},
        {"Accept": "text/turtle", "Host": "two.example.org"},
    ]
    url = "/doc/document/ai-safety-commitments"
    first = [client.get(url, headers=headers) for headers in asked]
    again = [client.get(url, headers=headers) for headers in asked]
    assert [steady(answer) for answer in first] == [steady(answer) for answer in again]
    assert [answer.content for answer in first] == [answer.content for answer in again]
    assert len({answer.headers["etag"] for answer in first}) == len(asked)


def test_data_are_found_whatever_the_language(client: httpx.Client) -> None:
    """Languages choose labels on pages only, so that they part no other answers."""
    url = f"{THING}.nt?languages"
    client.get(url, headers={"Accept-Language": "fr"})
    assert client.get(url, headers={"Accept-Language": "ja"}).headers["clausegraph-cache"] == "hit"


@pytest.mark.parametrize("path", ["/health", "/ready", "/doc/document/nothing", "/metrics"])
def test_what_is_not_public_or_not_found_is_not_kept(client: httpx.Client, path: str) -> None:
    """RFC 9111, section 5.2.2."""
    for _ in range(3):
        assert client.get(path).headers.get("clausegraph-cache") != "hit"


@pytest.mark.parametrize(
    ("cache", "is_found"), [("public, max-age=60", True), ("no-cache", False), ("private", False)]
)
def test_what_is_to_be_asked_for_anew_is_not_found_by_its_bytes(
    cache: str, *, is_found: bool
) -> None:
    """RFC 9111, section 5.2.2.4: it depends on more than them, though a route keeps it too."""
    tag, asked = '"one"', []
    fields = [
        (b"etag", tag.encode()),
        (b"cache-control", cache.encode()),
        (b"clausegraph-cache", b"miss"),
    ]
    answers = AnswerCache(2**20)
    answers.put(Kept("", tag, tuple(fields), b"text"))

    async def route(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        asked.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": b"text"})

    recall = Recall(route, answers, lambda: "release")

    async def ask() -> None:
        transport = httpx.ASGITransport(_recorded(recall))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            for _ in range(2):
                assert (await client.get("/data")).text == "text"

    asyncio.run(ask())
    assert len(asked) == (1 if is_found else 2)


def _recorded(app: ASGIApp) -> ASGIApp:
    """Put a record into each scope, as the outermost layer does."""

    async def recorded(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, KEY: Record("1", "127.0.0.1")}, receive, send)

    return recorded


def test_another_release_has_other_answers(serve: Callable[..., Any], tmp_path: Path) -> None:
    """A kept answer is one of its release."""
    file = tmp_path / "one.ttl"
    text = (
        "<https://w3id.org/clausegraph/id/document/one> a"
        " <https://w3id.org/clausegraph/ontology#Document> ;"
        ' <http://purl.org/dc/terms/title> "%s"@en .'
    )
    file.write_text(text % "Before", encoding="utf-8")
    service = serve("--data", str(file))
    for _ in range(3):
        before = httpx.get(f"{service.url}/doc/document/one.nt")
    assert '"Before"' in before.text
    file.write_text(text % "After", encoding="utf-8")
    service.process.send_signal(signal.SIGHUP)
    service.wait_for("(?s)release [0-9a-f]{12}.*release [0-9a-f]{12}")
    for _ in range(100):
        after = httpx.get(f"{service.url}/doc/document/one.nt")
        if after.headers["clausegraph-release"] != before.headers["clausegraph-release"]:
            break
        time.sleep(0.05)
    assert '"After"' in after.text
    held = {"If-None-Match": before.headers["etag"]}
    assert httpx.get(f"{service.url}/doc/document/one.nt", headers=held).status_code == 200
