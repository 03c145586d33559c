"""Why a query runs out of time: the pattern that costs, from its text and a few counts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Store

from clausegraph.engine.diagnosis.probe import Probe
from clausegraph.engine.diagnosis.tree import (
    Block,
    Element,
    Group,
    Part,
    Select,
    Triple,
    every_group,
    shown,
    variables,
    written,
)
from clausegraph.engine.interface import Diagnosis
from clausegraph.sparql import edits
from clausegraph.sparql.edits import Edit
from clausegraph.sparql.tokens import plain

_COUNTED = 2_000  # solutions that are counted of one pattern; more are as good as endless
_SEVERAL = 20  # solutions for which it matters what is done for each
_MANY = 1_000_000  # combinations that take seconds
_TEXT = frozenset("CONTAINS LCASE REGEX REPLACE STRENDS STRSTARTS UCASE".split())


def find(probe: Probe) -> Diagnosis | None:
    """Return what makes the query of `probe` slow, or None where it is not known."""
    where = probe.select.where
    if where is None:
        return None
    scopes = list(_scopes(where, None))
    for look in (_product, _not_exists, _path, _everything):
        for group, graph in scopes:
            if found := look(probe, group, graph):
                return found
    return None


def _scopes(group: Group, graph: Part | None) -> Iterator[tuple[Group, Part | None]]:
    """Yield the groups that are evaluated by themselves, each with the GRAPH that it stands in."""
    yield group, graph
    for block in group.blocks:
        if block.kind in {"graph", "group", "minus", "union"}:
            for inner in block.groups:
                yield from _scopes(inner, block.name or graph)


def _product(probe: Probe, group: Group, graph: Part | None) -> Diagnosis | None:
    """Name patterns or VALUES that share no variable with the others of their group."""
    sized = [(part, _size(probe, group, part, graph)) for part in _components(group, probe)]
    sized = [(part, size) for part, size in sized if size > 1]
    if len(sized) < 2 or math.prod(size for _, size in sized) < _MANY:  # noqa: PLR2004
        return None
    first, second = sized[0][0][0], sized[1][0][0]
    if all(isinstance(part[0], Block) and len(part) == 1 for part, _ in sized):
        message = (
            f"{len(sized)} VALUES share no variable, so that each row of the one is combined with "
            f"each of the others: {_number(math.prod(size for _, size in sized))} combinations. "
            "Put them into one VALUES with a row for each combination that is wanted."
        )
        return probe.diagnosis(message, shown(second), second.start)
    filters = [block for block in group.blocks if block.kind == "filter"]
    asked = variables(token for block in filters for token in block.tokens)
    late = ", and only then filtered" if all(_names(part) & asked for part, _ in sized[:2]) else ""
    message = (
        f"`{shown(first)}` and `{shown(second)}` share no variable, not even through other "
        f"patterns, so that each match of the one is combined with each of the other{late}. Add "
        "the pattern that connects them, or ask in two queries."
    )
    return probe.diagnosis(message, shown(second), second.start)


def _not_exists(probe: Probe, group: Group, graph: Part | None) -> Diagnosis | None:
    """Name FILTER NOT EXISTS over several patterns (oxigraph#885: time grows with the square)."""
    for block in group.blocks:
        if block.kind != "not exists" or _triples(block.groups[0]) < 2:  # noqa: PLR2004
            continue
        message = (
            "FILTER NOT EXISTS over several patterns is evaluated anew for each solution of its "
            "group"
        )
        sizes = [_size(probe, group, [triple], graph) for triple in group.triples]
        if min(sizes, default=0) < _SEVERAL:
            continue
        rewritten = _as_minus(probe, group, block)
        if rewritten is None:
            return probe.diagnosis(f"{message}.", shown(block), block.start)
        message += "; MINUS is evaluated once, and finds the same here."
        return probe.diagnosis(message, shown(block), block.start, rewritten)
    return None


def _as_minus(probe: Probe, group: Group, block: Block) -> str | None:
    """Return the whole query with MINUS at the end of the group instead of FILTER NOT EXISTS.

    None unless both mean the same: there is a variable that each solution of either side has, and
    what stands within asks for nothing from outside but by its patterns (SPARQL 1.1 Query, section
    8.3).
    """
    inner = block.groups[0]
    if any(other.kind != "filter" for other in inner.blocks):
        return None
    bound = frozenset[str]().union(*(triple.variables for triple in inner.triples))
    demanded = [variables(other.tokens) for other in inner.blocks]
    is_nested = any(
        token.kind == "word" and plain(token.text) == "EXISTS"
        for other in inner.blocks
        for token in other.tokens
    )
    always = frozenset[str]().union(*(triple.variables for triple in group.triples))
    maybe = group.variables - always
    if is_nested or not bound & always or bound & maybe or any(d - bound for d in demanded):
        return None
    text = probe.reading.text
    body = text[inner.start : inner.end]
    begin, end = block.start, block.end
    line, close = text.rfind("\n", 0, begin) + 1, group.end - 1
    if not text[line:begin].strip() and text[end : end + 1] == "\n":
        begin, end = line, end + 1
    margin = text[text.rfind("\n", 0, close) + 1 : close]
    minus = f"  MINUS {body}\n{margin}" if not margin.strip() else f"MINUS {body} "
    changed = edits.apply(text, [Edit(begin, end, ""), Edit(close, close, minus)])
    return changed if _parses(probe, changed) else None


def _path(probe: Probe, group: Group, _: Part | None) -> Diagnosis | None:
    """Name a path of any length between two variables that nothing else binds."""
    bound = probe.query.substitutions.keys()
    for triple in group.triples:
        closing = [t for t in triple.verb.tokens if t.text in "*+"]
        if not triple.verb.is_path or not closing:
            continue
        others = frozenset[str]().union(
            *(
                e.variables
                for e in group.elements
                if e is not triple and not _is_kind(e, "optional", "bind")
            )
        )
        ends = (triple.subject, triple.object)
        if any(not end.is_variable or variables(end.tokens) & (others | bound) for end in ends):
            continue
        message = (
            f"The path `{triple.verb.shown}` is followed from every node to every other, since "
            "nothing else says where it begins or ends. Name one end, or add a pattern that does."
        )
        return probe.diagnosis(message, triple.shown, triple.start)
    return None


def _everything(probe: Probe, group: Group, graph: Part | None) -> Diagnosis | None:
    """Name a pattern that matches every triple, and what is done with all of them."""
    for triple in group.triples:
        names = triple.variables
        is_open = len(names) == 3 and all(part.is_variable for part in triple.parts)  # noqa: PLR2004
        linked = any(
            names & e.variables
            for e in group.elements
            if e is not triple and not _is_kind(e, "optional", "bind")
        )
        if not is_open or linked or names & probe.query.substitutions.keys():
            continue
        if _count(probe, [triple], graph) < _COUNTED:
            continue
        if filters := [block for block in group.blocks if _reads_text(block, names)]:
            message = (
                "This FILTER looks into the text of every triple of the graph. Name the property, "
                "such as skos:prefLabel or dcterms:title."
            )
            return probe.diagnosis(message, shown(filters[0]), filters[0].start)
        if word := _whole(probe.select, group):
            message = (
                f"`{triple.shown}` matches every triple of the graph, and {word} has to wait for "
                "all of them. Name the property or the class."
            )
            return probe.diagnosis(message, triple.shown, triple.start)
    return None


def _whole(select: Select, group: Group) -> str | None:
    """Return what needs all solutions of the group, if it is that of the query."""
    if select.where is not group:
        return None
    if "ORDER" in select.clauses:
        return "ORDER BY"
    if "GROUP" in select.clauses:
        return "GROUP BY"
    return "DISTINCT" if select.is_distinct else None


def _components(group: Group, probe: Probe) -> list[list[Element]]:
    """Return what binds variables in a group, put together where it shares some."""
    fixed = probe.query.substitutions.keys()
    parts: list[tuple[list[Element], frozenset[str]]] = []
    for element in group.elements:
        names = element.variables - fixed
        if not names:
            continue
        joint, apart = [element], []
        for members, shared in parts:
            if shared & names:
                joint, names = [*members, *joint], names | shared
            else:
                apart.append((members, shared))
        parts = [*apart, (sorted(joint, key=lambda member: member.start), names)]
    return sorted((members for members, _ in parts), key=lambda members: members[0].start)


def _size(probe: Probe, group: Group, part: Sequence[Element], graph: Part | None) -> int:
    """Return how many solutions connected elements of a group have together with the filters that
    concern them alone, up to _COUNTED; 1 where counting might take long."""
    if len(part) == 1 and isinstance(part[0], Block) and part[0].kind == "values":
        return part[0].rows
    kept = [element for element in part if not _is_kind(element, "optional")]
    closing = [t for e in kept if isinstance(e, Triple) for t in e.verb.tokens if t.text in "*+"]
    if closing or not all(isinstance(e, Triple) or e.kind == "values" for e in kept):
        return 1
    names = _names(part)
    filters = [b for b in group.blocks if b.kind == "filter" and variables(b.tokens) <= names]
    return _count(probe, [*kept, *filters], graph)


def _count(probe: Probe, elements: Sequence[Element], graph: Part | None) -> int:
    """Return how many solutions elements have together, up to _COUNTED."""
    body = f"{{ SELECT * {{ {' '.join(map(written, elements))} }} LIMIT {_COUNTED} }}"
    rows = probe.rows("(COUNT(*) AS ?count__)", body, graph, _names(elements))
    return int(rows[0][0].value)


def _names(part: Sequence[Element]) -> frozenset[str]:
    """Return the names of the variables of some elements."""
    return frozenset[str]().union(*(element.variables for element in part))


def _is_kind(element: Element, *kinds: str) -> bool:
    """Whether an element is a block of one of some kinds."""
    return isinstance(element, Block) and element.kind in kinds


def _triples(group: Group) -> int:
    """Return how many triple patterns stand in a group and what is in it."""
    return sum(len(inner.triples) for inner in every_group(group))


def _reads_text(block: Block, names: frozenset[str]) -> bool:
    """Whether a FILTER applies a function of text to one of some variables."""
    words = {plain(token.text) for token in block.tokens if token.kind == "word"}
    return block.kind == "filter" and bool(words & _TEXT) and bool(names & variables(block.tokens))


def _parses(probe: Probe, text: str) -> bool:
    """Whether the engine's parser takes a query."""
    prefixes: Mapping[str, str] = probe.evaluator.prefixes
    try:
        Store().query(text, prefixes=dict(prefixes), base_iri=probe.query.base)
    except SyntaxError:
        return False
    return True


def _number(count: int) -> str:
    """Return a number as it is read best."""
    return f"{count:,}" if count < 10**15 else f"about 10^{len(str(count)) - 1}"
