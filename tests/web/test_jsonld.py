"""Every view and many documents, in every form of JSON-LD, read by a processor that is not ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

import processor
from clausegraph.formats import PROFILES

JSON_LD = "application/ld+json"
FORMS = ("", *PROFILES)  # and the one that comes unasked
OF_EACH_KIND = """SELECT ?thing WHERE {
  { SELECT ?kind (MIN(STR(?one)) AS ?thing) WHERE { ?one a ?kind } GROUP BY ?kind }
  UNION
  { SELECT ?kind (MAX(STR(?one)) AS ?thing) WHERE { ?one a ?kind } GROUP BY ?kind }
  FILTER(CONTAINS(?thing, "/clausegraph/id/") && !CONTAINS(?thing, "#"))
}"""


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> dict[str, Any]:
    """The paths that the service describes."""
    found: dict[str, Any] = client.get("/openapi.json").json()["paths"]
    return found


def views(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the address of each view, and of each of its filters by its example."""
    for path, item in described.items():
        content = item.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if not path.startswith("/api/") or JSON_LD not in content:
            continue
        parameters = item["get"].get("parameters", ())
        shown = {one["name"]: str(one["example"]) for one in parameters if "example" in one}
        placed = {one["name"] for one in parameters if one["in"] == "path"}
        needed = {
            one["name"]: shown[one["name"]]
            for one in parameters
            if one.get("required") and one["in"] == "query"
        }
        address = path.format(**shown)
        yield address, needed
        for name in shown.keys() - placed - needed.keys():
            if not name.startswith("_"):
                yield address, {**needed, name: shown[name]}


def triples(client: httpx.Client, path: str, parameters: dict[str, str]) -> processor.Triples:
    """Return what the Turtle of an address says."""
    answer = client.get(path, params=parameters, headers={"Accept": "text/turtle"})
    assert answer.status_code == 200, (path, parameters, answer.text)
    return processor.canonical(parse(answer.content, RdfFormat.TURTLE))


def check(
    client: httpx.Client, path: str, parameters: dict[str, str], forms: Sequence[str] = FORMS
) -> None:
    """Compare each form of an address with its Turtle."""
    expected = triples(client, path, parameters)
    for form in forms:
        asked = {**parameters, "_profile": form} if form else parameters
        answer = client.get(path, params=asked, headers={"Accept": JSON_LD})
        assert answer.status_code == 200, (path, asked, answer.text)
        assert processor.read(answer.content) == expected, (path, asked)


def test_every_view_says_the_same_in_every_form(
    client: httpx.Client, described: dict[str, Any]
) -> None:
    """JSON-LD 1.1 API, section 8.1: what Turtle says, nothing less or more; filtered as well."""
    found = list(views(described))
    assert len({path for path, _ in found}) >= 6
    seen: set[str] = set()
    for path, parameters in found:
        check(client, path, parameters, ("",) if path in seen else FORMS)
        seen.add(path)


def test_many_documents_say_the_same_in_every_form(client: httpx.Client) -> None:
    """JSON-LD 1.1 API, section 8.1: the first and the last thing of each kind."""
    answer = client.get("/sparql", params={"query": OF_EACH_KIND})
    rows = answer.json()["results"]["bindings"]
    paths = sorted({row["thing"]["value"].partition("/clausegraph/id/")[2] for row in rows})
    assert len(paths) > 30
    for path in paths:
        check(client, f"/doc/{path}", {})


def test_the_forms_are_described(described: dict[str, Any]) -> None:
    """OpenAPI 3.1: wherever a document can be asked for as JSON-LD in the address, so can its form."""
    for path, item in described.items():
        operation = item.get("get", {})
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        offered = operation.get("responses", {}).get("200", {}).get("content", {})
        if "_mediatype" in names and JSON_LD in offered:
            assert "_profile" in names, path


@pytest.mark.parametrize("path", ["/ontology", "/shapes", "/dataset"])
def test_the_vocabularies_say_the_same_in_every_form(client: httpx.Client, path: str) -> None:
    """JSON-LD 1.1 API, section 8.1: lists and all."""
    check(client, path, {})
