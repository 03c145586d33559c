"""Answers to queries that were asked before, kept as they were sent, up to a number of bytes."""

from __future__ import annotations

from dataclasses import dataclass

from cachetools import LRUCache
from starlette.types import Scope

Headers = tuple[tuple[bytes, bytes], ...]
RawKey = tuple[str, str, bytes, bytes, bytes, bytes]

_OVERHEAD = 600  # bytes of an entry beyond its body: header, keys, the objects themselves
_LARGEST = 16  # one answer takes at most this part of the whole
_REQUESTS = 20_000  # requests whose answer is found without being read
_LONGEST = 4096  # bytes of the address of such a request
_READ = frozenset({b"host", b"accept", b"accept-encoding"})


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was sent: the query, its validator, its header, its body."""

    query: str
    etag: str
    headers: Headers
    body: bytes


class AnswerCache:
    """Answers by validator, which names release, query and form; the least used go first.

    A request that was answered before is also found by its own bytes, before it is read.
    """

    def __init__(self, capacity: int) -> None:
        self._largest = capacity // _LARGEST
        self._kept: LRUCache[str, Kept] = LRUCache(capacity, getsizeof=_size)
        self._requests: LRUCache[RawKey, str] = LRUCache(_REQUESTS)

    def __len__(self) -> int:
        """The number of answers."""
        return len(self._kept)

    @property
    def size(self) -> int:
        """Bytes taken."""
        return int(self._kept.currsize)

    def get(self, etag: str) -> Kept | None:
        """Return the answer that has this validator, or None."""
        return self._kept.get(etag)

    def put(self, kept: Kept) -> None:
        """Keep an answer, unless it is too large for one."""
        if _size(kept) <= self._largest:
            self._kept[kept.etag] = kept

    def remember(self, key: RawKey | None, etag: str) -> None:
        """Find the answer with this validator by a request's own bytes from now on."""
        if key is not None and etag in self._kept:
            self._requests[key] = etag

    def find(self, key: RawKey | None) -> Kept | None:
        """Return the answer to a request that was answered before, or None."""
        etag = None if key is None else self._requests.get(key)
        return None if etag is None else self._kept.get(etag)


def raw_key(scope: Scope, release: str) -> RawKey | None:
    """Return what an answer to this request depends on, or None where that takes reading."""
    asked: bytes = scope["query_string"]
    if not asked or len(asked) > _LONGEST:
        return None
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _READ:
            if name in found:
                return None
            found[name] = value
    host, accept = found.get(b"host", b""), found.get(b"accept", b"")
    return release, scope["scheme"], asked, host, accept, found.get(b"accept-encoding", b"")


def _size(kept: Kept) -> int:
    return len(kept.body) + 2 * len(kept.query) + _OVERHEAD
