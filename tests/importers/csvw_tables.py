"""Tables and mappings that the tests of `import csv` share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import Quad

from clausegraph.importers.csvw.importing import Imported, import_csv
from clausegraph.turtle import parse_file

CG = "https://w3id.org/clausegraph/ontology#"
ID = "https://w3id.org/clausegraph/id/"
CONTEXT = "http://www.w3.org/ns/csvw"
EX = "https://example.org/"


def column(title: str, **properties: object) -> dict[str, Any]:
    """A column that becomes a property of its own name."""
    return {"titles": title, "name": title, "propertyUrl": EX + title, **properties}


def virtual(name: str, **properties: object) -> dict[str, Any]:
    return {"name": name, "virtual": True, **properties}


def mapping(*columns: Mapping[str, Any], **properties: object) -> dict[str, Any]:
    """A mapping of `table.csv` whose rows are called by their number."""
    schema = {"aboutUrl": EX + "row/{_row}", "columns": list(columns)}
    schema |= {
        name: properties.pop(name)
        for name in ("aboutUrl", "primaryKey", "foreignKeys")
        if name in properties
    }
    return {"@context": CONTEXT, "url": "table.csv", "tableSchema": schema, **properties}


def write(folder: Path, table: str | bytes, described: Mapping[str, Any]) -> Path:
    """Write a table and its mapping; return the mapping's path."""
    (folder / "table.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
    path = folder / "table.json"
    path.write_text(json.dumps(described, indent=1, ensure_ascii=False), encoding="utf-8")
    return path


def run(folder: Path, table: str | bytes, described: Mapping[str, Any]) -> Imported:
    return import_csv(write(folder, table, described), output=folder / "out")


def stated(folder: Path, table: str | bytes, described: Mapping[str, Any]) -> set[str]:
    """Return what the rows state, as N-Triples without what is below our own namespace's ids of
    sources, actors and activities."""
    result = run(folder, table, described)
    assert result.file is not None
    return {line(quad) for quad in parse_file(result.file).quads if is_row(quad)}


def is_row(quad: Quad) -> bool:
    return not str(quad.subject).startswith(
        tuple(f"<{ID}{kind}/" for kind in ("source", "actor", "activity"))
    ) and "/graph/" not in str(quad.subject)


def line(quad: Quad) -> str:
    """A triple with our usual names cut short."""
    text = f"{quad.subject} {quad.predicate} {quad.object}"
    for long, short in ((EX, "ex:"), (CG, "cg:"), (ID, "id:")):
        text = text.replace(f"<{long}", f"<{short}")
    return text.replace("<http://www.w3.org/2001/XMLSchema#", "<xsd:").replace("<ex:row/", "<")
