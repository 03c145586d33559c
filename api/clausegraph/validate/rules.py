"""What shapes want, in words: their own messages, or else a sentence for each component of SHACL.

A sentence is made from the component's parameters (SHACL 1.0, section 4), as the shape states them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from clausegraph.shacl.results import Result, Term
from clausegraph.validate.sentences import LISTS, NODE_KINDS, SENTENCES, Sentence, counting
from clausegraph.validate.wording import Names, one_line
from clausegraph.vocabulary import RDF, RDFS, SH

Explain = Callable[[Result], str]

_MOST_NAMED = 8  # members of a list that are written out
_DEEPEST = 20  # steps from a shape without a name up to one with a name
_TITLES = (SH + "name", RDFS + "label")
_TEXTS = (SH + "description", RDFS + "comment", SH + "message")
_OWNING = tuple(
    SH + name
    for name in ("property", "node", "not", "qualifiedValueShape", "and", "or", "xone", "sparql")
)
_FIRST, _REST = RDF + "first", RDF + "rest"


class Said(Protocol):
    """What the shapes say: their graph, by node and predicate."""

    def values(self, subject: Term, predicate: str) -> Sequence[Term]:
        """The values of a property, in the order of the files."""

    def subjects(self, predicate: str, value: Term | None = None) -> Sequence[Term]:
        """The nodes that have a property, or that have it with one value."""

    def list(self, node: Term) -> Sequence[Term]:
        """The members of a list."""


class Finding(Protocol):
    """A result, and a hint for its author."""

    @property
    def result(self) -> Result:
        """What was found."""

    @property
    def hint(self) -> str | None:
        """What was meant, most likely."""


class _Silent:
    """Shapes that say nothing: results may come from a place whose shapes are not at hand."""

    def values(self, _subject: Term, _predicate: str) -> Sequence[Term]:
        return ()

    def subjects(self, _predicate: str, _value: Term | None = None) -> Sequence[Term]:
        return ()

    def list(self, _node: Term) -> Sequence[Term]:
        return ()


@dataclass(frozen=True)
class Rule:
    """A shape, or a sh:sparql constraint, as reports name it.

    `iri` is None for a blank node: it is called after the shape that it belongs to. `key` is its
    name without prefixes.
    """

    name: str
    key: str
    iri: str | None = None
    title: str = ""
    text: str = ""


def rule_node(result: Result) -> Term:
    """Return what to look up: the sh:sparql constraint that found it, else the source shape."""
    return result.constraint if isinstance(result.constraint, NamedNode) else result.shape


class Rulebook:
    """Names and explains what found a result.

    `count` tells how many values the path of a result has, where somebody knows.
    """

    def __init__(
        self,
        shapes: Said | None = None,
        names: Names | None = None,
        count: Callable[[Result], int | None] = lambda _: None,
    ) -> None:
        self.shapes: Said = shapes or _Silent()
        self.names = names or Names()
        self._count = count
        self._rules: dict[Term, Rule] = {}

    def rule(self, node: Term) -> Rule:
        """Return the rule that a node of the shapes is."""
        if node not in self._rules:
            self._rules[node] = Rule(
                name=self._name(node, self.names.iri),
                key=self._name(node, _in_full),
                iri=node.value if isinstance(node, NamedNode) else None,
                title=self._text(node, _TITLES),
                text=self._text(node, _TEXTS),
            )
        return self._rules[node]

    def message(self, result: Result) -> str:
        """Return what a result says, on one line: the shape's message, or else a sentence."""
        text = best(result.messages)
        if text is None:
            return one_line(self.wants(result))
        return one_line(self.names.within(text.value, result.focus, result.value))

    def found(self, result: Result) -> str:
        """Return the value at fault, where the message does not show it; else an empty text."""
        if result.value is None or result.value == result.focus:
            return ""
        shown = self.names.term(result.value)
        return "" if shown in self.message(result) else shown

    def told(self, finding: Finding) -> str:
        """Return a finding in sentences: the node, what is wrong, what was found, the hint."""
        result = finding.result
        parts = [f"{self.names.term(result.focus)}: {self.message(result)}"]
        if found := self.found(result):
            parts.append(f"Found {found}.")
        if finding.hint:
            parts.append(f"Hint: {one_line(finding.hint)}")
        return " ".join(parts)

    def wants(self, result: Result) -> str:
        """Return a sentence from the component and its parameters: an `Explain`."""
        sentence = SENTENCES.get(result.component.value)
        what = self._what(result)
        if sentence is None:
            return f"{what} does not satisfy {self.names.term(result.component)}."
        return f"{what} {self._predicate(sentence, result)} (sh:{sentence.parameter})."

    def _predicate(self, sentence: Sentence, result: Result) -> str:
        parameters = self.shapes.values(result.shape, SH + sentence.parameter)
        if sentence.parameter == "sparql" and result.constraint is not None:
            parameters = [result.constraint]
        if not parameters:
            return sentence.bare
        first = parameters[0]
        if sentence.is_count and isinstance(first, Literal):
            return counting(sentence, one_line(first.value), self._count(result))
        shown = " and ".join(self._parameter(sentence, node) for node in parameters)
        path = self.names.path(result.path) if result.path else "the node itself"
        nodes = self.shapes.values(result.shape, SH + "qualifiedValueShape")
        shape = " and ".join(self.rule(node).name for node in nodes) or "the shape"
        return sentence.text.format(shown, path=path, shape=shape)

    def _parameter(self, sentence: Sentence, node: Term) -> str:
        if sentence.parameter in LISTS:
            members = self.shapes.list(node)
            shown = [self._named(sentence, member) for member in members[:_MOST_NAMED]]
            rest = len(members) - len(shown)
            return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")
        return self._named(sentence, node)

    def _named(self, sentence: Sentence, node: Term) -> str:
        if isinstance(node, NamedNode) and node.value in NODE_KINDS:
            return NODE_KINDS[node.value]
        if sentence.is_about_shapes or sentence.parameter == "sparql":
            return self.rule(node).name
        if isinstance(node, Literal) and sentence.is_plain:
            return one_line(node.value)
        return self.names.term(node)

    def _what(self, result: Result) -> str:
        if result.value is not None:
            return self.names.term(result.value)
        if result.path is not None:
            return self.names.path(result.path)
        return self.names.term(result.focus)

    def _text(self, node: Term, predicates: Sequence[str]) -> str:
        for predicate in predicates:
            values = self.shapes.values(node, predicate)
            text = best([value for value in values if isinstance(value, Literal)])
            if text is not None:
                return one_line(text.value)
        return ""

    def _name(self, node: Term, write: Callable[[str], str]) -> str:
        """Return the name of a shape; one without is called after what it belongs to."""
        if isinstance(node, NamedNode):
            return write(node.value)
        steps = [self._step(node, write)]
        for _ in range(_DEEPEST):
            owner = self._owners.get(node)
            if owner is None:
                break
            if isinstance(owner, NamedNode):
                return "/".join([write(owner.value), *reversed(steps)])
            if not self.shapes.values(owner, _FIRST):
                steps.append(self._step(owner, write))
            node = owner
        return "/".join(["a shape without a name", *reversed(steps)])

    def _step(self, node: Term, write: Callable[[str], str]) -> str:
        paths = self.shapes.values(node, SH + "path")
        if paths and isinstance(paths[0], NamedNode):
            return write(paths[0].value)
        return "path" if paths else "shape"

    @cached_property
    def _owners(self) -> dict[Term, Term]:
        """The node that each node of the shapes belongs to."""
        owners: dict[Term, Term] = {}
        for predicate in (*_OWNING, _FIRST, _REST):
            for owner in self.shapes.subjects(predicate):
                for node in self.shapes.values(owner, predicate):
                    owners.setdefault(node, owner)
        return owners


def _in_full(iri: str) -> str:
    return f"<{iri}>"


def best(texts: Sequence[Literal]) -> Literal | None:
    """Return the text in English, else one without language, else the first; None if none."""
    for language in ("en", None):
        for text in texts:
            spoken = text.language and text.language.lower().split("-")[0]
            if spoken == language:
                return text
    return texts[0] if texts else None
