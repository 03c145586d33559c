"""Names that are not known, and the nearest that are."""

from __future__ import annotations

import pytest

from clausegraph.engine import nearest
from clausegraph.vocabulary import CG, DCTERMS, ID, SKOS, prefixes


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("mit-risk", "mit-risk-domain"),
        ("skod", "skos"),
        ("SKOS", "skos"),
        ("document", "documents"),
        ("dct", "dcterms"),
        ("dc", "dcterms"),
        ("ldp", None),
        ("bibo", None),
        ("ex", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_prefix_that_is_not_registered_gets_the_nearest_one(name: str, near: str | None) -> None:
    """A well-known prefix that the registry lacks is near to none."""
    assert nearest.prefix(name, prefixes()) == near


def test_remedy_names_the_nearest_prefix() -> None:
    """It needs no declaration, since the registry has it."""
    assert nearest.undeclared("mit-risk", prefixes()) == (
        "Did you mean mit-risk-domain:? It needs no declaration; or begin with PREFIX mit-risk: <...>."
    )


@pytest.mark.parametrize("name", ["foaf", "wd", "", "schema1000"])
def test_remedy_invents_no_namespace(name: str) -> None:
    """A namespace that the registry does not hold is left to the client."""
    assert nearest.undeclared(name, {}) == f"Begin with PREFIX {name}: <...>."


def test_other_name_of_a_namespace_is_proposed_only_where_it_is_registered() -> None:
    """`dct` is Dublin Core in other people's queries; a registry without it proposes nothing."""
    assert nearest.prefix("dct", {"dcterms": DCTERMS}) == "dcterms"
    assert nearest.prefix("dct", {"skos": SKOS}) is None


KNOWN = [
    CG + "Document",
    CG + "documentType",
    CG + "clauseOf",
    SKOS + "prefLabel",
    SKOS + "altLabel",
    ID + "document/ai-safety-commitments",
    ID + "actor/baidu",
    ID + "concept/mit-risk-domain/3.1",
]


@pytest.mark.parametrize(
    ("iri", "near"),
    [
        (CG + "Documnet", CG + "Document"),
        (CG + "document", CG + "Document"),
        (CG + "clausesOf", CG + "clauseOf"),
        (CG + "prefLabel", SKOS + "prefLabel"),
        ("http://example.org/v#Document", CG + "Document"),
        (ID + "document/ai-safety-comitments", ID + "document/ai-safety-commitments"),
        (ID + "document/baidu", ID + "actor/baidu"),
        (ID + "concept/mit-risk-domain/3.2", None),
        (CG + "zebra", None),
        ("urn:x", None),
        ("", None),
    ],
)
def test_iri_that_is_not_known_gets_the_nearest_one(iri: str, near: str | None) -> None:
    """Spelt alike in the same namespace, or the same in another; codes are near to nothing."""
    assert nearest.term(iri, KNOWN) == near


def test_iri_is_not_near_to_itself() -> None:
    """What is asked for is known not to be the answer."""
    assert nearest.term(CG + "Document", [CG + "Document"]) is None
