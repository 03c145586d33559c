"""pySHACL, behind two functions: run it, and read its report."""

from __future__ import annotations

from collections.abc import Iterator

import pyshacl
from pyparsing import ParseException
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, SH, Graph
from rdflib.collection import Collection
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import Node, URIRef

from clausegraph.errors import InputError
from clausegraph.validate.files import QueryGraph
from clausegraph.validate.report import PropertyPath, Result, Severity, shown

_SEVERITIES: dict[Node | None, Severity] = {severity.term: severity for severity in Severity}
_REPEATS: dict[Node, str] = {
    SH.zeroOrMorePath: "*",
    SH.oneOrMorePath: "+",
    SH.zeroOrOnePath: "?",
}


def run(shapes: Graph, data: QueryGraph) -> Graph:
    """Return the validation report (SHACL 1.0, section 3.6) of `data` by `shapes`.

    Raises InputError for shapes that are not well formed.
    """
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    except ReportableRuntimeError as error:
        raise _unusable(error) from error
    except InputError:
        _name_bad_query(shapes)
        raise
    if isinstance(report, Graph):
        return report
    raise _unusable(report)


def results(report: Graph, shapes: Graph) -> Iterator[Result]:
    """Yield the results of a report (section 3.6.2), each without its place."""
    for node in report.objects(None, SH.result):
        shape = _required(report.value(node, SH.sourceShape))
        constraint = report.value(node, SH.sourceConstraint)
        yield Result(
            focus_node=_required(report.value(node, SH.focusNode)),
            path=_property_path(shapes, shapes.value(shape, SH.path)),
            value=report.value(node, SH.value),
            severity=_SEVERITIES.get(report.value(node, SH.resultSeverity), Severity.VIOLATION),
            message=" ".join(sorted(str(text) for text in report.objects(node, SH.resultMessage))),
            source_shape=shape,
            constraint=constraint if isinstance(constraint, URIRef) else None,
            component=_required(report.value(node, SH.sourceConstraintComponent)),
        )


def _name_bad_query(shapes: Graph) -> None:
    """Raise InputError for a constraint whose query does not parse, naming the constraint."""
    for predicate in (SH.select, SH.ask):
        for constraint, text in shapes.subject_objects(predicate):
            try:
                parseQuery(str(text))
            except ParseException as error:
                raise _unusable(f"the query of {shown(constraint)}: {error}.") from error


def _required(node: Node | None) -> Node:
    if node is None:
        raise InputError("The validator's report lacks a part that every result has.")
    return node


def _unusable(error: object) -> InputError:
    reason = " ".join(str(getattr(error, "message", error)).split())
    return InputError(f"The shapes cannot be used: {reason}", remedy="Mend the shape.")


def _property_path(shapes: Graph, node: Node | None) -> PropertyPath | None:
    if node is None:
        return None
    triples = () if isinstance(node, URIRef) else tuple(shapes.cbd(node))
    return PropertyPath(_path(shapes, node), node, triples)


def _path(shapes: Graph, path: Node) -> str:
    """Return a property path (section 2.3.1) as SPARQL writes it."""
    if isinstance(path, URIRef):
        return shown(path)
    if (path, RDF.first, None) in shapes:
        return "/".join(_path(shapes, step) for step in Collection(shapes, path))
    for predicate, inner in shapes.predicate_objects(path):
        if predicate == SH.inversePath:
            return f"^{_path(shapes, inner)}"
        if predicate == SH.alternativePath:
            return f"({'|'.join(_path(shapes, step) for step in Collection(shapes, inner))})"
        if predicate in _REPEATS:
            return f"{_path(shapes, inner)}{_REPEATS[predicate]}"
    raise _unusable("a property path is of no form that SHACL knows.")
