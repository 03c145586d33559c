"""Names: the registry of prefixes and JSON keys, and the names made from it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from clausegraph import vocabulary
from clausegraph.errors import UsageError
from clausegraph.vocabulary import CG, ID, context, prefixes


def test_every_scheme_identifier_is_a_prefix(store: Store) -> None:
    schemes = store.query("SELECT ?s WHERE { ?s a skos:ConceptScheme }", prefixes=dict(prefixes()))
    for row in schemes:
        identifier = row["s"].value.rpartition("/")[2]
        assert prefixes()[identifier] == f"{ID}concept/{identifier}/"


def test_every_class_and_property_of_the_ontology_has_a_json_key(store: Store) -> None:
    expanded = set()
    for value in context().values():
        name = value["@id"] if isinstance(value, dict) else value
        if isinstance(name, str) and not name.startswith("@"):
            prefix, _, local = name.partition(":")
            expanded.add(prefixes().get(prefix, prefix + ":") + local)
    terms = store.query(
        "SELECT ?t WHERE { ?t rdfs:isDefinedBy <https://w3id.org/clausegraph/ontology> }",
        prefixes=dict(prefixes()),
    )
    missing = {row["t"].value for row in terms} - expanded
    assert not missing


def test_no_json_key_means_two_things() -> None:
    """JSON-LD 1.1, section 4.1: a term has one definition."""
    names = [v["@id"] for v in context().values() if isinstance(v, dict)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("mit-risk-domain:2.1", ID + "concept/mit-risk-domain/2.1"),
        ("cg:Clause", CG + "Clause"),
        ("<http://example.org/a>", "http://example.org/a"),
        ("http://example.org/a", "http://example.org/a"),
    ],
)
def test_name_expands_to_its_iri(name: str, iri: str) -> None:
    assert vocabulary.expand(name) == iri


@pytest.mark.parametrize("name", ["2.1", "nosuch:thing", "", "cg"])
def test_name_without_a_registered_prefix_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="prefix"):
        vocabulary.expand(name)


def test_compact_is_undone_by_expand(store: Store) -> None:
    iris = {q.subject.value for q in store}
    assert all(vocabulary.expand(vocabulary.compact(iri)) == iri for iri in iris)


@pytest.mark.parametrize(
    ("code", "slug"),
    [
        ("Harms: Financial loss", "harms-financial-loss"),
        ("3.1.4", "3.1.4"),
        ("GOVERN", "govern"),
        ("entity/1", "entity-1"),
        ("U.S. federal laws", "u.s.-federal-laws"),
    ],
)
def test_code_becomes_the_last_part_of_an_iri(code: str, slug: str) -> None:
    assert vocabulary.code_slug(code) == slug


@given(st.text(min_size=1, max_size=40))
def test_slug_needs_no_escape_in_an_iri(code: str) -> None:
    """RFC 3986, section 2.3: unreserved characters."""
    assert re.fullmatch(r"[a-z0-9.-]*", vocabulary.code_slug(code))
