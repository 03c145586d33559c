"""Walks between vocabularies by mappings: what is found, by whose word, and where it breaks off.

SKOS Reference, section 10: exactMatch is symmetric and transitive (S44, S45), closeMatch and
relatedMatch are symmetric (S44), broadMatch and narrowMatch are each other's inverse (S43).
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from clausegraph.crosswalks import Crosswalk, crosswalk, writing
from clausegraph.crosswalks.steps import Walk
from clausegraph.errors import UsageError
from clausegraph.vocabulary import BASE, CG, ID, TYPE, prefixes

PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
HEAD = f"{PREFIXES}@prefix a: <{ID}concept/one/> . @prefix b: <{ID}concept/two/> .\n" + (
    f"@prefix m: <{ID}concept/three/> . @prefix x: <https://example.org/x#> .\n"
)
SCHEMES = f"""
graph:schemes {{
  <{ID}concept/one> a skos:ConceptScheme ; dcterms:title "One"@en .
  <{ID}concept/two> a skos:ConceptScheme ; dcterms:title "Zwei"@de , "Two"@en .
  a:1 skos:inScheme <{ID}concept/one> ; skos:notation "1" ; skos:prefLabel "First"@en .
  a:1.1 skos:inScheme <{ID}concept/one> ; skos:broader a:1 ; skos:notation "1.1" .
  a:10 skos:inScheme <{ID}concept/one> .
  a:2 skos:inScheme <{ID}concept/one> ; skos:prefLabel "Second"@fr .
  b:p skos:inScheme <{ID}concept/two> ; skos:prefLabel "P"@en .
  b:q skos:topConceptOf <{ID}concept/two> .
  m:mid skos:inScheme <{ID}concept/three> .
}}
"""


def loaded(text: str) -> Store:
    """A store with graphs, and their merge as its default graph."""
    store = Store()
    store.load((HEAD + SCHEMES + text).encode(), format=RdfFormat.TRIG)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return store


def walked(text: str, first: str = "one", second: str = "two", steps: int = 2) -> Crosswalk:
    """The crosswalk of a store made of mappings."""
    return crosswalk(loaded(text), first, second, steps)


def told(walk: Walk) -> tuple[object, ...]:
    """A walk in short: start, relation and direction of each step, end, and what holds."""
    steps = [(step.relation, step.is_inverse) for step in walk.steps]
    ends = tuple(iri.rpartition("/")[2].rpartition("#")[2] for iri in (walk.start, walk.end))
    return (ends[0], *steps, ends[1], walk.relation)


def test_mapping_leads_from_either_side() -> None:
    """S43, S44: a mapping that is stated from the other side is walked too, and is told so."""
    found = walked("graph:s { a:1 skos:broadMatch b:p . b:q skos:broadMatch a:2 . }")
    assert [told(walk) for walk in found.walks] == [
        ("1", ("broadMatch", False), "p", "broadMatch"),
        ("2", ("narrowMatch", True), "q", "narrowMatch"),
    ]


@pytest.mark.parametrize("relation", ["exactMatch", "closeMatch", "relatedMatch"])
def test_symmetric_mapping_keeps_its_relation_when_it_is_walked_back(relation: str) -> None:
    """SKOS Reference, S44."""
    found = walked(f"graph:s {{ b:p skos:{relation} a:1 . }}")
    assert [told(walk) for walk in found.walks] == [("1", (relation, True), "p", relation)]


def test_two_steps_say_nothing_unless_both_are_exact() -> None:
    """SKOS Reference, S45: only exactMatch is transitive."""
    close = walked("graph:s { a:1 skos:exactMatch m:mid . m:mid skos:closeMatch b:p . }")
    exact = walked("graph:s { a:1 skos:exactMatch m:mid . b:p skos:exactMatch m:mid . }")
    assert [walk.relation for walk in close.walks] == [""]
    assert [told(walk) for walk in exact.walks] == [
        ("1", ("exactMatch", False), ("exactMatch", True), "p", "exactMatch")
    ]


def test_two_steps_are_not_walked_where_one_leads_or_one_is_asked_for() -> None:
    text = """graph:s { a:1 skos:closeMatch b:p , m:mid . m:mid skos:closeMatch b:p , b:q . }"""
    assert [told(walk)[-2] for walk in walked(text).walks] == ["p", "q"]
    single = walked(text, steps=1)
    assert [told(walk)[-2] for walk in single.walks] == ["p"]
    assert single.not_reached == (f"{ID}concept/two/q",)


def test_walk_takes_at_most_two_steps() -> None:
    found = walked(
        "graph:s { a:1 skos:exactMatch m:mid . m:mid skos:exactMatch x:far . x:far skos:exactMatch b:p . }"
    )
    assert not found.walks
    assert next((end.concept[-1], [step.end for step in end.steps]) for end in found.dead_ends) == (
        "1",
        [f"{ID}concept/three/mid"],
    )


def test_every_concept_is_matched_or_a_dead_end_and_numbers_are_counted() -> None:
    """5.10 comes after 5.9, and so do concepts."""
    found = walked("graph:s { a:1 skos:closeMatch b:p . }")
    assert found.first.concepts == tuple(
        f"{ID}concept/one/{code}" for code in ("1", "1.1", "2", "10")
    )
    assert [end.concept.rpartition("/")[2] for end in found.dead_ends] == ["1.1", "2", "10"]
    assert found.not_reached == (f"{ID}concept/two/q",)


def test_dead_end_names_broader_concept_with_counterpart_without_climbing() -> None:
    found = walked("graph:s { a:1 skos:closeMatch b:p . }")
    above = {end.concept.rpartition("/")[2]: end.above for end in found.dead_ends}
    assert above == {"1.1": (f"{ID}concept/one/1",), "2": (), "10": ()}


def test_circle_of_broader_concepts_ends() -> None:
    """Bad data: 2 is above 10 and below it."""
    found = walked(
        "graph:s { a:2 skos:broader a:10 . a:10 skos:broader a:2 . a:1 skos:closeMatch b:p . }"
    )
    assert [end.above for end in found.dead_ends if end.concept.endswith("/2")] == [()]


def test_two_sets_that_state_the_same_are_both_told() -> None:
    """Who says so is asked of each."""
    found = walked("graph:s { a:1 skos:closeMatch b:p . } graph:t { a:1 skos:closeMatch b:p . }")
    assert [walk.steps[0].graph for walk in found.walks] == [f"{BASE}graph/s", f"{BASE}graph/t"]


def test_mapping_set_says_who_when_how_and_why() -> None:
    """The way is a term of SEMAPV where the set or its activity names one."""
    found = walked(
        """graph:s {
          a:1 skos:closeMatch b:p .
          graph:s dcterms:title "S"@en ; dcterms:created "2026-01-02"^^xsd:date ; cg:rationale "All."@en ;
            prov:wasAttributedTo <https://example.org/ada> ; prov:wasGeneratedBy x:act .
          x:act cg:activityKind activity-kind:manual ; cg:mappingJustification semapv:ManualMappingCuration .
          <https://example.org/ada> dcterms:title "Ada"@en .
        }"""
    )
    (item,) = found.sets
    assert (item.title, item.date, item.reason) == ("S", "2026-01-02", "All.")
    assert [found.names[agent].label for agent in item.agents] == ["Ada"]
    assert item.methods == ("https://w3id.org/semapv/vocab/ManualMappingCuration",)


def test_set_that_was_loaded_under_another_name_still_says_who_made_it() -> None:
    """A copy of a file becomes a graph named by its path, and describes itself as it is at home."""
    found = walked(
        """graph:copy {
          a:1 skos:closeMatch b:p .
          graph:home a prov:Entity ; dcterms:title "Home"@en ; prov:wasAttributedTo x:ada .
        }"""
    )
    assert [(item.title, item.agents) for item in found.sets] == [
        ("Home", ("https://example.org/x#ada",))
    ]


def test_record_of_a_mapping_gives_its_own_reason() -> None:
    """A reason of the mapping itself comes before that of its set; without either there is none."""
    found = walked(
        """graph:s {
          a:1 skos:closeMatch b:p . a:2 skos:closeMatch b:p .
          graph:s cg:rationale "All."@en .
          <https://example.org/r> a cg:Mapping ; rdf:subject a:1 ; rdf:predicate skos:closeMatch ;
            rdf:object b:p ; cg:rationale "This one."@en .
        }
        graph:t { a:10 skos:closeMatch b:q . }"""
    )
    rows = [row for row in writing.rows(found) if row["finding"] == writing.MATCHED]
    assert [(row["step1_reason"], row["step1_reason_is_of"]) for row in rows] == [
        ("This one.", "mapping"),
        ("All.", "mapping set"),
        ("", ""),
    ]


def test_mapping_in_no_named_graph_is_walked_and_belongs_to_nobody() -> None:
    """A store of others may have its default graph alone."""
    store = Store()
    store.load((HEAD + SCHEMES).encode(), format=RdfFormat.TRIG)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    store.load((HEAD + "a:1 skos:closeMatch b:p .").encode(), format=RdfFormat.TURTLE)
    found = crosswalk(store, "one", "two")
    assert [walk.steps[0].graph for walk in found.walks] == [""]
    assert [item.iri for item in found.sets] == [""]
    assert next(writing.rows(found))["step1_mapping_set"] == ""


def test_literal_as_a_match_is_passed_over() -> None:
    """Bad data: a mapping property leads to a text."""
    assert not walked('graph:s { a:1 skos:closeMatch "b:p" . }').walks


def test_vocabulary_of_others_goes_by_prefix_namespace_or_scheme() -> None:
    """`dpv` has its extensions too; a scheme of others goes by its IRI."""
    text = """graph:s { a:1 skos:closeMatch risk:Bias , dpv:Data , x:y . a:2 skos:closeMatch airo:Misuse .
      x:y skos:inScheme <https://example.org/x> . }"""

    def reached(name: str) -> list[str]:
        return [walk.end for walk in walked(text, "one", name).walks]

    assert reached("dpv") == ["https://w3id.org/dpv#Data", "https://w3id.org/dpv/risk#Bias"]
    assert reached("risk") == ["https://w3id.org/dpv/risk#Bias"]
    assert reached("https://w3id.org/airo#") == ["https://w3id.org/airo#Misuse"]
    assert reached("https://example.org/x") == ["https://example.org/x#y"]
    assert walked(text, "dpv", "one").walks[0].steps[0].is_inverse


def test_loaded_terms_of_others_that_nothing_leads_to_are_not_reached() -> None:
    text = "graph:s { a:1 skos:closeMatch airo:Misuse . airo:Other a skos:Concept . }"
    assert walked(text, "one", "airo").not_reached == ("https://w3id.org/airo#Other",)


@pytest.mark.parametrize(
    "name", ["nope", "", "a b", "<>", "http://", "x:y", "cg", "wo", "../one", "<a b>"]
)
def test_unknown_vocabulary_is_refused_with_a_way_out(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        walked("", "one", name)
    assert refused.value.remedy


def test_near_miss_of_a_name_is_told() -> None:
    with pytest.raises(UsageError, match="tow") as refused:
        walked("", "one", "tow")
    assert "Nearest: two" in str(refused.value.remedy)


def test_same_vocabulary_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="same vocabulary"):
        walked("", "one", f"<{ID}concept/one>")


def test_table_has_a_row_for_each_walk_and_for_all_that_is_left() -> None:
    """RFC 4180; the rows of the four findings add up to the concepts and walks."""
    found = walked("graph:s { a:1 skos:closeMatch b:p . a:2 skos:closeMatch x:y , m:mid . }")
    rows = list(csv.DictReader(io.StringIO(writing.table(found), newline="")))
    assert [
        (row["finding"], row["from"][-3:], row["to"][-1:], row["step1_end"][-3:]) for row in rows
    ] == [
        ("matched", "e/1", "p", "o/p"),
        ("no mapping", "1.1", "", ""),
        ("breaks off elsewhere", "e/2", "", "x#y"),
        ("breaks off elsewhere", "e/2", "", "mid"),
        ("no mapping", "/10", "", ""),
        ("not reached", "", "q", ""),
    ]
    assert tuple(rows[0]) == writing.COLUMNS


def test_document_tells_the_same_as_the_table() -> None:
    found = walked("graph:s { a:1 skos:closeMatch b:p . a:2 skos:closeMatch x:y . }")
    told_ = writing.document(found, "r")
    assert told_["from"] == {
        "name": "one",
        "id": f"{ID}concept/one",
        "title": "One",
        "concepts": 4,
        "isOpen": False,
    }
    assert told_["to"]["title"] == "Two"
    assert [walk["to"]["label"] for walk in told_["walks"]] == ["P"]
    assert [len(end["steps"]) for end in told_["breaksOff"]] == [0, 1, 0]
    assert [item["id"] for item in told_["notReached"]] == [f"{ID}concept/two/q"]
    assert [item["id"] for item in told_["mappingSets"]] == [f"{BASE}graph/s"]


def test_agora_tags_reach_risks_by_our_own_mappings_and_dpv_in_two_steps(store: Store) -> None:
    """The shipped graph: 16 of the tags, 23 matches, none of them exact, and none made by MIT."""
    found = crosswalk(store, "agora-tag", "mit-risk-domain")
    assert (len(found.walks), len({walk.start for walk in found.walks})) == (23, 16)
    assert all(len(walk.steps) == 1 and walk.steps[0].reason for walk in found.walks)
    assert "exactMatch" not in {walk.relation for walk in found.walks}
    assert {agent for item in found.sets for agent in item.agents} == {f"{ID}actor/clausegraph"}
    further = crosswalk(store, "agora-tag", "dpv")
    assert further.walks
    assert {(len(walk.steps), walk.relation) for walk in further.walks} == {(2, "")}


def test_crosswalk_turned_round_has_the_same_pairs(store: Store) -> None:
    there = crosswalk(store, "agora-tag", "enforcement-type")
    back = crosswalk(store, "enforcement-type", "agora-tag")
    pairs = {(walk.start, walk.end) for walk in there.walks}
    assert pairs == {(walk.end, walk.start) for walk in back.walks}
    assert len(pairs) == 9


def test_documentation_lists_the_tags_without_a_counterpart(root: Path, store: Store) -> None:
    """The list is explicit, and is what the two mapping sets leave over of the 77 tags."""
    page = (root / "docs" / "crosswalks.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\* (.+)$", page, re.MULTILINE)
    matched = {
        walk.start
        for goal in ("mit-risk-domain", "enforcement-type")
        for walk in crosswalk(store, "agora-tag", goal, steps=1).walks
    }
    found = crosswalk(store, "agora-tag", "mit-risk-domain")
    tags = {
        quad.subject.value for quad in store.quads_for_pattern(None, TYPE, NamedNode(CG + "Tag"))
    }
    assert len(tags) == 77
    left = [found.names[iri].label for iri in found.first.concepts if iri in tags - matched]
    assert sorted(listed) == sorted(left)
    assert f"These {len(left)} of AGORA's 77 tags" in page
