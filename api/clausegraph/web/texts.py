"""The files that lie beside this code, read once: queries, templates, the context."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from clausegraph import bundle

FOLDER = Path(__file__).resolve().parent
TEMPLATES = FOLDER / "templates"
STATIC = FOLDER / "static"
QUERIES = FOLDER / "queries"


@cache
def query(name: str) -> str:
    """Return the text of `queries/{name}.rq`."""
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


@cache
def context() -> bytes:
    """Return the JSON-LD context as authored."""
    return (bundle.folder("ontology") / "context.jsonld").read_bytes()
