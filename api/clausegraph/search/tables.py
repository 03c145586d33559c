"""What a search found, as a table (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from clausegraph.search.answers import Found, Hit
from clausegraph.search.filtering import kind_of
from clausegraph.vocabulary import compact

COLUMNS = (
    "number",
    "score",
    "iri",
    "kind",
    "types",
    "code",
    "label",
    "label_language",
    "document",
    "document_label",
    "field",
    "excerpt",
    "excerpt_language",
    "excerpt_start",
    "marks",
)


def rows(found: Found, offset: int = 0) -> Iterator[tuple[object, ...]]:
    """Yield a row for each hit, with its best excerpt; several values of a cell stand between
    bars. `offset` is how many hits came before."""
    for number, hit in enumerate(found.hits, offset + 1):
        label = ("", "") if hit.label is None else (hit.label.text, hit.label.language)
        types = " | ".join(map(compact, hit.types))
        within = (hit.document, hit.document_label)
        about = (f"{hit.score:.4f}", hit.iri, kind_of(hit.types), types, hit.code)
        yield (number, *about, *label, *within, *_excerpt(hit))


def write(found: Found, offset: int = 0) -> str:
    """Return the table as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows(found, offset))
    return text.getvalue()


def _excerpt(hit: Hit) -> tuple[object, ...]:
    for shown in hit.shown:
        marks = " | ".join(f"{mark.start}-{mark.end}" for mark in shown.marks)
        return (compact(shown.property), shown.text, shown.language, shown.start, marks)
    return ("", "", "", "", "")
