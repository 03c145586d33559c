"""The page that lists what a set of triples says, thing by thing."""

from __future__ import annotations

import json
from dataclasses import dataclass

from clausegraph.web import languages
from clausegraph.web.model import Described, Fact, Value
from clausegraph.web.pages import ROWS_SHOWN, Pages


@dataclass(frozen=True)
class Sheet:
    """What is on the page: its title, what its document is about, the path of that, the release.

    A page that `is_whole` shows every thing, however many: each has an anchor there.
    """

    title: str
    about: str
    path: str
    release: str
    is_whole: bool = False


def render(pages: Pages, described: Described, sheet: Sheet) -> bytes:
    """Return the page: whole things, up to ROWS_SHOWN triples; it says if there are more.

    What the document is about comes first, then what has a document of its own, then parts. What
    the page shows is also in it as JSON-LD.
    """
    nodes: list[tuple[Value, str, list[Fact]]] = []
    shown: list[str] = []
    count = total = 0
    for iri in sorted(described.subjects, key=lambda iri: (iri != sheet.about, "#" in iri)):
        size = sum(len(terms) for terms in described.properties(iri).values())
        total += size
        if not sheet.is_whole and count + size > ROWS_SHOWN and nodes:
            continue
        count += size
        facts = described.facts(iri)
        if kinds := described.kinds(iri):
            facts.insert(0, Fact("type", None, tuple(kinds)))
        nodes.append((described.link(iri), iri.partition("#")[2], facts))
        shown.append(iri)
    data = json.dumps(described.expanded(shown), ensure_ascii=False, separators=(",", ":")).encode()
    return pages.render(
        "nodes.html",
        title=sheet.title,
        path=sheet.path,
        release=sheet.release,
        nodes=nodes,
        count=count,
        total=total,
        things=len(described.subjects),
        named_in=languages.offers(described.languages, described.prefers),
        data=data,
    )
