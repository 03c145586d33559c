"""One piece of evidence as the graph keeps it, and as Turtle to put into a data file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from clausegraph.errors import InputError, UsageError
from clausegraph.evidence.passage import Passage, digest, file_digest
from clausegraph.textfiles import BYTE_ORDER_MARK, read_text, write_atomically
from clausegraph.turtle import find_line, parse_file, render, spellings
from clausegraph.vocabulary import ID, OA, TYPE, XSD, cg

SPECIFIC_RESOURCE = NamedNode(OA + "SpecificResource")
POSITION_SELECTOR = NamedNode(OA + "TextPositionSelector")
HAS_SOURCE = NamedNode(OA + "hasSource")
HAS_SELECTOR = NamedNode(OA + "hasSelector")
START = NamedNode(OA + "start")
END = NamedNode(OA + "end")
INTEGER = NamedNode(XSD + "integer")

_SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


@dataclass(frozen=True)
class Evidence:
    """A passage of a source as the graph keeps it; both digests are SHA-256 in hexadecimal."""

    iri: str
    source: str
    start: int
    end: int
    file_digest: str
    quote_digest: str

    @property
    def selector(self) -> str:
        """The IRI of the position within the source."""
        return self.iri + "#selector"

    def triples(self) -> tuple[Triple, ...]:
        """Return the evidence as an oa:SpecificResource with an oa:TextPositionSelector."""
        node, selector = NamedNode(self.iri), NamedNode(self.selector)
        return (
            Triple(node, TYPE, SPECIFIC_RESOURCE),
            Triple(node, cg("fileDigest"), Literal(self.file_digest)),
            Triple(node, cg("quoteDigest"), Literal(self.quote_digest)),
            Triple(node, HAS_SELECTOR, selector),
            Triple(node, HAS_SOURCE, NamedNode(self.source)),
            Triple(selector, TYPE, POSITION_SELECTOR),
            Triple(selector, END, Literal(str(self.end), datatype=INTEGER)),
            Triple(selector, START, Literal(str(self.start), datatype=INTEGER)),
        )

    @property
    def reference(self) -> str:
        """The evidence's name in a file with our base."""
        return f"<{self.iri.removeprefix(ID)}>"

    def turtle(self) -> str:
        """Return the evidence as Turtle for a file with our base and the prefixes cg and oa."""
        return render(self.triples()).partition("\n\n")[2]


def describe(document_slug: str, source_slug: str, path: Path, passage: Passage) -> Evidence:
    """Return the evidence that `passage` of the file at `path` gives about a document.

    Raises UsageError for a slug that is none or a passage outside the file, InputError for a file
    that cannot be read.
    """
    for slug in (document_slug, source_slug):
        if not _SLUG.fullmatch(slug):
            raise UsageError(
                f"'{slug}' is not a slug.",
                remedy="Use lower-case letters, digits and single '-' or '.', as in the IRI.",
            )
    text = read_text(path)
    if not 0 <= passage.start < passage.end <= len(text):
        raise UsageError(
            f"Positions {passage.start} to {passage.end} are outside {path} (0 to {len(text)})."
        )
    local = f"{source_slug}-{passage.start}-{passage.end}"
    return Evidence(
        iri=f"{ID}document/{document_slug}/evidence/{local}",
        source=f"{ID}source/{source_slug}",
        start=passage.start,
        end=passage.end,
        file_digest=file_digest(path),
        quote_digest=digest(text[passage.start : passage.end]),
    )


def append(evidence: Evidence, path: Path) -> None:
    """Put evidence after the last statement of a Turtle file, which is left as it is otherwise.

    Raises UsageError where the file has this evidence already, InputError where the file cannot be
    read or written, or where our base or a prefix is not bound in it as the registry has it.
    """
    before = {quad.triple for quad in parse_file(path).quads}
    if any(triple.subject == NamedNode(evidence.iri) for triple in before):
        raise UsageError(
            f"This evidence is there already: {evidence.iri}.",
            file=path,
            line=find_line(path, *spellings(evidence.iri)),
            remedy="Point to it with cg:evidence.",
        )
    text = read_text(path).rstrip() + "\n\n" + evidence.turtle()
    try:
        after = {
            quad.triple for quad in parse(text.removeprefix(BYTE_ORDER_MARK), RdfFormat.TURTLE)
        }
    except SyntaxError:
        after = set()
    if after != before | set(evidence.triples()):
        raise InputError(
            "The evidence would not be read back from this file as it is written.",
            file=path,
            remedy=f"Declare '@base <{ID}> .' and the prefixes cg and oa at its top.",
        )
    write_atomically(path, [text])
