"""The ontology: every promised term is there, described alike, and the OWL stays light."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store

from clausegraph.vocabulary import CG, DCTERMS, ONTOLOGY, OWL, RDF, RDFS, SKOS, TYPE, XSD, prefixes

CLASSES = """Document Clause Actor Participation Classification Sanction Milestone Tally Review Source
RiskDomain CausalFactor MitigationType EnforcementType Sector LifecycleStage SystemKind OutputModality
ActorRole ActorType RmfFunction DocumentType LegalForce DeonticForce CoverageLevel ConfidenceLevel
ReviewStatus Salience MilestoneKind Jurisdiction Tag""".split()
PROPERTIES = """summary agoraId clauseOf parentClause number position classifies concept statedAbsent
coverageLevel salience sourceTerm rationale confidence reviewStatus evidence participationIn role actor
actorType listComplete milestoneOf milestoneKind date sanctionOf enforcementType minimumAmount
maximumAmount currency ground tallyOf scheme level minimumCount maximumCount approximate hasClause
addressesRisk usesMitigation appliesToSector appliesToStage concernsSystem outputModality servesFunction
involvesActorType hasTag documentType legalForce deonticForce jurisdiction hasEnforcementType proposedBy
signedBy issuedBy enforcedBy monitoredBy targets effectiveDate earliestDate latestDate""".split()
CHINESE = "Document Clause Actor Participation Classification Sanction Milestone Tally Review Source".split()


def objects(store: Store, subject: str, predicate: str) -> list[object]:
    """Return what the default graph says of a subject by one predicate."""
    found = store.quads_for_pattern(NamedNode(subject), NamedNode(predicate), None, None)
    return [quad.object for quad in found]


def terms(store: Store) -> list[str]:
    """Return the IRIs of all terms that our ontology defines."""
    query = f"SELECT DISTINCT ?t WHERE {{ ?t rdfs:isDefinedBy <{ONTOLOGY}> }} ORDER BY ?t"
    found = store.query(query, prefixes=dict(prefixes()))
    assert isinstance(found, QuerySolutions)
    return [row["t"].value for row in found]


@pytest.mark.parametrize("name", CLASSES)
def test_promised_class_is_defined(store: Store, name: str) -> None:
    assert NamedNode(OWL + "Class") in objects(store, CG + name, TYPE.value)


@pytest.mark.parametrize("name", PROPERTIES)
def test_promised_property_is_defined(store: Store, name: str) -> None:
    kinds = {NamedNode(OWL + "ObjectProperty"), NamedNode(OWL + "DatatypeProperty")}
    assert kinds & set(objects(store, CG + name, TYPE.value))


def test_every_term_has_label_definition_and_example(store: Store) -> None:
    listed = terms(store)
    assert len(listed) > 100
    for term in listed:
        for predicate in (RDFS + "label", SKOS + "definition", SKOS + "example"):
            english = [o for o in objects(store, term, predicate) if o.language == "en"]
            assert english, (term, predicate)


def test_definition_is_one_sentence_and_not_circular(store: Store) -> None:
    for term in terms(store):
        for definition in set(objects(store, term, SKOS + "definition")):
            text = definition.value
            assert text.endswith("."), term
            assert ". " not in text.replace("e.g. ", ""), term


@pytest.mark.parametrize("name", CHINESE)
def test_main_class_has_a_chinese_label(store: Store, name: str) -> None:
    assert any(label.language == "zh" for label in objects(store, CG + name, RDFS + "label"))


def test_every_term_that_is_used_is_defined(store: Store) -> None:
    used = {
        node.value
        for quad in store
        for node in (quad.predicate, quad.object)
        if isinstance(node, NamedNode) and node.value.startswith(CG)
    }
    assert not used - set(terms(store))


def test_concept_classes_are_below_skos_concept_and_no_concept_is_a_class(store: Store) -> None:
    """SKOS Reference, section 3: concepts are individuals here, never classes at the same time."""
    query = "SELECT ?c WHERE { ?c a skos:Concept , owl:Class }"
    found = store.query(query, prefixes=dict(prefixes()))
    assert isinstance(found, QuerySolutions)
    assert list(found) == []


def test_term_iris_follow_the_case_of_their_kind(store: Store) -> None:
    for term in terms(store):
        local = term.removeprefix(CG)
        kinds = {kind.value for kind in objects(store, term, TYPE.value)}
        assert local[0].isupper() == (OWL + "Class" in kinds), term
        assert local.isalnum(), term


def test_ontology_states_licence_title_and_preferred_prefix(store: Store) -> None:
    for predicate in (DCTERMS + "license", DCTERMS + "title", RDFS + "label"):
        assert objects(store, ONTOLOGY, predicate)
    assert NamedNode(OWL + "Ontology") in objects(store, ONTOLOGY, RDF + "type")


def test_no_parent_property_makes_a_concept_a_class_or_an_agent(store: Store) -> None:
    """The range of dcterms:type is rdfs:Class, that of dcterms:publisher is dcterms:Agent."""
    query = """SELECT ?p WHERE {
        VALUES ?parent { dcterms:type dcterms:publisher dcterms:creator dcterms:contributor }
        ?p rdfs:subPropertyOf+ ?parent
        { ?p cg:conceptClass ?class } UNION { ?p cg:participationRole ?role }
    }"""
    found = store.query(query, prefixes=dict(prefixes()))
    assert isinstance(found, QuerySolutions)
    assert list(found) == []


def test_ranges_and_domains_are_such_as_owl_2_rl_allows(store: Store) -> None:
    """OWL 2 Profiles, 4.2.1: no xsd:date; OWL 2 Syntax, 5.8.1: nothing of the reserved vocabulary."""
    datatypes = {XSD + name for name in ("string", "boolean", "integer", "dateTime", "anyURI")}
    for term in terms(store):
        for predicate in (RDFS + "domain", RDFS + "range"):
            for value in objects(store, term, predicate):
                iri = getattr(value, "value", "")
                if iri.startswith(XSD):
                    assert iri in datatypes, term
                assert not iri.startswith((OWL, RDF, RDFS)), term
