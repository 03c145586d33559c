"""A concept scheme as a tree: each concept with how many documents address it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.errors import QueryError, UnknownResource
from clausegraph.vocabulary import OWL, SKOS
from clausegraph.web import filters, languages, texts
from clausegraph.web.addresses import encode, href
from clausegraph.web.answers import Link, base
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.explorer.reading import catalogue
from clausegraph.web.explorer.reading.sending import Languages, Leaf, send
from clausegraph.web.explorer.site import Explorer
from clausegraph.web.model import natural

MOST = 1000  # concepts on one page; of a larger scheme those at the top
_SECONDS = 4.0  # for the counts, without which the tree still reads


@dataclass(frozen=True)
class Node:
    """A concept in its scheme, with those below it; `tally` is None where it is not known."""

    iri: str
    code: str
    label: str
    lang: str
    definition: str
    definition_lang: str
    is_deprecated: bool
    tally: Tally | None
    nodes: tuple[Node, ...]

    @property
    def href(self) -> str:
        """Where the concept is described; empty where that is no address for a link."""
        return href(self.iri) or ""

    @property
    def name(self) -> str:
        """The concept as a filter takes it."""
        return vocabulary.compact(self.iri)

    @property
    def has_code(self) -> bool:
        """Whether its code says more than its label."""
        return any(character.isdigit() for character in self.code) and self.code not in self.label


@dataclass(frozen=True)
class Tally:
    """How many documents address a concept, of how many preliminary statements say so, and of how
    many it is denied."""

    addressed: int = 0
    preliminary: int = 0
    denied: int = 0


Facts = Mapping[str, list[tuple[str, str]]]  # property to values, each with its language
Counts = Mapping[str, Tally]


@dataclass(frozen=True)
class Schemes:
    """Serves concept schemes as trees."""

    explorer: Explorer

    async def tree(self, request: Request) -> Response:
        """Answer `/concepts/{scheme}`."""
        iri = _scheme(request)
        path = f"/concepts/{encode(request.path_params['scheme'])}"

        async def make(prefers: Languages) -> Leaf:
            return await self._leaf(request, iri, path, prefers)

        return await send(self.explorer, request, path, make)

    async def _leaf(self, request: Request, iri: str, path: str, prefers: Languages) -> Leaf:
        documents = self.explorer.documents
        bound = {"scheme": str(NamedNode(iri))}
        rows, counts, called = await asyncio.gather(
            documents.rows(fill(texts.query("scheme-tree"), bound)),
            _counts(documents, bound),
            documents.rows(texts.query("scheme-named"), scheme=bound["scheme"]),
        )
        if not rows and not called:
            below = f"{vocabulary.ID}concept/"
            known = await filters.names_below(documents, below)
            raise UnknownResource(f"There is no scheme {iri}.", suggestions=tuple(known))
        nodes = read(rows, counts, prefers)
        total = len({row["concept"] for row in rows})
        data = [(form, f"/api{path}{form.suffix}") for form in catalogue.FORMS]
        links = [Link(base(request) + url, "alternate", form.media_type) for form, url in data]
        values: dict[str, Any] = {
            "iri": iri,
            "scheme": _called(called, iri),
            "nodes": nodes if total <= MOST else tuple(_cut(node) for node in nodes[:MOST]),
            "total": total,
            "is_cut": total > MOST,
            "is_counted": counts is not None,
            "data": data,
            "page": href(iri),
            "turtle": f"{href(iri)}{formats.TURTLE.suffix}",
        }
        return Leaf("scheme.html", values, links)


def read(rows: Rows, counts: Counts | None, prefers: Languages) -> tuple[Node, ...]:
    """Return the concepts of the rows of `scheme-tree` as a tree; a cycle is cut."""
    facts: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for row in rows:
        found = facts.setdefault(row["concept"], {}).setdefault(row["property"], [])
        found.append((row["value"], row.get("language", "")))
    children: dict[str, list[str]] = {}
    for iri, properties in facts.items():
        parents = [value for value, _ in properties.get(SKOS + "broader", ()) if value in facts]
        for parent in parents or [""]:
            children.setdefault(parent, []).append(iri)

    def below(parent: str, seen: frozenset[str]) -> tuple[Node, ...]:
        found = [item for item in children.get(parent, ()) if item not in seen]
        nodes = [_node(iri, facts[iri], counts, prefers, below(iri, seen | {iri})) for iri in found]
        return tuple(sorted(nodes, key=lambda node: (natural(node.code), node.label)))

    return below("", frozenset())


def _node(
    iri: str, facts: Facts, counts: Counts | None, prefers: Languages, nodes: tuple[Node, ...]
) -> Node:
    label, lang = _best(facts, SKOS + "prefLabel", prefers)
    definition, definition_lang = _best(facts, SKOS + "definition", prefers)
    code, _ = _best(facts, SKOS + "notation", prefers)
    tally = None if counts is None else counts.get(iri, Tally())
    is_deprecated = ("true", "") in facts.get(OWL + "deprecated", ())
    label = label or vocabulary.compact(iri)
    return Node(iri, code, label, lang, definition, definition_lang, is_deprecated, tally, nodes)


def _best(facts: Facts, name: str, prefers: Languages) -> tuple[str, str]:
    """Return the value in the language that a page prefers, and that language if not English."""
    values = sorted(facts.get(name, ()), key=lambda item: languages.rank(item[1], prefers))
    text, lang = values[0] if values else ("", "")
    return text, "" if lang == "en" else lang


def _cut(node: Node) -> Node:
    """Return a concept at the top of a scheme that is too large to be shown whole."""
    return replace(node, nodes=())


async def _counts(documents: Documents, bound: Mapping[str, str]) -> Counts | None:
    """Return how many documents address and deny each concept, None where that takes too long."""
    try:
        rows = await documents.rows(fill(texts.query("scheme-counts"), bound), _SECONDS)
    except QueryError:
        return None
    found: dict[str, Tally] = {}
    for row in rows:
        tally, count = found.get(row["concept"], Tally()), int(row["count"])
        if row["denied"] == "true":
            found[row["concept"]] = replace(tally, denied=count)
        else:
            early = int(row["preliminary"])
            found[row["concept"]] = replace(tally, addressed=count, preliminary=early)
    return found


def _scheme(request: Request) -> str:
    """Return the scheme in the path, or raise UnknownResource."""
    name = request.path_params["scheme"]
    try:
        return NamedNode(f"{vocabulary.ID}concept/{name}").value
    except ValueError as error:
        raise UnknownResource(f"There is no scheme {name!r}.") from error


def _called(rows: Rows, iri: str) -> Mapping[str, str]:
    """Return what is said of a scheme itself."""
    row = rows[0] if rows else {}
    return {
        "title": row.get("title") or vocabulary.compact(iri),
        "description": row.get("description", ""),
        "credit": row.get("credit", ""),
        "note": row.get("note", ""),
    }
