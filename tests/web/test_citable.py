"""How an answer is cited: a permalink in its header, which gives the same bytes again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import httpx
import pytest

from services import QUERY, client_at

BASE = "https://w3id.org/clausegraph"
TABLE = "SELECT ?d WHERE { ?d a cg:Document } ORDER BY ?d LIMIT 3"
GRAPH = "CONSTRUCT { ?d a cg:Document } WHERE { ?d a cg:Document }"
LARGE = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"  # past what is held in memory
VOLATILE = "SELECT (NOW() AS ?now) WHERE { }"
_CITED = re.compile(rf'<{BASE}(/v/[0-9a-f]{{64}}/sparql\?[^>]*)>; rel="cite-as"')


@pytest.fixture
def plain(server: str) -> Iterator[httpx.Client]:
    """A client at an address of its own that takes no coding."""
    with client_at(server, "127.0.0.7") as client:
        yield client


def permalink(answer: httpx.Response) -> str:
    """Return the path of the address under which an answer says that it is cited."""
    match = _CITED.search(answer.headers["link"])
    assert match, answer.headers["link"]
    return match[1]


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+json", "*/*"])
@pytest.mark.parametrize("text", [TABLE, LARGE, "ASK { ?s ?p ?o }", GRAPH])
def test_a_permalink_gives_the_bytes_that_its_digest_names(
    plain: httpx.Client, text: str, accept: str
) -> None:
    """RFC 8574; the digest is that of the answer without a coding."""
    types = {"Accept": f"{accept}, */*;q=0.1"}
    answer = plain.get("/sparql", params={"query": text}, headers=types)
    found = permalink(answer)
    assert f"digest=sha-256:{hashlib.sha256(answer.content).hexdigest()}" in found
    again = plain.get(found)
    assert again.content == answer.content
    assert again.headers["content-type"] == answer.headers["content-type"]
    assert again.headers["cache-control"].endswith("immutable")
    assert "clausegraph-notice" not in again.headers


def test_each_way_of_asking_is_cited(plain: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1."""
    asked = plain.get("/sparql", params={"query": TABLE})
    posted = plain.post("/sparql", content=TABLE, headers={"Content-Type": QUERY})
    formed = plain.post("/sparql", data={"query": TABLE})
    queried = plain.request("QUERY", "/sparql", content=TABLE, headers={"Content-Type": QUERY})
    for answer in (posted, formed, queried):
        assert plain.get(permalink(answer)).content == asked.content


@pytest.mark.parametrize("more", [{}, {"output": "json"}, {"empty": "explain"}])
def test_an_answer_found_at_once_is_cited_as_the_first_was(
    plain: httpx.Client, more: dict[str, str]
) -> None:
    """Fresh, from the cache, and by the bytes of the request."""
    asked = {"query": f"# {more}\n{TABLE}", **more}
    links = [permalink(plain.get("/sparql", params=asked)) for _ in range(4)]
    assert len(set(links)) == 1
    assert plain.get(links[0]).status_code == 200


def test_the_dataset_is_a_part_of_what_is_cited(plain: httpx.Client) -> None:
    """SPARQL 1.1 Protocol, section 2.1.4."""
    asked = {"query": "SELECT ?s WHERE { ?s ?p ?o }", "default-graph-uri": f"{BASE}/graph/nothing"}
    answer = plain.get("/sparql", params=asked)
    assert answer.json()["results"]["bindings"] == []
    assert plain.get(permalink(answer)).content == answer.content


def test_another_answer_than_the_one_that_was_cited_says_so(plain: httpx.Client) -> None:
    """The digest of a permalink is checked when it is followed."""
    found = permalink(plain.get("/sparql", params={"query": TABLE}))
    wrong = plain.get(found[:-8] + "00000000")
    assert wrong.status_code == 200
    assert "not byte for byte" in wrong.headers["clausegraph-notice"]
    assert "clausegraph-notice" not in plain.get(found).headers


def test_what_changes_is_not_cited(plain: httpx.Client) -> None:
    """There is nothing that a permalink could give again."""
    assert "cite-as" not in plain.get("/sparql", params={"query": VOLATILE}).headers.get("link", "")


def test_a_query_too_long_for_a_header_has_no_permalink_in_it(plain: httpx.Client) -> None:
    """Its length would take the room of all other fields."""
    text = f"# {'x' * 5000}\n{TABLE}"
    answer = plain.post("/sparql", content=text, headers={"Content-Type": QUERY})
    assert answer.status_code == 200
    assert "link" not in answer.headers


def test_a_form_of_json_ld_is_cited_without_a_digest(plain: httpx.Client) -> None:
    """A permalink names a media type, and no form of it."""
    asked = {"query": GRAPH, "_profile": "expanded"}
    answer = plain.get("/sparql", params=asked)
    assert answer.headers["content-type"].startswith("application/ld+json")
    assert isinstance(answer.json(), list)
    assert "digest" not in permalink(answer)


def test_a_page_is_cited_as_its_query(plain: httpx.Client) -> None:
    """Its own bytes are no result."""
    answer = plain.get("/sparql", params={"query": TABLE}, headers={"Accept": "text/html"})
    assert "digest" not in permalink(answer)
    assert plain.get(permalink(answer)).status_code == 200


def test_what_is_unchanged_is_found_at_once(plain: httpx.Client) -> None:
    """RFC 9110, section 15.4.5, on whichever route."""
    for path in (f"/sparql?query={TABLE.replace(' ', '+')}", "/doc/concept/mit-risk-domain/4.3"):
        tags = {plain.get(path).headers["etag"] for _ in range(3)}
        assert len(tags) == 1
        held = plain.get(path, headers={"If-None-Match": tags.pop()})
        assert held.status_code == 304
        assert not held.content
        assert held.headers["vary"]
        assert held.headers["cache-control"].startswith("public")


ANSWERS = (
    *("/ontology", "/shapes", "/dataset", "/graph/release", "/doc/concept/mit-risk-domain/4.3"),
    *("/api/documents", "/api/documents.csv", "/api/coverage", "/api/gaps.csv", "/sparql"),
    *("/api/concepts/sector", "/resolve?name=sector:s03", "/dumps/clausegraph.nq.gz"),
)


@pytest.mark.parametrize("path", ANSWERS)
def test_whatever_holds_data_says_its_release_and_how_it_is_cited(
    plain: httpx.Client, path: str
) -> None:
    """RFC 8574; the address is under the name that stays, whichever host answers."""
    answer = plain.get(path)
    assert answer.status_code == 200
    assert re.fullmatch("[0-9a-f]{64}", answer.headers["clausegraph-release"])
    cited = re.search(r'<([^>]*)>; rel="cite-as"', answer.headers["link"])
    assert cited
    assert cited[1].startswith(BASE)
    assert plain.get(cited[1].removeprefix(BASE), follow_redirects=True).status_code == 200
