"""Who made the mappings of a table, how, and who wrote them down here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.authored import describe_graph
from clausegraph.importers.metadata import SEMAPV
from clausegraph.importers.table import Row, Table
from clausegraph.vocabulary import (
    DCTERMS,
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

# How SEMAPV says that a match was found, as a kind of activity. Unstated is what may have been done
# by hand or by machine, by SEMAPV's own definition.
ACTIVITY_KINDS: Mapping[str, str] = {
    "ManualMappingCuration": "manual",
    "MappingReview": "manual",
    "LexicalMatching": "machine",
    "LexicalSimilarityThresholdMatching": "machine",
    "LogicalReasoning": "machine",
    "InstanceBasedMatching": "machine",
    "SemanticSimilarityThresholdMatching": "machine",
    "StructuralMatching": "machine",
    "MappingChaining": "inference",
    "MappingInversion": "inference",
    "BackgroundKnowledgeBasedMatching": "unstated",
    "CompositeMatching": "unstated",
    "UnspecifiedMatching": "unstated",
}
# Where a row says who mapped it, the first that has a value.
_AUTHOR_COLUMNS = ("author_id", "author_label", "mapping_tool", "mapping_provider")

DESCRIPTION = NamedNode(DCTERMS + "description")
LICENCE = NamedNode(DCTERMS + "license")
ASSOCIATED = NamedNode(PROV + "wasAssociatedWith")

PROJECT = NamedNode(ID + "actor/clausegraph")

_EMAIL = re.compile(r"[^@\s:|]+@[^@\s|]+")
_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")


def english(text: str) -> Literal:
    """Return a text in English."""
    return Literal(text, language="en")


@dataclass(frozen=True)
class MappingSet:
    """A table under the name that its graphs have here; `graph` ends in `/`."""

    table: Table
    slug: str
    graph: str

    @property
    def source(self) -> NamedNode:
        """The table as a source."""
        return NamedNode(f"{ID}source/{self.slug}")

    @property
    def import_activity(self) -> NamedNode:
        """Our reading of the table."""
        return NamedNode(f"{ID}activity/import-{self.slug}")

    def activity(self, row: Row) -> NamedNode:
        """The mapping that a row reports, by its justification; by hand is the plain case."""
        name = row.justification.local
        suffix = "" if name == "ManualMappingCuration" else "-" + code_slug(_words(name))
        return NamedNode(f"{ID}activity/{self.slug}{suffix}")

    def author(self, row: Row) -> Author:
        """Whoever the row says mapped it; several names in one cell are one agent together."""
        given = next((row.cells[name] for name in _AUTHOR_COLUMNS if row.cells.get(name)), None)
        if given is None:
            return Author(f"{self.slug}-author", None, "")
        prefix, _, local = given.partition(":")
        namespace = self.table.prefixes.get(prefix) if local else None
        slug = code_slug(given).strip(".-") or hashlib.sha256(given.encode()).hexdigest()[:12]
        return Author(slug, given, namespace + local if namespace else given)

    @property
    def title(self) -> str:
        """What the table calls itself, or the name of its file."""
        return self.table.text("mapping_set_title") or self.table.file.name

    @property
    def licence(self) -> NamedNode | None:
        """The licence that the table states, where that is an IRI."""
        try:
            return NamedNode(self.table.text("license") or "")
        except ValueError:
            return None

    def titles(self, graph: NamedNode) -> Iterator[Triple]:
        """Return the set's own title, description and licence, as what a graph of it says."""
        yield Triple(graph, TITLE, english(self.title))
        if text := self.table.text("mapping_set_description"):
            yield Triple(graph, DESCRIPTION, english(text))
        if self.licence is not None:
            yield Triple(graph, LICENCE, self.licence)

    def header(self, name: str, rows: Sequence[Row]) -> Iterator[Triple]:
        """Return what the graph of the file `name` says of itself; without rows it is ours."""
        graph = NamedNode(self.graph + name)
        agents = {self.author(row).node for row in rows} or {PROJECT}
        return describe_graph(graph, (self.source,), agents, self.import_activity)


@dataclass(frozen=True)
class Author:
    """An agent as a table names it: `given` is the cell, None where nobody is named."""

    slug: str
    given: str | None
    identifier: str

    @property
    def node(self) -> NamedNode:
        """The agent's IRI."""
        return NamedNode(f"{ID}actor/{self.slug}")


def describe_authors(mappings: MappingSet, described: frozenset[str]) -> Iterator[Triple]:
    """Describe each author of the rows once, unless one of `described`; raise InputError where two
    names would get one IRI."""
    known: dict[NamedNode, Author] = {}
    for row in mappings.table.rows:
        author = mappings.author(row)
        first = known.setdefault(author.node, author)
        if first != author:
            raise mappings.table.error(
                row.line,
                f"The authors '{first.given}' and '{author.given}' would both be "
                f"<{author.node.value}>.",
                "Write one author in one way.",
            )
        if first is author and author.node.value not in described:
            yield from _describe_author(mappings, author, row.cells.get("author_label", ""))


def _describe_author(mappings: MappingSet, author: Author, label: str) -> Iterator[Triple]:
    yield Triple(author.node, TYPE, cg("Actor"))
    yield Triple(author.node, SOURCE, mappings.source)
    if author.given is None:
        yield Triple(author.node, TITLE, english(f"Unnamed author of {mappings.slug}"))
        return
    yield Triple(author.node, TITLE, english(label or author.given.replace("|", " and ")))
    if author.identifier.startswith("https://orcid.org/") and "|" not in author.given:
        yield Triple(author.node, TYPE, NamedNode(PROV + "Person"))
    if _EMAIL.fullmatch(author.given):
        yield Triple(author.node, NamedNode(SCHEMA + "email"), Literal(author.given))
    else:
        yield Triple(author.node, IDENTIFIER, Literal(author.identifier))


def describe_activities(mappings: MappingSet) -> Iterator[Triple]:
    """Describe our import, and the mapping activities that the rows report."""
    ours = mappings.import_activity
    yield from _activity(ours, "import", f"Import of the mapping set {mappings.slug}", PROJECT)
    about = f"Taken row by row from the SSSOM table {mappings.table.file.name}."
    if names := identifier_of_another_file(mappings.table):
        about += f" The table calls itself {names}, which names another file."
    yield Triple(ours, DESCRIPTION, english(about))
    yield Triple(ours, SOURCE, mappings.source)
    for row in mappings.table.rows:
        activity, name = mappings.activity(row), row.justification.local
        title = f"{_words(name)}, as the mapping set {mappings.slug} states it"
        yield from _activity(activity, ACTIVITY_KINDS[name], title, mappings.author(row).node)
        yield Triple(activity, SOURCE, mappings.source)
        yield Triple(activity, cg("mappingJustification"), NamedNode(row.justification.iri))


def _activity(node: NamedNode, kind: str, title: str, agent: NamedNode) -> Iterator[Triple]:
    yield Triple(node, TYPE, NamedNode(PROV + "Activity"))
    yield Triple(node, cg("activityKind"), NamedNode(f"{ID}concept/activity-kind/{kind}"))
    yield Triple(node, TITLE, english(title))
    yield Triple(node, ASSOCIATED, agent)


def identifier_of_another_file(table: Table) -> str | None:
    """Return the table's mapping_set_id where its last part is the name of another file."""
    given = table.text("mapping_set_id")
    last = (given or "").rstrip("/").rpartition("/")[2]
    return given if last.endswith(".tsv") and last != table.file.name else None


def refuse_unknown_justifications(table: Table) -> None:
    """Raise InputError for a row whose mapping_justification is no term of SEMAPV's for a match."""
    for row in table.rows:
        local = row.justification.local
        if row.justification.iri != SEMAPV + local or local not in ACTIVITY_KINDS:
            raise table.error(
                row.line,
                f"The mapping_justification '{row.justification.curie}' is not known.",
                f"Use one of: {', '.join('semapv:' + name for name in sorted(ACTIVITY_KINDS))}.",
            )


def _words(name: str) -> str:
    """`ManualMappingCuration` as `Manual mapping curation`."""
    return _WORD_START.sub(" ", name).capitalize()
