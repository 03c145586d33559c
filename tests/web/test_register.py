"""The register of names that are not in use any more: the only origin of 410 and 308."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from clausegraph.vocabulary import ID

SUFFIXES = (".ttl", ".jsonld", ".nt", ".rdf", ".html")
ENTRIES = """
@base <https://w3id.org/clausegraph/id/> .
@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<register/bidu> a cg:Withdrawal ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/actor/bidu"^^xsd:anyURI ;
    cg:rationale "重复录入。"@zh , "Entered twice."@en ;
    dcterms:date "2026-11-22"^^xsd:date ;
    dcterms:isReplacedBy <register/bidoo> .
<register/bidoo> a cg:Withdrawal ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/actor/bidoo"^^xsd:anyURI ;
    cg:rationale "Entered twice."@en ;
    dcterms:date "2026-11-21"^^xsd:date ;
    dcterms:isReplacedBy <actor/old-name> .
<register/lost> a cg:Withdrawal ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/document/lost"^^xsd:anyURI ;
    cg:rationale "It was never published."@en ;
    dcterms:date "2026-11-20"^^xsd:date .
<register/comitments> a cg:Move ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/document/comitments"^^xsd:anyURI ;
    cg:rationale "A spelling mistake."@en ;
    dcterms:date "2026-11-19"^^xsd:date ;
    dcterms:isReplacedBy <register/committments> .
<register/committments> a cg:Move ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/document/committments"^^xsd:anyURI ;
    cg:rationale "Another one."@en ;
    dcterms:date "2026-11-20"^^xsd:date ;
    dcterms:isReplacedBy <document/commitments> .
<register/gone> a cg:Move ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/document/gone"^^xsd:anyURI ;
    cg:rationale "Renamed, then found to be lost."@en ;
    dcterms:date "2026-11-20"^^xsd:date ;
    dcterms:isReplacedBy <register/lost> .
<register/split> a cg:Withdrawal ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/concept/own/0"^^xsd:anyURI ;
    cg:rationale "Never used."@en ;
    dcterms:date "2026-11-20"^^xsd:date ;
    dcterms:isReplacedBy <concept/own/1> .
<register/clause> a cg:Withdrawal ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/document/commitments/clause/9"^^xsd:anyURI ;
    cg:rationale "Struck out."@en ;
    dcterms:date "2026-11-21"^^xsd:date ;
    dcterms:isReplacedBy <document/commitments/clause/3.1> .
<register/harmful> a cg:Withdrawal ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/document/harmful"^^xsd:anyURI ;
    cg:rationale "What stands in its place is no page."@en ;
    dcterms:date "2026-11-21"^^xsd:date ;
    dcterms:isReplacedBy <javascript:alert(1)> .

<actor/old-name> a cg:Actor ; dcterms:title "Old name"@en ; owl:deprecated true ;
    skos:changeNote "Described under its present name."@en ; dcterms:isReplacedBy <actor/new-name> .
<actor/new-name> a cg:Actor ; dcterms:title "New name"@en .
<document/commitments> a cg:Document ; dcterms:title "Commitments"@en , "承诺"@zh .
<document/commitments/clause/3.1> a cg:Clause ; dcterms:title "First"@en ;
    cg:clauseOf <document/commitments> .
<concept/own> a skos:ConceptScheme ; dcterms:title "Own"@en .
<concept/own/1> a skos:Concept ; skos:notation "1" ; skos:prefLabel "One"@en ; skos:inScheme <concept/own> ;
    owl:deprecated true ; dcterms:isReplacedBy <concept/own/1a> , <concept/own/1b> .
<concept/own/1a> a skos:Concept ; skos:notation "1a" ; skos:prefLabel "One, first half"@en ; skos:inScheme <concept/own> .
<concept/own/1b> a skos:Concept ; skos:notation "1b" ; skos:prefLabel "One, second half"@en ; skos:inScheme <concept/own> .
"""


@pytest.fixture(scope="module")
def withdrawn(
    serve: Callable[..., object], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of a service whose register is not empty."""
    file: Path = tmp_path_factory.mktemp("data") / "register.ttl"
    file.write_text(ENTRIES, encoding="utf-8")
    service = serve("--data", str(file))
    with httpx.Client(base_url=service.url, timeout=30) as found:
        del found.headers["accept"]
        yield found


@pytest.mark.parametrize(
    "path",
    ["/id/actor/bidu", *(f"/doc/actor/bidu{suffix}" for suffix in ("", *SUFFIXES))],
)
def test_a_withdrawn_name_is_gone_in_every_form(withdrawn: httpx.Client, path: str) -> None:
    """RFC 9110, 15.5.11: for good, with what stands in its place at the end of the chain."""
    answer = withdrawn.get(path)
    assert answer.status_code == 410
    problem = answer.json()
    assert problem["replacedBy"] == f"{ID}actor/new-name"
    assert problem["reason"] == "Entered twice."
    assert problem["date"] == "2026-11-22"
    assert withdrawn.get(f"/id/{problem['entry'].removeprefix(ID)}").status_code == 303


def test_what_has_no_successor_says_so_by_silence(withdrawn: httpx.Client) -> None:
    """Nothing is invented where nothing stands in its place."""
    answer = withdrawn.get("/id/document/lost")
    assert answer.status_code == 410
    assert "link" not in answer.headers
    assert "replacedBy" not in answer.json()


def test_several_replacements_are_all_named(withdrawn: httpx.Client) -> None:
    """A concept that was split has no one successor to be followed blindly."""
    problem = withdrawn.get("/id/concept/own/0").json()
    assert "replacedBy" not in problem
    assert problem["replacements"] == [f"{ID}concept/own/1a", f"{ID}concept/own/1b"]


def test_names_below_a_withdrawn_one_go_with_it(withdrawn: httpx.Client) -> None:
    """A document's clauses go with their document."""
    answer = withdrawn.get("/doc/document/lost/clause/5.9")
    assert answer.status_code == 410
    assert "with https://w3id.org/clausegraph/id/document/lost" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/id/document/comitments", "/id/document/commitments"),
        ("/doc/document/comitments.ttl", "/doc/document/commitments.ttl"),
        ("/doc/document/committments?lang=zh", "/doc/document/commitments?lang=zh"),
        ("/doc/document/comitments/clause/3.1", "/doc/document/commitments/clause/3.1"),
        (
            "/doc/document/comitments/clause/3.1.jsonld",
            "/doc/document/commitments/clause/3.1.jsonld",
        ),
    ],
)
def test_a_moved_name_leads_to_the_new_one(withdrawn: httpx.Client, path: str, target: str) -> None:
    """RFC 9110, 15.4.9: in one hop, with suffix and query, the names below it too."""
    answer = withdrawn.get(path)
    assert answer.status_code == 308
    assert answer.headers["location"] == str(withdrawn.base_url).rstrip("/") + target
    assert withdrawn.get(target).status_code in {200, 303}


def test_a_moved_name_that_was_withdrawn_afterwards_is_gone(withdrawn: httpx.Client) -> None:
    """No redirect leads to what is gone."""
    answer = withdrawn.get("/id/document/gone")
    assert answer.status_code == 410
    assert "lost" in answer.json()["reason"]


def test_below_a_moved_name_only_what_is_there_was_moved(withdrawn: httpx.Client) -> None:
    """No redirect leads to nothing, nor to what was withdrawn afterwards."""
    nothing = withdrawn.get("/id/document/comitments/clause/77")
    assert nothing.status_code == 404
    struck = withdrawn.get("/doc/document/comitments/clause/9.ttl")
    assert struck.status_code == 410
    assert struck.json()["replacedBy"] == f"{ID}document/commitments/clause/3.1"
    names = ["document/comitments/clause/77", "document/comitments/clause/9"]
    rows = withdrawn.post("/resolve", json={"names": names}).json()["names"]
    assert [row["status"] for row in rows] == ["unknown", "withdrawn"]
    assert withdrawn.get("/cite", params={"iri": names[0]}).status_code == 404


def test_a_page_links_to_what_a_browser_may_follow_alone(withdrawn: httpx.Client) -> None:
    """An IRI of another scheme is shown, and is no link (CWE-79)."""
    page = withdrawn.get("/id/document/harmful", headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert "javascript:alert(1)" in page.text
    assert 'href="javascript' not in page.text


def test_a_reader_is_told_on_a_page(withdrawn: httpx.Client) -> None:
    """The same facts for a browser, with links to follow."""
    page = withdrawn.get("/id/actor/bidu", headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert 'href="/doc/actor/new-name"' in page.text
    assert "Entered twice." in page.text


def test_a_release_says_the_same_under_its_own_address(withdrawn: httpx.Client) -> None:
    """A pinned release has its own register."""
    release = withdrawn.get("/ready").json()["release"]
    assert withdrawn.get(f"/v/{release}/id/actor/bidu").status_code == 410
    moved = withdrawn.get(f"/v/{release}/doc/document/comitments.ttl")
    assert moved.headers["location"].endswith(f"/v/{release}/doc/document/commitments.ttl")


def test_the_register_is_data_like_any_other(client: httpx.Client) -> None:
    """What ships says who keeps it, though nothing was withdrawn yet."""
    graph = client.get("/graph/data/register", headers={"Accept": "application/n-triples"})
    assert graph.status_code == 200
    assert "wasAttributedTo" in graph.text
    assert "formerIdentifier" not in graph.text


def test_resolve_tells_each_status(withdrawn: httpx.Client) -> None:
    """One call, one row a name: current, deprecated, withdrawn or moved, with its successor."""
    given = {
        "actors:new-name": ("current", None),
        "actors:old-name": ("deprecated", "actor/new-name"),
        "actors:bidu": ("withdrawn", "actor/new-name"),
        "document/lost": ("withdrawn", None),
        "document/gone": ("withdrawn", None),
        "document/comitments": ("moved", "document/commitments"),
        "document/comitments/clause/3.1": ("moved", "document/commitments/clause/3.1"),
        "concept/own/1": ("deprecated", None),
    }
    rows = withdrawn.post("/resolve", json={"names": list(given)}).json()["names"]
    found = {row["given"]: (row["status"], row["successor"]) for row in rows}
    assert found == {
        name: (status, successor and ID + successor) for name, (status, successor) in given.items()
    }
    assert rows[-1]["candidates"] == [f"{ID}concept/own/1a", f"{ID}concept/own/1b"]
    assert rows[2]["note"] == "On 2026-11-22. Entered twice."


def test_a_withdrawn_thing_is_not_cited_and_a_moved_one_by_its_new_name(
    withdrawn: httpx.Client,
) -> None:
    """A citation names what can be found."""
    assert withdrawn.get("/cite", params={"iri": f"{ID}actor/bidu"}).status_code == 410
    moved = withdrawn.get("/cite", params={"iri": f"{ID}document/comitments"})
    assert moved.text.rstrip().endswith(f"{ID}document/commitments")
    deprecated = withdrawn.get("/cite", params={"iri": f"{ID}actor/old-name"})
    assert f"Deprecated; replaced by {ID}actor/new-name." in deprecated.text
