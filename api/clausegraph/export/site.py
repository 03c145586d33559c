"""Making a site: start the engine, write what the application answers, check, put in place."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from clausegraph.engine import EmbeddedEngine, Limits
from clausegraph.errors import ClausegraphError
from clausegraph.export import links
from clausegraph.export.crawl import Crawl, Progress
from clausegraph.export.folder import Target, size
from clausegraph.export.links import Dead
from clausegraph.export.own import Own
from clausegraph.export.remembering import Remembering
from clausegraph.releases.loading import GraphLoader
from clausegraph.settings import MAXIMUM_TIMEOUT, OFF, Settings
from clausegraph.web.app import create_app
from clausegraph.web.application import Application
from clausegraph.web.shelf import Shelf, private_folder

_QUEUE = 10_000  # queries that may wait: nobody else asks


@dataclass(frozen=True)
class Exported:
    """What was made: its release, files, bytes and links, in how many seconds.

    A site with `dead` links is not in place.
    """

    release: str
    files: int
    bytes: int
    links: int
    seconds: float
    dead: list[Dead] = field(default_factory=list)


@dataclass(frozen=True)
class _Running:
    """The service in this process."""

    app: Application
    shelf: Shelf
    release: str


def export(target: Target, data: tuple[Path, ...], url: str, progress: Progress) -> Exported:
    """Write the static twin of the service of `data`, the shipped graph by default, to `target`.

    `url` is where the site will be, with a slash at its end. Raises UsageError and InputError
    where it cannot be written, and what loading raises; then the target is as it was.
    """
    return asyncio.run(_export(target, data, url, progress))


async def _export(target: Target, data: tuple[Path, ...], url: str, progress: Progress) -> Exported:
    start = time.monotonic()
    with target.filling() as folder:
        async with _running(data) as service:
            own = Own(folder, url, service.release)
            await Crawl(service.app, service.shelf, own, progress).run()
        progress("Following the links from file to file ...")
        checked = links.check(folder, url)
        total = size(folder)
        if not checked.dead:
            target.publish(folder)
    seconds = time.monotonic() - start
    return Exported(service.release, checked.files, total, checked.links, seconds, checked.dead)


@asynccontextmanager
async def _running(data: tuple[Path, ...]) -> AsyncIterator[_Running]:
    """Have the application answer from a graph that is loaded for it."""
    settings = Settings(data, timeout=MAXIMUM_TIMEOUT, cache=0, access_log=OFF)
    workers = max(2, os.cpu_count() or 1)
    limits = Limits(timeout=MAXIMUM_TIMEOUT, workers=workers, queue=_QUEUE, per_client=workers)
    async with private_folder(None) as written:
        engine = EmbeddedEngine(GraphLoader(data, written), limits)
        shelf = Shelf.of(settings, engine, limits, written)
        if shelf is None:
            raise ClausegraphError("There is no room for the dumps.", remedy="Set TMPDIR.")
        try:
            await engine.start()
            app = create_app(Remembering(engine), settings, shelf=shelf)
            yield _Running(app, shelf, engine.release)
        finally:
            await shelf.close()
            await engine.close()
