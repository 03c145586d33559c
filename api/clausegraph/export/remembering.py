"""An engine that remembers: the forms of a document are asked for one after another, and each asks
the same of the graph before it is written."""

from __future__ import annotations

import json
from collections.abc import Hashable, MutableMapping
from dataclasses import dataclass, field

from cachetools import LRUCache

from clausegraph.engine import Answer, Diagnosis, Engine, Query, Statistics
from clausegraph.engine.interface import Symptom

_MAPPINGS = frozenset({"substitutions", "frame"})
_KEPT = 512  # answers; the forms of a document are asked for soon after its page


@dataclass(frozen=True)
class Remembering:
    """Answers as `engine` does, which is never to load another graph; it belongs to who made it."""

    engine: Engine
    _kept: MutableMapping[Hashable, Answer] = field(default_factory=lambda: LRUCache(_KEPT))

    @property
    def release(self) -> str:
        """The release that queries are asked of (64 hex), or EngineBusy while there is none."""
        return self.engine.release

    async def query(self, query: Query) -> Answer:
        """Return the whole answer, or raise the QueryError, NotAcceptable or BadRequest it got."""
        key = (
            *(value for name, value in query._asdict().items() if name not in _MAPPINGS),
            tuple(sorted(query.substitutions.items())),
            None if query.frame is None else json.dumps(query.frame),
        )
        found = self._kept.get(key)
        if found is None:
            found = await self.engine.query(query)
            if found.spool is None:
                self._kept[key] = found
        return found

    async def diagnose(self, query: Query, symptom: Symptom) -> Diagnosis | None:
        """Return what is known of why `query` gave nothing, or None."""
        return await self.engine.diagnose(query, symptom)

    def statistics(self) -> Statistics:
        """Return what there is to tell of the engine."""
        return self.engine.statistics()

    async def start(self) -> None:
        """Do nothing: the engine is started by who made it."""

    async def reload(self) -> None:
        """Do nothing: what is remembered would be of another graph."""

    async def close(self) -> None:
        """Do nothing: the engine is closed by who made it."""
