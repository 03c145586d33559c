"""What several shapes ask of the same values: the shapes of one path, taken together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode

from clausegraph.shacl.lint.sheet import PATH, PROPERTY, Sheet
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import SH

_DEEPEST = 50


@dataclass(frozen=True)
class Asked:
    """One thing that is asked: by which shape, and the parameter's value."""

    shape: Term
    term: str
    value: Term


@dataclass(frozen=True)
class Facets:
    """Shapes that judge the same values. `shapes` count them too; `helpers` judge each value only.

    With several `shapes`, what one of them says alone has been looked at already.
    """

    sheet: Sheet
    shapes: tuple[Term, ...]
    helpers: tuple[Term, ...] = ()

    def counted(self, term: str) -> list[Asked]:
        """What is asked of the number of values, or of all of them together."""
        return self._asked(self.shapes, term)

    def each(self, *terms: str) -> list[Asked]:
        """What is asked of each value."""
        every = (*self.shapes, *self.helpers)
        return [asked for term in terms for asked in self._asked(every, term)]

    def pairs(self, one: str, other: str) -> Iterator[tuple[Asked, Asked]]:
        """Yield what two parameters ask of each value, pair by pair."""
        return self._combined(self.each(one), self.each(other))

    def counted_pairs(self, one: str, other: str) -> Iterator[tuple[Asked, Asked]]:
        """Yield what two parameters ask of the values together, pair by pair."""
        return self._combined(self.counted(one), self.counted(other))

    def is_new(self, one: Asked, other: Asked) -> bool:
        """Whether two demands are compared here for the first time."""
        return len(self.shapes) + len(self.helpers) == 1 or one.shape != other.shape

    def _combined(self, ones: list[Asked], others: list[Asked]) -> Iterator[tuple[Asked, Asked]]:
        for one in ones:
            for other in others:
                if self.is_new(one, other):
                    yield one, other

    def _asked(self, shapes: tuple[Term, ...], term: str) -> list[Asked]:
        values = self.sheet.values
        return [Asked(shape, term, value) for shape in shapes for value in values(shape, term)]


def of(sheet: Sheet) -> Iterator[Facets]:
    """Yield each shape by itself, then with those that judge the same values."""
    for shape in sheet.shapes:
        if not sheet.is_true(shape, "deactivated"):
            judges = _judges(sheet, shape)
            yield Facets(sheet, (shape,))
            if len(judges) > 1:
                yield Facets(sheet, (shape,), tuple(judges[1:]))
            for together in _of_one_path(sheet, judges):
                below = [helper for one in together for helper in _judges(sheet, one)[1:]]
                yield Facets(sheet, together, tuple(dict.fromkeys(below)))


def _of_one_path(sheet: Sheet, owners: list[Term]) -> Iterator[tuple[Term, ...]]:
    """Yield the property shapes that judge the values of one path of the same nodes."""
    by_path: dict[str, dict[Term, None]] = {}
    for owner in owners:
        for inner in sheet.graph.values(owner, PROPERTY):
            for path in sheet.graph.values(inner, PATH):
                if not sheet.is_true(inner, "deactivated"):
                    by_path.setdefault(key(sheet, path), {})[inner] = None
    yield from (tuple(shapes) for shapes in by_path.values() if len(shapes) > 1)


def _judges(sheet: Sheet, shape: Term) -> list[Term]:
    """Return a shape and those that judge the same nodes through sh:node and sh:and."""
    found: dict[Term, None] = {shape: None}
    waiting = [shape]
    while waiting:
        for predicate, _, inner in sheet.inner(waiting.pop()):
            is_same = predicate in {SH + "and", SH + "node"} and not sheet.graph.values(inner, PATH)
            if is_same and inner not in found and not sheet.is_true(inner, "deactivated"):
                found[inner] = None
                waiting.append(inner)
    return list(found)


def key(sheet: Sheet, path: Term, depth: int = 0) -> str:
    """Return a text that two paths share if they are written alike."""
    if not isinstance(path, BlankNode) or depth > _DEEPEST:
        return str(path)
    parts = [
        f"{predicate} {key(sheet, value, depth + 1)}"
        for predicate in sorted(sheet.graph.predicates(path))
        for value in sheet.graph.values(path, predicate)
    ]
    return f"[{'; '.join(parts)}]"
