"""The page that lists what a set of triples says, thing by thing."""

from __future__ import annotations

import json

from clausegraph.web.model import Described, Fact, Value
from clausegraph.web.pages import ROWS_SHOWN, Pages


def render(pages: Pages, described: Described, title: str, path: str, release: str | None) -> bytes:
    """Return the page: whole things, up to ROWS_SHOWN triples; it says if there are more.

    What it shows is also in it as JSON-LD.
    """
    nodes: list[tuple[Value, str, list[Fact]]] = []
    shown: list[str] = []
    count = total = 0
    for iri in described.subjects:
        size = sum(len(terms) for terms in described.properties(iri).values())
        total += size
        if count + size > ROWS_SHOWN and nodes:
            continue
        count += size
        facts = described.facts(iri)
        if kinds := described.kinds(iri):
            facts.insert(0, Fact("type", None, tuple(kinds)))
        nodes.append((described.link(iri), iri.partition("#")[2], facts))
        shown.append(iri)
    data = json.dumps(described.expanded(shown), ensure_ascii=False, separators=(",", ":")).encode()
    values = {"title": title, "path": path, "nodes": nodes, "count": count, "total": total}
    return pages.render("nodes.html", release=release, data=data, **values)
