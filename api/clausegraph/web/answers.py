"""What every answer has in common: its media type, its validator, how long it keeps, its links."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from clausegraph import formats, vocabulary
from clausegraph.errors import BadRequest
from clausegraph.formats import Syntax

VERSION = importlib.metadata.version("clausegraph")
LICENSE = "https://creativecommons.org/licenses/by/4.0/"

LATEST = "public, max-age=300, must-revalidate"
LONG = "public, max-age=604800"
FOREVER = "public, max-age=31536000, immutable"
NO_STORE = "no-store"

RELEASE = "clausegraph.release"  # in the scope of a request below `/v/{release}`: that release

MEDIA_TYPE_PARAMETER = "_mediatype"
PROFILE_PARAMETER = "_profile"
_LONGEST_ACCEPT = 4096  # characters; browsers send two hundred
_BLANK = re.compile(r"(?<=\w) (?=\w)")
_HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_CONTEXT_REL = "http://www.w3.org/ns/json-ld#context"


@dataclass(frozen=True)
class Link:
    """One link of a Link field (RFC 8288)."""

    target: str
    rel: str
    type: str = ""

    def __str__(self) -> str:
        typed = f'; type="{self.type}"' if self.type else ""
        target = quote(self.target, safe=string.punctuation)  # an IRI as a URI (RFC 3987, 3.1)
        return f'<{target}>; rel="{self.rel}"{typed}'


# What programs find the description of the service by (RFC 8631).
DESCRIBED = Link("/openapi.json", "service-desc", "application/json")
CATALOG = Link("/.well-known/api-catalog", "api-catalog", "application/linkset+json")  # RFC 9727


def view_signs(release: str, path: str) -> list[Link]:
    """Return the links of every view: how it is cited, its licence, what describes the service."""
    return [
        Link(f"{vocabulary.RELEASE}{release}{path}", "cite-as"),
        Link(LICENSE, "license"),
        DESCRIBED,
    ]


@dataclass(frozen=True)
class Choice:
    """The syntax that a client gets, and the Content-Type under which it gets it.

    `profile` is the form of JSON-LD that was asked for (as in Query), empty if none was.
    """

    syntax: Syntax
    content_type: str
    links: tuple[Link, ...] = ()
    profile: str = ""


@dataclass(frozen=True)
class Answer:
    """A body with what the answer's header says of it; `parts` make the validator."""

    body: bytes
    content_type: str
    parts: Sequence[str] = ()
    cache: str = LATEST
    links: Sequence[Link] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def accept_of(request: Request) -> str | None:
    """Return what the client accepts: `_mediatype=` wins over the Accept field."""
    asked = request.query_params.get(MEDIA_TYPE_PARAMETER)
    if asked:
        return read_of(as_meant(asked))
    fields = request.headers.getlist("accept")
    return read_of(", ".join(fields)) if fields else None


def as_meant(asked: str) -> str:
    """Return a media type that stood in an address, where a `+` is read as a blank."""
    return _BLANK.sub("+", asked)


def read_of(accept: str | None) -> str | None:
    """Return the members of an Accept field that are read: thousands would hold everyone up."""
    if accept is None or len(accept) <= _LONGEST_ACCEPT:
        return accept
    return accept[:_LONGEST_ACCEPT].rpartition(",")[0]


def profile_asked(request: Request) -> str:
    """Return the form of JSON-LD that `_profile=` asks for, by its word or its IRI, or nothing."""
    return formats.profile_named(request.query_params.get(PROFILE_PARAMETER, ""))


def best(accept: str | None, offers: Sequence[Syntax], profile: str = "") -> Choice | None:
    """Return the offer that `accept` prefers, or None if it allows none of them; `profile` is the
    form of JSON-LD that was asked for beside it."""
    fitting = formats.acceptable(accept, offers)
    return _chosen(fitting[0], accept, profile) if fitting else None


def choose(request: Request, offers: Sequence[Syntax]) -> Choice:
    """Return the offer that the client prefers, or raise NotAcceptable (RFC 9110, 12.5.1).

    `_profile=` wins over the Accept field, too: who asks for a form of JSON-LD gets JSON-LD, unless
    `_mediatype=` asks for another type.
    """
    accept, profile = accept_of(request), profile_asked(request)
    is_fixed = bool(request.query_params.get(MEDIA_TYPE_PARAMETER))
    if is_fixed and not formats.parse_accept(accept or ""):
        raise formats.not_acceptable(accept, offers)
    if profile and formats.JSON_LD in offers and not is_fixed:
        return choice(formats.JSON_LD, profile=profile)
    return _chosen(formats.negotiate(accept, offers), accept, profile)


def fixed(request: Request, syntax: Syntax) -> Choice:
    """Return how the syntax is sent that a suffix fixes: `_profile=` chooses among its forms."""
    return choice(syntax, profile=profile_asked(request))


def _chosen(syntax: Syntax, accept: str | None, profile: str) -> Choice:
    """Return how the syntax is sent that an Accept field prefers."""
    if profile:
        return choice(syntax, profile=profile)
    if _prefers_plain_json(accept):
        return choice(syntax, plain_json=True)
    return choice(syntax, profile=formats.profile_of(accept))


def choice(syntax: Syntax, *, plain_json: bool = False, profile: str = "") -> Choice:
    """Return how `syntax` is sent; JSON-LD as plain JSON names its context (JSON-LD 1.1, 6.1).

    JSON-LD in a form that was asked for says so (JSON-LD 1.1, IANA considerations; RFC 6906).
    """
    if syntax == formats.JSON_LD and profile:
        iri = formats.PROFILE + profile
        content_type = f'{syntax.media_type};profile="{iri}"'
        return Choice(syntax, content_type, (Link(iri, "profile"),), profile)
    if syntax == formats.JSON_LD and plain_json:
        context = Link(vocabulary.CONTEXT, _CONTEXT_REL, formats.JSON_LD.media_type)
        return Choice(syntax, "application/json", (context,))
    return Choice(syntax, syntax.content_type)


def _prefers_plain_json(accept: str | None) -> bool:
    """Whether `application/json` is asked for, and more so than `application/ld+json`."""
    weights: dict[str, float] = {}
    for item in formats.parse_accept(accept or ""):
        weights[item.media_range] = max(item.weight, weights.get(item.media_range, 0))
    return weights.get("application/json", 0) > weights.get("application/ld+json", 0)


def prefers_html(accept: str | None) -> bool:
    """Whether a client is a reader: HTML is named, and nothing else is wanted more."""
    preferences = formats.parse_accept(accept or "")
    html = [item.weight for item in preferences if formats.HTML.is_named(item.media_range)]
    return bool(html) and 0 < max(html) >= max(item.weight for item in preferences)


def etag(parts: Sequence[str]) -> str:
    """Return a strong validator over `parts` and the package's version (RFC 9110, 8.8.3)."""
    digest = hashlib.sha256("\0".join((VERSION, *parts)).encode("utf-8", "surrogatepass"))
    return f'"{digest.hexdigest()[:32]}"'


def is_held(request: Request, parts: Sequence[str]) -> bool:
    """Whether the client already holds this very representation (RFC 9110, 13.1.2).

    Only a tag that was handed out for it counts here; `*` waits until it is known to exist.
    """
    return etag(parts) in _tags(request)


def _tags(request: Request) -> frozenset[str]:
    """Return the tags of the request's If-None-Match."""
    return tags(", ".join(request.headers.getlist("if-none-match")))


def tags(field: str | None) -> frozenset[str]:
    """Return the tags of an If-None-Match field, which are compared weakly (RFC 9110, 13.1.2)."""
    if not field:
        return frozenset()
    return frozenset(tag.strip().removeprefix("W/") for tag in field.split(",") if tag.strip())


def respond(request: Request, answer: Answer) -> Response:
    """Return the response for `answer`: 200, or 304 where the client holds it already."""
    headers = {"Cache-Control": answer.cache, "Vary": "Accept", **answer.headers}
    if answer.links:
        headers["Link"] = ", ".join(str(link) for link in answer.links)
    if not answer.parts:
        return Response(answer.body, headers=headers, media_type=answer.content_type)
    headers["ETag"] = etag(answer.parts)
    if _tags(request) & {"*", headers["ETag"]}:
        return Response(status_code=304, headers=headers)
    return Response(answer.body, headers={**headers, "Content-Type": answer.content_type})


def cache_of(request: Request, default: str) -> str:
    """Return how long an answer may be kept that is as `default` elsewhere: for ever below
    `/v/{release}`, unless it may not be kept at all."""
    return cache_below(request.scope, default)


def cache_below(scope: Scope, default: str) -> str:
    """Return the same as `cache_of`, given the scope of the request."""
    return FOREVER if RELEASE in scope and default != NO_STORE else default


def base(request: Request) -> str:
    """Return the address under which this request reached the service, without a last slash.

    Below `/v/{release}` that is part of it: whatever has a path has it there too.
    """
    return host_base(request.scope, request.headers.get("host"))


def host_base(scope: Scope, host: str | None) -> str:
    """Return the address under which a request with that Host field reached the service."""
    if host is None:
        name, port = scope.get("server") or ("localhost", None)
        name = f"[{name}]" if ":" in name else name
        host = name if port is None else f"{name}:{port}"
    if not _HOST.fullmatch(host):
        raise BadRequest("The Host field is no host.", remedy="Send host or host:port.")
    return f"{scope['scheme']}://{host}{scope.get('root_path', '')}"
