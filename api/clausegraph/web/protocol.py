"""The SPARQL 1.1 Protocol: from an HTTP request to the query that it asks for (section 2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode
from starlette.requests import Request

from clausegraph.engine import MAXIMUM_BYTES, Dataset
from clausegraph.errors import BadRequest, UnsupportedMedia, UpdateRefused

BODY_BYTES = 4 * MAXIMUM_BYTES  # a form may percent-encode every byte, and names the dataset too
URL_BYTES = 32 * 1024

QUERY_TYPE = "application/sparql-query"
FORM_TYPE = "application/x-www-form-urlencoded"
UPDATE_TYPE = "application/sparql-update"


class BodyTooLarge(Exception):
    """The body goes past BODY_BYTES, or the query past MAXIMUM_BYTES (RFC 9110, 15.5.14)."""


@dataclass(frozen=True)
class Asked:
    """A query operation: its text, its dataset (None: the whole graph), its own deadline in s."""

    text: str
    dataset: Dataset | None
    timeout: float | None


async def read(request: Request) -> Asked | None:
    """Return what `request` asks for; None for a bare GET, which asks what this service is.

    Raises BadRequest, UnsupportedMedia, UpdateRefused or BodyTooLarge.
    """
    if request.method == "GET":
        parameters = _pairs(request.url.query)
        _refuse_update(parameters)
        texts = _values(parameters, "query")
        return _asked(texts, parameters) if texts else None
    media_type, charset = _content_type(request)
    if media_type == UPDATE_TYPE:
        raise UpdateRefused("Updates are switched off here.", remedy="Send a query.")
    if media_type not in {FORM_TYPE, QUERY_TYPE}:
        named = f"A body of type {media_type}" if media_type else "A body without a Content-Type"
        raise UnsupportedMedia(
            f"{named} is not read here.", remedy=f"Send {QUERY_TYPE} or {FORM_TYPE}."
        )
    if charset not in {"", "utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMedia(f"The charset {charset} is not read here.", remedy="Send UTF-8.")
    body = _utf8(await _body(request))
    url = _pairs(request.url.query)
    if _values(url, "query") or _values(url, "update"):
        raise BadRequest(
            "A POST has its query in the body, not in the address.",
            remedy="Leave `query` out of the address (SPARQL 1.1 Protocol, section 2.1).",
        )
    if media_type == QUERY_TYPE:
        return _asked([body], url)
    parameters = _pairs(body)
    _refuse_update(parameters)
    return _asked(_values(parameters, "query"), parameters)


def _asked(texts: list[str], parameters: list[tuple[str, str]]) -> Asked:
    """Check the parts and put them together."""
    if not texts:
        raise BadRequest("There is no query.", remedy="Send it as the parameter `query`.")
    if len(texts) > 1:
        raise BadRequest("There is more than one query.", remedy="Send one `query`.")
    if not texts[0].strip():
        raise BadRequest("The query is empty.", remedy="Write SELECT, ASK, CONSTRUCT or DESCRIBE.")
    if len(texts[0].encode()) > MAXIMUM_BYTES:
        raise BodyTooLarge(f"A query may have {MAXIMUM_BYTES:,} bytes.")
    return Asked(texts[0], _dataset(parameters), _timeout(_values(parameters, "timeout")))


def _refuse_update(parameters: list[tuple[str, str]]) -> None:
    if _values(parameters, "update"):
        if _values(parameters, "query"):
            raise BadRequest("There is a query and an update.", remedy="Send one `query`.")
        raise UpdateRefused("Updates are switched off here.", remedy="Send a query.")


def _dataset(parameters: list[tuple[str, str]]) -> Dataset | None:
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


def _content_type(request: Request) -> tuple[str, str]:
    """Return media type and charset, both lower case, each empty if not given."""
    media_type, *parameters = request.headers.get("content-type", "").lower().split(";")
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            charset = value.strip().strip('"')
    return media_type.strip(), charset


async def _body(request: Request) -> bytes:
    """Read the body up to BODY_BYTES."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_BYTES:
            raise BodyTooLarge(f"A body may have {BODY_BYTES:,} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("The body is not UTF-8.", remedy="Send UTF-8.") from error


def _pairs(text: str) -> list[tuple[str, str]]:
    """Parse `application/x-www-form-urlencoded`; bytes that are not UTF-8 are an error."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise BadRequest("The parameters are not UTF-8.", remedy="Percent-encode UTF-8.") from error
    except ValueError as error:
        raise BadRequest("There are too many parameters.") from error


def _values(parameters: list[tuple[str, str]], name: str) -> list[str]:
    return [value for key, value in parameters if key == name]
