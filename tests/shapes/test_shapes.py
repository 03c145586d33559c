"""Every rule of the shapes has an example that fails it and one that passes (SHACL 1.0).

An example is a named graph `fail:RULE` or `pass:RULE` in `examples/`, where RULE is the local name
of a property shape, a sh:sparql constraint or a node shape with constraints of its own; further
examples of one rule are `fail:RULE--what-is-wrong`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from clausegraph import bundle
from clausegraph.turtle import parse_file
from clausegraph.validate import files, processor, targets
from clausegraph.validate.files import QueryGraph
from clausegraph.vocabulary import SHAPE, prefixes

EXAMPLES = Path(__file__).parent / "examples"
SPACE = "https://w3id.org/clausegraph/example/"
SEVERITIES = {SH.Violation, SH.Warning, SH.Info}
# What a node shape says without constraining anything by itself.
DESCRIPTIONS = {
    *(SH.property, SH.sparql, SH.severity, SH.message, RDF.type),
    *(SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf),
}


@cache
def shapes() -> Graph:
    """The shapes that ship; tests only read them."""
    return files.read_shapes(None)


@cache
def rules() -> frozenset[URIRef]:
    """The IRIs of all that can find something wrong, and does so by itself."""
    graph = shapes()
    constraints = set(graph.objects(None, SH.sparql))
    nested = set(graph.subjects(RDF.type, SH.NodeShape)) - set(targets.targeted(graph))
    nodes = {
        shape
        for shape in graph.subjects(RDF.type, SH.NodeShape)
        if shape not in nested and set(graph.predicates(shape)) - DESCRIPTIONS
    }
    named = {*constraints, *nodes, *graph.subjects(RDF.type, SH.PropertyShape)}
    return frozenset(rule for rule in named if isinstance(rule, URIRef))


@cache
def examples() -> Mapping[tuple[str, str], Mapping[str, QueryGraph]]:
    """The examples: (rule, "fail" or "pass") to graphs by their whole name."""
    found: dict[tuple[str, str], dict[str, QueryGraph]] = defaultdict(dict)
    for path in sorted(EXAMPLES.glob("*.trig")):
        for quad in parse_file(path).quads:
            kind, _, name = str(quad.graph_name.value).removeprefix(SPACE).partition("#")
            graphs = found[name.partition("--")[0], kind]
            for triple in files.triples([quad], 0):
                graphs.setdefault(name, QueryGraph()).add(triple)
    return found


def found_by(rule: URIRef, example: QueryGraph) -> int | None:
    """The number of results of one rule about an example, or None if it looks at none of it."""
    part = excerpt(rule)
    focus = targets.find(part, example)
    if not focus:
        return None
    report = processor.run(targets.assign(part, focus), example)
    return sum(result.shape == rule for result in processor.results(report, part))


@cache
def excerpt(rule: URIRef) -> Graph:
    """The shapes graph reduced to one rule, the shape that holds it, and what it refers to."""
    graph = shapes()
    part = Graph()
    for holder, predicate in graph.subject_predicates(rule):
        if predicate in (SH.property, SH.sparql):
            part.add((holder, predicate, rule))
            for said, value in graph.predicate_objects(holder):
                if said in DESCRIPTIONS - {SH.property, SH.sparql}:
                    part.add((holder, said, value))
    for node in reachable(rule):
        for triple in graph.triples((node, None, None)):
            part.add(triple)
    return part


def reachable(rule: URIRef) -> set[Node]:
    """What a rule says, and the lists, nested shapes and prefixes that it says it with."""
    found: set[Node] = set()
    wanted: list[Node] = [rule]
    while wanted:
        node = wanted.pop()
        if node not in found:
            found.add(node)
            named = SHAPE.removesuffix("#")
            values = shapes().objects(node)
            wanted += [v for v in values if isinstance(v, BNode) or str(v).startswith(named)]
    return found


def cases(kind: str) -> list[object]:
    return [
        pytest.param(URIRef(SHAPE + rule), graph, id=name)
        for (rule, of_kind), graphs in examples().items()
        for name, graph in graphs.items()
        if of_kind == kind
    ]


@pytest.mark.parametrize(("rule", "example"), cases("fail"))
def test_failing_example_is_found(rule: URIRef, example: QueryGraph) -> None:
    """SHACL 1.0, section 3.4: a validation result for each violation."""
    assert found_by(rule, example)


@pytest.mark.parametrize(("rule", "example"), cases("pass"))
def test_passing_example_is_looked_at_and_not_found(rule: URIRef, example: QueryGraph) -> None:
    """SHACL 1.0, section 3.4: no result where the constraint is met."""
    assert found_by(rule, example) == 0


@pytest.mark.parametrize("kind", ["fail", "pass"])
def test_every_rule_has_examples(kind: str) -> None:
    """A shape without a failing example in the tests does not exist."""
    known = {URIRef(SHAPE + rule) for rule, of_kind in examples() if of_kind == kind}
    assert sorted(rules() - known) == []
    assert sorted(known - rules()) == []


def test_every_property_shape_and_constraint_is_named() -> None:
    """A report can name what found something wrong."""
    graph = shapes()
    properties = {
        *graph.subjects(RDF.type, SH.PropertyShape),
        *graph.objects(None, SH.property),
        *graph.subjects(SH.path),
        *graph.objects(None, SH.sparql),
    }
    assert [node for node in properties if not str(node).startswith(SHAPE)] == []


def test_every_rule_says_what_to_do() -> None:
    """One message in English per rule (SHACL 1.0, section 2.1.5)."""
    for rule in rules():
        messages = list(shapes().objects(rule, SH.message))
        assert [getattr(message, "language", None) for message in messages] == ["en"], rule


def test_every_shape_states_its_severity() -> None:
    """Severity is data (SHACL 1.0, section 2.1.4); a constraint has that of its shape."""
    graph = shapes()
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in graph.subjects(RDF.type, kind):
            assert set(graph.objects(shape, SH.severity)) < SEVERITIES, shape
            assert len(list(graph.objects(shape, SH.severity))) == 1, shape


def test_every_targeted_class_and_property_exists() -> None:
    """A shape that targets a misspelt class can never fire."""
    graph = shapes()
    ontology = files.read_data([bundle.folder("ontology")]).graph
    named = {
        *graph.objects(None, SH.targetClass),
        *graph.objects(None, SH.targetSubjectsOf),
        *graph.objects(None, SH["class"]),
        *(path for path in graph.objects(None, SH.path) if isinstance(path, URIRef)),
    }
    assert [node for node in named if (node, RDF.type, None) not in ontology] == []


def test_every_declared_prefix_is_that_of_the_registry() -> None:
    """SHACL 1.0, section 5.2.1: prefixes of queries are data, and can be wrong."""
    graph = shapes()
    declared = {
        str(graph.value(node, SH.prefix)): str(graph.value(node, SH.namespace))
        for node in graph.objects(None, SH.declare)
    }
    assert declared
    assert {name: prefixes()[name] for name in declared} == declared
    used = " ".join(str(text) for text in graph.objects(None, SH.select))
    assert [name for name in declared if f"{name}:" not in used] == []
    assert Literal(True) not in set(graph.objects(None, SH.deactivated))


def test_every_query_runs_on_the_engine_too() -> None:
    """SHACL 1.0, section 5.3.1: a query is evaluated with $this bound to the focus node."""
    graph = shapes()
    declared = {
        str(graph.value(node, SH.prefix)): str(graph.value(node, SH.namespace))
        for node in graph.objects(None, SH.declare)
    }
    this = {pyoxigraph.Variable("this"): pyoxigraph.NamedNode("https://example.org/x")}
    for text in graph.objects(None, SH.select):
        answer = pyoxigraph.Store().query(str(text), prefixes=declared, substitutions=this)
        assert isinstance(answer, pyoxigraph.QuerySolutions)
        assert list(answer) == []
