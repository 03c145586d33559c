"""Gathering: all things of a store at once, as the store describes each of them."""

from __future__ import annotations

import io
from dataclasses import replace

from pyoxigraph import Literal, NamedNode, Quad, Store

from clausegraph.search import fields, things
from clausegraph.search.gathering import Things
from clausegraph.search.texts import Texts
from clausegraph.search.things import Text, Thing
from clausegraph.vocabulary import CG, DCTERMS, RDF

IRI = "https://example.org/"


def gathered(store: Store) -> list[Thing]:
    """Return the things of a store, in the order that they are indexed in."""
    found = Things(store, Texts(io.BytesIO()))
    return list(found.ranked(found.iris()))


def store_of(*triples: tuple[str, str, str | Literal]) -> Store:
    """Return a store of triples about things whose names end so."""
    store = Store()
    for subject, predicate, value in triples:
        node = value if isinstance(value, Literal) else NamedNode(value)
        store.add(Quad(NamedNode(IRI + subject), NamedNode(predicate), node))
    return store


def test_things_are_gathered_as_they_are_read(store: Store) -> None:
    """But for a part of a document, which has the jurisdictions of that where it has none."""
    found = gathered(store)
    assert len(found) > 1000
    for thing in found:
        said = things.read(store, thing.iri)
        places = said.jurisdictions or (
            things.read(store, said.document).jurisdictions if said.document else ()
        )
        assert thing == replace(said, jurisdictions=places)


def test_kinds_come_one_after_the_other_and_names_within_them() -> None:
    title = Literal("title")
    kinds = {"e": CG + "Source", "d": CG + "Document", "b": CG + "Clause", "a": CG + "Document"}
    store = store_of(
        *((name, RDF + "type", kind) for name, kind in kinds.items()),
        *((name, DCTERMS + "title", title) for name in (*kinds, "c")),
    )
    assert [thing.iri.removeprefix(IRI) for thing in gathered(store)] == ["a", "d", "b", "e", "c"]


def test_first_kind_counts_where_a_thing_has_several() -> None:
    store = store_of(
        ("a", DCTERMS + "title", Literal("title")),
        ("a", RDF + "type", CG + "Clause"),
        ("b", DCTERMS + "title", Literal("title")),
        ("b", RDF + "type", CG + "Source"),
        ("b", RDF + "type", CG + "Document"),
    )
    assert [thing.iri for thing in gathered(store)] == [IRI + "b", IRI + "a"]


def test_code_alone_makes_no_thing() -> None:
    store = store_of(
        *((str(number), code, Literal("1")) for number, code in enumerate(fields.CODES))
    )
    assert gathered(store) == []


def test_review_statuses_are_those_of_the_statements_about_a_thing() -> None:
    store = store_of(
        ("one", CG + "classifies", IRI + "a"),
        ("one", CG + "effectiveReviewStatus", IRI + "reviewed"),
        ("other", CG + "participationIn", IRI + "a"),
        ("other", CG + "effectiveReviewStatus", IRI + "preliminary"),
        ("aside", CG + "effectiveReviewStatus", IRI + "unreviewed"),
    )
    found = Things(store, Texts(io.BytesIO())).reviews()
    assert found == {IRI + "a": (IRI + "preliminary", IRI + "reviewed")}


def test_texts_of_a_thing_are_kept_apart_from_those_of_others() -> None:
    texts = Texts(io.BytesIO())
    one, other = Text("p", "安全\n\u2028", "zh"), Text("q", "safety", "")
    for iri, text in (("a", one), ("b", other), ("a", other)):
        texts.add(iri, text)
    assert list(texts.of("a")) == [other, one]
    assert list(texts.of("b")) == [other]
    assert list(texts.of("c")) == []
