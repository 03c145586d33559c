"""Which nodes each shape is about (SHACL 1.0, section 2.1.3), and shapes that are about just those.

pySHACL's own `focus_nodes` option is of no use here: it also hides nodes from nested shapes, which
then pass without having been looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from rdflib import RDF, RDFS, SH, Graph, Literal
from rdflib.term import Node

from clausegraph.errors import InputError

Focus = Mapping[Node, Set[Node]]

_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


def find(shapes: Graph, data: Graph) -> Focus:
    """Return the focus nodes of each shape that has any, by the shape's own targets."""
    for shape in shapes.subjects(SH.target):
        raise InputError(
            f"The shape {shape} has a target of SHACL Advanced Features (sh:target).",
            remedy="Use sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf.",
        )
    found: dict[Node, Set[Node]] = {}
    for shape in targeted(shapes):
        if (shape, SH.deactivated, Literal(True)) not in shapes:
            nodes = _focus(shape, shapes, data)
            if nodes:
                found[shape] = nodes
    return found


def within(focus: Focus, nodes: Set[Node]) -> Focus:
    """Return `focus`, confined to `nodes`."""
    confined = {shape: found & nodes for shape, found in focus.items()}
    return {shape: found for shape, found in confined.items() if found}


def particular(shapes: Graph, focus: Focus) -> Set[Node]:
    """Return the nodes that a shape is about in particular.

    A shape that targets whatever has a type does not count: of a thing that only such a shape
    looks at, nobody has said what it must be.
    """
    general = set(shapes.subjects(SH.targetSubjectsOf, RDF.type))
    return {node for shape, nodes in focus.items() if shape not in general for node in nodes}


def assign(shapes: Graph, focus: Focus) -> Graph:
    """Return the shapes with `focus` in place of their targets."""
    graph = Graph()
    implicit = {(shape, RDF.type, RDFS.Class) for shape in _implicit(shapes)}
    for triple in shapes:
        if triple[1] not in _TARGETS and triple not in implicit:
            graph.add(triple)
    for shape, nodes in focus.items():
        for node in nodes:
            graph.add((shape, SH.targetNode, node))
    return graph


def targeted(shapes: Graph) -> Set[Node]:
    return {shape for target in _TARGETS for shape in shapes.subjects(target)} | _implicit(shapes)


def _implicit(shapes: Graph) -> Set[Node]:
    """Return the shapes that are classes too, and so target their own instances (2.1.3.3)."""
    classes = set(shapes.subjects(RDF.type, RDFS.Class))
    kinds = {*shapes.subjects(RDF.type, SH.NodeShape), *shapes.subjects(RDF.type, SH.PropertyShape)}
    return classes & kinds


def _focus(shape: Node, shapes: Graph, data: Graph) -> Set[Node]:
    nodes: set[Node] = set(shapes.objects(shape, SH.targetNode))
    classes = set(shapes.objects(shape, SH.targetClass))
    if shape in _implicit(shapes):
        classes.add(shape)
    for named in classes:
        for kind in data.transitive_subjects(RDFS.subClassOf, named):
            nodes.update(data.subjects(RDF.type, kind))
    for predicate in shapes.objects(shape, SH.targetSubjectsOf):
        nodes.update(data.subjects(predicate))
    for predicate in shapes.objects(shape, SH.targetObjectsOf):
        nodes.update(data.objects(None, predicate))
    return nodes
