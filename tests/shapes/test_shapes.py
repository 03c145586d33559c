"""Every rule of the shapes has an example that fails it and one that passes (SHACL 1.0).

An example is a named graph `fail:RULE` or `pass:RULE` in `examples/`, where RULE is the local name
of a property shape, a sh:sparql constraint or a node shape with constraints of its own; further
examples of one rule are `fail:RULE--what-is-wrong`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Triple, Variable

from clausegraph import authored, bundle
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.results import Result, Term
from clausegraph.shacl.shapes import Shapes, read_shapes
from clausegraph.shacl.validation import Validation
from clausegraph.turtle import parse_file
from clausegraph.vocabulary import RDF, SH, SHAPE, TYPE, prefixes
from shacl.local import local

EXAMPLES = Path(__file__).parent / "examples"
SPACE = "https://w3id.org/clausegraph/example/"
SEVERITIES = {NamedNode(SH + name) for name in ("Violation", "Warning", "Info")}
TARGETS = {SH + f"target{kind}" for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
# What a node shape says without constraining anything by itself.
HELD = {SH + "property", SH + "sparql"}
DESCRIPTIONS = {*HELD, *TARGETS, SH + "severity", SH + "message", TYPE.value}
Example = tuple[Triple, ...]


@cache
def shapes() -> ShapesGraph:
    """The shapes that ship."""
    folder = bundle.folder("shapes")
    files = [parse_file(file.path) for file in authored.found([folder])]
    return ShapesGraph(quad.triple for file in files for quad in file.quads)


def typed(kind: str) -> list[Term]:
    """The shapes of a kind."""
    return shapes().subjects(TYPE.value, NamedNode(SH + kind))


def objects(predicate: str) -> set[Term]:
    """All values of a property of SHACL."""
    graph = shapes()
    return {
        value
        for node in graph.subjects(SH + predicate)
        for value in graph.values(node, SH + predicate)
    }


@cache
def rules() -> frozenset[NamedNode]:
    """The IRIs of all that can find something wrong, and does so by itself."""
    nodes = {
        shape
        for shape in typed("NodeShape")
        if TARGETS & set(shapes().predicates(shape))
        and set(shapes().predicates(shape)) - DESCRIPTIONS
    }
    named = {*objects("sparql"), *nodes, *typed("PropertyShape")}
    return frozenset(rule for rule in named if isinstance(rule, NamedNode))


@cache
def examples() -> Mapping[tuple[str, str], Mapping[str, Example]]:
    """The examples: (rule, "fail" or "pass") to graphs by their whole name."""
    found: dict[tuple[str, str], dict[str, list[Triple]]] = defaultdict(dict)
    for path in sorted(EXAMPLES.glob("*.trig")):
        for quad in parse_file(path).quads:
            assert isinstance(quad.graph_name, NamedNode)
            kind, _, name = quad.graph_name.value.removeprefix(SPACE).partition("#")
            graphs = found[name.partition("--")[0], kind]
            graphs.setdefault(name, []).append(quad.triple)
    return {
        key: {name: tuple(triples) for name, triples in graphs.items()}
        for key, graphs in found.items()
    }


def found_by(rule: NamedNode, example: Example) -> int | None:
    """The number of results of one rule about an example, or None if it looks at none of it."""
    validation = Validation(excerpt(rule), local(example))
    if not validation.focus_nodes():
        return None
    return sum(found_it(result, rule) for result in validation.results())


def found_it(result: Result, rule: NamedNode) -> bool:
    return rule in (result.shape, result.constraint)


@cache
def excerpt(rule: NamedNode) -> Shapes:
    """The shapes reduced to one rule, the shape that holds it, and what it refers to."""
    graph = shapes()
    part = [triple for node in reachable(rule) for triple in triples_of(node)]
    for predicate in HELD:
        for holder in graph.subjects(predicate, rule):
            part += [
                triple
                for triple in triples_of(holder)
                if triple.predicate.value in DESCRIPTIONS - HELD
            ]
            assert isinstance(holder, NamedNode)
            part.append(Triple(holder, NamedNode(predicate), rule))
    return read_shapes(ShapesGraph(part))


def triples_of(node: Term) -> Iterator[Triple]:
    return (triple for triple in everything() if triple.subject == node)


@cache
def everything() -> list[Triple]:
    return shapes().triples()


def reachable(rule: Term) -> set[Term]:
    """What a rule says, and the lists, nested shapes and prefixes that it says it with."""
    graph, found, wanted = shapes(), set[Term](), [rule]
    while wanted:
        node = wanted.pop()
        if node not in found:
            found.add(node)
            values = [
                value for name in graph.predicates(node) for value in graph.values(node, name)
            ]
            named = SHAPE.removesuffix("#")
            wanted += [
                value
                for value in values
                if not isinstance(value, Literal)
                and (not isinstance(value, NamedNode) or value.value.startswith(named))
            ]
    return found


def cases(kind: str) -> list[object]:
    return [
        pytest.param(NamedNode(SHAPE + rule), graph, id=name)
        for (rule, of_kind), graphs in examples().items()
        for name, graph in graphs.items()
        if of_kind == kind
    ]


@pytest.mark.parametrize(("rule", "example"), cases("fail"))
def test_failing_example_is_found(rule: NamedNode, example: Example) -> None:
    """SHACL 1.0, section 3.4: a validation result for each violation."""
    assert found_by(rule, example)


@pytest.mark.parametrize(("rule", "example"), cases("pass"))
def test_passing_example_is_looked_at_and_not_found(rule: NamedNode, example: Example) -> None:
    """SHACL 1.0, section 3.4: no result where the constraint is met."""
    assert found_by(rule, example) == 0


@pytest.mark.parametrize("kind", ["fail", "pass"])
def test_every_rule_has_examples(kind: str) -> None:
    """A shape without a failing example in the tests does not exist."""
    known = {SHAPE + rule for rule, of_kind in examples() if of_kind == kind}
    stated = {rule.value for rule in rules()}
    assert sorted(stated - known) == []
    assert sorted(known - stated) == []


def test_every_property_shape_and_constraint_is_named() -> None:
    """A report can name what found something wrong."""
    named = {
        *typed("PropertyShape"),
        *shapes().subjects(SH + "path"),
        *objects("property"),
        *objects("sparql"),
    }
    assert [node for node in named if not str(node).startswith(f"<{SHAPE}")] == []


def test_every_rule_says_what_to_do() -> None:
    """One message in English per rule (SHACL 1.0, section 2.1.5)."""
    for rule in rules():
        messages = shapes().values(rule, SH + "message")
        assert [getattr(message, "language", None) for message in messages] == ["en"], rule


def test_every_shape_states_its_severity() -> None:
    """Severity is data (SHACL 1.0, section 2.1.4); a constraint has that of its shape."""
    for kind in ("NodeShape", "PropertyShape"):
        for shape in typed(kind):
            stated = shapes().values(shape, SH + "severity")
            assert len(stated) == 1, shape
            assert stated[0] in SEVERITIES, shape


def test_every_targeted_class_and_property_exists() -> None:
    """A shape that targets a misspelt class can never fire."""
    files = authored.found([bundle.folder("ontology")])
    defined = {
        quad.subject
        for file in files
        for quad in parse_file(file.path).quads
        if quad.predicate.value == RDF + "type"
    }
    named = {
        *(objects("targetClass") | objects("targetSubjectsOf") | objects("class")),
        *(path for path in objects("path") if isinstance(path, NamedNode)),
    }
    assert [node for node in named if node not in defined] == []


def declared_prefixes() -> dict[str, str]:
    """The prefixes that queries of the shapes may use."""
    graph = shapes()

    def text(node: Term, name: str) -> str:
        value = graph.value(node, SH + name)
        assert isinstance(value, Literal)
        return value.value

    return {text(node, "prefix"): text(node, "namespace") for node in objects("declare")}


def queries() -> list[str]:
    """The queries of all constraints."""
    return [text.value for text in objects("select") if isinstance(text, Literal)]


def test_every_declared_prefix_is_that_of_the_registry() -> None:
    """SHACL 1.0, section 5.2.1: prefixes of queries are data, and can be wrong."""
    declared = declared_prefixes()
    assert declared
    assert {name: prefixes()[name] for name in declared} == declared
    used = " ".join(queries())
    assert [name for name in declared if f"{name}:" not in used] == []
    assert objects("deactivated") == set()


def test_every_query_runs_on_the_engine_too() -> None:
    """SHACL 1.0, section 5.3.1: a query is evaluated with $this bound to the focus node."""
    this = {Variable("this"): NamedNode("https://example.org/x")}
    for text in queries():
        answer = Store().query(text, prefixes=declared_prefixes(), substitutions=this)
        assert isinstance(answer, QuerySolutions)
        assert list(answer) == []
