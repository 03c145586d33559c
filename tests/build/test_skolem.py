"""Blank nodes become IRIs that depend on where they hang and what hangs from them."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from clausegraph.build.skolem import GENID, skolemise

GRAPH = "https://w3id.org/clausegraph/graph/shapes/x"


def triples(turtle: str) -> list[Triple]:
    """Parse Turtle with the prefix e:."""
    text = "@prefix e: <http://e/> .\n" + turtle
    return [quad.triple for quad in parse(text, RdfFormat.TURTLE)]


def test_lists_and_trees_are_named_below_their_graph() -> None:
    """RDF 1.1 Concepts, section 3.5."""
    named = skolemise(triples("e:a e:p ( 1 2 ) , [ e:q [ e:r 1 ] ] ."), GRAPH)
    nodes = {t.subject.value for t in named} - {"http://e/a"}
    assert len(nodes) == 4
    assert all(node.startswith(f"{GRAPH}#_") for node in nodes)


def test_names_survive_an_edit_elsewhere_and_a_new_order() -> None:
    one = set(skolemise(triples("e:a e:p ( 1 2 ) . e:b e:p [ e:q 1 ] ."), GRAPH))
    other = set(skolemise(triples("e:b e:p [ e:q 1 ] . e:c e:p 3 . e:a e:p ( 1 2 ) ."), GRAPH))
    assert one < other


def test_equal_lists_at_different_places_stay_apart() -> None:
    named = skolemise(triples("e:a e:p ( 1 ) . e:b e:p ( 1 ) ."), GRAPH)
    assert len({t.subject for t in named}) == 4


def test_any_other_shape_is_named_by_canonical_labels() -> None:
    """RDF Dataset Canonicalization, RDFC-1.0."""
    cycle = "_:x e:p _:y . _:y e:p _:x ; e:q 1 ."
    renamed = "_:k e:q 1 ; e:p _:l . _:l e:p _:k ."
    assert set(skolemise(triples(cycle), GRAPH)) == set(skolemise(triples(renamed), GRAPH))
    assert all(t.subject.value.startswith(f"{GRAPH}#_") for t in skolemise(triples(cycle), GRAPH))


@pytest.mark.parametrize("turtle", ["e:a e:p ( 1 2 ) .", "_:x e:p _:y . _:y e:p _:x ."])
def test_nothing_is_named_below_a_graph_of_other_people(turtle: str) -> None:
    """RDF 1.1 Concepts, section 3.5: whoever makes a name up has to own where it stands."""
    named = skolemise(triples(turtle), "http://e/graph")
    nodes = {t.subject.value for t in named} - {"http://e/a"}
    assert nodes
    assert all(node.startswith(GENID) for node in nodes)


def test_two_blank_nodes_that_say_the_same_of_one_subject_become_one() -> None:
    named = skolemise(triples("e:a e:p [ e:q 1 ] , [ e:q 1 ] ."), GRAPH)
    assert not any(isinstance(t.subject, BlankNode) for t in named)
