"""A shape explained: what it says in words, the queries that it becomes, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from clausegraph.shacl import explaining
from clausegraph.shacl.data import Data
from clausegraph.shacl.explaining import Demand, Query
from clausegraph.shacl.lint.sheet import Sheet
from clausegraph.shacl.results import Term
from clausegraph.shacl.shapes import Shape, Shapes, read_shapes
from clausegraph.shacl.targets import EVERYTHING, Selection
from clausegraph.shacl.validation import Validation
from clausegraph.sparql.tokens import Token, plain, tokens
from clausegraph.validate.rules import best
from clausegraph.validate.shapefiles import ShapeFiles
from clausegraph.validate.wording import counted, one_line
from clausegraph.vocabulary import SH

_INDENT = "  "
_COMPONENT = "ConstraintComponent"
_STARTS = frozenset({"BIND", "FILTER", "GROUP", "OPTIONAL", "UNION", "VALUES"})
_ENDS = frozenset({".", "{", "}"})
_SPACED = frozenset({"AS", "BIND", "BY", "FILTER", "HAVING", "IN", "SELECT"})
_WORD = re.compile(r"[\w:]+")


@dataclass(frozen=True)
class Explanation:
    """What is to be told of a shape.

    `focus_nodes` is None for a shape without targets; its queries are then those that it becomes
    for the first of `users`, the shapes that have targets and lead to it. `uncovered` are the
    constraints that pySHACL evaluates.
    """

    sheet: Sheet
    shape: Term
    severity: str
    message: str
    targets: tuple[str, ...]
    focus_nodes: int | None
    users: tuple[Term, ...]
    demands: tuple[Demand, ...]
    queries: tuple[Query, ...]
    uncovered: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the explanation for people."""
        yield self._title()
        yield from self._about()
        yield "wants"
        for demand in self.demands:
            what = demand.path or "the node itself"
            yield f"{_INDENT * (demand.depth + 1)}{what}: {one_line(demand.text)}"
        for reason in self.uncovered:
            yield f"is evaluated by pySHACL too: {reason}"
        if not self.queries:
            yield "becomes no query: no shape that has a target leads to it"
            return
        number = sum(len(query.steps) + query.further for query in self.queries)
        seconds = sum(query.seconds for query in self.queries)
        noun = "query" if number == 1 else "queries"
        yield f"becomes {number:,} {noun} over these data, {_time(seconds)} in all"
        for number, query in enumerate(self.queries, start=1):
            yield from self._query(number, query)

    def as_object(self) -> dict[str, object]:
        """The explanation as JSON has it."""
        return {
            "shape": _text(self.shape),
            "severity": self.severity,
            "message": self.message,
            "targets": list(self.targets),
            "focusNodes": self.focus_nodes,
            "usedBy": [_text(user) for user in self.users],
            "wants": [
                {"shape": _text(demand.shape), "path": demand.path, "text": demand.text}
                for demand in self.demands
            ],
            "uncovered": list(self.uncovered),
            "queries": [
                {
                    "shape": _text(query.shape),
                    "constraints": [name.removeprefix(SH) for name, _ in query.parameters],
                    "milliseconds": round(query.seconds * 1000, 3),
                    "steps": [
                        {
                            "sparql": step.query,
                            "rows": step.rows,
                            "milliseconds": round(step.seconds * 1000, 3),
                        }
                        for step in query.steps
                    ],
                    "further": query.further,
                }
                for query in self.queries
            ],
        }

    def _title(self) -> str:
        kind = "property shape" if self.sheet.is_property_shape(self.shape) else "node shape"
        return f"{self.sheet.name(self.shape)}, a {kind} ({self.severity})"

    def _about(self) -> Iterator[str]:
        if self.message:
            yield f"tells authors: {self.message}"
        if self.focus_nodes is not None:
            found = counted(self.focus_nodes, "focus node")
            yield f"is about {', and '.join(self.targets)}: {found} in these data"
        if self.users:
            yield f"is used by {', '.join(self.sheet.name(user) for user in self.users)}"

    def _query(self, number: int, query: Query) -> Iterator[str]:
        constraints = ", ".join(self._parameter(*one) for one in query.parameters)
        yield ""
        yield f"{number}. {self.sheet.name(query.shape)}: {constraints}"
        for step in query.steps:
            yield f"{_INDENT}{counted(step.rows, 'row')}, {_time(step.seconds)}"
            for line in laid_out(step.query, self.sheet):
                yield f"{_INDENT * 2}{line}"
        if query.further:
            yield f"{_INDENT}and {query.further:,} more like these, {_time(query.later)}"

    def _parameter(self, name: str, value: Term | None) -> str:
        shown = self.sheet.short(name).removesuffix(_COMPONENT)
        if value is None:
            return shown
        return f"{shown} {one_line(_bare(self.sheet, value))}"


def explain(
    files: ShapeFiles, name: str, data: Data, selection: Selection = EVERYTHING
) -> Explanation:
    """Explain the shape that is called `name`, and ask its queries; UsageError if there is none."""
    node = files.find(name)
    shapes = read_shapes(files.graph)
    shape = shapes[node]
    trails = list(explaining.routes(shapes, node))
    queries = explaining.plan(shapes, data, trails[0], selection) if trails else iter(())
    has_targets = bool(shape.targets) and not shape.deactivated
    message = best(shape.messages)
    return Explanation(
        sheet=files.sheet,
        shape=node,
        severity=files.sheet.short(shape.severity.value).removeprefix("sh:"),
        message=one_line(message.value) if message else "",
        targets=tuple(explaining.targets(files.sheet, node)),
        focus_nodes=_count(shapes, shape, data, selection) if has_targets else None,
        users=tuple(dict.fromkeys(trail[0] for trail in trails if trail[0] != node)),
        demands=tuple(explaining.demands(files.sheet, node)),
        queries=tuple(queries),
        uncovered=tuple(
            f"{files.sheet.short(one.what.value)}: {one.reason}"
            for one in shapes.uncovered
            if one.shape == node
        ),
    )


def _count(shapes: Shapes, shape: Shape, data: Data, selection: Selection) -> int:
    focus = Validation(shapes, data, selection).focus(shape)
    if focus is None:
        return 0
    text = f"SELECT (COUNT(DISTINCT ?this) AS ?number) WHERE {{ {focus.pattern} }}"
    return sum(int(row[0].value) for row in data.select(text) if isinstance(row[0], Literal))


def laid_out(text: str, sheet: Sheet) -> list[str]:
    """Return a query with a line for each pattern, and its IRIs as short names."""
    lines: list[str] = []
    parts: list[str] = []
    depth, brackets = 0, 0
    for token in tokens(text):
        brackets += (token.text == "(") - (token.text == ")")
        is_outside = brackets == 0
        starts = token.text == "}" or plain(token.text) in _STARTS
        if is_outside and starts:
            _end(lines, parts, depth)
            depth -= token.text == "}"
        parts.append(_short(token, sheet))
        if is_outside and token.text in _ENDS:
            _end(lines, parts, depth)
            depth += token.text == "{"
    _end(lines, parts, depth)
    return lines


def _end(lines: list[str], parts: list[str], depth: int) -> None:
    if parts:
        lines.append(_INDENT * depth + _joined(parts))
        parts.clear()


def _short(token: Token, sheet: Sheet) -> str:
    return sheet.short(token.text[1:-1]) if token.kind == "iri" else one_line(token.text)


def _joined(parts: Sequence[str]) -> str:
    """Join tokens with blanks, but for brackets and what leans on a neighbour."""
    text, before = "", ""
    for part in parts:
        is_call = part == "(" and bool(_WORD.fullmatch(before)) and before not in _SPACED
        leans = is_call or part in {")", ",", "*", "+"} or before in {"(", "^", "!", ""}
        text, before = text + ("" if leans else " ") + part, part
    return text


def _bare(sheet: Sheet, value: Term) -> str:
    return value.value if isinstance(value, Literal) else sheet.shown(value)


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"
