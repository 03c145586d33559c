"""Bodies of requests beside the endpoint's: how large, of which type, as which text."""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import Request

from clausegraph.errors import BadRequest, UnsupportedMedia
from clausegraph.web.protocol import BodyTooLarge

_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})


async def read(request: Request, types: Collection[str], most: int) -> tuple[str, str]:
    """Return the media type of a body, which is one of `types`, and its text.

    Raises UnsupportedMedia, BodyTooLarge past `most` bytes, BadRequest for what is not UTF-8, and
    starlette's ClientDisconnect.
    """
    media_type = _media_type(request.headers.get("content-type", ""), types)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise BodyTooLarge(f"A body may have {most:,} bytes.")
        chunks.append(chunk)
    try:
        return media_type, b"".join(chunks).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("The body is not UTF-8.", remedy="Send UTF-8.") from error


def _media_type(field: str, types: Collection[str]) -> str:
    """Return the media type that a Content-Type field names, if it is one of `types`."""
    media_type, *parameters = (part.strip() for part in field.lower().split(";"))
    charset = next(
        (p.removeprefix("charset=").strip('"') for p in parameters if "charset=" in p), ""
    )
    if media_type in types and charset in _CHARSETS:
        return media_type
    named = (
        f"A body of type {field.strip()[:100]}" if media_type else "A body without a Content-Type"
    )
    raise UnsupportedMedia(
        f"{named} is not read here.", remedy=f"Send {', '.join(types)} in UTF-8."
    )
