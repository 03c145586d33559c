"""The mapping sets: ours, justified, between things that exist, and consistent with SKOS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from clausegraph.vocabulary import BASE, CG, DCTERMS, ID, PROV, RDF, SKOS, TYPE, expand

KINDS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
SIZES = {
    "actor-type--airo": 3,
    "agora-tag--enforcement-type": 9,
    "agora-tag--mit-risk-domain": 23,
    "deontic-force--dpv": 4,
    "lifecycle-stage--dpv": 7,
    "mit-causal--ai-atlas-nexus": 9,
    "mit-mitigation-v1--ai-atlas-nexus": 27,
    "mit-mitigation-v1--mit-mitigation-v2": 10,
    "mit-risk-domain--ai-atlas-nexus": 24,
    "mit-risk-domain--airo": 1,
    "mit-risk-domain--dpv": 18,
}
MADE = {name: "2026-11-22" if name.startswith("agora-tag--") else "2026-11-21" for name in SIZES}


def load(paths: Iterator[Path]) -> Store:
    """Turtle files, parsed into one store."""
    store = Store()
    for path in sorted(paths):
        store.extend(parse(path=str(path), format=RdfFormat.TURTLE))
    return store


def matches(store: Store) -> list[tuple[str, str, str]]:
    """Every mapping: subject, kind and object."""
    found = []
    for kind in KINDS:
        for quad in store.quads_for_pattern(None, NamedNode(SKOS + kind), None):
            assert isinstance(quad.subject, NamedNode)
            assert isinstance(quad.object, NamedNode)
            found.append((quad.subject.value, kind, quad.object.value))
    return found


@pytest.fixture(scope="module")
def mappings(root: Path) -> Store:
    """data/mappings/, parsed."""
    return load((root / "data" / "mappings").glob("*.ttl"))


@pytest.fixture(scope="module")
def concepts(root: Path) -> Store:
    """data/concepts/, parsed."""
    return load((root / "data" / "concepts").glob("*.ttl"))


def test_every_mapping_set_is_known_by_name_and_size(root: Path) -> None:
    """A mapping that comes or goes is a decision, not an accident."""
    paths = (root / "data" / "mappings").glob("*.ttl")
    assert {path.stem: len(matches(load(iter([path])))) for path in paths} == SIZES


@pytest.mark.parametrize("name", SIZES)
def test_mapping_set_says_who_made_it_when_and_why(mappings: Store, name: str) -> None:
    """Ours, never MIT's: author, date, and a justification that says that nobody endorsed it."""
    graph = NamedNode(f"{BASE}graph/data/mappings/{name}")

    def said(predicate: str) -> list[str]:
        quads = mappings.quads_for_pattern(graph, NamedNode(predicate), None)
        return [q.object.value for q in quads if isinstance(q.object, NamedNode | Literal)]

    assert said(PROV + "wasAttributedTo") == [ID + "actor/clausegraph"]
    assert said(PROV + "wasGeneratedBy") == [ID + "activity/mapping"]
    assert said(DCTERMS + "created") == [MADE[name]]
    (rationale,) = said(CG + "rationale")
    assert "not endorsed by the publisher" in rationale
    assert "not reviewed" in rationale


def test_subject_and_object_of_every_mapping_exist(
    root: Path, mappings: Store, concepts: Store
) -> None:
    """Ours are published concepts; those of others stand in the pinned extract."""
    pinned = load(iter([root / "ontology" / "external.ttl"]))
    for subject, _, target in matches(mappings):
        known = concepts if target.startswith(BASE) else pinned
        assert Quad(NamedNode(subject), TYPE, NamedNode(SKOS + "Concept")) in concepts, subject
        assert list(known.quads_for_pattern(NamedNode(target), TYPE, None)), target


def test_mappings_join_different_schemes(mappings: Store) -> None:
    """SKOS Reference, section 10.6.2: mapping properties are for concepts of different schemes."""
    for subject, _, target in matches(mappings):
        assert subject.rsplit("/", 1)[0] != target.rsplit("/", 1)[0]


def test_hierarchical_related_and_exact_matches_exclude_each_other(mappings: Store) -> None:
    """SKOS Reference, S27 and S46, in both directions."""
    kinds: dict[frozenset[str], set[str]] = {}
    for subject, kind, target in matches(mappings):
        kinds.setdefault(frozenset((subject, target)), set()).add(kind)
    for pair, found in kinds.items():
        hierarchical = found & {"broadMatch", "narrowMatch"}
        assert len(hierarchical) + len(found & {"relatedMatch", "exactMatch"}) <= 1, pair


def test_target_has_one_exact_match_in_a_scheme(mappings: Store) -> None:
    """skos:exactMatch is transitive (S45): two of them would make two concepts of a scheme one."""
    exact = [(s, t) for s, kind, t in matches(mappings) if kind == "exactMatch"]
    assert len({target for _, target in exact}) == len(exact)
    assert len({subject for subject, _ in exact}) == len(exact)


@pytest.mark.parametrize(
    ("subject", "kind", "target"),
    [
        ("agora-tag:incentives-fines", "closeMatch", "enforcement-type:fines"),
        ("agora-tag:risk-factors-reliability-robustness", "broadMatch", "mit-risk-domain:7.3"),
        ("mit-risk-domain:1.1", "broadMatch", "risk:Bias"),
        ("mit-risk-domain:2.2", "closeMatch", "ai:SecurityAttack"),
        ("mit-risk-domain:4", "closeMatch", "airo:Misuse"),
        ("mit-risk-domain:4.3", "narrowMatch", "risk:Scam"),
        ("mit-risk-domain:7.6", "exactMatch", "nexus:mit-ai-risk-subdomain-7.6"),
        ("mit-mitigation-v1:3.4", "closeMatch", "mit-mitigation-v2:2.3.1"),
        ("mit-mitigation-v1:2.4", "closeMatch", "mit-mitigation-v2:1.2.5"),
        ("mit-risk-domain:5.1", "relatedMatch", "ai:AutomationBias"),
        ("lifecycle-stage:5", "closeMatch", "ai:DeploymentStage"),
        ("actor-type:user", "closeMatch", "airo:AIUser"),
        ("deontic-force:recommendation", "closeMatch", "dpv:Recommendation"),
    ],
)
def test_mapping_is_stated(mappings: Store, subject: str, kind: str, target: str) -> None:
    """One mapping of each kind and vocabulary."""
    assert (expand(subject), kind, expand(target)) in matches(mappings)


def test_versions_of_the_mitigations_meet_in_ten_close_matches(mappings: Store) -> None:
    """They do not map one to one, so none is exact; all are as close as the walk needs them."""
    first, second = expand("mit-mitigation-v1:"), expand("mit-mitigation-v2:")
    found = {
        (subject.removeprefix(first), kind, target.removeprefix(second))
        for subject, kind, target in matches(mappings)
        if subject.startswith(first) and target.startswith(second)
    }
    pairs = "1.1 2.1.1, 1.2 2.2.1, 2.2 1.1.2, 2.3 1.1.3, 2.3 1.2.1, 2.4 1.2.1, 2.4 1.2.5, 3.1 2.2.2, 3.1 2.2.3, 3.4 2.3.1"
    expected = [pair.split() for pair in pairs.split(", ")]
    assert found == {(one, "closeMatch", two) for one, two in expected}


def test_every_match_of_agora_tags_has_a_reason_of_its_own(mappings: Store) -> None:
    """A record has the subject, predicate and object of the match, and lies below its set."""
    recorded = []
    for quad in mappings.quads_for_pattern(None, TYPE, NamedNode(CG + "Mapping")):
        assert isinstance(quad.subject, NamedNode)
        (reason,) = mappings.quads_for_pattern(quad.subject, NamedNode(CG + "rationale"), None)
        assert isinstance(reason.object, Literal)
        assert reason.object.value.endswith(".")
        parts = []
        for name in ("subject", "predicate", "object"):
            (part,) = mappings.quads_for_pattern(quad.subject, NamedNode(RDF + name), None)
            assert isinstance(part.object, NamedNode)
            parts.append(part.object.value)
        recorded.append((parts[0], parts[1].removeprefix(SKOS), parts[2]))
        assert quad.subject.value.startswith(f"{BASE}graph/data/mappings/agora-tag--")
    tags = expand("agora-tag:")
    assert sorted(recorded) == sorted(
        match for match in matches(mappings) if match[0].startswith(tags)
    )
