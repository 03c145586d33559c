"""Links of a page: those to the service become links from file to file."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from clausegraph.export import missing
from clausegraph.export.asking import ORIGIN
from clausegraph.export.places import Place, link, place

_LINK = re.compile(r'(?<=[\s"])(href|src|action)="([^"]*)"')
_KEPT = re.compile(r"^/v/[0-9a-f]{64}/dumps/")  # There is one release here, and its dumps once.
_SUGGESTING = re.compile(r' data-suggest data-href="[^"]*"')  # Nobody suggests anything here.
_SENT = "?sent"  # A form is sent with what was chosen, which makes it ask for something else.
_FOOTER = "</footer>"


@dataclass
class Rewritten:
    """A page as it is written, and the addresses of the service that it links to."""

    body: bytes = b""
    wanted: dict[str, Place] = field(default_factory=dict)


def rewrite(body: bytes, source: Place) -> Rewritten:
    """Return the page with relative links; what no file can answer leads to the page on that."""
    found = Rewritten()

    def relative(match: re.Match[str]) -> str:
        name, given = match[1], html.unescape(match[2])
        if name == "action":
            given += _SENT
        to = _target(given, source, found.wanted)
        return match[0] if to is None else f'{name}="{html.escape(to)}"'

    text = _LINK.sub(relative, _SUGGESTING.sub("", body.decode()))
    about = html.escape(link(source, missing.PAGE))
    note = f'<p>This is a static copy: <a href="{about}">what it cannot do</a>.</p>\n{_FOOTER}'
    found.body = text.replace(_FOOTER, note, 1).encode()
    return found


def _target(given: str, source: Place, wanted: dict[str, Place]) -> str | None:
    """Return the relative form of an address of the service; None for any other."""
    given = given.removeprefix(ORIGIN) if given.startswith(f"{ORIGIN}/") else given
    if not given.startswith("/") or given.startswith("//"):
        return None
    parts = urlsplit(_KEPT.sub("/dumps/", given))
    if anchor := missing.of(parts.path, parts.query):
        return f"{link(source, missing.PAGE)}#{anchor}"
    target = place(parts.path, parts.query)
    if target is None:
        return None
    wanted[parts.path + (f"?{parts.query}" if parts.query else "")] = target
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return link(source, target.address) + fragment
