"""Every identifier of ours that any answer can hold leads somewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping

import httpx
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, parse

BASE = "https://w3id.org/clausegraph/"
EVERY = 15  # of the things of one shape, every so many is read whole


SYNTAXES: Mapping[str, Callable[[str, str], bool]] = {
    "application/n-triples": lambda text, iri: f"\n<{iri}> " in f"\n{text}",
    "text/turtle": lambda text, iri: is_subject(text, iri, RdfFormat.TURTLE),
    "application/rdf+xml": lambda text, iri: f'rdf:about="{html.escape(iri)}"' in text,
    "application/ld+json": lambda text, iri: f'"id": "{iri}"' in text,
    "text/html": lambda text, iri: f"<code>{html.escape(iri.partition('#')[0])}</code>" in text,
}


def is_subject(text: str, iri: str, syntax: RdfFormat) -> bool:
    """Whether a graph says something of `iri`."""
    return any(quad.subject == NamedNode(iri) for quad in parse(text, syntax))


def describes(text: str, iri: str, syntax: str) -> bool:
    """Whether the document `text` is about `iri`."""
    return SYNTAXES[syntax](text, iri)


def ours(store: Store) -> set[str]:
    """Return every IRI of ours in the graph, in any place of a triple or as a graph's name."""
    found: set[str] = set()
    for quad in store:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, NamedNode) and term.value.startswith(BASE):
                found.add(term.value)
    return found


def sample(iris: Iterable[str]) -> list[str]:
    """Return every IRI of a rare shape and some of a common one."""
    shapes: dict[str, list[str]] = {}
    for iri in sorted(iris):
        kind = "/".join(iri.removeprefix(BASE).split("/")[1:4:2])
        shapes.setdefault(kind, []).append(iri)
    return [
        iri
        for group in shapes.values()
        for iri in (group if len(group) < EVERY else group[::EVERY])
    ]


def test_every_identifier_redirects_to_its_document(client: httpx.Client, store: Store) -> None:
    """W3C, Cool URIs: 303 for all of them, none dead."""
    things = {iri.partition("#")[0] for iri in ours(store) if iri.startswith(f"{BASE}id/")}
    assert len(things) > 2000
    dead = []
    for iri in sorted(things):
        answer = client.get(iri.removeprefix(BASE.rstrip("/")))
        expected = iri.replace("/id/", "/doc/", 1).removeprefix(BASE)
        if answer.status_code != 303 or not answer.headers["location"].endswith(expected):
            dead.append((answer.status_code, iri))
    assert dead == []


def test_every_document_describes_its_identifier(client: httpx.Client, store: Store) -> None:
    """Linked data: the document of a thing has it as subject; each in one of the syntaxes by turn,
    some of each shape in all of them."""
    things = [iri for iri in ours(store) if iri.startswith(f"{BASE}id/")]
    whole = set(sample(things))
    assert len(things) > 2000
    dead = []
    for number, iri in enumerate(sorted(things)):
        syntaxes = list(SYNTAXES) if iri in whole else [list(SYNTAXES)[number % len(SYNTAXES)]]
        for syntax in syntaxes:
            path = iri.partition("#")[0].replace(f"{BASE}id/", "/doc/", 1)
            answer = client.get(path, headers={"Accept": syntax})
            found = answer.headers["content-type"].partition(";")[0]
            if (answer.status_code, found) != (200, syntax) or not describes(
                answer.text, iri, syntax
            ):
                dead.append((answer.status_code, syntax, iri))
    assert dead == []


def test_every_other_identifier_of_ours_answers_200(client: httpx.Client, store: Store) -> None:
    """Ontology terms, shapes, graphs, the dataset and its release; and a document that is RDF has
    each of its identifiers as subject, lists and property paths too."""
    others: dict[str, list[str]] = {}
    for iri in ours(store):
        if not iri.startswith(f"{BASE}id/"):
            others.setdefault(iri.partition("#")[0], []).append(iri)
    assert len(others) > 20
    dead = []
    for page, iris in sorted(others.items()):
        path = page.removeprefix(BASE.rstrip("/"))
        is_dump = path.startswith("/dumps/")
        answer = client.get(path, headers={} if is_dump else {"Accept": "application/n-triples"})
        if answer.status_code != 200:
            dead.append((answer.status_code, page))
        elif answer.headers["content-type"] == "application/n-triples":
            subjects = set(re.findall("^<([^>]*)> ", answer.text, re.MULTILINE))
            dead += [(200, iri) for iri in iris if iri not in subjects]
    assert dead == []


def test_the_terms_in_use_are_in_the_ontology(client: httpx.Client, store: Store) -> None:
    """A hash identifier is described in its document."""
    served = client.get("/ontology", headers={"Accept": "application/n-triples"}).text
    used = {iri for iri in ours(store) if iri.startswith(f"{BASE}ontology#")}
    missing = [iri for iri in sorted(used) if f"\n<{iri}> " not in f"\n{served}"]
    assert missing == []


def test_what_the_service_says_of_itself_leads_somewhere(
    client: httpx.Client, ask: Callable[..., list[dict[str, str]]]
) -> None:
    """The IRIs of views, problems, the service description and links resolve, too."""
    assert ask("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1")
    texts = [
        client.get(path, headers={"Accept": "application/n-triples, */*;q=0.1"})
        for path in (
            "/sparql",
            "/dataset",
            "/api/documents",
            "/doc/document/nothing",
            "/openapi.json",
        )
    ]
    found: set[str] = set()
    for answer in texts:
        text = answer.text + answer.headers.get("link", "")
        found |= set(re.findall(re.escape(BASE) + r"[A-Za-z0-9./_-]+(?<!\.)", text))
    for iri in sorted(found):
        path = iri.removeprefix(BASE.rstrip("/"))
        if "/document/nothing" in path or path.endswith("/"):
            continue
        assert client.get(path).status_code in {200, 303}, iri


def test_the_graph_has_no_blank_node(store: Store) -> None:
    """RDF 1.1 Concepts, section 3.5: a blank node could not be linked to."""
    for quad in store:
        assert not isinstance(quad.subject, BlankNode)
        assert not isinstance(quad.object, BlankNode)
