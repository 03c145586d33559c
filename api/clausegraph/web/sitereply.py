"""An answer below `/v/{release}`: kept for ever, named by its release, its links within it."""

from __future__ import annotations

import re

from starlette.types import Message, Scope, Send

from clausegraph.formats import HTML
from clausegraph.web.answers import FOREVER, NO_STORE, prefers_html
from clausegraph.web.edge import RELEASE_HEADER

# What a release answers: the first segment of a path, without a suffix.
ROUTES = frozenset(
    "actors api cite compare concepts coverage curie data dataset doc documents dumps explore "
    "figures gaps graph id ontology queries reference resolve search shapes sources sparql "
    "suggest".split()
)

_ADDRESSES = frozenset({b"content-location", b"location"})
_FAILED = 400
_NAME = RELEASE_HEADER.lower().encode()
# Templates write attributes so, and no text can hold an unescaped quotation mark.
_LINK = re.compile(
    rf'(\s(?:href|action|src|data-[a-z]+)=")(?=/(?:{"|".join(sorted(ROUTES))})[/.?#"])'.encode()
)
# What a page says of its release before anything else; a text of the data has no tag in it.
_MAIN = b'<main id="main"'
_NOTICE = (
    b'<aside class="older" aria-label="Release">\n<p>This page is of release '
    b'<a href="%s"><code>%s</code></a> and stays as it is. '
    b'<a href="/">The graph as it is now</a></p>\n</aside>\n'
)
_SHORT = 12  # digits of a release that are shown


class SiteReply:
    """A `send` that makes an answer one of the site at `root`, such as `/v/{release}`.

    A page comes whole, since its links are changed.
    """

    def __init__(self, send: Send, root: str, release: str) -> None:
        self._send = send
        self._root = root.encode()
        self._release = release.encode()
        self._page: Message | None = None
        self._parts: list[bytes] = []

    @staticmethod
    def readable(scope: Scope) -> Scope:
        """Return the scope of a request whose answer is not coded yet where it may be a page."""
        fields = scope["headers"]
        accepted = b",".join(value for name, value in fields if name == b"accept").decode("latin-1")
        is_fixed = scope["path"].endswith(HTML.suffix) or b"html" in scope["query_string"]
        if not is_fixed and not prefers_html(accepted):
            return scope
        return {**scope, "headers": [item for item in fields if item[0] != b"accept-encoding"]}

    async def __call__(self, message: Message) -> None:
        """Take one message of the application (ASGI, HTTP connection scope)."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._page is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._send_page(self._page)

    async def _begin(self, message: Message) -> None:
        """Send the start of an answer, unless a page is to follow."""
        failed = message["status"] >= _FAILED
        headers = [self._field(name, value, failed) for name, value in message["headers"]]
        names = dict(headers)
        if _NAME not in names:
            headers.append((_NAME, self._release))
        message = {**message, "headers": headers}
        is_page = names.get(b"content-type", b"").startswith(b"text/html")
        if is_page and b"content-encoding" not in names:
            self._page = message
        else:
            await self._send(message)

    def _field(self, name: bytes, value: bytes, failed: bool) -> tuple[bytes, bytes]:
        """Return a field of the header as it is sent."""
        if name == b"cache-control" and not failed and value != NO_STORE.encode():
            return name, FOREVER.encode()
        is_local = value.startswith(b"/") and not value.startswith(b"/v/")
        if name in _ADDRESSES and is_local:
            return name, self._root + value
        return name, value

    async def _send_page(self, start: Message) -> None:
        """Send a page whose links stay within the release."""
        body = _LINK.sub(rb"\1" + self._root, b"".join(self._parts))
        body = body.replace(_MAIN, _NOTICE % (self._root, self._release[:_SHORT]) + _MAIN, 1)
        length = (b"content-length", str(len(body)).encode())
        headers = [item for item in start["headers"] if item[0] != length[0]]
        await self._send({**start, "headers": [*headers, length]})
        await self._send({"type": "http.response.body", "body": body})
