"""The concept schemes and the sources, as authored: complete, defined, and nothing that no source confirms."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse

from clausegraph.vocabulary import BASE, CG, DCTERMS, ID, PROV, SCHEMA, SKOS, TYPE, code_slug

SCHEMES = {
    "activity-kind": ("ActivityKind", 6),
    "actor-role": ("ActorRole", 6),
    "actor-type": ("ActorType", 7),
    "agora-collection": ("CuratedCollection", 10),
    "agora-status": ("LegislativeStatus", 3),
    "agora-tag": ("Tag", 77),
    "confidence": ("ConfidenceLevel", 3),
    "coverage-3": ("CoverageLevel", 3),
    "deontic-force": ("DeonticForce", 4),
    "document-type": ("DocumentType", 8),
    "enforcement-type": ("EnforcementType", 10),
    "jurisdiction": ("Jurisdiction", 4),
    "legal-force": ("LegalForce", 3),
    "lifecycle-stage": ("LifecycleStage", 8),
    "milestone-kind": ("MilestoneKind", 4),
    "mit-causal": ("CausalFactor", 15),
    "mit-mitigation-v1": ("MitigationType", 27),
    "mit-mitigation-v2": ("MitigationType", 32),
    "mit-risk-domain": ("RiskDomain", 31),
    "nist-ai-rmf": ("RmfFunction", 5),
    "output-modality": ("OutputModality", 4),
    "review-status": ("ReviewStatus", 4),
    "review-verdict": ("ReviewVerdict", 2),
    "salience": ("Salience", 2),
    "sector": ("Sector", 13),
    "system-kind": ("SystemKind", 10),
}
TAG_GROUPS = 6
OF_NO_CODE_LIST = {"activity-kind", "review-verdict"}
NO_SCHEMES = {"agora-column", "coverage-5-pilot"}
FORM = re.compile(r"[A-Z][^.;]*\b(that|in which|who|which)\b[^.]*\.")


def sk(name: str) -> NamedNode:
    """The SKOS term that is called `name`."""
    return NamedNode(SKOS + name)


def quads_of(paths: Iterable[Path]) -> Iterator[Quad]:
    """The statements of Turtle files, as their terms are written."""
    for path in sorted(paths):
        yield from parse(path=str(path), format=RdfFormat.TURTLE)


@pytest.fixture(scope="module")
def concepts(root: Path) -> Store:
    """data/concepts/, parsed; nothing derived."""
    store = Store()
    store.extend(quads_of((root / "data" / "concepts").glob("*.ttl")))
    return store


@pytest.fixture(scope="module")
def sources(root: Path) -> Store:
    """data/sources/, parsed."""
    store = Store()
    store.extend(quads_of((root / "data" / "sources").glob("*.ttl")))
    return store


def values(store: Store, subject: NamedNode, predicate: NamedNode) -> list[str]:
    """The objects of a subject and predicate, as text."""
    found = (quad.object for quad in store.quads_for_pattern(subject, predicate, None))
    return [term.value for term in found if isinstance(term, Literal | NamedNode)]


def members(store: Store, scheme: str) -> list[NamedNode]:
    """The concepts of a scheme."""
    found = store.quads_for_pattern(None, sk("inScheme"), NamedNode(f"{ID}concept/{scheme}"))
    return [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]


def all_concepts(store: Store) -> list[NamedNode]:
    """Every concept of every scheme."""
    found = store.quads_for_pattern(None, TYPE, sk("Concept"))
    return [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]


@pytest.fixture(scope="module")
def rows(shared: Path) -> Mapping[str, list[dict[str, str]]]:
    """The rows of the lent code lists by scheme; groups of tags count to the scheme of the tags."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for path in sorted((shared / "domain" / "codelists").glob("*.csv")):
        if path.stem == "mit_risk_domain_altlabels":
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                found[row["scheme"].removesuffix("-group")].append(row)
    return found


def test_there_is_one_file_a_scheme(root: Path) -> None:
    """Nothing but the known schemes is published."""
    assert {path.stem for path in (root / "data" / "concepts").glob("*.ttl")} == set(SCHEMES)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme_has_as_many_concepts_of_its_class_as_its_publisher_lists(
    concepts: Store, scheme: str
) -> None:
    """The figures: 31 risks, 27 and 32 mitigations, 77 tags, 13 confirmed sectors, 3 levels."""
    name, count = SCHEMES[scheme]
    kind = NamedNode(CG + name)
    typed = [each for each in members(concepts, scheme) if Quad(each, TYPE, kind) in concepts]
    assert len(typed) == count


def test_groups_of_tags_are_concepts_but_no_tags(concepts: Store) -> None:
    """AGORA has 77 tags; the six groups above them are implied by their wording."""
    tag = NamedNode(CG + "Tag")
    groups = [
        each for each in members(concepts, "agora-tag") if Quad(each, TYPE, tag) not in concepts
    ]
    assert len(groups) == TAG_GROUPS
    assert all(list(concepts.quads_for_pattern(None, sk("broader"), each)) for each in groups)


def test_repository_has_seven_domains_and_24_subdomains(concepts: Store) -> None:
    """A subdomain stands below the domain whose number its code begins with."""
    risks = members(concepts, "mit-risk-domain")
    below = {each.value: values(concepts, each, sk("broader")) for each in risks}
    assert sum(not broader for broader in below.values()) == 7
    assert all(broader == [iri.rsplit(".", 1)[0]] for iri, broader in below.items() if broader)
    assert sum(bool(broader) for broader in below.values()) == 24


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme_says_title_description_licence_credit_source_and_date(
    concepts: Store, scheme: str
) -> None:
    """CC BY 4.0, section 3(a)(1), asks for attribution, the licence and a note of changes."""
    subject = NamedNode(f"{ID}concept/{scheme}")
    for predicate in ("title", "description", "license", "source", "created"):
        assert values(concepts, subject, NamedNode(DCTERMS + predicate)), predicate
    assert values(concepts, subject, NamedNode(SCHEMA + "creditText"))


def test_preliminary_scheme_says_so(concepts: Store) -> None:
    """Version 2 of the mitigation taxonomy may change and is known in part."""
    scheme = NamedNode(ID + "concept/mit-mitigation-v2")
    (note,) = values(concepts, scheme, sk("scopeNote"))
    assert note.startswith("Preliminary")
    assert "part of its third level" in note


def test_concept_iri_follows_from_scheme_and_notation(concepts: Store) -> None:
    """IRIs end in the code, lower case, other runs of characters as one hyphen."""
    for concept in all_concepts(concepts):
        (scheme,) = values(concepts, concept, sk("inScheme"))
        (notation,) = values(concepts, concept, sk("notation"))
        assert concept.value == f"{scheme}/{code_slug(notation)}"


def test_preferred_label_is_unique_in_its_scheme(concepts: Store) -> None:
    """SKOS Reference, S14, and more: one English label, held by one concept of the scheme."""
    for scheme in SCHEMES:
        labels = [values(concepts, each, sk("prefLabel")) for each in members(concepts, scheme)]
        assert all(len(each) == 1 for each in labels)
        assert len({each[0].casefold() for each in labels}) == len(labels), scheme


def test_alternative_label_differs_from_preferred_one(concepts: Store) -> None:
    """SKOS Reference, S13."""
    for concept in all_concepts(concepts):
        pref = set(values(concepts, concept, sk("prefLabel")))
        assert pref.isdisjoint(values(concepts, concept, sk("altLabel")))


def test_broader_stays_in_the_scheme_and_has_no_loop(concepts: Store) -> None:
    """A hierarchy is a forest."""
    for concept in all_concepts(concepts):
        scheme, seen, current = values(concepts, concept, sk("inScheme")), {concept}, concept
        while broader := values(concepts, current, sk("broader")):
            (parent,) = broader
            current = NamedNode(parent)
            assert current not in seen
            assert values(concepts, current, sk("inScheme")) == scheme
            seen.add(current)


def test_definition_is_one_full_sentence_of_its_own(concepts: Store) -> None:
    """One English sentence "parent that ...", unique in its scheme."""
    for scheme in SCHEMES:
        found = [values(concepts, each, sk("definition")) for each in members(concepts, scheme)]
        assert all(len(each) == 1 for each in found)
        texts = [each[0] for each in found]
        assert len(set(texts)) == len(texts), scheme
        assert [text for text in texts if not FORM.fullmatch(text)] == []


def test_definition_is_not_circular(concepts: Store) -> None:
    """A definition neither begins with a label of its concept nor says nothing beyond it."""
    for concept in all_concepts(concepts):
        (definition,) = values(concepts, concept, sk("definition"))
        words = set(re.findall(r"[a-z]+", definition.casefold()))
        labels = values(concepts, concept, sk("prefLabel")) + values(
            concepts, concept, sk("altLabel")
        )
        for label in labels:
            start = re.compile(rf"(an? |the )?{re.escape(label)}\b", re.IGNORECASE)
            assert not start.match(definition), concept
            assert len(words - set(re.findall(r"[a-z]+", label.casefold()))) >= 4, concept


def test_text_has_a_language_and_codes_have_none(concepts: Store, sources: Store) -> None:
    """House style: text is tagged; notations, identifiers, digests and credit lines never are."""
    bare = {
        SKOS + "notation",
        DCTERMS + "identifier",
        SCHEMA + "sha256",
        SCHEMA + "creditText",
    }
    for quad in [*concepts, *sources]:
        if isinstance(quad.object, Literal):
            is_text = quad.object.datatype.value.endswith(("#string", "#langString"))
            tagged = quad.object.language is not None
            assert tagged == (is_text and quad.predicate.value not in bare), quad


@pytest.mark.parametrize("scheme", ["coverage-3", "confidence"])
def test_levels_are_ranked_from_one(concepts: Store, scheme: str) -> None:
    """Levels can be compared by cg:rank."""
    rank = NamedNode(CG + "rank")
    ranks = [values(concepts, each, rank) for each in members(concepts, scheme)]
    assert sorted(ranks) == [["1"], ["2"], ["3"]]


def test_confirmed_rows_of_the_code_lists_are_published_and_others_are_not(
    concepts: Store, rows: Mapping[str, list[dict[str, str]]]
) -> None:
    """S02, X.1, the subtypes of developer, gaps of version 2 and the pilot scale are no concepts."""
    assert set(rows) - NO_SCHEMES == set(SCHEMES) - OF_NO_CODE_LIST
    for scheme in set(rows) - NO_SCHEMES:
        confirmed = {row["code"] for row in rows[scheme] if row["confirmed"] == "yes"}
        found = [values(concepts, each, sk("notation")) for each in members(concepts, scheme)]
        assert {notation for each in found for notation in each} == confirmed, scheme


def test_labels_and_parents_are_those_of_the_code_lists(
    concepts: Store, rows: Mapping[str, list[dict[str, str]]]
) -> None:
    """The list's label is the preferred one, or an alternative where that carries a path."""
    for scheme in set(rows) - NO_SCHEMES:
        for row in rows[scheme]:
            if row["confirmed"] != "yes":
                continue
            concept = NamedNode(f"{ID}concept/{scheme}/{code_slug(row['code'])}")
            (pref,) = values(concepts, concept, sk("prefLabel"))
            labels = {pref, *values(concepts, concept, sk("altLabel"))}
            assert row["label"] in labels
            assert pref in (row["label"], row["code"]) or pref.endswith(f": {row['label']}")
            parent = f"{ID}concept/{scheme}/{code_slug(row['broader_code'])}"
            expected = [parent] if row["broader_code"] else []
            assert values(concepts, concept, sk("broader")) == expected


def test_spellings_of_risk_labels_are_alternative_labels(concepts: Store, shared: Path) -> None:
    """Each wording that MIT's own files use leads to the concept."""
    path = shared / "domain" / "codelists" / "mit_risk_domain_altlabels.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            concept = NamedNode(f"{ID}concept/mit-risk-domain/{row['code']}")
            assert row["label"] in values(concepts, concept, sk("altLabel"))


def test_every_source_that_is_named_is_described(concepts: Store, sources: Store) -> None:
    """dcterms:source leads to a cg:Source with title and description."""
    predicate = NamedNode(DCTERMS + "source")
    named = {quad.object for quad in concepts.quads_for_pattern(None, predicate, None)}
    for source in named:
        assert isinstance(source, NamedNode)
        assert Quad(source, TYPE, NamedNode(CG + "Source")) in sources, source
        assert values(sources, source, NamedNode(DCTERMS + "title"))
        assert values(sources, source, NamedNode(DCTERMS + "description"))


def test_digests_are_those_of_the_files_held(sources: Store, shared: Path) -> None:
    """SHA-256 (FIPS 180-4) of each held file, by the name that the source gives."""
    held = {path.name: path for path in (shared / "sources").iterdir()}
    held |= {path.name: path for path in (shared / "corpora" / "mitigations").iterdir()}
    identifier = NamedNode(DCTERMS + "identifier")
    named = {}
    for quad in sources.quads_for_pattern(None, identifier, None):
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, Literal)
        named[quad.object.value] = values(sources, quad.subject, NamedNode(SCHEMA + "sha256"))
    digests = {name: [hashlib.sha256(p.read_bytes()).hexdigest()] for name, p in held.items()}
    assert named == digests


def test_pages_that_ask_not_to_be_cited_are_preliminary_and_no_other(sources: Store) -> None:
    """Both mitigation pages carry the label; it spreads to all that they state."""
    status = NamedNode(CG + "reviewStatus")
    preliminary = {
        quad.subject.value.removeprefix(ID + "source/")
        for quad in sources.quads_for_pattern(None, status, None)
        if isinstance(quad.subject, NamedNode)
    }
    assert preliminary == {"airi-navigator-a1149", "mitigation-page-technological-measures"}


@pytest.mark.parametrize("folder", ["concepts", "sources", "mappings"])
def test_file_describes_its_own_graph_and_has_no_blank_node(root: Path, folder: str) -> None:
    """Every data graph states its source, agent and activity (PROV-O, section 3.1)."""
    paths = sorted((root / "data" / folder).glob("*.ttl"))
    assert paths
    for path in paths:
        quads = list(quads_of([path]))
        graph = NamedNode(f"{BASE}graph/data/{folder}/{path.stem}")
        said = {quad.predicate.value for quad in quads if quad.subject == graph}
        needed = {DCTERMS + "source", PROV + "wasAttributedTo", PROV + "wasGeneratedBy"}
        assert needed <= said, path
        terms = [term for quad in quads for term in (quad.subject, quad.object)]
        assert not any(isinstance(term, BlankNode) for term in terms), path
