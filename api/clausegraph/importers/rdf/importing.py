"""Import a vocabulary: its terms unchanged in a graph of their own, and who made it beside them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Triple

from clausegraph import bundle
from clausegraph.authored import describe_graph
from clausegraph.errors import InputError, UsageError
from clausegraph.importers import shipped
from clausegraph.importers.folder import Changes, graph_base, update
from clausegraph.importers.provenance import ASSOCIATED, DESCRIPTION, PROJECT, english
from clausegraph.importers.rdf import blanks, contents, header, literals, reading, references
from clausegraph.importers.rdf.contents import Contents
from clausegraph.importers.rdf.header import Header
from clausegraph.importers.rdf.literals import Choice
from clausegraph.importers.rdf.reading import Graph, Vocabulary
from clausegraph.turtle import find_line, render
from clausegraph.vocabulary import (
    DCTERMS,
    FOAF,
    ID,
    IDENTIFIER,
    PROV,
    SCHEMA,
    SOURCE,
    TITLE,
    TYPE,
    cg,
    code_slug,
)

_SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_DERIVED = NamedNode(PROV + "wasDerivedFrom")
_TOPIC = NamedNode(FOAF + "primaryTopic")
_LICENSE = NamedNode(DCTERMS + "license")
_UNDETERMINED = "und"  # of a text whose language is not said (BCP 47, section 4.1)
_TOLD = 5  # of a list in a note


@dataclass(frozen=True)
class Import:
    """What is asked for; what is None is found out."""

    file: Path
    output: Path | None = None
    name: str | None = None
    syntax: str | None = None
    url: str | None = None
    literals: Choice = "refuse"


@dataclass(frozen=True)
class Imported:
    """What was read and written; `notes` says what the reader of the result should know."""

    name: str
    folder: Path
    graphs: tuple[str, ...]
    header: Header
    contents: Contents
    changes: Changes
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Set:
    """A vocabulary under the name that it gets here; `base` begins the IRIs of its graphs."""

    vocabulary: Vocabulary
    header: Header
    name: str
    base: str
    url: str | None

    @property
    def source(self) -> NamedNode:
        return NamedNode(f"{ID}source/{self.name}")

    @property
    def makers(self) -> NamedNode:
        return NamedNode(f"{ID}actor/{self.name}-makers")

    @property
    def activity(self) -> NamedNode:
        return NamedNode(f"{ID}activity/import-{self.name}")

    def describe(self, graph: NamedNode) -> Iterator[Triple]:
        """Return what a graph with terms of the vocabulary says of itself."""
        return describe_graph(graph, (self.source,), (self.makers,), self.activity)


def import_rdf(asked: Import) -> Imported:
    """Read a vocabulary and write it to `output/{name}.ttl`, and its provenance beside it.

    A named graph of the file becomes a file of its own. Importing the same file again changes
    nothing. Raises UsageError for a bad name, InputError with file and line for what cannot be
    read and for what a build would refuse; then nothing is written.
    """
    name = _name(asked)
    shipped.refuse_taken(
        NamedNode(f"{ID}source/{name}"),
        NamedNode(f"{ID}actor/{name}-makers"),
        NamedNode(f"{ID}activity/import-{name}"),
    )
    target = asked.output if asked.output is not None else _default_folder(name)
    vocabulary = reading.read(asked.file, asked.syntax)
    references.refuse_wrong(vocabulary)
    found = header.read(vocabulary.triples)
    told = _Set(vocabulary, found, name, graph_base(target), _address(asked.url))
    changed: dict[Literal, Literal] = {}
    parts: dict[str, tuple[Triple, ...]] = {}
    for graph, triples in vocabulary.graphs.items():
        stem = _stem(name, graph)
        kept, new = literals.settle(vocabulary, triples, asked.literals)
        changed |= new
        own = NamedNode(told.base + stem)
        origin = [Triple(own, _DERIVED, graph)] if isinstance(graph, NamedNode) else []
        parts[stem] = (*told.describe(own), *origin, *_named(vocabulary, kept, own))
    graphs = tuple(told.base + stem for stem in parts)
    parts[f"{name}-source"] = tuple(_provenance(told))
    marker = f"Imported by `clausegraph import rdf` from the vocabulary {name}:"
    comment = f"{marker}\nchange the vocabulary and import it again, not this file."
    files = {f"{stem}.ttl": render(triples, comment=comment) for stem, triples in parts.items()}
    stock = contents.take_stock(vocabulary.triples)
    return Imported(
        name=name,
        folder=target,
        graphs=graphs,
        header=found,
        contents=stock,
        changes=update(target, files, marker),
        notes=tuple(_notes(told, stock, changed)),
    )


def _name(asked: Import) -> str:
    name = asked.name if asked.name is not None else code_slug(asked.file.stem).strip(".-")
    if not _SLUG.fullmatch(name):
        raise UsageError(
            f"'{name}' cannot name a vocabulary here.",
            remedy="Give --name in lower-case letters, digits and single '-' or '.'.",
        )
    return name


def _default_folder(name: str) -> Path:
    root = bundle.root()
    if not (root / "pyproject.toml").is_file():
        raise UsageError(
            "There is no checkout to write to.", remedy="Choose a folder with --output."
        )
    return root / "data" / "imported" / name


def _address(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        NamedNode(url)
    except ValueError:
        url = ""
    if not url.startswith(("http://", "https://")):
        raise UsageError("--url is no web address.", remedy="Write https://...")
    return url


def _stem(name: str, graph: Graph) -> str:
    """Return the name of a graph's file: that of the vocabulary, and for a named graph its own."""
    if isinstance(graph, DefaultGraph):
        return name
    value = str(graph.value)
    digest = hashlib.sha256(value.encode()).hexdigest()[:8]
    last = (
        "" if isinstance(graph, BlankNode) else code_slug(re.split(r"[/#]", value.rstrip("/#"))[-1])
    )
    return "-".join(part for part in (name, last.strip(".-"), digest) if part)


def _named(
    vocabulary: Vocabulary, triples: tuple[Triple, ...], graph: NamedNode
) -> tuple[Triple, ...]:
    try:
        return blanks.name(triples, graph.value)
    except blanks.Alike as error:
        raise InputError(
            f"{error.nodes} blank nodes form a web in which nothing tells them apart.",
            file=vocabulary.path,
            remedy="Give them IRIs, or labels that differ.",
        ) from error


def _provenance(told: _Set) -> Iterator[Triple]:
    """Return where the vocabulary is from, who made it as far as it says, and how it came here."""
    yield from describe_graph(
        NamedNode(f"{told.base}{told.name}-source"), (told.source,), (PROJECT,), told.activity
    )
    yield from _source(told)
    yield Triple(told.makers, TYPE, cg("Actor"))
    yield Triple(told.makers, SOURCE, told.source)
    yield Triple(told.makers, TITLE, english(f"Makers of the vocabulary {told.name}"))
    who = told.header.makers
    about = f"As the vocabulary names them: {', '.join(who)}." if who else "It does not name them."
    yield Triple(told.makers, DESCRIPTION, english(about))
    yield from _activity(told)


def _source(told: _Set) -> Iterator[Triple]:
    source, file = told.source, told.vocabulary.path
    titles = told.header.titles or (english(file.name),)
    yield Triple(source, TYPE, cg("Source"))
    for title in titles:
        tagged = title if title.language else Literal(title.value, language=_UNDETERMINED)
        yield Triple(source, TITLE, tagged)
    yield Triple(source, IDENTIFIER, Literal(file.name))
    yield Triple(source, NamedNode(SCHEMA + "sha256"), Literal(told.vocabulary.digest))
    about = f"Vocabulary in {told.vocabulary.syntax.name}"
    if told.header.iri:
        about += f", which calls itself {told.header.iri}"
    if told.header.versions:
        about += f"; version as stated: {', '.join(told.header.versions)}"
    yield Triple(source, DESCRIPTION, english(f"{about}."))
    for licence in told.header.licences:
        yield Triple(source, _LICENSE, licence)
    for text in told.header.rights:
        tagged = text if text.language else Literal(text.value, language=_UNDETERMINED)
        yield Triple(source, cg("notice"), tagged)
    if told.header.iri:
        yield Triple(source, _TOPIC, NamedNode(told.header.iri))
    if told.url:
        yield Triple(source, NamedNode(SCHEMA + "url"), NamedNode(told.url))


def _activity(told: _Set) -> Iterator[Triple]:
    node, syntax = told.activity, told.vocabulary.syntax.name
    about = f"Taken over term by term from {told.vocabulary.path.name} ({syntax})."
    if told.header.imports:
        about += f" What it imports was not fetched: {', '.join(told.header.imports)}."
    yield Triple(node, TYPE, NamedNode(PROV + "Activity"))
    yield Triple(node, cg("activityKind"), NamedNode(f"{ID}concept/activity-kind/import"))
    yield Triple(node, TITLE, english(f"Import of the vocabulary {told.name}"))
    yield Triple(node, DESCRIPTION, english(about))
    yield Triple(node, ASSOCIATED, PROJECT)
    yield Triple(node, SOURCE, told.source)


def _notes(told: _Set, stock: Contents, changed: dict[Literal, Literal]) -> Iterator[str]:
    """Say what of the vocabulary is not as it was, or not as one would expect."""
    for old, new in sorted(changed.items(), key=str):
        yield f"literal {old} is kept as {new}"
    yield from _refused(told.vocabulary)
    if found := blanks.count(told.vocabulary.triples):
        what = "1 blank node" if found == 1 else f"{found} blank nodes"
        yield f"{what}, as of lists and restrictions, got IRIs below their graph"
    if told.header.imports:
        yield f"imported there, not fetched: {', '.join(told.header.imports)}"
    if not told.header.licences and not told.header.rights:
        yield "no licence is stated: ask its makers before you publish a copy"
    if "concept schemes" not in stock.kinds and "concepts" not in stock.kinds:
        yield (
            f"it has no skos:ConceptScheme: browse its terms at /graph/data/{told.name}, and find "
            "them by IRI with /resolve; lists of concepts do not have them"
        )
    if stock.unlabelled:
        shown = ", ".join(stock.unlabelled[:_TOLD])
        more = ", ..." if len(stock.unlabelled) > _TOLD else ""
        number = len(stock.unlabelled)
        what = "1 term has" if number == 1 else f"{number} terms have"
        yield f"{what} no label: {shown}{more}"


def _refused(vocabulary: Vocabulary) -> Iterator[str]:
    """Say which literals have no value here: kept, since the vocabulary is not ours to mend."""
    wrong = literals.refused(vocabulary.triples)
    for literal in wrong[:_TOLD]:
        line = find_line(vocabulary.path, f'"{literal.value}"', literal.value)
        place = f"line {line}: " if line else ""
        why = literals.fault(literal)
        yield f"{place}'{literal.value}' {why}; kept as it is, and no question compares it"
    if len(wrong) > _TOLD:
        yield f"{len(wrong) - _TOLD} more literals have no value that is compared"
