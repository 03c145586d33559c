"""The OpenAPI description is true: every example that it shows is one that runs (OpenAPI 3.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

# What an example needs beside it, and what this graph has no example for.
NEEDED: Mapping[object, str] = {
    ("/cite", "answer"): "query",
    ("/cite", "default-graph-uri"): "query",
    ("/cite", "named-graph-uri"): "query",
    "/sparql": "query",
}
NONE = {
    ("/api/clauses", "force"),  # no document with clauses says so
    ("/api/clauses", "level"),  # no statement about a clause says so
    ("/api/documents", "status"),  # no document here has a status that anybody states
    ("/cite", "release"),  # each graph has one of its own
    ("/sparql", "digest"),  # so has each answer
}
EMPTY = {303, 302}

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Example:
    """One call that is shown: of an operation, with a parameter's example or without, and a body."""

    method: str
    path: str
    url: str
    query: Pairs
    body: tuple[str, object] | None
    responses: Mapping[str, Any]


@pytest.fixture(scope="module")
def paths(client: httpx.Client) -> Mapping[str, Any]:
    """The paths that are described."""
    found: Mapping[str, Any] = client.get("/openapi.json").json()["paths"]
    return found


def operations(paths: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield method, path and description of each operation."""
    for path, item in paths.items():
        for method, described in item.items():
            yield method, path, described


def pairs(parameter: Mapping[str, Any]) -> Pairs:
    """Return a parameter's example as it stands in a query string: a list is repeated."""
    shown = parameter["example"]
    return [
        (parameter["name"], str(each)) for each in (shown if isinstance(shown, list) else [shown])
    ]


def examples(method: str, path: str, described: Mapping[str, Any]) -> Iterator[Example]:
    """Yield the calls that an operation shows: as little as it needs, then one parameter each."""
    asked = {each["name"]: each for each in described["parameters"] if each["in"] == "query"}
    url = path
    for each in described["parameters"]:
        if each["in"] == "path":
            url = url.replace(f"{{{each['name']}}}", each["example"])
    needed = [pair for each in asked.values() if each["required"] for pair in pairs(each)]
    content = described.get("requestBody", {}).get("content", {})
    bodies = [(name, body["example"]) for name, body in content.items()] or [None]
    for body in bodies:
        yield Example(method, path, url, needed, body, described["responses"])
        for name, parameter in asked.items():
            if "example" not in parameter or parameter["required"]:
                continue
            beside = NEEDED.get((path, name)) or NEEDED.get(path, "") if body is None else ""
            also = pairs(asked[beside]) if beside and beside != name else []
            query = [*needed, *also, *pairs(parameter)]
            yield Example(method, path, url, query, body, described["responses"])


def send(client: httpx.Client, example: Example) -> httpx.Response:
    """Make the call."""
    sent: dict[str, Any] = {"params": example.query}
    if example.body is not None:
        media_type, body = example.body
        sent["headers"] = {"Content-Type": media_type}
        if media_type == "application/x-www-form-urlencoded":
            sent["data"] = body
        elif media_type == "multipart/form-data":
            assert isinstance(body, dict)
            del sent["headers"]  # It names the boundary, too.
            sent["files"] = {name: (None, value) for name, value in body.items()}
        else:
            sent["content"] = body if isinstance(body, str) else json.dumps(body)
    return client.request(example.method.upper(), example.url, **sent)


def fault(client: httpx.Client, example: Example) -> str:
    """Return what is wrong with the answer to a call, empty if nothing is."""
    answer = send(client, example)
    told = f"{example.method} {answer.url} {example.body}: {answer.status_code}"
    if str(answer.status_code) not in example.responses:
        return f"{told} is not described"
    if answer.status_code in EMPTY:
        return "" if "location" in answer.headers else f"{told} leads nowhere"
    if answer.status_code != 200 or not answer.content:
        return f"{told} {answer.text[:300]}"
    media_type = answer.headers["content-type"].partition(";")[0]
    if media_type not in example.responses["200"].get("content", {}):
        return f"{told} {media_type} is not described"
    return ""


def test_every_example_of_every_operation_works(
    client: httpx.Client, paths: Mapping[str, Any]
) -> None:
    """It has the status and the media type that are described, and says something."""
    calls = [call for each in operations(paths) for call in examples(*each)]
    assert len(calls) > 150
    assert [found for call in calls if (found := fault(client, call))] == []


def test_every_parameter_has_an_example_and_a_description(paths: Mapping[str, Any]) -> None:
    """Those in the path stand there; what has none is listed with its reason."""
    without = set()
    for method, path, described in operations(paths):
        parameters = described["parameters"]
        named = {each["name"] for each in parameters if each["in"] == "path"}
        assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}, path
        keys = [(each["in"], each["name"]) for each in parameters]
        assert len(keys) == len(set(keys)), (method, path)
        assert all(each["description"] for each in parameters), (method, path)
        without |= {(path, each["name"]) for each in parameters if not each.get("example")}
    assert without == NONE


def test_every_example_of_a_list_finds_something(
    client: httpx.Client, paths: Mapping[str, Any]
) -> None:
    """An example that finds nothing shows nothing; the end of a list has nothing after it."""
    calls = [call for each in operations(paths) for call in examples(*each)]
    for call in calls:
        if not call.path.startswith("/api/"):
            continue
        answer = send(client, call)
        if answer.headers["content-type"] == "application/ld+json":
            body = answer.json()
            assert body.get("member", True), call
            assert body.get("totalItems", 1) > 0, call
