"""Where releases are kept while the service runs: the folder, who fills it, who answers from it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from clausegraph.engine import Archive, EmbeddedEngine, Limits
from clausegraph.engine.spawning_files import PrivateFolder
from clausegraph.errors import ClausegraphError, InputError
from clausegraph.releases import Folder, Manifest
from clausegraph.releases.keeping import Keeper
from clausegraph.releases.loading import say
from clausegraph.settings import Settings

_FOLDER = "releases"  # below the service's private folder, where no other is named


@dataclass(frozen=True)
class Shelf:
    """The releases that this service has.

    Without an `archive` the folder is the service's own, vanishes with it, and takes only what is
    asked for as a dump.
    """

    keeper: Keeper
    archive: Archive | None = None

    @property
    def folder(self) -> Folder:
        """Where they are."""
        return self.keeper.folder

    @classmethod
    def of(
        cls, settings: Settings, engine: EmbeddedEngine, limits: Limits, written: Path | None
    ) -> Shelf | None:
        """Return the shelf of a service whose loads leave N-Quads in `written`; None where they
        cannot leave any and no folder is named."""
        if settings.releases is not None:
            folder = Folder(settings.releases)
            return cls(Keeper(folder, written, settings.keep), Archive(engine, limits))
        if written is None:
            return None
        return cls(Keeper(Folder(written / _FOLDER), written, keep=1))

    async def keep(self, release: str) -> None:
        """Keep a release that was loaded, and tell the operator, loudly if that cannot be.

        One before it that could not be kept is tried once more; after that nobody has it.
        """
        for left in sorted(self.keeper.left() - {release}):
            if self.archive is not None:
                await self._put(left)
            self.keeper.forget(left)
        if self.archive is not None:
            await self._put(release)
            for error in await asyncio.to_thread(self.folder.unreadable):
                say(f"clausegraph: A RELEASE IS LEFT OUT: {error}")

    async def manifest(self, release: str) -> Manifest | None:
        """Return what is known of a release's files; None where there are none, or where they
        cannot be read, which the operator was told when it was kept."""
        try:
            return await asyncio.to_thread(self.folder.manifest, release)
        except InputError:
            return None

    async def day(self, release: str) -> str:
        """Return the day of a release as ISO 8601 has it: of one that is kept for good, else an
        empty text."""
        manifest = None if self.archive is None else await self.manifest(release)
        return "" if manifest is None else manifest.time.date().isoformat()

    async def _put(self, release: str) -> None:
        """Put a release into the folder, and tell what came of it."""
        try:
            await self.keeper.put(release)
        except ClausegraphError as error:
            say(f"clausegraph: RELEASE {release[:12]} IS NOT KEPT: {error}")
        else:
            say(f"Release {release[:12]} is kept in {self.folder.path}")

    async def close(self) -> None:
        """End every process."""
        if self.archive is not None:
            await self.archive.close()
        await self.keeper.close()


@contextlib.asynccontextmanager
async def private_folder(
    parent: Path | None, tell: Callable[[str], None] = say
) -> AsyncIterator[Path | None]:
    """Have a folder of the service's own, which is removed at the end; None where there is no room
    for one, which is told: the service goes on without dumps."""
    try:
        private = PrivateFolder.make(parent)
    except ClausegraphError as error:
        tell(f"clausegraph: no dumps can be made: {error}")
        yield None
        return
    try:
        yield private.path
    finally:
        private.remove()
