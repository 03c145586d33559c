"""The prose of AGORA, from the user's own copy: graphs apart, with the terms it comes under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from clausegraph.errors import InputError
from clausegraph.importers.agora import fields
from clausegraph.importers.agora.documents import NOTE, clause_name, clause_node, note
from clausegraph.importers.agora.known import Described
from clausegraph.importers.agora.rows import DocumentRow
from clausegraph.importers.agora.segments import Segment
from clausegraph.importers.provenance import english
from clausegraph.textfiles import BYTE_ORDER_MARK, read_text
from clausegraph.vocabulary import DCTERMS, cg

TERMS = (
    "From a copy of AGORA that its user holds. AGORA asks to be cited with a link "
    "(https://eto.tech/dataset-docs/agora-dataset); the texts are believed to be open to "
    "non-commercial use only, and summaries may be machine output that nobody reviewed. Ask its "
    "makers before you pass this file on or publish it."
)
_ABSTRACT = NamedNode(DCTERMS + "abstract")
_RIGHTS = NamedNode(DCTERMS + "rights")
_SUFFIX = ".txt"
_LARGEST = 16 * 1024 * 1024


def files(folder: Path | None) -> Iterator[tuple[str, str]]:
    """Yield AGORA ID and name of each file in AGORA's folder of texts, hidden ones left out."""
    for path in sorted(folder.iterdir()) if folder else ():
        if path.is_file() and not path.name.startswith("."):
            yield (path.stem if path.suffix == _SUFFIX else ""), path.name


def full_text(folder: Path | None, row: DocumentRow) -> str | None:
    """Return the text of a document from AGORA's folder of texts, None where it has none."""
    path = folder / f"{row.agora_id}{_SUFFIX}" if folder else None
    if path is None or not path.is_file():
        return None
    if path.stat().st_size > _LARGEST:
        raise InputError(
            f"The text is larger than {_LARGEST >> 20} MiB.",
            file=path,
            remedy="See whether it is the right file, and take it away if not.",
        )
    return read_text(path).removeprefix(BYTE_ORDER_MARK).strip()


def describe_texts(
    document: str,
    row: DocumentRow,
    segments: Iterable[Segment],
    described: Described | None,
    whole: str,
) -> Iterator[Triple]:
    """Return summaries and texts; `whole` is the document's, empty where segments have theirs.

    The short summary is the document's summary, unless we have written one ourselves.
    """
    node = NamedNode(document)
    for column, text in row.prose:
        if column == fields.SHORT and not (described and described.has_summary):
            yield Triple(node, cg("summary"), english(text))
        elif column in (fields.SHORT, fields.LONG):
            yield Triple(node, _ABSTRACT, english(text))
        else:
            yield Triple(node, NOTE, note(column, text))
    for segment in segments:
        clause = clause_node(document, clause_name(segment))
        for column, text in segment.texts:
            if column in _PROPERTIES:
                yield Triple(clause, _PROPERTIES[column], english(text))
            else:
                yield Triple(clause, NOTE, note(column, text))
    if whole:
        yield Triple(node, cg("text"), english(whole))


def has_text(segment: Segment) -> bool:
    """Tell whether a segment comes with its text."""
    return any(column == fields.TEXT for column, _ in segment.texts)


def describe_terms(graph: NamedNode) -> Iterator[Triple]:
    """Return the terms that a graph of texts comes under."""
    yield Triple(graph, _RIGHTS, english(TERMS))


_PROPERTIES = {fields.SUMMARY: cg("summary"), fields.TEXT: cg("text")}
