"""Every release at an address of its own: `/v/{release}/...`, the same routes for each of them.

What is answered there never changes, so it may be kept for ever; the handlers know nothing of it.
A release that was here and is not kept any more is 410, with the nearest one that is.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from clausegraph import vocabulary
from clausegraph.engine import Engine, Pinned
from clausegraph.errors import ClausegraphError, EngineBusy, Gone, InputError, UnknownResource
from clausegraph.releases import Manifest
from clausegraph.web import addresses, permalink
from clausegraph.web.answers import LATEST, RELEASE, base
from clausegraph.web.edge import READ_METHODS
from clausegraph.web.errorpages import Errors
from clausegraph.web.permalink import Permalink
from clausegraph.web.shelf import Shelf
from clausegraph.web.sitereply import ROUTES, SiteReply

PREFIX = "/v/"
CURRENT = "latest"  # stands for the release that is served now

_SITES = 16  # releases whose routes stay at hand
_RELEASE = re.compile(r"[0-9a-f]{64}")


class Sites:
    """The ASGI application of everything below `/v/`.

    `make` returns the routes for one release; `shelf` has the older ones, None where there are
    none.
    """

    def __init__(
        self,
        engine: Engine,
        shelf: Shelf | None,
        errors: Errors,
        make: Callable[[Pinned], ASGIApp],
    ) -> None:
        self._engine = engine
        self._shelf = shelf
        self._archive = None if shelf is None else shelf.archive
        self._errors = errors
        self._make = make
        self._sites: LRUCache[str, ASGIApp] = LRUCache(_SITES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            await self._serve(scope, receive, send)
        except ClausegraphError as error:
            request = Request(scope)
            await self._errors.respond(request, error)(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the release, and have its routes answer."""
        request = Request(scope)
        name, slash, rest = scope["path"].removeprefix(PREFIX).partition("/")
        release = name if slash else addresses.split_suffix(name).name
        is_named = _RELEASE.fullmatch(release) is not None
        if release == CURRENT or (not is_named and _RELEASE.fullmatch(release.lower())):
            await self._elsewhere(request, release)(scope, receive, send)
            return
        if not is_named:
            raise UnknownResource(
                "A release is named by 64 hexadecimal digits.", suggestions=self._suggested()
            )
        await self._require(release, rest, request)
        if rest and rest.partition("/")[0].partition(".")[0] not in ROUTES:
            raise UnknownResource(f"Release {release} has nothing called {rest}.")
        root = PREFIX + release
        # Answers pass through SiteReply in the messages of ASGI alone.
        inner = {**scope, RELEASE: release, "root_path": root if rest else "", "extensions": {}}
        if rest:
            raw = scope.get("raw_path") or scope["path"].encode()
            inner["path"] = f"/{rest}"
            inner["raw_path"] = raw.removeprefix(root.encode())
        reply = SiteReply(send, root, release)
        site = await self._site(release)
        await site(reply.readable(inner), receive, reply)

    def _elsewhere(self, request: Request, release: str) -> Response:
        """Return the redirect to the release that is meant, under its own name."""
        is_current = release == CURRENT
        meant = self._engine.release if is_current else release.lower()
        path = request.scope["path"].removeprefix(PREFIX + release)
        query = request.scope["query_string"].decode("latin-1")
        target = f"{base(request)}{PREFIX}{meant}{addresses.encode(path)}"
        headers = {"Location": f"{target}?{query}" if query else target, "Cache-Control": LATEST}
        if not is_current:
            return Response(status_code=308, headers=headers)
        # What is posted is to be posted there (RFC 9110, sections 15.4.3 and 15.4.8).
        return Response(status_code=302 if request.method in READ_METHODS else 307, headers=headers)

    async def _site(self, release: str) -> ASGIApp:
        """Return the routes for a release; to make them takes too long for the event loop."""
        site: ASGIApp | None = self._sites.get(release)
        if site is None:
            pinned = Pinned(release, self._engine, self._archive)
            site = self._sites[release] = await asyncio.to_thread(self._make, pinned)
        return site

    async def _require(self, release: str, rest: str, request: Request) -> None:
        """Raise UnknownResource or Gone unless a release can be asked."""
        if release == self._current():
            return
        manifest = None
        if self._shelf is not None and self._archive is not None:
            if release in self._archive.releases and not rest.startswith("dumps/"):
                return  # Its files may be gone, but it can be asked as long as it is in memory.
            manifest = await asyncio.to_thread(_manifest, self._shelf, release)
            if manifest is not None and manifest.files:
                return
            if release in self._shelf.keeper.pending:
                raise EngineBusy(
                    f"Release {release[:12]} is being put away.", remedy="Ask again in a moment."
                )
        link = _permalink(request, release) if rest == permalink.PATH else None
        if manifest is None and (link is None or not link.digest):
            message = f"Release {release} is not known here."
            raise UnknownResource(message, suggestions=self._suggested())
        raise await self._gone(release, manifest, link)

    async def _gone(self, release: str, manifest: Manifest | None, link: Permalink | None) -> Gone:
        """Return the error for a release that is not kept: what is known of it, and the nearest
        one that is."""
        kept: list[Manifest] = []
        if self._shelf is not None and self._archive is not None:
            kept = await asyncio.to_thread(_kept, self._shelf)
        near = _nearest(manifest, kept) or self._current()
        facts: dict[str, Any] = {"goneRelease": release}
        if manifest is not None:
            facts |= {
                "date": manifest.date,
                "predecessor": manifest.predecessor,
                "triples": manifest.triples,
            }
        if link is not None:
            facts |= {
                "query": link.query,
                "mediaType": link.media_type or None,
                "digest": link.digest or None,
            }
        again = "" if link is None else " The query can be asked of that one."
        before = "" if manifest is None else " any more"
        where = "" if near is None else f" The nearest that is kept is {near[:12]}.{again}"
        return Gone(
            f"Release {release} is not kept here{before}.{where}",
            successor=None if near is None else vocabulary.RELEASE + near,
            facts=facts,
        )

    def _current(self) -> str | None:
        """Return the release that is served now, or None while there is none."""
        try:
            return self._engine.release
        except EngineBusy:
            return None

    def _suggested(self) -> tuple[str, ...]:
        """Return what may have been meant."""
        current = self._current()
        return () if current is None else (vocabulary.RELEASE + current,)


def _manifest(shelf: Shelf, release: str) -> Manifest | None:
    """Return what is known of a release; reads a file."""
    try:
        return shelf.folder.manifest(release)
    except InputError as error:
        raise EngineBusy(f"What is known of release {release[:12]} cannot be read.") from error


def _kept(shelf: Shelf) -> list[Manifest]:
    """Return the manifests of the releases that are kept, newest first; reads many files."""
    try:
        return [manifest for manifest in shelf.folder.manifests() if manifest.files]
    except InputError as error:
        raise EngineBusy("The history of releases cannot be read.") from error


def _nearest(manifest: Manifest | None, kept: list[Manifest]) -> str | None:
    """Return the kept release whose date is nearest, the newer of two; None if nothing is known of
    the date."""
    if manifest is None or not kept:
        return None
    when: datetime = manifest.time
    return min(kept, key=lambda item: abs(item.time - when)).release


def _permalink(request: Request, release: str) -> Permalink | None:
    """Return the permalink that a request for `/v/{release}/sparql` is, or None."""
    asked = request.scope["query_string"].decode("latin-1")
    return permalink.read(f"v/{release}/{permalink.PATH}?{asked}")
