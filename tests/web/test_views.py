"""The JSON-LD views: what they say, what they are filtered by, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
from pyld import jsonld as pyld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from clausegraph import jsonld
from clausegraph.web.keyset import MAXIMUM_LIMIT
from clausegraph.web.lists import OFFERS
from clausegraph.web.views import VIEWS, View

Ask = Callable[[str], list[dict[str, str]]]
ID = "https://w3id.org/clausegraph/id/"
CG = "PREFIX cg: <https://w3id.org/clausegraph/ontology#> "
PATHS = [view.example for view in VIEWS]


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
    assert document["view"]["id"].endswith("limit=50")


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
    assert "sort, limit, after, before" in answer.json()["hint"]


def test_a_filter_that_is_almost_one_is_told_the_one_that_was_meant(client: httpx.Client) -> None:
    """Whoever mistypes is helped."""
    answer = client.get("/api/documents", params={"juristiction": "china"})
    assert answer.status_code == 400
    assert "Did you mean `jurisdiction`?" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["q=", "jurisdiction=", "q=a&q=b", "sort=title&sort=title"])
def test_a_filter_without_a_value_or_with_two_is_400(client: httpx.Client, query: str) -> None:
    """What nobody can have meant is not guessed at."""
    assert client.get(f"/api/documents?{query}").status_code == 400


@pytest.mark.parametrize(
    ("path", "filters", "listed"),
    [
        ("/api/documents", {"risk": "9"}, "7.6"),
        ("/api/documents", {"jurisdiction": "atlantis"}, "china"),
        ("/api/classifications", {"review": "perhaps"}, "preliminary"),
        ("/api/classifications", {"concept": "2.1"}, "prefix:name"),
        ("/api/clauses", {"document": "<x> } DROP ALL #"}, "prefix:name"),
        ("/api/documents", {"jurisdiction": "document-type:law"}, "china"),
        ("/api/sources", {"agent": "nobody"}, "clausegraph"),
        ("/api/actors", {"type": "jurisdiction:china"}, "framework"),
    ],
)
def test_a_value_that_nobody_knows_is_400_and_lists_the_known(
    client: httpx.Client, path: str, filters: dict[str, str], listed: str
) -> None:
    """An empty list would be a false answer."""
    answer = client.get(path, params=filters)
    assert answer.status_code == 400
    assert listed in json.dumps(answer.json())


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/documents", "jurisdiction=https://w3id.org/clausegraph/ontology%23Document"),
        ("/api/documents", f"concept={ID}document/nist2024"),
        ("/api/classifications", "scheme=mit-risk-domain:2.1"),
        ("/api/clauses", f"document={ID}document/ai-safety-governance-framework-v1/clause/5.9"),
    ],
)
def test_a_value_that_is_something_else_is_400(client: httpx.Client, path: str, query: str) -> None:
    """An empty list would say that it is such a thing, and that nothing has it."""
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert "is no such thing" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("jurisdiction", "x" * 1_900, 400),
        ("jurisdiction", "x" * 20_000, 400),
        ("q", "x" * 2_000, 200),
        ("q", "x" * 2_001, 400),
        ("q", "安" * 230, 400),
    ],
)
def test_a_value_without_end_is_not_repeated_whole(
    client: httpx.Client, name: str, value: str, status: int
) -> None:
    """An error is read by people; links repeat what is asked, and proxies take fields of some kB."""
    answer = client.get("/api/documents", params={name: value})
    assert answer.status_code == status
    assert sum(len(field) + len(content) for field, content in answer.headers.raw) < 16_384
    assert len(answer.content) < 2_000 or status == 200


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
        described = {item["name"]: item for item in paths[view.path]["get"]["parameters"]}
        assert set(view.known) <= set(described)
        assert described["sort"]["schema"]["default"] == view.sorts[0]
        assert set(described["sort"]["schema"]["enum"]) == {
            prefix + name for name in view.sorts for prefix in ("", "-")
        }
    assert {"get", "post"} <= set(paths["/sparql"])


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_examples_in_openapi_work(client: httpx.Client, view: View) -> None:
    """An example that is shown is an example that runs, and finds something."""
    described = client.get("/openapi.json").json()["paths"][view.path]["get"]["parameters"]
    shown = {item["name"]: item["example"] for item in described if "example" in item}
    path = view.path.replace("{scheme}", shown.pop("scheme", "") if view.scheme else "")
    assert set(view.known) - set(shown) <= {"level", "force", "status"}
    for name, example in shown.items():
        answer = client.get(path, params={name: example})
        assert answer.status_code == 200, (name, answer.text)
        if name.startswith("_"):
            assert example in answer.headers["content-type"]
        else:
            assert answer.json()["member"], name


@pytest.mark.parametrize("path", PATHS)
def test_the_longest_page_is_served(client: httpx.Client, path: str) -> None:
    """What is offered works: no cap on queries is met by those that the service makes itself."""
    answer = client.get(path, params={"limit": MAXIMUM_LIMIT})
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert len(document["member"]) == min(document["totalItems"], MAXIMUM_LIMIT)


def test_a_concept_includes_the_narrower_ones_and_the_clauses_of_a_document(
    client: httpx.Client,
) -> None:
    """One classification that says covered, of the document or of a clause in it."""
    framework = "document/ai-safety-governance-framework-v1"
    assert members(client, "/api/documents", concept="mit-mitigation-v2:3") == [framework]
    assert members(client, "/api/documents", concept="mit-mitigation-v2:3.1") == [framework]
    assert members(client, "/api/documents", concept="mit-mitigation-v2:3", level="2") == []


def test_what_is_stated_absent_is_no_coverage(client: httpx.Client, ask: Ask) -> None:
    """A statement that something is not mentioned is no statement that it is."""
    rows = ask(
        CG + "SELECT ?d ?c WHERE { ?s cg:statedAbsent true . ?s cg:concept ?c . ?s cg:classifies ?d"
        " . ?d a cg:Document . MINUS { ?o cg:classifies/cg:clauseOf? ?d . ?o cg:concept ?c ."
        " FILTER NOT EXISTS { ?o cg:statedAbsent true } } } ORDER BY ?d ?c"
    )
    assert rows
    for row in rows:
        found = members(client, "/api/documents", concept=row["c"])
        assert row["d"].removeprefix(ID) not in found


def test_filters_of_statements_are_about_one_statement(client: httpx.Client, ask: Ask) -> None:
    """Who says so and what is said belong together."""
    rows = ask(
        CG + "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX dcterms: <http://purl.org/dc/terms/>"
        f" SELECT DISTINCT ?d WHERE {{ ?s a cg:Classification ; cg:effectiveReviewStatus <{ID}"
        f"concept/review-status/preliminary> ; prov:wasAttributedTo <{ID}actor/clausegraph> ;"
        " cg:classifies/cg:clauseOf? ?d . ?d a cg:Document } ORDER BY ?d"
    )
    found = members(client, "/api/documents", agent="clausegraph", review="preliminary")
    assert sorted(found) == [row["d"].removeprefix(ID) for row in rows]


def test_clauses_are_filtered_by_what_their_document_is(client: httpx.Client) -> None:
    """A clause has its jurisdiction from its document."""
    found = members(client, "/api/clauses", jurisdiction="china", type="framework")
    assert found
    assert all(name.startswith("document/ai-safety-governance-framework-v1/") for name in found)


def test_text_is_sought_in_titles_other_titles_and_summaries(client: httpx.Client) -> None:
    """In any case of letters, and in any language."""
    framework = "document/ai-safety-governance-framework-v1"
    for text in ("SAFETY governance", "technical committee 260", "治理框架", "sorts RISKS of"):
        assert framework in members(client, "/api/documents", q=text), text


def test_the_sources_are_those_of_statements(client: httpx.Client) -> None:
    """What a document is classified on the ground of, and by whom."""
    found = members(client, "/api/sources", document="ai-safety-commitments")
    assert found == ["source/agora", "source/airi-navigator-1831"]
    preliminary = members(client, "/api/sources", review="preliminary")
    assert preliminary
    assert set(preliminary) < set(members(client, "/api/sources"))


def test_the_schemes_are_listed(client: httpx.Client, ask: Ask) -> None:
    """Each with the concepts at its top."""
    count = (
        "SELECT (COUNT(*) AS ?n) WHERE { ?s a <http://www.w3.org/2004/02/skos/core#ConceptScheme> }"
    )
    document = client.get("/api/concepts").json()
    assert document["totalItems"] == int(ask(count)[0]["n"])
    domains = next(item for item in document["member"] if item["id"].endswith("mit-risk-domain"))
    assert len(domains["hasTopConcept"]) == 7
    assert "concept/mit-risk-domain" in members(client, "/api/concepts", q="RISK")


@pytest.mark.parametrize("path", PATHS)
def test_each_syntax_has_a_suffix(client: httpx.Client, path: str) -> None:
    """It fixes the syntax whatever Accept says, and the address without it is the canonical one."""
    for syntax in OFFERS:
        answer = client.get(
            f"{path}{syntax.suffix}", params={"limit": "2"}, headers={"Accept": "image/png"}
        )
        assert answer.status_code == 200
        assert answer.headers["content-type"] == syntax.content_type
        assert httpx.URL(answer.links["canonical"]["url"]).raw_path == f"{path}?limit=2".encode()


def test_an_answer_is_cited_by_its_release(client: httpx.Client) -> None:
    """RFC 8574: the address that will always say the same."""
    answer = client.get("/api/documents", params={"q": "safety", "limit": "1"})
    release = answer.headers["clausegraph-release"]
    assert answer.links["cite-as"]["url"] == (
        f"https://w3id.org/clausegraph/v/{release}/api/documents?q=safety&limit=1"
    )


@pytest.mark.parametrize("path", PATHS)
def test_a_list_is_asked_for_again_at_no_cost(client: httpx.Client, path: str) -> None:
    """RFC 9110, section 13.1.2; and an answer that was given is kept."""
    first = client.get(path, params={"limit": "49"})
    again = client.get(path, params={"limit": "49"})
    assert again.headers["clausegraph-cache"] == "hit"
    assert again.content == first.content
    held = client.get(
        path, params={"limit": "49"}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert held.status_code == 304
    assert held.content == b""
    other = client.get(
        path,
        params={"limit": "49"},
        headers={"If-None-Match": first.headers["etag"], "Accept": "text/csv"},
    )
    assert other.status_code == 200
