"""Which path of this service stands for which of our IRIs, in both directions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from pyoxigraph import NamedNode
from starlette.requests import Request

from clausegraph import formats, vocabulary
from clausegraph.errors import UnknownResource
from clausegraph.formats import Syntax

DOC = vocabulary.BASE + "doc/"  # the documents about things have IRIs, too
LONGEST = 2048  # characters of a path; no identifier of ours comes near

_SEGMENT = re.compile(r"[^\x00-\x20\x7f-\x9f<>\"{}|\\^`#?/%]+")
_CODED_ASCII = re.compile(r"%[0-7][0-9A-Fa-f]")


@dataclass(frozen=True)
class Named:
    """A thing named by a path: its local name, and the syntax that a suffix fixes, if any."""

    name: str
    syntax: Syntax | None


def local_name(path: str) -> str | None:
    """Return what a percent-encoded path below `/id/` or `/doc/` names, or None for no name.

    No name of ours has an encoded ASCII character, an empty segment, `.` or `..`; other characters
    than ASCII are decoded (RFC 3987, section 3.2), so that IRIs in any script can be served.
    """
    if len(path) > LONGEST or _CODED_ASCII.search(path):
        return None
    try:
        name = unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        return None
    segments = name.split("/")
    if not all(_SEGMENT.fullmatch(part) and part not in {".", ".."} for part in segments):
        return None
    try:
        NamedNode(vocabulary.ID + name)
    except ValueError:
        return None
    return name


def name_below(request: Request, prefix: str) -> str:
    """Return the name that the request's path has below `prefix`, or raise UnknownResource."""
    raw = request.scope.get("raw_path") or request.url.path.encode()
    path = raw.partition(b"?")[0].decode("latin-1")
    name = local_name(path.removeprefix(prefix))
    if name is None:
        raise UnknownResource("That is not a name that this graph could give.")
    return name


def split_suffix(name: str) -> Named:
    """Split the suffix of one of the five syntaxes off a name; `3.1.4` has none."""
    for syntax in formats.RESOURCE:
        if name.endswith(syntax.suffix) and len(name) > len(syntax.suffix):
            return Named(name.removesuffix(syntax.suffix), syntax)
    return Named(name, None)


def encode(name: str) -> str:
    """Return a name as it stands in a path or a header field."""
    return quote(name, safe="/:@!$&'()*+,;=-._~")


def canonical(name: str) -> str:
    """Return `name` with its type, the first segment, in lower case."""
    kind, slash, rest = name.partition("/")
    return kind.lower() + slash + rest


def page_of(iri: str) -> str | None:
    """Return the path of this service at which one of our IRIs is described, else None."""
    if iri.startswith(vocabulary.ID):
        return "/doc/" + encode_fragment(iri.removeprefix(vocabulary.ID))
    if iri.startswith(vocabulary.BASE):
        return "/" + encode_fragment(iri.removeprefix(vocabulary.BASE))
    return None


def encode_fragment(name: str) -> str:
    """Encode a name that may end in a fragment."""
    path, mark, fragment = name.partition("#")
    return encode(path) + mark + encode(fragment)


def href(iri: str) -> str | None:
    """Return what a page links to for `iri`: our own page, a web address, or nothing."""
    page = page_of(iri)
    if page is not None:
        return page
    return iri if iri.startswith(("https://", "http://")) else None
