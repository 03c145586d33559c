"""The reference, the data and the releases: complete, and true to what they are about."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import httpx
import pytest

from clausegraph.vocabulary import CG
from clausegraph.web.dumps import NAMES
from clausegraph.web.explorer.figures.ontology import CLASS, PROPERTY, Ontology
from clausegraph.web.terms import Authored
from services import until

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    """A reader of what ships."""
    with httpx.Client(base_url=server, headers=HTML, timeout=60) as found:
        yield found


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    """The reference, as the pages have it."""
    return Ontology(Authored.of("ontology").triples, Authored.of("shapes").triples)


def text(client: httpx.Client, path: str) -> str:
    """Return the page at a path."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_reference_lists_every_term_and_every_shape(
    client: httpx.Client, ontology: Ontology
) -> None:
    """All that the ontology defines, and each shape that is about something."""
    page = text(client, "/reference")
    defined = {
        triple.subject.value.removeprefix(CG)
        for triple in Authored.of("ontology").triples
        if triple.predicate.value.endswith("#isDefinedBy")
    }
    assert set(ontology.entries) == defined
    listed = set(re.findall(r'href="/reference/([^"/#]+)"', page))
    assert listed == defined
    targeted = {
        triple.subject.value.rpartition("#")[2]
        for triple in Authored.of("shapes").triples
        if re.search(r"#target(Class|Node|SubjectsOf|ObjectsOf)$", triple.predicate.value)
    }
    assert set(re.findall(r'href="/reference/shapes/([^"]+)"', page)) == targeted


def test_every_term_has_a_page_with_its_diagram(client: httpx.Client, ontology: Ontology) -> None:
    """Definition, diagram, and what the shapes want; each link to a term leads to one."""
    for name, entry in ontology.entries.items():
        page = text(client, f"/reference/{name}")
        assert page.count("<svg ") == 1, name
        assert entry.name.iri in page
        assert set(re.findall(r'href="/reference/([^"/#]+)"', page)) <= set(ontology.entries)


def test_every_demand_of_a_property_is_on_its_page(ontology: Ontology) -> None:
    """A rule that names a property in its path is told there."""
    for entry in ontology.of_kind(PROPERTY):
        paths = {demand.path for _, demand in ontology.wanting(entry.name.iri)}
        assert paths <= {f"cg:{entry.name.short}", f"^cg:{entry.name.short}"}
    named = {demand.path for rule in ontology.rules.values() for demand in rule.demands}
    ours = {path for path in named if re.fullmatch(r"cg:\w+", path)}
    assert ours <= {f"cg:{entry.name.short}" for entry in ontology.of_kind(PROPERTY)}
    assert all(demand.words for rule in ontology.rules.values() for demand in rule.demands)


def test_constraints_are_in_words(client: httpx.Client, ontology: Ontology) -> None:
    """How many values, of what, what to do about a fault, and whether it only warns."""
    page = text(client, "/reference/Clause")
    assert "exactly 1 value; each an instance of cg:Document" in page
    assert "Name the one document that the clause is part of" in page
    assert "warning only" in text(client, "/reference/Document")
    clause = {item.path: item.count for item in ontology.rules["Clause"].demands}
    assert (clause["cg:clauseOf"], clause["cg:number"], clause["dcterms:title"]) == (
        "1",
        "0..1",
        "1..*",
    )
    assert len(ontology.of_kind(CLASS)) + len(ontology.of_kind(PROPERTY)) == len(ontology.entries)


def test_a_diagram_can_be_taken_away(client: httpx.Client) -> None:
    """As a picture, and what is wanted as a table."""
    for suffix, start in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("csv", b"about,shape,path")):
        answer = client.get(f"/figures/term-Classification.{suffix}")
        assert answer.status_code == 200
        assert answer.content.startswith(start)


@pytest.mark.parametrize("path", ["/reference/Clauze", "/reference/shapes/Clauze"])
def test_an_unknown_term_names_those_like_it(client: httpx.Client, path: str) -> None:
    """A page that says what may have been meant."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Clause" in answer.text


def test_the_reference_of_a_release_is_what_it_said_then(client: httpx.Client) -> None:
    """Read from the graphs of that release; the same terms as long as it is the one served."""
    release = client.get("/reference").headers["clausegraph-release"]
    now, then = text(client, "/reference"), text(client, f"/v/{release}/reference")
    terms = re.compile(r'href="[^"]*/reference/([^"/#]+)"')
    assert terms.findall(then) == terms.findall(now)
    assert "exactly 1 value" in text(client, f"/v/{release}/reference/Clause")


def test_the_files_are_listed_with_their_sizes_and_digests(client: httpx.Client) -> None:
    """As soon as they are made; before that the page says that they will be."""
    assert until(lambda: client.get("/dumps/clausegraph.nq.gz").status_code == 200, 60)
    page = text(client, "/data")
    for name in NAMES:
        assert f'href="/dumps/{name}"' in page
    data = client.get("/dumps/clausegraph.nq.gz").content
    assert hashlib.sha256(data).hexdigest() in page
    row = page.partition('href="/dumps/clausegraph.nq.gz"')[2].partition("</tr>")[0]
    assert f"{len(data) / 1000:,.0f} kB" in row
    assert "CC BY" in page or "Creative Commons Attribution" in page
    assert "@misc{" in page


def test_every_link_of_the_data_page_is_answered(client: httpx.Client) -> None:
    """Nothing is offered that is not there."""
    for address in sorted(set(re.findall(r'\shref="(/[^"#]*)"', text(client, "/data")))):
        if address.startswith("/dumps/") and not address.endswith(".sha256"):
            continue  # large, and fetched elsewhere
        answer = client.get(address.replace("&amp;", "&"))
        assert answer.status_code < 400, address


def test_what_changed_is_on_the_page_of_releases(client: httpx.Client) -> None:
    """By the dates that things carry, the newest first; the query is linked."""
    page = text(client, "/releases")
    days = re.findall(r'<summary><time datetime="([\d-]+)">', page)
    assert days
    assert days == sorted(days, reverse=True)
    assert "AGORA tags to MIT risk domains" in page
    assert 'href="/sparql?query=' in page


def test_the_api_page_leads_to_each_operation(client: httpx.Client) -> None:
    """The list above each part has an anchor for every operation, each once."""
    page = text(client, "/docs")
    anchors = re.findall(r'href="#((?:get|post|query|head|options)-[^"]*)"', page)
    ids = re.findall(r'<section class="operation" id="([^"]+)"', page)
    assert anchors == ids
    assert len(set(ids)) == len(ids)
