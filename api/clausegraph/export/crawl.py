"""Following the links of the service from page to page, and writing each answer as a file."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from starlette.types import ASGIApp

from clausegraph import formats
from clausegraph.errors import ClausegraphError
from clausegraph.export import places, whole
from clausegraph.export.asking import ORIGIN, Reply, get
from clausegraph.export.folder import write
from clausegraph.export.own import Own
from clausegraph.export.places import Place
from clausegraph.export.rewriting import rewrite
from clausegraph.export.whole import Listed
from clausegraph.web import problems
from clausegraph.web.dumps import DIGEST, NAMES
from clausegraph.web.shelf import Shelf
from clausegraph.web.wellknown import EXAMPLES

Progress = Callable[[str], None]

AT_ONCE = 16  # requests

_EVERY = 2.0  # seconds between two lines of progress
_OK, _MOVED, _WRONG = 200, 300, 400
_LOC = re.compile(r"<loc>([^<]*)</loc>")
_HTML = formats.HTML.media_type
_ORIGIN = ORIGIN.encode()
_SITEMAP = "/sitemap.xml"
_VOID = ".well-known/void"
_PAGES = ("/", "/docs", "/queries", "/releases", "/ontology", "/shapes", "/dataset", EXAMPLES)
_PROBLEMS = tuple(f"/problem/{slug}" for slug in problems.HELP)
_FILES = ("/context/1.jsonld", "/openapi.json", "/robots.txt", _SITEMAP)
_SCHEME = re.compile(r"/doc/concept/([^/]+)")


@dataclass
class Crawl:
    """One walk through the application `app`, whose answers become files for a site at `url`.

    Dumps come from the folder of `shelf`, once the application has put them there.
    """

    app: ASGIApp
    shelf: Shelf
    own: Own
    progress: Progress
    _seen: set[str] = field(default_factory=set)
    _waiting: asyncio.LifoQueue[tuple[str, Place]] = field(default_factory=asyncio.LifoQueue)
    _written: int = 0
    _told: float = field(default_factory=time.monotonic)

    @property
    def folder(self) -> Path:
        """Where the files are written."""
        return self.own.folder

    async def run(self) -> None:
        """Write everything.

        What the service answers with an error is not written; whoever checks the links finds it.
        """
        self.own.write_all()
        things = await self._things()
        for path in (*_PAGES, *_PROBLEMS, *_FILES, *things):
            place = places.place(path)
            if place is None:
                raise ClausegraphError(f"No file can stand for {path}.")
            self._want(path, place)
        for path in things:
            self.own.identifier(path)
        self._written += len(things)
        try:
            await self._write_rest(whole.listed(_schemes(things)))
        except* (ClausegraphError, OSError) as several:
            raise _first(several) from several
        self.progress(f"{self._written:,} files are written.")

    async def _write_rest(self, lists: Iterable[Listed]) -> None:
        """Write dumps and lists, and what is waited for until nothing is."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write_dumps())
            for item in lists:
                group.create_task(self._write_list(item))
            walkers = [group.create_task(self._walk()) for _ in range(AT_ONCE)]
            await self._waiting.join()
            for walker in walkers:
                walker.cancel()

    def _want(self, address: str, place: Place) -> None:
        """Have the answer at an address of the service written, once."""
        if place.file not in self._seen:
            self._seen.add(place.file)
            self._waiting.put_nowait((address, place))

    async def _things(self) -> list[str]:
        """Return the paths of the documents about things, percent-encoded; write the sitemap."""
        found: list[str] = []
        for part in await self._listed(_SITEMAP):
            place = places.place(part)
            assert place is not None  # noqa: S101
            self._want(part, place)
            found += await self._listed(part)
        return found

    async def _listed(self, path: str) -> list[str]:
        """Return the paths that a sitemap lists."""
        reply = await get(self.app, path)
        return [place.removeprefix(ORIGIN) for place in _LOC.findall(reply.body.decode())]

    async def _walk(self) -> None:
        """Write one answer after another."""
        while True:
            address, place = await self._waiting.get()
            try:
                await self._take(address, place)
            finally:
                self._waiting.task_done()
            if time.monotonic() - self._told > _EVERY:
                self._told = time.monotonic()
                left = self._waiting.qsize()
                self.progress(f"{self._written:,} files are written, {left:,} more are known ...")

    async def _take(self, address: str, place: Place) -> None:
        """Ask for one address, and write what it gives."""
        reply = await get(self.app, address, _HTML if place.is_page else "")
        if reply.status >= _WRONG or (reply.status == _OK and place.is_page != reply.is_page):
            kind = reply.headers.get("content-type", "nothing")
            self.progress(f"{address} gave {reply.status}, {kind}: it is left out.")
        elif reply.status >= _MOVED:
            self._move(reply, place)
        elif place.is_page:
            self._write_page(reply, place)
        else:
            self._write(place.file, self._located(reply.body))
            if address == "/dataset.ttl":
                self._write(_VOID, reply.body)

    def _write_page(self, reply: Reply, place: Place) -> None:
        """Write a page, and note what it links to; its address with `.html` leads to it."""
        page = rewrite(reply.body, place)
        for address, target in page.wanted.items():
            if not address.startswith(("/dumps/", f"/{_VOID}", "/api/")):
                self._want(address, target)
        self._write(place.file, self._located(page.body))
        if place.address:
            self.own.move(places.page_file(place), place.address, self.own.url + place.address)
            self._written += 1

    def _move(self, reply: Reply, place: Place) -> None:
        """Write a page that leads where the service redirects to."""
        path, _, query = reply.headers["location"].removeprefix(ORIGIN).partition("?")
        target = places.place(path, query)
        if target is not None:
            self.own.move(place, target.address, self.own.url + target.address)
            self._want(path + (f"?{query}" if query else ""), target)
            self._written += 1

    async def _write_list(self, item: Listed) -> None:
        """Write a list as JSON-LD and CSV, with the page that names them."""
        graph = await whole.graph(self.app, item)
        found = {formats.JSON_LD: graph, formats.CSV: await whole.table(self.app, item)}
        for syntax, body in found.items():
            self._write(item.path[1:] + syntax.suffix, self._located(body))
        sizes = [(syntax, len(body)) for syntax, body in found.items()]
        self.own.list_page(item, json.loads(graph).get("totalItems", 0), sizes)
        self._written += 1

    async def _write_dumps(self) -> None:
        """Have the service make its dumps, and copy them."""
        for name in NAMES:
            digest = await get(self.app, f"/dumps/{name}{DIGEST}")
            if digest.status != _OK:
                raise ClausegraphError(f"/dumps/{name} gave {digest.status}.")
            self._write(f"dumps/{name}{DIGEST}", digest.body)
            source = self.shelf.folder.path / self.own.release / name
            await asyncio.to_thread(shutil.copyfile, source, self.folder / "dumps" / name)
            self._written += 1

    def _write(self, name: str, body: bytes) -> None:
        write(self.folder, name, body)
        self._written += 1

    def _located(self, body: bytes) -> bytes:
        """Return a body in which the application's own address is that of the site."""
        return body.replace(_ORIGIN, self.own.url.rstrip("/").encode())


def _schemes(things: list[str]) -> list[str]:
    """Return the names of the concept schemes."""
    return [match[1] for path in things if (match := _SCHEME.fullmatch(path))]


def _first(several: BaseException) -> BaseException:
    """Return one of the errors that tasks have ended with."""
    while isinstance(several, BaseExceptionGroup):
        several = several.exceptions[0]
    return several
