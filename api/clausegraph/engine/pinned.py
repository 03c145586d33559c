"""An engine for one release, whoever has it."""

from __future__ import annotations

from dataclasses import dataclass

from clausegraph.engine.archive import Archive
from clausegraph.engine.interface import Answer, Diagnosis, Engine, Query, Statistics, Symptom
from clausegraph.errors import EngineBusy


@dataclass(frozen=True)
class Pinned:
    """One release for good, whoever has it: the engine that serves it now, or the archive.

    Queries of a release that is replaced while they wait are asked again of the archive, so that
    an answer is always about `release`; without an archive they get an EngineBusy.
    """

    release: str
    engine: Engine
    archive: Archive | None = None

    @property
    def is_current(self) -> bool:
        """Whether it is the release that is served now."""
        try:
            return self.engine.release == self.release
        except EngineBusy:
            return False

    async def query(self, query: Query) -> Answer:
        """Return the whole answer, or raise the QueryError, NotAcceptable or BadRequest it got."""
        if self.is_current:
            answer = await self.engine.query(query)
            if answer.release == self.release:
                return answer
            if answer.spool is not None:
                answer.spool.close()
        if self.archive is None:
            raise EngineBusy("Another release has just been loaded.", remedy="Ask again.")
        return await self.archive.query(self.release, query)

    async def diagnose(self, query: Query, symptom: Symptom) -> Diagnosis | None:
        """Return what is known of why `query` gave nothing, or None."""
        if self.is_current:
            return await self.engine.diagnose(query, symptom)
        if self.archive is None:
            return None
        return await self.archive.diagnose(self.release, query, symptom)

    def statistics(self) -> Statistics:
        """Return what there is to tell of the engine that serves the current release."""
        return self.engine.statistics()

    async def start(self) -> None:
        """Do nothing: a release is loaded when it is asked for."""

    async def reload(self) -> None:
        """Do nothing: a release never changes."""

    async def close(self) -> None:
        """Do nothing: the processes belong to the engine and the archive."""
