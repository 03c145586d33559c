"""RDF files in and out: parsing that names file and line, and Turtle in the house layout."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, QuadParser, RdfFormat, Triple, parse

from clausegraph import formats
from clausegraph.errors import InputError
from clausegraph.textfiles import BYTE_ORDER_MARK, read_text
from clausegraph.vocabulary import CONTEXT, ID, TYPE, XSD, compact, context, prefixes

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_PLAIN = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
_ENGINE_PLACE = re.compile(r"^Parser error at line .*?: ")
# "Billion laughs" (CWE-776): the parser behind us expands what it is given. `&#10;` is no entity.
_NESTED_ENTITY = re.compile(r"""<!ENTITY\s[^>]*?(?:"[^"]*&(?!\#)|'[^']*&(?!\#))""")
# Our own context needs no network: it stands in for its IRI, on the same line.
_OUR_CONTEXT = re.compile(rf'("@context"\s*:\s*)"{re.escape(CONTEXT)}"')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Parsed:
    """What a file says: its quads in file order, and the prefixes that it declares."""

    path: Path
    quads: tuple[Quad, ...]
    prefixes: dict[str, str]


def parse_file(path: Path) -> Parsed:
    """Parse an RDF file by its suffix; terms keep the spelling of the file.

    Raises InputError with line and column where the text breaks the syntax (Turtle 1.1,
    section 6.5, and its kin), or where the suffix is none of ours.
    """
    syntax = formats.by_suffix(path.suffix, formats.READABLE)
    if syntax is None or not isinstance(syntax.engine, RdfFormat):
        known = ", ".join(known.suffix for known in formats.READABLE)
        raise InputError(
            f"'{path.suffix}' is no suffix of an RDF syntax.",
            file=path,
            remedy=f"Use one of {known}.",
        )
    text, inlined = read_text(path).removeprefix(BYTE_ORDER_MARK), 0
    if syntax is formats.RDF_XML and _NESTED_ENTITY.search(text):
        raise InputError(
            "An entity of this file is made of other entities, which can grow without end.",
            file=path,
            remedy="Write the entities out.",
        )
    if syntax is formats.JSON_LD:
        text, inlined = _OUR_CONTEXT.subn(lambda match: match[1] + json.dumps(context()), text)
    try:
        parser: QuadParser = parse(text, syntax.engine)
        return Parsed(path, tuple(parser), dict(parser.prefixes))
    except SyntaxError as error:
        message = _ENGINE_PLACE.sub("", error.msg or "bad syntax")
        column = None if inlined else error.offset
        raise InputError(
            f"{syntax.name} syntax: {message}.", file=path, line=error.lineno, column=column
        ) from error


def find_line(path: Path, *needles: str) -> int | None:
    """Return the first line of a text file that holds one of `needles`, tried in order."""
    lines = read_text(path).splitlines()
    for needle in needles:
        for number, line in enumerate(lines, start=1):
            if needle in line:
                return number
    return None


def spellings(iri: str) -> tuple[str, ...]:
    """Return the ways in which a file may write an IRI: relative to our base, as CURIE, in full."""
    relative = f"<{iri[len(ID) :]}>" if iri.startswith(ID) else f"<{iri}>"
    return (relative, compact(iri), f"<{iri}>")


def natural_key(text: str) -> list[tuple[int, int, str]]:
    """A sort key that puts 5.10 after 5.9."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in _DIGITS.split(text)
        if part
    ]


class _Writer:
    """Writes terms, remembering which prefixes they used."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.relative = False

    def iri(self, iri: str) -> str:
        name = compact(iri)
        prefix, _, local = name.partition(":")
        is_curie = name != iri and _LOCAL.fullmatch(local) is not None
        below_id = iri.startswith(ID)
        if is_curie and (not below_id or iri.startswith(ID + "concept/")):
            self.used.add(prefix)
            return name
        if below_id:
            self.relative = True
            return f"<{iri[len(ID) :]}>"
        return f"<{iri}>"

    def literal(self, literal: Literal) -> str:
        datatype = literal.datatype.value
        if datatype in _PLAIN and _PLAIN[datatype].fullmatch(literal.value):
            return literal.value
        escaped = "".join(_ESCAPES.get(character, character) for character in literal.value)
        text = f'"{escaped}"'
        if literal.language:
            return f"{text}@{literal.language}"
        return text if datatype == XSD + "string" else f"{text}^^{self.iri(datatype)}"

    def term(self, term: object) -> str:
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        if isinstance(term, Literal):
            return self.literal(term)
        raise InputError(f"{term} has no place in a data file: give it an IRI.")


def render(triples: Iterable[Triple], *, comment: str = "") -> str:
    """Return Turtle in the house layout, the same text for the same triples.

    The base and the prefixes that are used come first, A to Z; then `comment`; then the subjects
    in natural order, each with its types first and its other predicates A to Z.
    """
    subjects: dict[str, dict[str, set[object]]] = defaultdict(lambda: defaultdict(set))
    writer = _Writer()
    for triple in triples:
        subject = writer.term(triple.subject)
        predicate = "a" if triple.predicate == TYPE else writer.term(triple.predicate)
        subjects[subject][predicate].add(triple.object)
    blocks = [
        _block(writer, subject, subjects[subject]) for subject in sorted(subjects, key=natural_key)
    ]
    head = [f"@base <{ID}> ."] if writer.relative else []
    head += [f"@prefix {name}: <{prefixes()[name]}> ." for name in sorted(writer.used)]
    notes = [f"# {line}".rstrip() for line in comment.splitlines()]
    if notes and blocks:
        blocks[0] = "\n".join([*notes, blocks[0]])
    return "\n".join(head) + "\n\n" + "\n\n".join(blocks) + "\n"


def _block(writer: _Writer, subject: str, predicates: dict[str, set[object]]) -> str:
    order = sorted(predicates, key=lambda predicate: (predicate != "a", predicate))
    parts = []
    for predicate in order:
        objects = sorted((writer.term(term) for term in predicates[predicate]), key=natural_key)
        parts.append(f"{predicate} {' , '.join(objects)}")
    return f"{subject} " + " ;\n    ".join(parts) + " ."
