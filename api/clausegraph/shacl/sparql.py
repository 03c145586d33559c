"""SPARQL-based constraints: sh:sparql with sh:select (SHACL 1.0, section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.errors import InputError, NotCovered
from clausegraph.shacl import asking, prebinding, querytext
from clausegraph.shacl.data import Data
from clausegraph.shacl.focus import Focus
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.querytext import Query
from clausegraph.shacl.results import Path, Term
from clausegraph.vocabulary import OWL, SH, XSD

PREBOUND = frozenset({"this", "PATH", "shapesGraph", "currentShape"})
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_TRUE = Literal(True)
_SOME_PATH = "<urn:x-clausegraph:path>"


@dataclass(frozen=True)
class SparqlConstraint:
    """A sh:sparql constraint; `select` is its query with the IRIs in full."""

    node: Term
    select: str
    messages: tuple[Literal, ...]
    deactivated: bool


@dataclass(frozen=True)
class Found:
    """A solution of a query: what a result says (SHACL 1.0, section 5.3.2).

    `path` is the value of ?path, None where the path is that of the shape; `message` is that of
    ?message; `bindings` is what placeholders in a message stand for.
    """

    focus: Term
    value: Term | None = None
    path: NamedNode | None = None
    message: Literal | None = None
    bindings: Mapping[str, Term] = field(default_factory=dict)


def read_constraint(graph: ShapesGraph, node: Term) -> SparqlConstraint:
    """Read a value of sh:sparql; InputError where it is not well-formed, or uses what constraints
    must not use."""
    where = f"the constraint {node}"
    query = read_text(graph, node, "SELECT", where)
    check(query, "SELECT", PREBOUND)
    off = graph.values(node, SH + "deactivated")
    return SparqlConstraint(node, query.text, messages(graph, node), _TRUE in off)


def read_text(graph: ShapesGraph, node: Term, form: str, where: str) -> Query:
    """Return the query that is the value of sh:select or sh:ask."""
    texts = graph.values(node, SH + form.lower())
    if len(texts) != 1 or not isinstance(texts[0], Literal):
        raise InputError(
            f"{where[0].upper()}{where[1:]} has {len(texts)} queries (sh:{form.lower()}).",
            remedy="Give it one, as a string.",
        )
    return querytext.read_query(texts[0].value, prefixes(graph, node), where, form)


def check(query: Query, form: str, prebound: frozenset[str]) -> None:
    """Raise InputError for what SHACL 1.0, appendix A, does not allow, or what does not parse."""
    querytext.refuse_assigned(query, prebound)
    with_path = Query(querytext.substituted(query.text, {"PATH": _SOME_PATH}), query.where)
    querytext.parse(with_path)
    select = prebinding.read(with_path)
    if form == "SELECT":
        prebinding.refuse_hiding(query, select, "this")
        asking.columns(with_path, select)
    else:
        prebinding.refuse_hiding(query, select, "this", only_used=True)
        prebinding.refuse_hiding(query, select, "value", only_used=True)


def messages(graph: ShapesGraph, node: Term) -> tuple[Literal, ...]:
    """Return the values of sh:message."""
    found = graph.values(node, SH + "message")
    return tuple(message for message in found if isinstance(message, Literal))


def prefixes(graph: ShapesGraph, node: Term) -> dict[str, str]:
    """Return the prefixes that sh:prefixes leads to, through owl:imports too (section 5.2.1)."""
    found: dict[str, str] = {}
    waiting, seen = list(graph.values(node, SH + "prefixes")), set[Term]()
    while waiting:
        holder = waiting.pop(0)
        if holder in seen:
            continue
        seen.add(holder)
        waiting += graph.values(holder, OWL + "imports")
        for declaration in graph.values(holder, SH + "declare"):
            prefix, namespace = _declared(graph, declaration)
            if found.setdefault(prefix, namespace) != namespace:
                raise InputError(
                    f"The prefix '{prefix}:' of {node} is declared as <{found[prefix]}> and as "
                    f"<{namespace}>.",
                    remedy="Keep one of them.",
                )
    return found


def _declared(graph: ShapesGraph, node: Term) -> tuple[str, str]:
    prefix, namespace = graph.value(node, SH + "prefix"), graph.value(node, SH + "namespace")
    if not isinstance(prefix, Literal) or not isinstance(namespace, Literal):
        raise InputError(
            f"The prefix declaration {node} is not complete.",
            remedy=f'Give it sh:prefix "ex" and sh:namespace "http://..."^^<{XSD}anyURI>.',
        )
    return prefix.value, namespace.value


def find(
    constraint: SparqlConstraint, focus: Focus, path: Path | None, shape: Term, data: Data
) -> Iterator[Found]:
    """Yield what a constraint finds among focus nodes, once for each solution of its query."""
    query = Query(constraint.select, f"the constraint {constraint.node}")
    yield from solutions(query, focus, path, known(query, path, shape, data), data)


def known(query: Query, path: Path | None, shape: Term, data: Data) -> dict[str, Term | str]:
    """Return what a query has values for from the start, as far as it asks: terms, or text."""
    found: dict[str, Term | str] = {}
    if query.mentions("PATH"):
        if path is None:
            raise query.wrong("uses $PATH in a node shape", "Name the property.")
        found["PATH"] = path.text
    if query.mentions("currentShape"):
        found["currentShape"] = shape
    if query.mentions("shapesGraph"):
        if data.shapes_graph is None:
            raise NotCovered(
                f"The query of {query.where} looks into the shapes ($shapesGraph), which lie "
                "elsewhere than the data.",
                remedy="Validate files, or ask pySHACL.",
            )
        found["shapesGraph"] = NamedNode(data.shapes_graph)
    return found


def solutions(
    query: Query, focus: Focus, path: Path | None, values: Mapping[str, Term | str], data: Data
) -> Iterator[Found]:
    """Yield what a SELECT query finds among focus nodes; `values` stand for variables of it."""
    bound, blank = bind(query, values)
    if values:
        querytext.parse(bound)
    asked = asking.select_of(bound, focus, data, blank)
    repeats = asking.times(focus, data)
    fixed = fixed_bindings(values, path)
    for row in asked.rows(data, blank):
        found = _found(query, row, path, fixed)
        for _ in range(1 if repeats is None else repeats.get(found.focus, 1)):
            yield found


def bind(query: Query, values: Mapping[str, Term | str]) -> tuple[Query, dict[str, Term]]:
    """Return the query with values as text, and those that no text can name."""
    blank = {name: term for name, term in values.items() if isinstance(term, BlankNode)}
    texts = {name: str(term) for name, term in values.items() if name not in blank}
    bound = Query(querytext.substituted(query.text, texts), query.where)
    used: dict[str, Term] = {name: term for name, term in blank.items() if bound.mentions(name)}
    where = prebinding.read(bound).where if used else None
    if where is not None and not used.keys() <= where.variables:
        raise NotCovered(
            f"The query of {query.where} would have to name a blank node.",
            remedy="Ask pySHACL, or give the node an IRI.",
        )
    return bound, used


def fixed_bindings(values: Mapping[str, Term | str], path: Path | None) -> dict[str, Term]:
    """Return what placeholders stand for in each result alike."""
    fixed = {name: term for name, term in values.items() if not isinstance(term, str)}
    if path is not None:
        fixed["PATH"] = path.predicate or Literal(path.text)
    return fixed


def _found(
    query: Query, row: Mapping[str, Term], path: Path | None, fixed: Mapping[str, Term]
) -> Found:
    this = row["this"]
    if row.get("failure") == _TRUE:
        raise InputError(
            f"The query of {query.where} reports that it failed at {this} (?failure).",
            remedy="Correct what it needs, or the query.",
        )
    named, message = row.get("path"), row.get("message")
    return Found(
        focus=this,
        value=row.get("value", this if path is None else None),
        path=named if isinstance(named, NamedNode) else None,
        message=message if isinstance(message, Literal) else None,
        bindings={**fixed, **row},
    )


def fill(message: Literal, bindings: Mapping[str, Term]) -> Literal:
    """Return a message with its placeholders, {?name} and {$name}, filled (section 5.3.2)."""

    def named(match: re.Match[str]) -> str:
        term = bindings.get(match[1])
        return match[0] if term is None else text_of(term)

    text = _PLACEHOLDER.sub(named, message.value)
    if text == message.value:
        return message
    return Literal(text, language=message.language) if message.language else Literal(text)


def text_of(term: Term) -> str:
    """Return a term as people read it in a sentence."""
    return str(term) if isinstance(term, BlankNode) else term.value
