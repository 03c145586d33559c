"""The history: every release that this service knows of, when it was added, whether it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, questions, vocabulary
from clausegraph.engine import Query
from clausegraph.errors import EngineBusy, InputError, QueryError
from clausegraph.formats import HTML
from clausegraph.releases import File, Manifest
from clausegraph.vocabulary import (
    DATASET,
    DCAT,
    DCTERMS,
    IDENTIFIER,
    RELEASE,
    SCHEMA,
    TYPE,
    VOID,
)
from clausegraph.web import addresses
from clausegraph.web.answers import Answer, Link, respond
from clausegraph.web.documents import Documents, Rows, offered, signposts
from clausegraph.web.dumps import NAMES
from clausegraph.web.pages import Pages
from clausegraph.web.shelf import Shelf

PATH = "/releases"

_CHANGES = "releases/changes"  # the kept question
_MOST_CHANGES = 500  # on the page
_CHANGES_SECONDS = 5.0

_CACHE = "no-cache"  # The history may grow or be pruned while one release is served.
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_CODINGS = {coding.name: coding.media_type for coding in formats.CODINGS}


@dataclass(frozen=True)
class History:
    """Serves `/releases`: the history in `shelf`, or the one release that is served."""

    documents: Documents
    pages: Pages
    shelf: Shelf | None

    async def send(self, request: Request) -> Response:
        """Answer `/releases`: as a page, or in the syntax asked for."""
        suffix = addresses.split_suffix(request.url.path).syntax
        chosen = offered(request, suffix)
        current = self.documents.engine.release
        manifests, unreadable = await run_in_threadpool(self._known)
        text = _query(current, manifests)
        if chosen.syntax == HTML:
            known = [item.release for item in manifests]
            question = await run_in_threadpool(questions.load, _CHANGES)
            rows = await self._changes(question.text)
            body = self.pages.render(
                "releases.html",
                manifests=manifests,
                unreadable=unreadable,
                current=current,
                is_known=current in known,
                dumps=tuple(NAMES),
                path=PATH,
                release=current,
                sizes={item.release: item.triples for item in manifests},
                changes=None if rows is None else _by_day(rows[:_MOST_CHANGES]),
                changes_left=max(0, len(rows or ()) - _MOST_CHANGES),
                changes_query=question.text,
            )
        else:
            body = await self._written(text, chosen.syntax, chosen.profile)
        links = (*_signposts(request, current), *chosen.links)
        headers = {"Content-Location": PATH + chosen.syntax.suffix}
        parts = (current, text, chosen.content_type, str(links[0]), str(unreadable))
        answer = Answer(body, chosen.content_type, parts, _CACHE, links, headers)
        return respond(request, answer)

    async def _changes(self, query: str) -> Rows | None:
        """Return what changed, or None where finding out takes too long for a page."""
        try:
            return await self.documents.rows(query, _CHANGES_SECONDS)
        except QueryError:
            return None

    def _known(self) -> tuple[Sequence[Manifest], int]:
        """Return the releases that were kept, newest first, and how many are left out, since nobody
        knows what they were; a private folder has no history."""
        if self.shelf is None or self.shelf.archive is None:
            return (), 0
        try:
            return self.shelf.folder.manifests(), len(self.shelf.folder.unreadable())
        except InputError as error:
            raise EngineBusy("The history of releases cannot be read.") from error

    async def _written(self, text: str, syntax: formats.Syntax, profile: str) -> bytes:
        query = Query(
            text,
            None,
            None,
            syntax,
            compact=syntax == formats.JSON_LD,
            first=DATASET,
            profile=profile,
            is_ours=True,
        )
        return (await self.documents.engine.query(query)).body


def _by_day(rows: Rows) -> list[tuple[str, Rows]]:
    """Return what changed, the newest day first, what has no date last; a blank for what a row
    lacks."""
    days: dict[str, Rows] = {}
    names = ("event", "thing", "label", "note", "successor", "user", "statement")
    for row in rows:
        days.setdefault(row.get("date", ""), []).append({key: row.get(key, "") for key in names})
    return sorted(days.items(), reverse=True)


def _signposts(request: Request, current: str) -> list[Link]:
    """Return the links of the history, which has no versions itself."""
    versions = {"memento", "latest-version", "version-history"}
    return [link for link in signposts(request, PATH, (), current) if link.rel not in versions]


def _query(current: str, manifests: Sequence[Manifest]) -> str:
    """Return the CONSTRUCT of what the history says."""
    found = dict.fromkeys(
        triple
        for release in dict.fromkeys((current, *(item.release for item in manifests)))
        for triple in _release(release, release == current)
    )
    found |= dict.fromkeys(triple for item in manifests for triple in _facts(item))
    rows = "\n".join(f"({t.subject} {t.predicate} {t.object})" for t in found)
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES (?s ?p ?o) {{\n{rows}\n}} }}"


def _release(release: str, is_current: bool) -> Iterator[Triple]:
    """Yield what is true of every release."""
    dataset, version = NamedNode(DATASET), NamedNode(RELEASE + release)
    yield Triple(dataset, NamedNode(f"{DCTERMS}hasVersion"), version)
    if is_current:
        yield Triple(dataset, NamedNode(f"{DCAT}hasCurrentVersion"), version)
    yield Triple(version, TYPE, NamedNode(f"{VOID}Dataset"))
    yield Triple(version, TYPE, NamedNode(f"{DCAT}Dataset"))
    yield Triple(version, IDENTIFIER, Literal(release))
    yield Triple(version, NamedNode(f"{DCTERMS}isVersionOf"), dataset)


def _facts(manifest: Manifest) -> Iterator[Triple]:
    """Yield what a manifest says: a release that is not kept any more has no distribution."""
    version = NamedNode(RELEASE + manifest.release)
    yield Triple(version, NamedNode(f"{DCTERMS}issued"), _typed(manifest.date, "dateTime"))
    yield Triple(version, NamedNode(f"{VOID}triples"), _typed(manifest.triples, "integer"))
    if manifest.predecessor is not None:
        before = NamedNode(RELEASE + manifest.predecessor)
        yield Triple(version, NamedNode(f"{DCAT}previousVersion"), before)
    for file in manifest.files:
        yield from _distribution(version, file)


def _distribution(version: NamedNode, file: File) -> Iterator[Triple]:
    dump = NamedNode(f"{version.value}/dumps/{file.name}")
    yield Triple(version, NamedNode(f"{DCAT}distribution"), dump)
    yield Triple(dump, TYPE, NamedNode(f"{DCAT}Distribution"))
    yield Triple(dump, NamedNode(f"{DCAT}downloadURL"), dump)
    yield Triple(dump, NamedNode(f"{DCAT}mediaType"), NamedNode(_MEDIA_TYPES + file.media_type))
    if packed := _CODINGS.get(file.coding):
        yield Triple(dump, NamedNode(f"{DCAT}compressFormat"), NamedNode(_MEDIA_TYPES + packed))
    yield Triple(dump, NamedNode(f"{DCAT}byteSize"), _typed(file.bytes, "nonNegativeInteger"))
    yield Triple(dump, NamedNode(f"{SCHEMA}sha256"), Literal(file.sha256))


def _typed(value: object, name: str) -> Literal:
    return Literal(str(value), datatype=NamedNode(f"{vocabulary.XSD}{name}"))
