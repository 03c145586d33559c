"""What the files of an import share: the tables as sources, and the activities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.importers.agora import states
from clausegraph.importers.agora.states import COLLECTION
from clausegraph.importers.agora.tables import Copy, digest
from clausegraph.importers.provenance import ASSOCIATED, DESCRIPTION, PROJECT, english
from clausegraph.vocabulary import DCTERMS, ID, IDENTIFIER, PROV, SCHEMA, SOURCE, TITLE, TYPE, cg

IMPORT = NamedNode(ID + "activity/import-agora")
_PART_OF = NamedNode(DCTERMS + "isPartOf")
_SHA256 = NamedNode(SCHEMA + "sha256")


def source_of(table: str) -> NamedNode:
    """Return the source that a table of the copy is."""
    return NamedNode(f"{ID}source/agora-{table}")


def describe_import(copy: Copy, unknown_columns: Sequence[str]) -> Iterator[Triple]:
    """Describe the tables of a copy, our reading of them, and the states of its rows."""
    for table, path in copy.tables.items():
        yield from _describe_table(table, path)
    if unknown_columns:
        text = f"It has columns that AGORA is not known for: {', '.join(unknown_columns)}."
        yield Triple(source_of("documents"), cg("notice"), english(text))
    yield Triple(IMPORT, TYPE, NamedNode(PROV + "Activity"))
    yield Triple(IMPORT, cg("activityKind"), NamedNode(ID + "concept/activity-kind/import"))
    yield Triple(IMPORT, TITLE, english("Import of AGORA"))
    text = "Taken row by row from the tables of a copy of AGORA that the user of this graph holds."
    yield Triple(IMPORT, DESCRIPTION, english(text))
    yield Triple(IMPORT, ASSOCIATED, PROJECT)
    for table in copy.tables:
        yield Triple(IMPORT, SOURCE, source_of(table))
    yield from states.describe_states()


def _describe_table(table: str, path: Path) -> Iterator[Triple]:
    node = source_of(table)
    yield Triple(node, TYPE, cg("Source"))
    yield Triple(node, TITLE, english(f"AGORA, table of {table}"))
    text = f"The table of {table} in the copy of AGORA that was imported."
    yield Triple(node, DESCRIPTION, english(text))
    yield Triple(node, IDENTIFIER, Literal(path.name))
    yield Triple(node, _SHA256, Literal(digest(path)))
    yield Triple(node, _PART_OF, COLLECTION)
