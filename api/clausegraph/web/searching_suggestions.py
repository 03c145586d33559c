"""What a search suggests, as JSON: one line a suggestion."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from clausegraph.search import Found
from clausegraph.search.answers import Hit
from clausegraph.search.excerpts import Mark
from clausegraph.search.filtering import kind_of
from clausegraph.web.searching_request import Search


def write(found: Found, asked: Search, release: str) -> bytes:
    """Return the names that may be meant."""
    lines = ",\n".join(json.dumps(_suggested(hit), ensure_ascii=False) for hit in found.hits)
    typed = json.dumps(asked.request.words, ensure_ascii=False)
    text = f'{{"release": "{release}", "q": {typed}, "suggestions": [\n{lines}\n]}}\n'
    return text.encode("utf-8", "backslashreplace")


def _suggested(hit: Hit) -> dict[str, Any]:
    """Return a suggestion: the thing, what it is called, and the name in which the words stand, if
    that is another one."""
    label = hit.label
    found: dict[str, Any] = {
        "iri": hit.iri,
        "label": "" if label is None else label.text,
        "language": "" if label is None else label.language,
        "kind": kind_of(hit.types),
        "code": hit.code,
        "marks": [] if label is None else _marks(label.marks),
    }
    if hit.excerpts and not found["marks"]:
        other = hit.excerpts[0]
        found["also"] = {
            "text": other.text,
            "language": other.language,
            "marks": _marks(other.marks),
        }
    return found


def _marks(marks: Sequence[Mark]) -> list[list[int]]:
    return [[mark.start, mark.end] for mark in marks]
