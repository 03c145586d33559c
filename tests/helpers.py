"""What several test areas use to read files."""

from __future__ import annotations

from pathlib import Path

from clausegraph.turtle import parse_file
from clausegraph.vocabulary import ID, compact


def facts(path: Path) -> set[str]:
    """The triples of a file as `subject predicate object`, in short names."""

    def short(term: object) -> str:
        text = str(term)
        if not text.startswith("<"):
            return text
        iri = text[1:-1]
        is_plain = iri.startswith(ID) and not iri.startswith(ID + "concept/")
        return iri.removeprefix(ID) if is_plain else compact(iri)

    return {
        f"{short(quad.subject)} {short(quad.predicate)} {short(quad.object)}"
        for quad in parse_file(path).quads
    }
