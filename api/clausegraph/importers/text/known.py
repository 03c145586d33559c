"""What is described already of a document and of a source: by what ships, and in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import bundle
from clausegraph.textfiles import read_text
from clausegraph.turtle import parse_file
from clausegraph.vocabulary import ID, SCHEMA, SOURCE, TITLE, TYPE, cg

_SHA256 = NamedNode(SCHEMA + "sha256")
_SOURCE = cg("Source")
_CLAUSE = "/clause/"
# As a file may write that a thing is one.
_DESCRIBES_SOURCE = ("cg:Source", cg("Source").value)


@dataclass(frozen=True)
class KnownClause:
    """A clause as it is described: its titles by language, and its numbers, places and parents."""

    titles: frozenset[tuple[str, str]]
    numbers: frozenset[str]
    positions: frozenset[int]
    parents: frozenset[str]
    sources: frozenset[str]


@dataclass(frozen=True)
class Known:
    """What is known of a document; `clauses` are by the last part of their IRI."""

    is_document: bool = False
    titles: frozenset[tuple[str, str]] = frozenset()
    clauses: dict[str, KnownClause] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownSource:
    """A source as a file describes it, with the SHA-256 of its file where that is said."""

    slug: str
    digests: frozenset[str]
    path: Path


@dataclass
class _Facts:
    values: dict[tuple[str, str], set[NamedNode | Literal]] = field(default_factory=dict)

    def add(self, triple: Triple) -> None:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            key = (triple.subject.value, triple.predicate.value)
            self.values.setdefault(key, set()).add(triple.object)

    def texts(self, subject: str, predicate: NamedNode) -> frozenset[str]:
        return frozenset(item.value for item in self.values.get((subject, predicate.value), ()))

    def tagged(self, subject: str, predicate: NamedNode) -> frozenset[tuple[str, str]]:
        items = self.values.get((subject, predicate.value), ())
        return frozenset(
            (item.language or "", item.value) for item in items if isinstance(item, Literal)
        )


def describe(slug: str, folder: Path | None, but: Path) -> Known:
    """Return what the shipped data, and the files of a folder, say of a document.

    The file `but`, which is to be written, and what goes with it do not count.
    """
    iri = f"{ID}document/{slug}"
    facts, names = _Facts(), set()
    written = {but.resolve(), but.with_name(f"{but.stem}-text.ttl").resolve()}
    for path in _files(bundle.folder("data"), folder, (f"document/{slug}",)):
        for quad in parse_file(path).quads if path not in written else ():
            if _value(quad.subject).startswith(iri):
                facts.add(quad.triple)
                names.add(_value(quad.subject))
    clauses = {
        name.removeprefix(iri + _CLAUSE): _clause(facts, name)
        for name in names
        if name.startswith(iri + _CLAUSE)
    }
    is_document = cg("Document").value in facts.texts(iri, TYPE)
    return Known(is_document, facts.tagged(iri, TITLE), clauses)


def sources(folder: Path | None) -> list[KnownSource]:
    """Return the sources that the shipped data and the files of a folder describe."""
    start = f"{ID}source/"
    found = []
    for path in _files(bundle.folder("data") / "sources", folder, _DESCRIBES_SOURCE):
        facts, names = _Facts(), set()
        for quad in parse_file(path).quads:
            facts.add(quad.triple)
            if quad.predicate == TYPE and quad.object == _SOURCE:
                names.add(_value(quad.subject))
        found += [
            KnownSource(name.removeprefix(start), facts.texts(name, _SHA256), path)
            for name in sorted(names)
            if name.startswith(start)
        ]
    return found


def _clause(facts: _Facts, name: str) -> KnownClause:
    positions = facts.texts(name, cg("position"))
    return KnownClause(
        facts.tagged(name, TITLE),
        facts.texts(name, cg("number")),
        frozenset(int(text) for text in positions if text.isdecimal()),
        facts.texts(name, cg("parentClause")),
        facts.texts(name, SOURCE),
    )


def _files(shipped: Path, folder: Path | None, needles: tuple[str, ...]) -> Iterator[Path]:
    """Yield the Turtle files, those of unfinished imports aside, that hold one of `needles`."""
    paths = sorted(shipped.rglob("*.ttl"))
    paths += sorted(folder.rglob("*.ttl")) if folder and folder.is_dir() else []
    for path in dict.fromkeys(path.resolve() for path in paths):
        text = "" if any(part.startswith(".") for part in path.parts[-3:]) else read_text(path)
        if any(needle in text for needle in needles):
            yield path


def _value(term: object) -> str:
    return str(getattr(term, "value", term))
