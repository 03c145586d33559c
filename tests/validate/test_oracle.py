"""pySHACL in a process of its own: its results, and how its failures end."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from clausegraph.errors import InputError
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.results import Result
from clausegraph.validate import oracle
from clausegraph.vocabulary import SH, XSD

PREFIXES = """@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ON_EVERY_A = "ex:S a sh:NodeShape ; sh:targetClass ex:A ; "


def triples(text: str) -> Iterator[Triple]:
    return (quad.triple for quad in parse(PREFIXES + text, RdfFormat.TURTLE))


def run(
    shapes: str,
    data: str,
    focus: list[NamedNode] | None = None,
    limits: oracle.Limits | None = None,
) -> list[Result]:
    task = oracle.Task(ShapesGraph(triples(shapes)), "The shape ex:S")
    return list(oracle.run([task], oracle.Judged(triples(data), focus), limits or oracle.Limits()))


def ex(name: str) -> NamedNode:
    return NamedNode("https://example.org/" + name)


def test_result_has_all_its_parts() -> None:
    """SHACL 1.0, section 3.6.2."""
    shapes = (
        ON_EVERY_A + "sh:property ex:P . ex:P sh:path [ sh:inversePath ex:p ] ; sh:class ex:B ; "
        'sh:severity sh:Warning ; sh:message "Be a B."@en .'
    )
    [result] = run(shapes, "ex:a a ex:A . ex:x ex:p ex:a .")
    assert (result.focus, result.value, result.shape) == (ex("a"), ex("x"), ex("P"))
    assert result.severity == NamedNode(SH + "Warning")
    assert result.component == NamedNode(SH + "ClassConstraintComponent")
    assert result.messages == (Literal("Be a B.", language="en"),)
    assert result.path is not None
    assert (result.path.predicate, result.path.inverse) == (None, ex("p"))
    assert [triple.object for triple in result.path.triples] == [ex("p")]


def test_literals_keep_their_spelling() -> None:
    """RDF 1.1 Concepts, section 3.3: 1.50 and 1.5 are two terms."""
    shapes = ON_EVERY_A + "sh:property [ sh:path ex:p ; sh:hasValue 1.5 ; sh:in ( 1.5 ) ] ."
    found = run(shapes, "ex:a a ex:A ; ex:p 1.50 .")
    assert {result.component.value.removeprefix(SH) for result in found} == {
        "HasValueConstraintComponent",
        "InConstraintComponent",
    }
    values = {result.value for result in found} - {None}
    assert values == {Literal("1.50", datatype=NamedNode(XSD + "decimal"))}


def test_only_the_nodes_that_may_be_are_focus_nodes() -> None:
    """Nested shapes look at the others all the same."""
    shapes = ON_EVERY_A + (
        "sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:node [ sh:property ex:Q ] ] . "
        "ex:Q sh:path ex:q ; sh:minCount 1 ."
    )
    data = "ex:a a ex:A ; ex:p ex:b . ex:b a ex:A ."
    [result] = run(shapes, data, [ex("a")])
    assert (result.focus, result.value) == (ex("a"), ex("b"))
    assert result.component == NamedNode(SH + "NodeConstraintComponent")


def test_class_that_is_a_shape_targets_its_instances() -> None:
    """SHACL 1.0, section 2.1.3.3."""
    shapes = "ex:A a rdfs:Class , sh:NodeShape ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    assert {result.focus for result in run(shapes, "ex:a a ex:A . ex:b a ex:B .")} == {ex("a")}


def test_expression_that_explodes_is_a_refusal_that_names_the_shape() -> None:
    """Catastrophic backtracking (CWE-1333)."""
    shapes = ON_EVERY_A + 'sh:property [ sh:path ex:p ; sh:pattern "^(a+)+$" ] .'
    start = time.monotonic()
    with pytest.raises(InputError, match=r"The shape ex:S .* stopped after 3 seconds"):
        run(shapes, f'ex:a a ex:A ; ex:p "{"a" * 60}b" .', limits=oracle.Limits(seconds=3))
    assert time.monotonic() - start < 20


def test_memory_is_bounded() -> None:
    """What cannot be held ends as a refusal."""
    data = "ex:a a ex:A . " + " ".join(f"ex:a{n} ex:p ex:b{n} ." for n in range(60_000))
    shapes = ON_EVERY_A + "sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    with pytest.raises(InputError, match="The shape ex:S cannot be checked"):
        run(shapes, data, limits=oracle.Limits(megabytes=150))


def test_shape_that_cannot_be_used_is_named() -> None:
    """A query that does not parse finds nothing, and must not count as met."""
    shapes = ON_EVERY_A + 'sh:sparql [ sh:select "SELECT $this WHERE {" ] .'
    with pytest.raises(InputError, match="The shape ex:S cannot be checked"):
        run(shapes, "ex:a a ex:A .")


def test_no_network_is_asked() -> None:
    """A query may name a graph or a service elsewhere; nobody hears of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for text in (
            f"SELECT $this FROM <{address}x.ttl> WHERE {{ $this ?p ?o }}",  # noqa: S608
            f"SELECT $this WHERE {{ $this ?p ?o . {{ SERVICE <{address}> {{ ?s ?p ?o }} }} }}",
        ):
            shapes = ON_EVERY_A + f'sh:sparql [ sh:select "{text}" ] .'
            shapes += (
                f"<https://example.org/> <http://www.w3.org/2002/07/owl#imports> <{address}> ."
            )
            with pytest.raises(InputError):
                run(shapes, "ex:a a ex:A .")
        with pytest.raises(TimeoutError):
            listener.accept()


def test_tasks_before_the_one_that_fails_are_done() -> None:
    """The refusal names the one that failed."""
    good = oracle.Task(ShapesGraph(triples(ON_EVERY_A + "sh:class ex:B .")), "The first")
    bad = oracle.Task(
        ShapesGraph(triples(ON_EVERY_A + 'sh:sparql [ sh:select "SELECT" ] .')), "The second"
    )
    results = oracle.run([good, bad], oracle.Judged(triples("ex:a a ex:A .")), oracle.Limits())
    assert next(results).focus == ex("a")
    with pytest.raises(InputError, match="The second cannot be checked"):
        next(results)
