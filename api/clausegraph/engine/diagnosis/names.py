"""What is wrong with the terms of a pattern that matches nothing: the nearest that would match."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal as OneOf

import pyoxigraph
from pyoxigraph import NamedNode

from clausegraph.engine import nearest
from clausegraph.engine.diagnosis.probe import Probe
from clausegraph.engine.diagnosis.tree import Part, Triple, joined
from clausegraph.engine.interface import Diagnosis
from clausegraph.sparql.tokens import Token
from clausegraph.vocabulary import OWL, RDFS

Role = OneOf["class", "property", "thing"]

_READ = 200_000  # triples that are looked through for names like one that is not there
_TEXTS = 2_000  # literals that are compared with one that is not there
_LONGEST = 200  # characters of a literal that is compared with others
_NEAR = 0.75  # of difflib's ratio

_DECLARED = " ".join(
    f"<{namespace}{name}>"
    for namespace, names in (
        (RDFS, ("Class",)),
        (OWL, ("Class", "DatatypeProperty", "ObjectProperty")),
    )
    for name in names
)
_NAMED = f"{{ SELECT ?x__ {{ VALUES ?kind__ {{ {_DECLARED} }} ?x__ a ?kind__ }} }}"
_USES: dict[Role, str] = {
    "class": f"{{ {{ SELECT ?x__ {{ ?s__ a ?x__ }} LIMIT {_READ} }} UNION {_NAMED} }}",
    "property": f"{{ {{ SELECT ?x__ {{ ?s__ ?x__ ?o__ }} LIMIT {_READ} }} UNION {_NAMED} }}",
    "thing": f"{{ SELECT ?x__ {{ ?x__ a ?o__ }} LIMIT {_READ} }}",
}


@dataclass(frozen=True)
class Unknown:
    """A name that a graph does not have in the role that a query gives it: what is wrong with it in
    words, and the nearest that the graph has."""

    token: Token
    message: str
    near: str | None


def explain(probe: Probe, triple: Triple, graph: Part | None) -> Diagnosis:
    """Return why a pattern matches nothing by itself within GRAPH `graph`."""
    found = (
        _by_name(probe, triple, graph)
        or _by_binding(probe, triple, graph)
        or _by_literal(probe, triple, graph)
        or _by_direction(probe, triple, graph)
        or _by_graph(probe, triple, graph)
        or ("nothing in this graph fits it.", None)
    )
    message = f"This pattern matches nothing: {found[0]}"
    return probe.diagnosis(message, triple.shown, triple.start, found[1])


def unknown(probe: Probe, tokens: Sequence[Token], graph: Part | None) -> Unknown | None:
    """Return the first IRI among some tokens that occurs nowhere in the graph."""
    for token in _names(tokens):
        if found := _unknown(probe, token, "thing", graph):
            return found
    return None


def unknown_in_path(probe: Probe, triple: Triple, graph: Part | None) -> Unknown | None:
    """Return the first property of a path that nothing in the graph has."""
    if "!" in triple.verb.shown:
        return None
    for token in _names(triple.verb.tokens):
        if found := _unknown(probe, token, "property", graph):
            return found
    return None


def _by_name(probe: Probe, triple: Triple, graph: Part | None) -> tuple[str, str | None] | None:
    """Explain by an IRI that the graph does not have, or not in this role."""
    for token, role in _roles(triple):
        found = _unknown(probe, token, role, graph)
        if found is None:
            continue
        if found.near is None:
            return found.message, None
        return found.message, _mended(probe, triple, token, probe.short(found.near), graph)
    return None


def _by_binding(probe: Probe, triple: Triple, graph: Part | None) -> tuple[str, str | None] | None:
    """Explain by a term that the caller has bound a variable to."""
    for name in sorted(triple.variables & probe.query.substitutions.keys()):
        value = probe.query.substitutions[name]
        token = Token("iri", value, 0)
        found = _unknown(probe, token, "thing", graph) if value.startswith("<") else None
        if found:
            return f"for ?{name}, {found.message}", None
        if not probe.ask(triple.text, (), graph):
            continue
        return f"nothing that fits it has {value} for ?{name}.", None
    return None


def _by_literal(probe: Probe, triple: Triple, graph: Part | None) -> tuple[str, str | None] | None:
    """Explain by a literal that stands in the graph with another tag, datatype or spelling."""
    wanted = _literal(probe, triple.object)
    if wanted is None or len(wanted.value) > _LONGEST:
        return None
    pattern = f"{triple.subject.text} {triple.verb.text} ?value__"
    same = f"FILTER(ISLITERAL(?value__) && LCASE(STR(?value__)) = LCASE({_quoted(wanted.value)}))"
    read = f"{{ SELECT ?value__ {{ {pattern} }} LIMIT {_READ} }}"
    rows = probe.rows("DISTINCT ?value__", f"{read} {same}", graph)
    values = [row[0] for row in rows if row[0] != wanted]
    if not values:
        rows = probe.rows("DISTINCT ?value__", f"{read} FILTER(ISLITERAL(?value__))", graph)
        texts = {row[0].value: row[0] for row in rows[:_TEXTS] if len(row[0].value) <= _LONGEST}
        near = difflib.get_close_matches(wanted.value, texts, 1, _NEAR)
        values = [texts[near[0]]] if near and not wanted.value.isdigit() else []
    if not values:
        return None
    exact = [value for value in values if value.value == wanted.value]
    best = min(exact or values, key=lambda value: (value.language != "en", str(value)))
    here, there = triple.object.shown, probe.term(best)
    shown = f"{triple.subject.shown} {triple.verb.shown} {there}"
    return f"no value there is {here}; did you mean {there}?", shown


def _by_direction(
    probe: Probe, triple: Triple, graph: Part | None
) -> tuple[str, str | None] | None:
    """Explain by subject and object that stand the wrong way round."""
    subject, verb, target = triple.parts
    if target.tokens[0].kind not in {"iri", "name", "variable"}:
        return None
    if subject.is_variable and target.is_variable:
        return None
    if not probe.ask(f"{target.text} {verb.text} {subject.text}", triple.variables, graph):
        return None
    shown = f"{target.shown} {verb.shown} {subject.shown}"
    return "it would match with subject and object exchanged.", shown


def _by_graph(probe: Probe, triple: Triple, graph: Part | None) -> tuple[str, str | None] | None:
    """Explain by the graph that is asked: another one of the dataset has what fits."""
    variable = "?graph" if "graph" not in triple.variables else "?inGraph"
    if graph is None:
        inside = f"GRAPH {variable} {{ {triple.text} }}"
        if probe.ask(inside, triple.variables):
            shown = f"GRAPH {variable} {{ {triple.shown} }}"
            return "only named graphs of the dataset have what fits it.", shown
    elif not graph.is_variable and probe.ask(
        f"GRAPH {variable} {{ {triple.text} }}", triple.variables
    ):
        return f"the graph {graph.shown} has nothing that fits it; other named graphs do.", None
    return None


def _roles(triple: Triple) -> Iterator[tuple[Token, Role]]:
    """Yield the IRIs of a pattern with the role that each has."""
    subject, verb, target = triple.parts
    yield from ((token, "thing") for token in _names(subject.tokens))
    if "!" not in verb.shown:
        yield from ((token, "property") for token in _names(verb.tokens))
    if target.tokens[0].kind != "string":
        is_class = verb.shown == "a" or verb.shown.endswith("rdf:type")
        role: Role = "class" if is_class else "thing"
        yield from ((token, role) for token in _names(target.tokens))


def _names(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the IRIs and prefixed names among some tokens, but for datatypes."""
    before = ""
    for token in tokens:
        if token.kind in {"iri", "name"} and before != "^":
            yield token
        before = token.text


def _unknown(probe: Probe, token: Token, role: Role, graph: Part | None) -> Unknown | None:
    """Return what is wrong with a name in its role, or None where the graph has it there."""
    iri = probe.iri(token.text)
    if iri is None:
        return None
    term = str(NamedNode(iri))
    uses = {"class": f"?s__ a {term}", "property": f"?s__ {term} ?o__"}
    if role in uses and probe.ask(uses[role], (), graph):
        return None
    is_there = (
        probe.ask(f"{term} ?p__ ?o__", (), graph)
        or probe.ask(f"?s__ ?p__ {term}", (), graph)
        or probe.ask(f"?s__ {term} ?o__", (), graph)
    )
    if is_there and role == "thing":
        return None
    shown = probe.short(iri)
    if is_there:
        verb = "is of the class" if role == "class" else "has the property"
        return Unknown(token, f"nothing in this graph {verb} {shown}.", None)
    near = nearest.term(iri, _candidates(probe, iri, role, graph))
    question = f"; did you mean {probe.short(near)}?" if near else "."
    return Unknown(token, f"{shown} is not in this graph{question}", near)


def _candidates(probe: Probe, iri: str, role: Role, graph: Part | None) -> list[str]:
    """Return names of the graph that a name of that role may be meant for."""
    pattern = _USES[role]
    if role == "thing":
        name = max(iri.rpartition("#")[2], iri.rpartition("/")[2], key=lambda part: -len(part))
        namespace = _quoted(iri.removesuffix(name))
        ends = " || ".join(f"STRENDS(STR(?x__), {_quoted(mark + name)})" for mark in "#/")
        pattern += f" FILTER(STRSTARTS(STR(?x__), {namespace}) || {ends})"
    rows = probe.rows("DISTINCT ?x__", pattern, graph)
    return [row[0].value for row in rows if isinstance(row[0], NamedNode)]


def _mended(
    probe: Probe, triple: Triple, token: Token, name: str, graph: Part | None
) -> str | None:
    """Return the pattern with another name, if the graph has something that fits it then."""

    def text(part: Part) -> str:
        if token not in part.tokens:
            return part.text
        return joined([t._replace(text=name) if t == token else t for t in part.tokens])

    if not probe.ask(" ".join(text(part) for part in triple.parts), triple.variables, graph):
        return None
    return " ".join(text(part) if token in part.tokens else part.shown for part in triple.parts)


def _literal(probe: Probe, part: Part) -> pyoxigraph.Literal | None:
    """Return the literal that an object is."""
    if part.is_variable or part.tokens[0].kind in {"iri", "name", "open"}:
        return None
    rows = probe.rows("?x__", f"VALUES ?x__ {{ {part.text} }}")
    value = rows[0][0] if rows else None
    return value if isinstance(value, pyoxigraph.Literal) else None


def _quoted(text: str) -> str:
    """Return text as a string of SPARQL."""
    return str(pyoxigraph.Literal(text))
