"""What must be there once, or must be there at all: kept on disk, so that tables may be long."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from clausegraph.errors import InputError

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE had (space TEXT, key TEXT, line INTEGER, PRIMARY KEY (space, key)) WITHOUT ROWID;
CREATE TABLE wanted (space TEXT, key TEXT, line INTEGER, PRIMARY KEY (space, key)) WITHOUT ROWID;
CREATE TABLE spelled (space TEXT, slug TEXT, raw TEXT, PRIMARY KEY (space, slug)) WITHOUT ROWID;
BEGIN;
"""


@dataclass(frozen=True)
class Keys:
    """Keys by space, each with the line that it was first seen on."""

    _database: sqlite3.Connection

    def add(self, space: str, key: str, line: int) -> int | None:
        """Add a key; return the line of the one that is there already, or None."""
        done = self._database.execute(
            "INSERT OR IGNORE INTO had VALUES (?, ?, ?)", (space, key, line)
        )
        if done.rowcount:
            return None
        found = self._database.execute(
            "SELECT line FROM had WHERE space = ? AND key = ?", (space, key)
        )
        return int(found.fetchone()[0])

    def want(self, space: str, key: str, line: int) -> None:
        """Note that a line needs a key, which may be added later."""
        self._database.execute("INSERT OR IGNORE INTO wanted VALUES (?, ?, ?)", (space, key, line))

    def missing(self, space: str, at_most: int) -> list[tuple[str, int]]:
        """Return the keys that were needed and never added, with the first line that needs each."""
        return self._database.execute(
            "SELECT key, line FROM wanted WHERE space = ?1 AND NOT EXISTS "
            "(SELECT 1 FROM had WHERE had.space = ?1 AND had.key = wanted.key) "
            "ORDER BY line LIMIT ?2",
            (space, at_most),
        ).fetchall()

    def spell(self, space: str, slug: str, raw: str) -> str:
        """Keep how the name `slug` was first written; return that."""
        self._database.execute("INSERT OR IGNORE INTO spelled VALUES (?, ?, ?)", (space, slug, raw))
        found = self._database.execute(
            "SELECT raw FROM spelled WHERE space = ? AND slug = ?", (space, slug)
        )
        return str(found.fetchone()[0])


@contextmanager
def open_keys() -> Iterator[Keys]:
    """Lend Keys in a private file that is gone afterwards."""
    database = sqlite3.connect("", isolation_level=None)
    try:
        database.executescript(_TABLES)
        yield Keys(database)
    except sqlite3.OperationalError as error:
        raise InputError(
            f"The keys of the table cannot be kept: {error}.",
            remedy="Make room in the folder for temporary files (TMPDIR).",
        ) from error
    finally:
        database.close()
