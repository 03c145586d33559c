"""Why a query finds nothing: the first pattern that matches nothing, or what else does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode

from clausegraph.engine import nearest
from clausegraph.engine.diagnosis import names
from clausegraph.engine.diagnosis.probe import Late, Probe
from clausegraph.engine.diagnosis.tree import (
    Block,
    Element,
    Group,
    Part,
    Select,
    Triple,
    cut,
    joined,
    shown,
    written,
)
from clausegraph.engine.interface import Diagnosis

_DEMANDS = frozenset({"exists", "filter", "minus", "not exists"})


def find(probe: Probe) -> Diagnosis | None:
    """Return why the query of `probe` finds nothing, or None where it is not known."""
    select = probe.select
    if select.where is None:
        unknown = names.unknown(probe, select.head[1:], None)
        if unknown is None:
            return None
        message = f"There is nothing to describe: {unknown.message}"
        return probe.diagnosis(message, unknown.token.text, unknown.token.start)
    found = _dataset(probe, select.where) or missing(probe, select.where, None)
    if found is not None:
        return found
    try:
        return _together(probe, select.where, None) or _modifiers(probe, select, None)
    except Late:
        return Diagnosis(
            "Each pattern matches by itself; what they have in common, or what is demanded of it, "
            "leaves nothing."
        )


def missing(probe: Probe, group: Group, graph: Part | None) -> Diagnosis | None:
    """Return the first pattern of a group that matches nothing by itself, if it must match."""
    for element in group.elements:
        if isinstance(element, Triple):
            is_there = probe.ask(element.text, element.variables, graph)
            found = None if is_there else names.explain(probe, element, graph)
        else:
            found = _missing_in(probe, element, graph)
        if found is not None:
            return found
    return None


def _missing_in(probe: Probe, block: Block, graph: Part | None) -> Diagnosis | None:
    """Return the first pattern that matches nothing within a block that must match."""
    if block.kind == "values" and not block.rows:
        return probe.diagnosis("VALUES has no row.", shown(block), block.start)
    if block.kind not in {"exists", "graph", "group", "union"}:
        return None
    if block.select is not None and block.select.is_one_row:
        return None
    if block.name is not None:
        graph = block.name
        if found := _no_graph(probe, graph):
            return found
    branches = [missing(probe, inner, graph) for inner in block.groups]
    return branches[0] if branches and all(branches) else None


def _no_graph(probe: Probe, name: Part) -> Diagnosis | None:
    """Return that there is no graph of a name, if so."""
    if name.is_variable or probe.ask("?s__ ?p__ ?o__", (), name):
        return None
    near = _near_graph(probe, name.text)
    question = f"; did you mean {near}?" if near else "."
    message = f"The graph {name.shown} is not in the dataset, or has no triple{question}"
    suggestion = f"GRAPH {near}" if near else None
    return probe.diagnosis(message, f"GRAPH {name.shown}", name.start, suggestion)


def _near_graph(probe: Probe, name: str) -> str | None:
    """Return the graph of the store whose name is nearest."""
    iri = probe.iri(name)
    graphs = [
        graph.value
        for graph in probe.evaluator.store.named_graphs()
        if isinstance(graph, NamedNode)
    ]
    near = nearest.term(iri, graphs) if iri else None
    return probe.short(near) if near else None


def _dataset(probe: Probe, where: Group) -> Diagnosis | None:
    """Return that the default graph of the query has nothing, if its patterns are asked of it."""
    first = next((e for e in where.elements if isinstance(e, Triple)), None)
    if first is None or probe.ask("?s__ ?p__ ?o__"):
        return None
    requested = probe.query.dataset
    clauses = probe.select.clauses.get("FROM", ())
    if requested and (requested.default_graphs or requested.named_graphs):
        graphs = ", ".join(f"<{iri}>" for iri in requested.default_graphs)
        whose = f"no graph {graphs} has a triple here" if graphs else "it names no default graph"
        message = f"The dataset of the request has an empty default graph: {whose}."
        return probe.diagnosis(message, first.shown, first.start)
    if not probe.reading.default_graphs and clauses:
        message = "With FROM NAMED alone the default graph is empty: ask within GRAPH, or add FROM."
        return probe.diagnosis(message, first.shown, first.start)
    if probe.reading.default_graphs:
        name = probe.reading.default_graphs[0]
        start = next(token.start for token in clauses if token.text == name)
        near = _near_graph(probe, name)
        question = f"; did you mean {near}?" if near else "."
        message = f"The graph {name} has no triple here{question}"
        return probe.diagnosis(message, f"FROM {name}", start, near and f"FROM {near}")
    message = "The default graph is empty here: ask within GRAPH ?graph { ... }."
    return probe.diagnosis(message, first.shown, first.start)


def _together(probe: Probe, group: Group, graph: Part | None) -> Diagnosis | None:
    """Return what leaves nothing of a group whose patterns match, each by itself."""
    for block in group.blocks:
        if block.kind in {"graph", "group", "union"} and not _has(probe, [block], graph):
            return _within(probe, block, graph)
    kept: list[Element] = []
    required: list[Element] = []
    for element in group.elements:
        if isinstance(element, Block) and element.kind in _DEMANDS:
            continue
        kept.append(element)
        if isinstance(element, Block) and element.kind in {"bind", "optional"}:
            continue
        required.append(element)
        if len(required) > 1 and not _has(probe, kept, graph):
            return _joint(probe, kept, required, graph)
    return _demands(probe, group, graph)


def _within(probe: Probe, block: Block, graph: Part | None) -> Diagnosis | None:
    """Return what leaves nothing of a block by itself."""
    inside = block.name or graph
    for group in block.groups:
        found = _together(probe, group, inside)
        if found is not None:
            return found
    found = _modifiers(probe, block.select, inside) if block.select else None
    message = "What stands in these brackets matches nothing by itself."
    return found or probe.diagnosis(message, None, block.start)


def _joint(
    probe: Probe, kept: Sequence[Element], required: Sequence[Element], graph: Part | None
) -> Diagnosis:
    """Return that some patterns, of which the last is new, match nothing together; `kept` are those
    with the OPTIONAL and BIND among them."""
    last = required[-1]
    for element in required:
        if found := _odd(probe, element, graph):
            message = f"Together the patterns match nothing: {found.message}"
            return probe.diagnosis(message, shown(element), found.token.start)
    if isinstance(last, Triple):
        for other in required[:-1]:
            shared = sorted(other.variables & last.variables & probe.variables)
            if not shared or _has(probe, [other, last], graph):
                continue
            same = " and ".join(f"?{name}" for name in shared)
            message = (
                f"Each pattern matches by itself, but `{shown(other)}` and `{last.shown}` never "
                f"match the same {same}."
            )
            return probe.diagnosis(message, last.shown, last.start)
    count = len(required)
    what = "patterns" if all(isinstance(e, Triple) for e in required) else "parts of the group"
    among = sorted({e.kind.upper() for e in kept if isinstance(e, Block)} & {"BIND", "OPTIONAL"})
    others = f", with the {' and '.join(among)} among them," if among else ""
    message = (
        f"Each pattern matches by itself; the first {count} {what} together{others} match nothing."
    )
    return probe.diagnosis(message, shown(last), last.start)


def _odd(probe: Probe, element: Element, graph: Part | None) -> names.Unknown | None:
    """Return a name that the graph does not have in what matches nevertheless: a path that may have
    no step, or VALUES."""
    if isinstance(element, Triple):
        return names.unknown_in_path(probe, element, graph) if element.verb.is_path else None
    if element.kind == "values" and element.rows == 1:
        return names.unknown(probe, element.tokens, graph)
    return None


def _demands(probe: Probe, group: Group, graph: Part | None) -> Diagnosis | None:
    """Return the first FILTER, or else MINUS, that leaves nothing of a group."""
    kept = [e for e in group.elements if not (isinstance(e, Block) and e.kind in _DEMANDS)]
    for kinds in (_DEMANDS - {"minus"}, {"minus"}):
        for block in group.blocks:
            if block.kind not in kinds:
                continue
            before, kept = kept, sorted([*kept, block], key=lambda element: element.start)
            if not _has(probe, kept, graph):
                return _demand(probe, block, before, graph)
    return None


def _demand(probe: Probe, block: Block, before: Sequence[Element], graph: Part | None) -> Diagnosis:
    """Return that a FILTER or MINUS leaves nothing, and what it is asked of."""
    word = "MINUS" if block.kind == "minus" else "FILTER"
    others = any(isinstance(other, Block) and other.kind in _DEMANDS for other in before)
    what = f"this {word} and what is demanded before it leave" if others else f"this {word} leaves"
    message = f"The patterns match; {what} nothing over."
    if block.kind != "filter":
        return probe.diagnosis(message, shown(block), block.start)
    if found := names.unknown(probe, block.tokens, graph):
        message += f" In it, {found.message}"
    used = [token.text[1:] for token in block.tokens if token.kind == "variable"]
    body = " ".join(written(element) for element in before)
    for name in dict.fromkeys(used[:2]):
        rows = probe.rows(
            f"?{name}", f"{{ SELECT * {{ {body} }} LIMIT 1 }}", graph, _visible(before)
        )
        if rows and isinstance(rows[0][0], NamedNode | Literal):
            message += f" One value of ?{name} is {cut(probe.term(rows[0][0]))}."
    return probe.diagnosis(message, shown(block), block.start)


def _modifiers(probe: Probe, select: Select, graph: Part | None) -> Diagnosis | None:
    """Return the clause after a group that leaves nothing of its solutions."""
    if select.where is None or not _has(probe, select.where.elements, graph):
        return None
    clauses = select.clauses
    values = clauses.get("VALUES", ())
    if values:
        body = " ".join([*map(written, select.where.elements), joined(values)])
        if not probe.ask(body, _visible(select.where.elements), graph):
            message = "The patterns match; nothing of that is among these VALUES."
            return probe.diagnosis(message, cut(joined(values)), values[0].start)
    words = [word for word in ("HAVING", "OFFSET", "LIMIT") if word in clauses]
    if "LIMIT" in words and clauses["LIMIT"][-1].text != "0":
        words.remove("LIMIT")
    if not words or select.form not in {"SELECT", "ASK"}:
        return None
    tokens = clauses[words[0]]
    message = f"The patterns match; {' or '.join(words)} leaves nothing over."
    return probe.diagnosis(message, cut(joined(tokens)), tokens[0].start)


def _has(probe: Probe, elements: Sequence[Element], graph: Part | None) -> bool:
    """Whether a group of these elements has a solution."""
    return probe.ask(" ".join(map(written, elements)), _visible(elements), graph)


def _visible(elements: Iterable[Element]) -> frozenset[str]:
    """Return the variables that elements can bind."""
    return frozenset[str]().union(*(element.variables for element in elements))
