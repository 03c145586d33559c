"""The SPARQL 1.1 Protocol: from an HTTP request to the query that it asks for (section 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_plus, urlencode

from pyoxigraph import NamedNode
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from clausegraph.engine import MAXIMUM_BYTES, Dataset
from clausegraph.errors import BadRequest, UnsupportedMedia, UpdateRefused
from clausegraph.formats import profile_named
from clausegraph.web.answers import MEDIA_TYPE_PARAMETER, PROFILE_PARAMETER
from clausegraph.web.permalink import DIGEST_PARAMETER

BODY_BYTES = 4 * MAXIMUM_BYTES  # a form may percent-encode every byte, and names the dataset too
URL_BYTES = 32 * 1024
MOST_PARAMETERS = 20_000  # more than an address can hold, read within 20 ms

QUERY_TYPE = "application/sparql-query"
FORM_TYPE = "application/x-www-form-urlencoded"
UPDATE_TYPE = "application/sparql-update"

# Values of `version` (SPARQL 1.2 Protocol, section 2.1.6) that queries are read by.
VERSIONS = ("1.0", "1.1", "1.2-basic", "1.2")

EXPLAIN = "explain"

_HEX = "0123456789ABCDEFabcdef"
# What most queries have percent-encoded; no digit, so that none is made part of another.
_COMMON = [(f"%{ord(found):02X}".encode(), found.encode()) for found in "\n \"#$'(),/:;<=>?@{|}"]
_OCTETS = {(high + low).encode(): bytes.fromhex(high + low) for high in _HEX for low in _HEX}

_PLAIN = b"query="
_LONGEST_PLAIN = 8192  # bytes; what is longer takes its time anyway

_REMEMBERED = 256  # characters of a Content-Type whose meaning is remembered

Parameters = list[tuple[str, str]]


class BodyTooLarge(Exception):
    """The body goes past BODY_BYTES, or the query past MAXIMUM_BYTES (RFC 9110, 15.5.14)."""


class UrlTooLong(Exception):
    """The address goes past URL_BYTES (RFC 9110, 15.5.15)."""


@dataclass(frozen=True)
class Asked:
    """A query operation: its text, its dataset (None: the whole graph), its own deadline in s.

    `media_type` wins over the Accept field, and so does `profile`, a form of JSON-LD;
    `explains_empty`: the client wants to know why, should there be no row. `digest` is that of the
    answer which a permalink cites.
    """

    text: str
    dataset: Dataset | None = None
    timeout: float | None = None
    media_type: str | None = None
    explains_empty: bool = False
    profile: str = ""
    digest: str = ""


async def read(
    method: str, target: bytes, fields: Mapping[str, str], receive: Receive
) -> Asked | None:
    """Return what a request asks for; None for a bare GET, which asks what this service is.

    `target` is the query part of the address as sent, `fields` the header with names in lower case.
    Raises BadRequest, UnsupportedMedia, UpdateRefused, BodyTooLarge or UrlTooLong.
    """
    if len(target) > URL_BYTES:
        raise UrlTooLong
    url = _pairs(target.decode("latin-1"))
    if method == "GET":
        _refuse_update(url)
        texts = _values(url, "query")
        return _asked(texts, url, url) if texts else None
    media_type, charset, version = _content_type(fields.get("content-type", ""))
    if media_type == UPDATE_TYPE:
        raise UpdateRefused("Updates are switched off here.", remedy="Send a query.")
    if media_type not in {FORM_TYPE, QUERY_TYPE}:
        named = f"A body of type {media_type}" if media_type else "A body without a Content-Type"
        raise UnsupportedMedia(
            f"{named} is not read here.", remedy=f"Send {QUERY_TYPE} or {FORM_TYPE}."
        )
    if charset not in {"", "utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMedia(f"The charset {charset} is not read here.", remedy="Send UTF-8.")
    body = _utf8(await _body(receive))
    if _values(url, "query") or _values(url, "update"):
        raise BadRequest(
            "A POST has its query in the body, not in the address.",
            remedy="Leave `query` out of the address (SPARQL 1.1 Protocol, section 2.1).",
        )
    if media_type == QUERY_TYPE:
        _check_version([version] if version else [])
        return _asked([body], url, url)
    parameters = _pairs(body)
    _refuse_update(parameters)
    return _asked(_values(parameters, "query"), parameters, url)


def written(asked: Asked) -> str:
    """Return the query part of the address that asks the same by GET."""
    dataset = asked.dataset or Dataset()
    pairs: list[tuple[str, object]] = [
        ("query", asked.text),
        *(("default-graph-uri", iri) for iri in dataset.default_graphs),
        *(("named-graph-uri", iri) for iri in dataset.named_graphs),
    ]
    if asked.timeout is not None:
        pairs.append(("timeout", f"{asked.timeout:g}"))
    if asked.media_type:
        pairs.append((MEDIA_TYPE_PARAMETER, asked.media_type))
    if asked.profile:
        pairs.append((PROFILE_PARAMETER, asked.profile))
    if asked.explains_empty:
        pairs.append(("empty", EXPLAIN))
    return urlencode(pairs)


def _asked(texts: list[str], parameters: Parameters, url: Parameters) -> Asked:
    """Check the parts and put them together; `url` may say how to answer, whatever the method."""
    if not texts:
        raise BadRequest("There is no query.", remedy="Send it as the parameter `query`.")
    if len(texts) > 1:
        raise BadRequest("There is more than one query.", remedy="Send one `query`.")
    if not texts[0].strip():
        raise BadRequest("The query is empty.", remedy="Write SELECT, ASK, CONSTRUCT or DESCRIBE.")
    if len(texts[0].encode()) > MAXIMUM_BYTES:
        raise BodyTooLarge(f"A query may have {MAXIMUM_BYTES:,} bytes.")
    if len(parameters) == 1 and parameters[0][0] == "query" and (not url or url is parameters):
        return Asked(texts[0])
    _check_version(_values(parameters, "version"))
    return Asked(
        texts[0],
        _dataset(parameters),
        _timeout(_values(parameters, "timeout")),
        _last(url, MEDIA_TYPE_PARAMETER),
        EXPLAIN in {_last(url, "empty"), _last(parameters, "empty")},
        profile_named(_last(url, PROFILE_PARAMETER) or ""),
        _last(url, DIGEST_PARAMETER) or "",
    )


def _check_version(asked: list[str]) -> None:
    """Raise BadRequest for a version of SPARQL that queries are not read by."""
    for version in asked:
        if version not in VERSIONS:
            raise BadRequest(
                f"SPARQL {version} is not spoken here.",
                remedy=f"Send version={', '.join(VERSIONS[:-1])} or {VERSIONS[-1]}, or none.",
            )


def _refuse_update(parameters: Parameters) -> None:
    if _values(parameters, "update"):
        if _values(parameters, "query"):
            raise BadRequest("There is a query and an update.", remedy="Send one `query`.")
        raise UpdateRefused("Updates are switched off here.", remedy="Send a query.")


def _dataset(parameters: Parameters) -> Dataset | None:
    """Return the dataset that the request names; it wins over FROM (section 2.1.4)."""
    default = _graphs(_values(parameters, "default-graph-uri"))
    named = _graphs(_values(parameters, "named-graph-uri"))
    return Dataset(default, named) if default or named else None


def _graphs(iris: Iterable[str]) -> tuple[str, ...]:
    for iri in iris:
        try:
            NamedNode(iri)
        except ValueError as error:
            raise BadRequest(f"{iri!r} is no absolute IRI of a graph.") from error
    return tuple(dict.fromkeys(iris))


def _timeout(values: list[str]) -> float | None:
    """Return the seconds that the client is ready to wait; the service's own limit stands."""
    if not values:
        return None
    try:
        seconds = float(values[0])
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf") or len(values) > 1:
        raise BadRequest("`timeout` is one number of seconds above 0.", remedy="Try timeout=5.")
    return seconds


def _content_type(field: str) -> tuple[str, str, str]:
    """Return media type, charset and version, in lower case, each empty if not given."""
    return _known_type(field) if len(field) <= _REMEMBERED else _read_type(field)


def _read_type(field: str) -> tuple[str, str, str]:
    media_type, *parameters = field.lower().split(";")
    found = {"charset": "", "version": ""}
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        found[name.strip()] = value.strip().strip('"')
    return media_type.strip(), found["charset"], found["version"]


_known_type = lru_cache(maxsize=256)(_read_type)


async def _body(receive: Receive) -> bytes:
    """Read the body up to BODY_BYTES."""
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_BYTES:
            raise BodyTooLarge(f"A body may have {BODY_BYTES:,} bytes.")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def plain_query(target: bytes) -> str | None:
    """Return the query of a GET whose address has one and nothing else, or None where that, or what
    is wrong with it, takes `read`."""
    if not target.startswith(_PLAIN) or len(target) > _LONGEST_PLAIN or b"&" in target:
        return None
    try:
        text = _decoded(target[len(_PLAIN) :].decode("latin-1"))
    except UnicodeDecodeError:
        return None
    return text if text.strip() else None


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("The body is not UTF-8.", remedy="Send UTF-8.") from error


def _pairs(text: str) -> Parameters:
    """Parse `application/x-www-form-urlencoded`; bytes that are not UTF-8 are an error."""
    if text.count("&") >= MOST_PARAMETERS:
        raise BadRequest(f"There are more than {MOST_PARAMETERS:,} parameters.")
    try:
        return [
            (_decoded(name), _decoded(value))
            for name, _, value in (member.partition("=") for member in text.split("&") if member)
        ]
    except UnicodeDecodeError as error:
        raise BadRequest("The parameters are not UTF-8.", remedy="Percent-encode UTF-8.") from error


def _decoded(text: str) -> str:
    """Return the name or value that is percent-encoded as `text` (URL Standard, section 5.1).

    The parser of the standard library takes four times as long, a third of the time of a request.
    """
    if "%" not in text:
        return text.replace("+", " ")
    data = text.encode().replace(b"+", b" ")
    for escaped, plain in _COMMON:
        data = data.replace(escaped, plain)
    if b"%" not in data:
        return data.decode()
    first, *others = data.split(b"%")
    try:
        parts = [_OCTETS[part[:2]] + part[2:] for part in others]
    except KeyError:
        return unquote_plus(text, errors="strict")
    return (first + b"".join(parts)).decode()


def _values(parameters: Parameters, name: str) -> list[str]:
    return [value for key, value in parameters if key == name]


def _last(parameters: Parameters, name: str) -> str | None:
    """Return the last value of a parameter, or None."""
    return next((value for key, value in reversed(parameters) if key == name), None)
