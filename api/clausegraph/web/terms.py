"""The authored ontology and shapes: served as written, and the source of the pages' own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, Quad, RdfFormat, Triple, parse, serialize

from clausegraph import bundle, formats, jsonld, vocabulary
from clausegraph.formats import Syntax

EXTERNAL = "external.ttl"  # what other people's terms are called; theirs, so not served as ours

_PREFIX = re.compile(r"^@prefix[^\n]*\.[ \t]*\n", re.MULTILINE)


@dataclass(frozen=True)
class Authored:
    """One authored document of several files: the ontology, or the shapes."""

    name: str
    files: tuple[Path, ...]

    @classmethod
    def of(cls, name: str) -> Authored:
        """Return the document made of the Turtle files of the bundle's folder `name`."""
        files = sorted(bundle.folder(name).glob("*.ttl"))
        return cls(name, tuple(file for file in files if file.name != EXTERNAL))

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """All triples; blank nodes are numbered in the order in which they are written."""
        found: list[Triple] = []
        for number, file in enumerate(self.files):
            quads = parse(path=file, format=RdfFormat.TURTLE, base_iri=vocabulary.ID)
            found += _numbered(quads, f"f{number}")
        return tuple(found)

    @cached_property
    def turtle(self) -> bytes:
        """The files as they are written, one after the other, each prefix bound once."""
        texts = [file.read_text(encoding="utf-8") for file in self.files]
        bound = {line.strip() for text in texts for line in _PREFIX.findall(text)}
        bodies = [_PREFIX.sub("", text).strip() for text in texts]
        return "\n\n".join(["\n".join(sorted(bound)), *bodies]).encode() + b"\n"

    @property
    def n_triples(self) -> bytes:
        """The triples, one a line."""
        return serialize(self.triples, format=RdfFormat.N_TRIPLES) or b""

    def serialize(self, syntax: Syntax, profile: str = "") -> bytes:
        """Return the document in `syntax`, JSON-LD in the form `profile`; takes up to a second, so
        call it off the event loop."""
        if syntax == formats.TURTLE:
            return self.turtle
        if syntax == formats.JSON_LD:
            return jsonld.write(self.n_triples, profile, first=vocabulary.BASE + self.name)
        assert isinstance(syntax.engine, RdfFormat)  # noqa: S101
        body = serialize(self.triples, format=syntax.engine, prefixes=dict(vocabulary.prefixes()))
        assert body is not None  # noqa: S101
        return body


def _numbered(quads: Iterable[Quad], stem: str) -> list[Triple]:
    """Return triples whose blank nodes are called by their place, the same at every start."""
    names: dict[BlankNode, BlankNode] = {}

    def name(term: object) -> object:
        if isinstance(term, BlankNode):
            return names.setdefault(term, BlankNode(f"{stem}b{len(names)}"))
        return term

    return [Triple(name(quad.subject), quad.predicate, name(quad.object)) for quad in quads]  # type: ignore[arg-type]


@dataclass(frozen=True)
class Words:
    """What terms are called in the ontology and in the pinned extract of other vocabularies.

    `labels` are English; `translated` has those of other languages, by IRI and language.
    """

    labels: Mapping[str, str]
    derived: frozenset[str]
    translated: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: Authored) -> Words:
        """Collect English labels, and the properties that the build derives from statements."""
        labels: dict[str, str] = {}
        translated: dict[tuple[str, str], str] = {}
        derived = set()
        extract = bundle.folder("ontology") / EXTERNAL
        quads = parse(path=extract, format=RdfFormat.TURTLE) if extract.exists() else ()
        outside = [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]
        for triple in (*outside, *ontology.triples):
            subject, predicate = str(triple.subject)[1:-1], triple.predicate.value
            value = triple.object
            if predicate == vocabulary.RDFS + "label" and isinstance(value, Literal):
                if value.language in {None, "en"}:
                    labels[subject] = _in_words(value.value)
                else:
                    translated[subject, str(value.language)] = value.value
            if predicate in {vocabulary.CG + "conceptClass", vocabulary.CG + "participationRole"}:
                derived.add(subject)
        return cls(labels, frozenset(derived), translated)

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which a term has a label."""
        return frozenset({"en", *(language for _, language in self.translated)})

    def named(self, iri: str, languages: Iterable[str]) -> tuple[str, str | None]:
        """Return what a term is called in the first of `languages` that there is, and which that
        is if it is not English."""
        for language in languages:
            if language in {"en", ""}:
                break
            if found := self.translated.get((iri, language)):
                return found, language
        return self.label(iri), None

    def label(self, iri: str) -> str:
        """Return what a term is called; one that is not listed by the words in its own name."""
        if iri in self.labels:
            return self.labels[iri]
        return _in_words(re.split(r"[/#]", iri.rstrip("/#"))[-1]) or iri


def _in_words(name: str) -> str:
    """Return a name like `wasAttributedTo` as words; one that has blanks is words already."""
    if " " in name or name.isupper():
        return name
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
