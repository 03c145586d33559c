"""Bodies of requests beside the endpoint's: how large, of which type, as which text."""

from __future__ import annotations

from collections.abc import Callable, Collection

from starlette.requests import Request

from clausegraph.errors import BadRequest, UnsupportedMedia
from clausegraph.web.protocol import BodyTooLarge

LARGE = 2**20  # bytes from which on a body weighs

_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})


async def whole(request: Request, most: int, on_large: Callable[[], None] | None = None) -> bytes:
    """Return a body; `on_large` is called once it has LARGE bytes, and may raise.

    Raises BodyTooLarge past `most` bytes, before anything is read where the request says how long
    it is, and starlette's ClientDisconnect.
    """
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        raise too_large(most)
    chunks, size = [], 0
    async for chunk in request.stream():
        if on_large is not None and size < LARGE <= size + len(chunk):
            on_large()
        size += len(chunk)
        if size > most:
            raise too_large(most)
        chunks.append(chunk)
    return b"".join(chunks)


def too_large(most: int) -> BodyTooLarge:
    """Return the error for a body of more than `most` bytes."""
    return BodyTooLarge(f"A body may have {most:,} bytes.")


async def read(request: Request, types: Collection[str], most: int) -> tuple[str, str]:
    """Return the media type of a body, which is one of `types`, and its text.

    Raises UnsupportedMedia, BodyTooLarge past `most` bytes, BadRequest for what is not UTF-8, and
    starlette's ClientDisconnect.
    """
    media_type = _media_type(request.headers.get("content-type", ""), types)
    body = await whole(request, most)
    try:
        return media_type, body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("The body is not UTF-8.", remedy="Send UTF-8.") from error


def is_utf_8(field: str) -> bool:
    """Whether a Content-Type field names no charset, or one whose text is UTF-8."""
    parameters = (part.strip() for part in field.lower().split(";")[1:])
    charset = next(
        (p.removeprefix("charset=").strip('"') for p in parameters if "charset=" in p), ""
    )
    return charset in _CHARSETS


def _media_type(field: str, types: Collection[str]) -> str:
    """Return the media type that a Content-Type field names, if it is one of `types`."""
    media_type = field.lower().partition(";")[0].strip()
    if media_type in types and is_utf_8(field):
        return media_type
    named = (
        f"A body of type {field.strip()[:100]}" if media_type else "A body without a Content-Type"
    )
    raise UnsupportedMedia(
        f"{named} is not read here.", remedy=f"Send {', '.join(types)} in UTF-8."
    )
