"""Sets of focus nodes as SPARQL patterns, so that a query can be asked of all of them at once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clausegraph.shacl.results import Path

_IRI = re.compile(r"<[^>]*>")
# The variable, and the IRIs and texts in which the same letters mean nothing.
_THIS = re.compile(r"""<[^<>"{}|^`\\\s]*>|"(?:[^"\\]|\\.)*"|\?this\b""")


@dataclass(frozen=True)
class Focus:
    """The inside of a group graph pattern that binds `?this`, to each focus node once.

    For a property shape within another, a node is a focus node as often as it is a value of one:
    `keys` are the variables that tell these apart. `depth` counts the shapes from the one that has
    the targets down to here.
    """

    pattern: str
    keys: tuple[str, ...] = ()
    depth: int = 0

    @property
    def columns(self) -> str:
        """What each focus node is told by: the keys and ?this."""
        return " ".join((*self.keys, "?this"))

    def values(self, path: Path) -> str:
        """A pattern for the pairs of focus node (?this) and value node (?value), each once."""
        pairs = f"{self.pattern} ?this {path.text} ?value ."
        if path.predicate is not None or path.inverse is not None:
            return pairs
        if path.is_nullable:  # SPARQL starts from the nodes of the graph, SHACL from any
            pairs = f"{{ {pairs} }} UNION {{ {self.pattern} BIND(?this AS ?value) }}"
        return f"{{ SELECT DISTINCT {self.columns} ?value WHERE {{ {pairs} }} }}"

    def without(self, path: Path, value: str) -> str:
        """A pattern for the focus nodes for which a path does not lead to `value`, a term or a
        variable.

        An engine asks NOT EXISTS for each node; a sequence of steps it may then start from the far
        end, over and over, so that one is asked for once and taken away.
        """
        step = f"?this {path.text} {value}"
        if path.is_nullable:
            return (
                f"{self.pattern} MINUS {{ {self.values(path)} FILTER(sameTerm(?value, {value})) }}"
            )
        if is_sequence(path):
            return f"{self.pattern} MINUS {{ {self.pattern} {step} }}"
        return f"{self.pattern} FILTER NOT EXISTS {{ {step} }}"

    def along(self, path: Path | None) -> Focus:
        """The value nodes of a path, each as often as it is one (SHACL 1.0, section 4.7.2)."""
        if path is None:
            return self
        outer = f"?outer{self.depth}"
        start = _THIS.sub(lambda found: outer if found[0] == "?this" else found[0], self.pattern)
        step = f"{start} {outer} {path.text} ?this ."
        if path.is_nullable:
            step = f"{{ {step} }} UNION {{ {start} BIND({outer} AS ?this) }}"
        keys = (*self.keys, outer)
        if path.predicate is None and path.inverse is None:
            step = f"{{ SELECT DISTINCT {' '.join(keys)} ?this WHERE {{ {step} }} }}"
        return Focus(step, keys, self.depth + 1)

    def nodes(self, path: Path | None) -> Focus:
        """The value nodes of a path, each once: those that are to conform to a shape, or not to."""
        if path is None and not self.keys:
            return self
        bag = self.along(path)
        return Focus(f"{{ SELECT DISTINCT ?this WHERE {{ {bag.pattern} }} }}", (), bag.depth)


def is_sequence(path: Path) -> bool:
    """Whether a path has steps that follow one another."""
    return "/" in _IRI.sub("", path.text)
