"""Other people's RDF files: read in any of our syntaxes, whatever their suffix, nothing fetched."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from clausegraph import formats
from clausegraph.errors import InputError
from clausegraph.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Syntax
from clausegraph.importers.encodings import read_utf8
from clausegraph.turtle import find_line, parse_file

LARGEST = 256 * 1024 * 1024
MAXIMUM_NESTING = 500  # levels of a JSON or XML document; real ones have some ten
SYNTAXES = {
    "turtle": TURTLE,
    "trig": TRIG,
    "n-triples": N_TRIPLES,
    "n-quads": N_QUADS,
    "json-ld": JSON_LD,
    "rdf-xml": RDF_XML,
}
# Suffixes that vocabularies are published under besides ours; None is for their text to tell.
_OTHER_SUFFIXES: dict[str, Syntax | None] = {
    ".n3": TURTLE,
    ".turtle": TURTLE,
    ".json": JSON_LD,
    ".xml": RDF_XML,
    ".rdfs": None,
    ".owl": None,
    ".skos": None,
}
# What opens a level and what closes one, by syntax; strings and empty elements do neither.
_NESTED = {
    JSON_LD: re.compile(rb'"(?:[^"\\]++|\\.)*+"|(?P<open>[{\[])|(?P<close>[}\]])', re.DOTALL),
    RDF_XML: re.compile(rb"<[^<>/!?][^<>]*+(?<=/)>|(?P<open><[^<>/!?][^<>]*+>)|(?P<close></)"),
}
_DECLARATION = re.compile(rb"\s*(?:#[^\n]*\n\s*)*(?:@prefix|@base|prefix\s|base\s)", re.IGNORECASE)
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_REMOTE = "remote context"

Graph = NamedNode | BlankNode | DefaultGraph


@dataclass(frozen=True)
class Vocabulary:
    """A file that was read: its SHA-256 in hexadecimal, and its triples by their graph."""

    path: Path
    syntax: Syntax
    digest: str
    graphs: dict[Graph, tuple[Triple, ...]]

    @property
    def triples(self) -> tuple[Triple, ...]:
        """The triples of all its graphs."""
        return tuple(triple for triples in self.graphs.values() for triple in triples)

    def error(self, message: str, remedy: str, *needles: str) -> InputError:
        """Return an InputError about the first line that holds one of `needles`."""
        line = find_line(self.path, *needles) if needles else None
        return InputError(message, file=self.path, line=line, remedy=remedy)


def read(path: Path, syntax: str | None = None) -> Vocabulary:
    """Read an RDF file; `syntax` is one of SYNTAXES, told by suffix and first characters if None.

    Raises InputError, with line and column where there are, for a file that is missing, too large,
    empty, in no syntax of ours or broken, and for one that leans on a context of the network.
    """
    data = _bytes(path)
    _refuse_page(path, data)
    chosen = SYNTAXES[syntax] if syntax else _told(path, data)
    _refuse_deep(path, data, chosen)
    quads = _parse(path, chosen)
    graphs: dict[Graph, dict[Triple, None]] = {}
    for quad in quads:
        graphs.setdefault(quad.graph_name, {})[quad.triple] = None
    if not graphs:
        raise InputError(
            "The file says nothing: it has no triple.",
            file=path,
            remedy="See that it is the right file"
            + (", and that its JSON has a @context." if chosen == JSON_LD else "."),
        )
    vocabulary = Vocabulary(
        path,
        chosen,
        hashlib.sha256(data).hexdigest(),
        {name: tuple(triples) for name, triples in graphs.items()},
    )
    _refuse_newer(vocabulary)
    return vocabulary


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise InputError(
                f"The file has {size >> 20} MiB; a vocabulary of more than {LARGEST >> 20} is not "
                "read.",
                file=path,
                remedy="Large data need no import: give the file to --data as it is.",
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror}.", file=path, remedy="Check its path."
        ) from error


def _refuse_page(path: Path, data: bytes) -> None:
    """Raise InputError for a web page, which is what many addresses of vocabularies answer with."""
    if _PAGE.match(data):
        raise InputError(
            "The file is a web page.",
            file=path,
            line=1,
            remedy="Download the vocabulary itself, as with: curl -LH 'Accept: text/turtle' URL.",
        )


def _told(path: Path, data: bytes) -> Syntax:
    """Return the syntax of a file by its suffix, or by how it begins."""
    suffix = path.suffix.lower()
    syntax = formats.by_suffix(suffix, formats.READABLE) or _OTHER_SUFFIXES.get(suffix)
    if syntax is None:
        syntax = _by_beginning(data)
    if syntax is None:
        raise InputError(
            f"What syntax this is, neither '{path.suffix}' nor its first line tells.",
            file=path,
            remedy=f"Say it with --syntax: {', '.join(SYNTAXES)}.",
        )
    return syntax


def _by_beginning(data: bytes) -> Syntax | None:
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<?xml", b"<rdf:RDF", b"<!DOCTYPE rdf")):
        return RDF_XML
    if start.startswith((b"{", b"[")):
        return JSON_LD
    return TURTLE if _DECLARATION.match(start) else None


def _refuse_deep(path: Path, data: bytes, syntax: Syntax) -> None:
    """Raise InputError for JSON or XML that is nested deeper than its parser goes in good time."""
    if syntax not in _NESTED:
        return
    depth = 0
    for found in _NESTED[syntax].finditer(data):
        depth += (found["open"] is not None) - (found["close"] is not None)
        if depth > MAXIMUM_NESTING:
            raise InputError(
                f"The file is nested deeper than {MAXIMUM_NESTING} levels.",
                file=path,
                line=data.count(b"\n", 0, found.start()) + 1,
                remedy="Flatten it, or save it as Turtle.",
            )


def _parse(path: Path, syntax: Syntax) -> Sequence[Quad]:
    """Parse a file; one with a suffix of its own is read from a copy with ours."""
    try:
        if formats.by_suffix(path.suffix, formats.READABLE) == syntax:
            return parse_file(path).quads
        with tempfile.TemporaryDirectory(prefix="clausegraph-") as folder:
            copy = Path(folder) / f"copy{syntax.suffix}"
            shutil.copyfile(path, copy)
            return parse_file(copy).quads
    except InputError as error:
        if isinstance(error.__cause__, UnicodeDecodeError):
            read_utf8(path)  # which says what encoding it seems to be in
        message, remedy = error.message, error.remedy
        if _REMOTE in message:
            message = "The file takes its context (@context) from the network; nothing is fetched."
            remedy = "Put the context into the file, or save the vocabulary as Turtle."
        elif "No scheme found" in message:
            remedy = "An IRI is relative: declare @base (xml:base), or write it in full."
        raise InputError(
            message, file=path, line=error.line, column=error.column, remedy=remedy
        ) from error


def _refuse_newer(vocabulary: Vocabulary) -> None:
    """Raise InputError for what RDF 1.1 does not have: our files and dumps are RDF 1.1."""
    for triple in vocabulary.triples:
        for term in (triple.subject, triple.object):
            if isinstance(term, Triple):
                raise vocabulary.error(
                    "A triple stands in a triple (RDF 1.2), which is not kept here.",
                    "Leave it out, or write it with rdf:reifies or as a resource of its own.",
                    "<<",
                )
            if isinstance(term, Literal) and getattr(term, "direction", None):
                raise vocabulary.error(
                    f"A text has a direction (RDF 1.2), which is not kept here: {term}.",
                    "Leave the direction out.",
                    f'"{term.value}"',
                )
