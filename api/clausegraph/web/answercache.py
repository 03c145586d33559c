"""Answers to queries that were asked before, kept as they were sent, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

from starlette.types import Scope

Headers = tuple[tuple[bytes, bytes], ...]
RawKey = tuple[str, str, bytes, bytes, bytes, bytes]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_OVERHEAD = 600  # bytes of an entry beyond its body: header, keys, the objects themselves
_LARGEST = 16  # one answer takes at most this part of the whole
_REQUESTS = 8  # this part of the whole is for requests whose answer is found without being read
_LONGEST = 4096  # bytes of what such a request is found by
_READ = frozenset({b"host", b"accept", b"accept-encoding"})


class Kept(NamedTuple):
    """An answer as it was sent: the query, its validator, its header, its body.

    `digest` is that of the answer without a coding, as a permalink names it; empty for a page.
    """

    query: str
    etag: str
    headers: Headers
    body: bytes
    digest: str = ""


class _Found(NamedTuple):
    """The answer to a request, by its validator, and the bytes that remembering it takes."""

    etag: str
    bytes: int


class _Bounded(Generic[K, V]):
    """What takes up to `capacity` bytes; the least used goes first.

    A part of what general caches do, in a third of their time: every new answer comes by here.
    """

    def __init__(self, capacity: int, size_of: Callable[[V], int]) -> None:
        self._size_of = size_of
        self._values: OrderedDict[K, V] = OrderedDict()
        self.capacity = capacity
        self.size = 0

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def get(self, key: K) -> V | None:
        """Return what is there, which is used now."""
        found = self._values.get(key)
        if found is not None:
            self._values.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> None:
        """Keep a value, in place of another, unless it takes more than there is."""
        before = self._values.pop(key, None)
        if before is not None:
            self.size -= self._size_of(before)
        size = self._size_of(value)
        if size > self.capacity:
            return
        self._values[key] = value
        self.size += size
        while self.size > self.capacity:
            self.size -= self._size_of(self._values.popitem(last=False)[1])


class AnswerCache:
    """Answers by validator, which names release, query and form; the least used go first.

    A request that was answered before is also found by its own bytes, before it is read.
    """

    def __init__(self, capacity: int) -> None:
        self._largest = capacity // _LARGEST
        requests = capacity // _REQUESTS
        self._kept: _Bounded[str, Kept] = _Bounded(capacity - requests, _size)
        self._requests: _Bounded[RawKey, _Found] = _Bounded(requests, lambda found: found.bytes)

    def __len__(self) -> int:
        """The number of answers."""
        return len(self._kept)

    @property
    def size(self) -> int:
        """Bytes taken."""
        return self._kept.size + self._requests.size

    def get(self, etag: str) -> Kept | None:
        """Return the answer that has this validator, or None."""
        return self._kept.get(etag)

    def put(self, kept: Kept) -> None:
        """Keep an answer, unless it is too large for one."""
        if _size(kept) <= self._largest:
            self._kept.put(kept.etag, kept)

    def remember(self, key: RawKey | None, etag: str) -> None:
        """Find the answer with this validator by a request's own bytes from now on."""
        if key is None or etag not in self._kept:
            return
        self._requests.put(key, _Found(etag, _OVERHEAD + sum(map(len, key))))

    def find(self, key: RawKey | None) -> Kept | None:
        """Return the answer to a request that was answered before, or None."""
        found = None if key is None else self._requests.get(key)
        return None if found is None else self._kept.get(found.etag)


def raw_key(scope: Scope, release: str) -> RawKey | None:
    """Return what an answer to this request depends on, or None where that takes reading.

    A request without a Host field reaches the service under the address that it came in by.
    """
    asked: bytes = scope["query_string"]
    if not asked or len(asked) > _LONGEST:
        return None
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _READ:
            if name in found:
                return None
            found[name] = value
    host, accept = found.get(b"host"), found.get(b"accept", b"")
    coding = found.get(b"accept-encoding", b"")
    if host is None or len(asked) + len(host) + len(accept) + len(coding) > _LONGEST:
        return None
    return release, scope["scheme"], asked, host, accept, coding


def _size(kept: Kept) -> int:
    return len(kept.body) + 2 * len(kept.query) + _OVERHEAD
