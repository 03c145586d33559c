"""What the names of a JSON-LD document stand for, as far as its inline contexts say (JSON-LD 1.1,
section 4.1): terms, prefixes, keyword aliases, `@vocab`, `@base`, and what values are.

Contexts that are elsewhere, or hold for one type or one property only, are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import urljoin

from clausegraph import vocabulary


class Term(NamedTuple):
    """A term: the IRI or keyword that it stands for, the type and the container of its values."""

    iri: str
    type: str = ""
    container: str = ""


class TooMuch(ValueError):
    """The contexts of a document make more terms, over and over, than is worth following."""


@dataclass(frozen=True)
class Context:
    """An active context. `budget` is shared by those of a document, and counts down."""

    base: str = ""
    vocabulary: str = ""
    terms: Mapping[str, Term] = field(default_factory=dict)
    budget: list[int] = field(default_factory=lambda: [2_000_000])
    _made: dict[str, Term] = field(default_factory=dict, init=False)

    def within(self, local: Any) -> Context:
        """Return the context that holds where `local` is given, in addition to this one."""
        if isinstance(local, list):
            context = self
            for each in local:
                context = context.within(each)
            return context
        if local is None:
            return Context(base=self.base, budget=self.budget)
        if local == vocabulary.CONTEXT:
            local = vocabulary.context()
        return self._extended(local) if isinstance(local, Mapping) else self

    def _extended(self, local: Mapping[str, Any]) -> Context:
        self._spend(len(self.terms) + len(local))
        base, vocab = local.get("@base"), local.get("@vocab")
        context = replace(
            self,
            base=urljoin(self.base, base) if isinstance(base, str) else self.base,
            vocabulary=self._named(vocab, local) if isinstance(vocab, str) else self.vocabulary,
        )
        terms = dict(self.terms)
        for name, definition in local.items():
            if not name.startswith("@"):
                terms[name] = context.defined(name, definition, local)
        return replace(context, terms=terms)

    def defined(self, name: str, definition: Any, local: Mapping[str, Any]) -> Term:
        """Return what a context `local` defines a term as."""
        if isinstance(definition, str):
            return Term(self._named(definition, local))
        if not isinstance(definition, Mapping):
            return Term("")
        target = definition.get("@id", name)
        kind, container = definition.get("@type"), definition.get("@container")
        iri = self._named(target, local) if isinstance(target, str) else ""
        kind = self._named(kind, local) if isinstance(kind, str) else ""
        return Term(iri, kind, " ".join(_texts(container)))

    def _named(self, name: str, local: Mapping[str, Any]) -> str:
        """Expand a name that may use prefixes which the same context defines, each once."""
        seen = set()
        while not name.startswith("@"):
            prefix, colon, rest = name.partition(":")
            key = prefix if colon else name
            if key in seen or (colon and (rest.startswith("//") or prefix == "_")):
                break
            seen.add(key)
            self._spend(1)
            definition = local.get(key)
            if isinstance(definition, Mapping):
                definition = definition.get("@id")
            if not isinstance(definition, str) or definition == name:
                return self.name(name)
            name = definition + rest if colon else definition
        return name

    def _spend(self, count: int) -> None:
        self.budget[0] -= count
        if self.budget[0] < 0:
            raise TooMuch

    def name(self, name: str) -> str:
        """Return the IRI or keyword that a key or a type stands for, empty for nothing."""
        if name.startswith("@"):
            return name
        term = self.terms.get(name)
        if term is not None:
            return term.iri
        return self._compact(name) or (self.vocabulary + name if self.vocabulary else "")

    def node(self, name: str) -> str:
        """Return the IRI, or the label of a blank node, that the value of `@id` stands for."""
        return self._compact(name) or (urljoin(self.base, name) if self.base else name)

    def value(self, text: str, term: Term) -> str:
        """Return the IRI that a string stands for as a value of a term, empty for a literal."""
        if term.type == "@vocab":
            return self.name(text) or self.node(text)
        return self.node(text) if term.type == "@id" else ""

    def term(self, key: str) -> Term:
        """Return the definition of a key, made up if there is none."""
        term = self.terms.get(key) or self._made.get(key)
        if term is None:
            term = self._made[key] = Term(self.name(key))
        return term

    def _compact(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        if not colon:
            return ""
        if rest.startswith("//") or prefix == "_":
            return name
        term = self.terms.get(prefix)
        return term.iri + rest if term is not None and term.iri else name


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]
