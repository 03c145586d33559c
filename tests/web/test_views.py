"""The JSON-LD views: filters, pages, order, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
from pyld import jsonld as pyld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from clausegraph import jsonld
from clausegraph.web.views import MAXIMUM_LIMIT, VIEWS

Ask = Callable[[str], list[dict[str, str]]]
ID = "https://w3id.org/clausegraph/id/"
CG = "PREFIX cg: <https://w3id.org/clausegraph/ontology#> "
PATHS = [view.path.replace("{scheme}", "mit-risk-domain") for view in VIEWS]


def members(client: httpx.Client, path: str, **filters: str) -> list[str]:
    """Return the identifiers of a view's first page, below `id/`."""
    answer = client.get(path, params=filters)
    assert answer.status_code == 200, answer.text
    return [item["id"].removeprefix(ID) for item in answer.json()["member"]]


@pytest.mark.parametrize("path", PATHS)
def test_a_view_is_json_ld_with_the_hosted_context(client: httpx.Client, path: str) -> None:
    """JSON-LD 1.1; Hydra: PartialCollectionView."""
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/ld+json"
    document = answer.json()
    assert document["@context"] == "https://w3id.org/clausegraph/context/1.jsonld"
    assert list(document)[:3] == ["@context", "id", "type"]
    assert document["totalItems"] >= len(document["member"]) > 0
    assert document["view"]["id"].endswith("page=1")


@pytest.mark.parametrize("path", PATHS)
def test_a_view_says_the_same_in_turtle(client: httpx.Client, path: str) -> None:
    """JSON-LD 1.1 API: a processor that is not ours reads the same triples."""
    expanded = pyld.to_rdf(
        client.get(path, params={"limit": "7"}).json(),
        {"documentLoader": jsonld.load_context, "format": "application/n-quads"},
    )
    turtle = client.get(path, params={"limit": "7"}, headers={"Accept": "text/turtle"})
    left = Dataset(parse(expanded.encode(), RdfFormat.N_QUADS))
    right = Dataset(parse(turtle.content, RdfFormat.TURTLE))
    for each in (left, right):
        each.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    assert set(left) == set(right)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("limit", ["3", "100"])
def test_following_next_finds_every_item_once(client: httpx.Client, path: str, limit: str) -> None:
    """RFC 8288; the order is stable inside one release."""
    seen: list[str] = []
    url: str | None = f"{path}?limit={limit}"
    pages = 0
    while url and pages < 40:
        answer = client.get(url)
        document = answer.json()
        seen += [item["id"] for item in document["member"]]
        assert document["view"].get("next") == answer.links.get("next", {}).get("url")
        url = document["view"].get("next")
        pages += 1
    if url is None:
        assert len(seen) == document["totalItems"]
    assert len(seen) == len(set(seen))


def test_a_page_links_to_those_around_it(client: httpx.Client) -> None:
    """RFC 8288: first, prev, next and last."""
    links = client.get("/api/clauses", params={"limit": "100", "page": "2"}).links
    pages = {rel: httpx.URL(link["url"]).params.get("page") for rel, link in links.items()}
    assert pages["first"] == pages["prev"] == "1"
    assert pages["next"] == "3"
    assert int(pages["last"]) > 3


def test_documents_are_filtered(client: httpx.Client) -> None:
    """Each filter narrows the list to what the statements say."""
    chinese = members(client, "/api/documents", jurisdiction="china")
    assert "document/ai-safety-commitments" in chinese
    assert "document/nist2024" not in chinese
    assert members(client, "/api/documents", risk="2") == ["document/ai-safety-commitments"]
    assert members(client, "/api/documents", risk="mit-risk-domain:2.1") == members(
        client, "/api/documents", risk=f"{ID}concept/mit-risk-domain/2.1"
    )
    assert members(client, "/api/documents", actor="baidu") == ["document/ai-safety-commitments"]
    assert members(client, "/api/documents", force="soft-law", q="COMMITMENTS") == [
        "document/ai-safety-commitments"
    ]


def test_clauses_come_in_the_order_of_their_document(client: httpx.Client) -> None:
    """5.10 comes after 5.9."""
    found = members(client, "/api/clauses", document="ai-safety-governance-framework-v1")
    numbers = [item.rpartition("/")[2] for item in found]
    section = [item for item in numbers if item.startswith("5")]
    assert section == ["5", *(f"5.{place}" for place in range(1, 11))]


def test_a_mitigation_includes_the_narrower_ones(client: httpx.Client) -> None:
    """SKOS: broader, walked upwards."""
    found = members(client, "/api/clauses", mitigation="mit-mitigation-v2:3.1")
    assert [item.rpartition("/")[2] for item in found] == ["5.1", "5.2", "5.3"]


def test_concepts_come_as_a_tree_in_the_order_of_codes(client: httpx.Client) -> None:
    """SKOS: narrower concepts nested below broader ones."""
    tree = client.get("/api/concepts/mit-risk-domain").json()
    assert [item["notation"] for item in tree["member"]] == list("1234567")
    nested = [[below["notation"] for below in item["narrower"]] for item in tree["member"]]
    assert sum(map(len, nested)) == 24
    assert nested[5] == ["6.1", "6.2", "6.3", "6.4", "6.5", "6.6"]


def test_a_concept_is_found_by_another_spelling(client: httpx.Client, ask: Ask) -> None:
    """Alternative labels are searched."""
    rows = ask(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?s ?label WHERE { ?s skos:inScheme "
        f"<{ID}concept/mit-risk-domain> . ?s skos:altLabel ?label }} ORDER BY ?s ?label LIMIT 1"
    )
    found = members(client, "/api/concepts/mit-risk-domain", q=rows[0]["label"].upper())
    assert rows[0]["s"].removeprefix(ID) in found


def test_actors_are_filtered_by_role_and_document(client: httpx.Client) -> None:
    """Role and document are of one participation."""
    found = members(client, "/api/actors", role="signatory", document="ai-safety-commitments")
    assert found == ["actor/alibaba", "actor/baidu", "actor/huawei", "actor/tencent"]


def test_every_classification_says_who_says_so(client: httpx.Client) -> None:
    """No statement without agent, activity, source and review."""
    document = client.get("/api/classifications", params={"limit": "50"}).json()
    for item in document["member"]:
        assert item["attributedTo"]["id"].startswith(f"{ID}actor/")
        assert item["generatedBy"]["activityKind"]["id"].startswith(f"{ID}concept/activity-kind/")
        assert item["source"]
        assert item["effectiveReviewStatus"]["notation"]


def test_classifications_are_filtered(client: httpx.Client, ask: Ask) -> None:
    """The counts are those of SPARQL."""
    document = f"<{ID}document/ai-safety-commitments>"
    count = ask(CG + f"SELECT (COUNT(*) AS ?n) WHERE {{ ?c cg:classifies {document} }}")[0]["n"]
    answer = client.get("/api/classifications", params={"document": "ai-safety-commitments"})
    assert answer.json()["totalItems"] == int(count)
    narrowed = {"document": "ai-safety-commitments", "scheme": "mit-risk-domain"}
    assert client.get("/api/classifications", params=narrowed).json()["totalItems"] == 9
    inferred = {"document": "ai-safety-commitments", "agent": "clausegraph"}
    assert 0 < client.get("/api/classifications", params=inferred).json()["totalItems"] < int(count)


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_filter_is_400_and_lists_the_known(client: httpx.Client, path: str) -> None:
    """No filter is passed over in silence."""
    answer = client.get(path, params={"colour": "red"})
    assert answer.status_code == 400
    assert "limit, page" in answer.json()["hint"]


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=1.5", "limit=0", "limit=501", "page=1&page=2",
     "page=99999999999999999999", "limit=%D9%A3"],
)  # fmt: skip
def test_an_impossible_page_is_400(client: httpx.Client, query: str) -> None:
    """Pages count from 1, and are at most 500 long."""
    assert client.get(f"/api/documents?{query}").status_code == 400


def test_a_page_after_the_last_is_404(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.5."""
    assert client.get("/api/documents?page=99").status_code == 404


@pytest.mark.parametrize(
    ("path", "filters", "listed"),
    [
        ("/api/documents", {"risk": "9"}, "7.6"),
        ("/api/documents", {"jurisdiction": "atlantis"}, "china"),
        ("/api/classifications", {"review": "perhaps"}, "preliminary"),
        ("/api/classifications", {"concept": "2.1"}, "prefix:name"),
        ("/api/clauses", {"document": "<x> } DROP ALL #"}, "prefix:name"),
    ],
)
def test_a_value_that_nobody_knows_is_400_and_lists_the_known(
    client: httpx.Client, path: str, filters: dict[str, str], listed: str
) -> None:
    """An empty list would be a false answer."""
    answer = client.get(path, params=filters)
    assert answer.status_code == 400
    assert listed in json.dumps(answer.json())


def test_a_known_value_that_nothing_has_is_an_empty_list(client: httpx.Client) -> None:
    """Nothing found is an answer."""
    answer = client.get("/api/documents", params={"q": "no such words"})
    assert answer.status_code == 200
    assert answer.json()["totalItems"] == 0
    assert answer.json()["member"] == []


def test_an_unknown_scheme_is_404_and_lists_the_schemes(client: httpx.Client) -> None:
    """RFC 9110, section 15.5.5."""
    answer = client.get("/api/concepts/nothing")
    assert answer.status_code == 404
    assert "mit-risk-domain" in answer.json()["suggestions"]


def test_text_is_sought_as_text(client: httpx.Client) -> None:
    """A parameter is a term, never a piece of the query."""
    for text in ('") } #', "'; DROP ALL", "\\", "$items", "?item", '"""'):
        answer = client.get("/api/documents", params={"q": text})
        assert answer.status_code == 200
        assert answer.json()["member"] == []


def test_openapi_describes_every_view_and_its_filters(client: httpx.Client) -> None:
    """OpenAPI 3.1: from the tables that serve the views."""
    paths = client.get("/openapi.json").json()["paths"]
    for view in VIEWS:
        described = {item["name"] for item in paths[view.path]["get"]["parameters"]}
        assert set(view.known) <= described
    assert {"get", "post"} <= set(paths["/sparql"])


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_examples_in_openapi_work(client: httpx.Client, view) -> None:
    """An example that is shown is an example that runs, and finds something."""
    path = view.path.replace("{scheme}", "mit-risk-domain")
    for item in view.filters:
        answer = client.get(path, params={item.name: item.example})
        assert answer.status_code == 200, (item.name, answer.text)
        assert answer.json()["totalItems"] > 0 or item.name in {"type", "level"}, item.name


@pytest.mark.parametrize("path", PATHS)
def test_the_longest_page_is_served(client: httpx.Client, path: str) -> None:
    """What is offered works: no cap on queries is met by those that the service makes itself."""
    answer = client.get(path, params={"limit": MAXIMUM_LIMIT})
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert len(document["member"]) == min(document["totalItems"], MAXIMUM_LIMIT)
