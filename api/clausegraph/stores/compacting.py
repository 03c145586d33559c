"""Compacting: the many tables that a large load leaves behind become few.

Each look-up asks every table that may know. A store of ten million triples answers a query that
touches much of it in a fifth of the time once it was compacted; a small one is hardly quicker.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from pyoxigraph import Store

from clausegraph.stores.folder import unwritable

MANY = 2_000_000  # quads, of which a load leaves many tables


@contextlib.contextmanager
def compacted(path: Path, quads: int, tell: Callable[[str], None]) -> Iterator[Store]:
    """Lend the store in the folder `path`, which has so many quads, and compact it meanwhile if
    these are many; wait for that in the end, unless something else failed.

    Raises InputError where the store cannot be written.
    """
    if quads <= MANY:
        yield Store.read_only(str(path))
        return
    store = Store(str(path))
    compacting = _Compacting(store)
    tell("Compacting the store, so that queries find their way sooner.")
    compacting.start()
    yield store
    compacting.join()
    if compacting.error is not None:
        raise unwritable(path, compacting.error) from compacting.error


class _Compacting(threading.Thread):
    """Compacts a store beside what else is done; nobody who is interrupted waits for it."""

    def __init__(self, store: Store) -> None:
        super().__init__(daemon=True)
        self._store = store
        self.error: Exception | None = None

    def run(self) -> None:
        """Compact the store; `error` says what was in the way."""
        try:
            self._store.optimize()
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self.error = error
        finally:
            del self._store
