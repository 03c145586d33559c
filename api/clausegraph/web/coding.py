"""Content codings: gzip, and the tags that tell coded answers from plain ones (RFC 9110, 8.4)."""

from __future__ import annotations

import zlib
from functools import lru_cache

GZIP = b"gzip"
SMALLEST = 1024  # bytes; below, the saving is less than a network packet
INLINE = 32 * 1024  # bytes that are compressed faster than a thread is asked to

_LEVEL = 5  # three quarters of the time of zlib's default for one percent more bytes
_WINDOW = 16 + zlib.MAX_WBITS  # 16: with the header and trailer of gzip, and no time of day
_SUFFIX = '-gzip"'
_KNOWN = 1024  # Accept-Encoding fields remembered
_REMEMBERED = 256  # characters of a field that is
_COMPRESSIBLE = ("text/", "application/", "image/svg")


def accepts_gzip(field: str | None) -> bool:
    """Whether an Accept-Encoding field wants gzip no less than no coding (RFC 9110, 12.5.3)."""
    text = field or ""
    return _known(text) if len(text) <= _REMEMBERED else _wants_gzip(text)


def _wants_gzip(field: str) -> bool:
    weights = {"identity": 0.0}
    for member in field.lower().split(","):
        name, _, parameters = member.partition(";")
        _, given, weight = parameters.partition("q=")
        try:
            weights[name.strip()] = float(weight) if given else 1.0
        except ValueError:
            continue
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0.0 and gzip >= weights["identity"]


_known = lru_cache(_KNOWN)(_wants_gzip)


def compressible(content_type: str) -> bool:
    """Whether a body of that type gets smaller: all that is text underneath."""
    return content_type.startswith(_COMPRESSIBLE)


def tagged(etag: str) -> str:
    """Return the validator of the gzip form of what `etag` stands for (RFC 9110, 8.8.3)."""
    return etag[:-1] + _SUFFIX


def untagged(field: str) -> str:
    """Return an If-None-Match field with the tags of gzip forms as those of the plain forms."""
    return field.replace(_SUFFIX, '"')


def compress(body: bytes) -> bytes:
    """Return a body as gzip (RFC 1952): the same bytes for the same body."""
    work = compressor()
    return work.compress(body) + work.flush()


def compressor() -> zlib._Compress:
    """Return an object that compresses a body piece by piece."""
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW)
