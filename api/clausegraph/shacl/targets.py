"""Focus nodes: what a shape is about by its targets (SHACL 1.0, section 2.1.3), as patterns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.shacl.conditions import kept, written
from clausegraph.shacl.data import Data
from clausegraph.shacl.focus import Focus
from clausegraph.shacl.results import Term
from clausegraph.shacl.shapes import Shape, Target
from clausegraph.vocabulary import RDFS, TYPE

_MOST_CLASSES = 50  # of a target class with its subclasses, to be asked for one by one


@dataclass(frozen=True)
class Selection:
    """Which nodes may be focus nodes: those of `nodes`, if it is not None; else `pattern` restricts
    `?this`; if that is None too, all may.

    `nodes` are IRIs and literals, as the data keep them, and so few that a query can list them.
    """

    pattern: str | None = None
    nodes: tuple[NamedNode | Literal, ...] | None = None

    @cached_property
    def restriction(self) -> str | None:
        """A pattern that restricts `?this`, or None where there is no restriction."""
        if self.nodes is None:
            return self.pattern
        return f"VALUES ?this {{ {' '.join(map(str, self.nodes))} }}"


EVERYTHING = Selection()


class Classes:
    """What the data say of targets: which classes are below others (SHACL 1.0, "SHACL subclass"),
    and which nodes are there."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._once: dict[str, bool] = {}

    def below(self, node: Term) -> Sequence[Term]:
        """A class, and all that are stated to be below it, and blank nodes if they matter."""
        found, waiting = dict[Term, None](), [node]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found[one] = None
                waiting += self._narrower.get(one, ())
        return list(found)

    def unmentioned(self, shape: Shape) -> list[Term]:
        """The target nodes of a shape of which the data say nothing: no file has them as context,
        so that they are judged with whatever is."""
        named = [kept(one.value) for one in shape.targets if one.kind == "targetNode"]
        listed = " ".join(str(node) for node in named if not isinstance(node, BlankNode))
        if not listed:
            return []
        text = (
            f"SELECT ?this WHERE {{ VALUES ?this {{ {listed} }} "
            "FILTER NOT EXISTS { ?this ?said ?value } FILTER NOT EXISTS { ?other ?named ?this } }"
        )
        return [node for (node,) in self._data.select(text) if node is not None]

    def binds_once(self, union: str) -> bool:
        """Whether a pattern binds ?this to no node twice here."""
        if union not in self._once:
            text = f"SELECT (COUNT(*) AS ?all) (COUNT(DISTINCT ?this) AS ?own) WHERE {{ {union} }}"
            self._once[union] = all(every == own for every, own in self._data.select(text))
        return self._once[union]

    @cached_property
    def _narrower(self) -> dict[Term, list[Term]]:
        narrower: dict[Term, list[Term]] = {}
        is_used = f"EXISTS {{ ?any {TYPE}|<{RDFS}subClassOf> ?class }}"
        text = (
            f"SELECT ?class ?broader WHERE {{ ?class <{RDFS}subClassOf> ?broader "
            f"FILTER(!isBlank(?class) || {is_used}) }}"
        )
        for below, above in self._data.select(text):
            if below is not None and above is not None:
                narrower.setdefault(above, []).append(below)
        return narrower


def focus(shape: Shape, classes: Classes, selection: Selection) -> Focus | None:
    """The focus nodes of a shape, each once, or None where its targets name none."""
    named = [written(one.value) for one in shape.targets if one.kind == "targetNode"]
    terms = " ".join(term for term in named if term is not None)
    found = dict.fromkeys([f"VALUES ?this {{ {terms} }}"] if terms else [])
    found.update(dict.fromkeys(p for one in shape.targets for p in _patterns(one, classes)))
    options = list(found)
    if not options:
        return None
    if len(options) == 1 and _binds_once(shape.targets):
        inside = options[0]
    else:
        union = " UNION ".join(f"{{ {option} }}" for option in options)
        is_once = classes.binds_once(union)
        inside = union if is_once else f"{{ SELECT DISTINCT ?this WHERE {{ {union} }} }}"
    if selection.pattern is None:
        return Focus(inside)
    selected = f"{inside} {selection.pattern}"
    stray = " ".join(map(str, classes.unmentioned(shape)))
    if stray:
        selected = f"{{ {selected} }} UNION {{ VALUES ?this {{ {stray} }} }}"
    return Focus(selected)


class Few:
    """The focus nodes of shapes among few nodes: looked up once, and listed in the queries."""

    def __init__(
        self,
        data: Data,
        classes: Classes,
        nodes: Sequence[NamedNode | Literal],
        shapes: Iterable[Shape],
    ) -> None:
        targets = (target for shape in shapes for target in shape.targets)
        self._asked = {one.value for one in targets if one.kind == "targetSubjectsOf"}
        self._data = data
        self._classes = classes
        self._nodes = dict.fromkeys(nodes)
        self._pointed: dict[Term, Set[Term]] = {}

    def focus(self, shape: Shape) -> Focus | None:
        """The focus nodes of a shape, or None where there are none."""
        found: set[Term] = set()
        for target in shape.targets:
            if target.kind == "targetNode":
                found |= self._nodes.keys() & {kept(target.value)}
            elif target.kind == "targetClass":
                for one in self._classes.below(target.value):
                    found |= self._by_type.get(one, set())
            elif target.kind == "targetSubjectsOf":
                found |= self._by_property.get(target.value, set())
            else:
                found |= self._pointed_to_by(target.value)
        found |= set(self._classes.unmentioned(shape))
        listed = " ".join(map(str, sorted(found, key=str)))
        return Focus(f"VALUES ?this {{ {listed} }}") if listed else None

    def _pointed_to_by(self, predicate: Term) -> Set[Term]:
        if predicate not in self._pointed:
            any_of = f"FILTER EXISTS {{ ?any {predicate} ?this }}"
            rows = self._data.select(f"SELECT ?this WHERE {{ {self._values} {any_of} }}")
            self._pointed[predicate] = {node for (node,) in rows if node is not None}
        return self._pointed[predicate]

    @cached_property
    def _values(self) -> str:
        return f"VALUES ?this {{ {' '.join(map(str, self._nodes))} }}"

    @cached_property
    def _by_type(self) -> dict[Term, set[Term]]:
        return self._grouped(f"SELECT ?this ?type WHERE {{ {self._values} ?this {TYPE} ?type }}")

    @cached_property
    def _by_property(self) -> dict[Term, set[Term]]:
        if not self._asked:
            return {}
        listed = ", ".join(sorted(map(str, self._asked)))
        described = f"{self._values} ?this ?property ?any FILTER(?property IN ({listed}))"
        return self._grouped(f"SELECT DISTINCT ?this ?property WHERE {{ {described} }}")

    def _grouped(self, text: str) -> dict[Term, set[Term]]:
        """Return the nodes of a query's first column by the second."""
        grouped: dict[Term, set[Term]] = {}
        for node, key in self._data.select(text):
            if node is not None and key is not None:
                grouped.setdefault(key, set()).add(node)
        return grouped


def _binds_once(targets: Sequence[Target]) -> bool:
    return all(target.kind in ("targetClass", "targetNode") for target in targets)


def _patterns(target: Target, classes: Classes) -> list[str]:
    if target.kind == "targetNode":
        return []
    if target.kind == "targetSubjectsOf":
        return [f"?this {target.value} ?any ."]
    if target.kind == "targetObjectsOf":
        return [f"?any {target.value} ?this ."]
    below = classes.below(target.value)
    if any(isinstance(one, BlankNode) for one in below):
        kind = f"{TYPE}/<{RDFS}subClassOf>*"
        return [f"{{ SELECT DISTINCT ?this WHERE {{ ?this {kind} {target.value} }} }}"]
    if len(below) <= _MOST_CLASSES:
        return [f"?this {TYPE} {one} ." for one in below]
    known = ", ".join(map(str, below))
    return [f"{{ SELECT DISTINCT ?this WHERE {{ ?this {TYPE} ?any FILTER(?any IN ({known})) }} }}"]
