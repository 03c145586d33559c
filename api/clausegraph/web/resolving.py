"""`/resolve`: what many names stand for, in one call; and `/curie/`: one CURIE followed."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.engine import nearest
from clausegraph.errors import BadRequest, UnknownResource, UsageError
from clausegraph.formats import Syntax
from clausegraph.questions import Parameter
from clausegraph.web import addresses, bodies, filters
from clausegraph.web.answers import (
    LATEST,
    MEDIA_TYPE_PARAMETER,
    NO_STORE,
    Answer,
    Choice,
    Link,
    base,
    cache_of,
    choose,
    is_held,
    respond,
)
from clausegraph.web.documents import Documents
from clausegraph.web.errorpages import Errors
from clausegraph.web.problems import TOO_LARGE, Problem
from clausegraph.web.protocol import FORM_TYPE, BodyTooLarge
from clausegraph.web.resolution import Row, resolve

MOST_NAMES = 10_000
BODY_BYTES = 8 * 2**20
_LONGEST_LINK = 4096  # characters of a query string that an answer's header repeats
FIELDS = ("name", "scheme", "lang")
JSON = Syntax("JSON", "application/json", ".json")
OFFERS = (JSON, formats.CSV)
JSON_TYPE, TEXT_TYPE = "application/json", "text/plain"
TYPES = (JSON_TYPE, TEXT_TYPE, FORM_TYPE)
SCHEME = Parameter(
    "scheme",
    "iri",
    "concept",
    None,
    "mit-risk-domain",
    description="The scheme that codes are of.",
)

_COLUMNS = tuple(item.name for item in fields(Row))
_FEW = 100  # names that need no turn
_NOBODY = 499  # sent to a client that has left
_JSON_MEMBERS = ("names", "scheme", "lang")


@dataclass(frozen=True)
class Asked:
    """What a call of `/resolve` asks."""

    names: Sequence[str]
    scheme: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class Resolver:
    """Tells what names stand for. Calls with many names wait for each other, two at a time."""

    documents: Documents
    errors: Errors
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def get(self, request: Request) -> Response:
        """Answer `GET /resolve?name=...&name=...`."""
        asked = _asked(list(request.query_params.multi_items()), FIELDS)
        chosen = choose(request, OFFERS)
        parts = (
            self.documents.engine.release,
            base(request),
            f"/resolve?{request.url.query}",
            chosen.content_type,
        )
        cache = cache_of(request, LATEST)
        if is_held(request, parts):
            return respond(request, Answer(b"", chosen.content_type, parts, cache))
        body = await self._resolve(request, asked, chosen)
        links = []
        if len(request.url.query) <= _LONGEST_LINK:
            address = f"{vocabulary.RELEASE}{parts[0]}/resolve?{request.url.query}"
            links.append(Link(address, "cite-as"))
        return respond(request, Answer(body, chosen.content_type, parts, cache, links))

    async def post(self, request: Request) -> Response:
        """Answer `POST /resolve`: JSON, a form, or plain text with a name a line."""
        try:
            media_type, text = await bodies.read(request, TYPES, BODY_BYTES)
            asked = await run_in_threadpool(_of_body, request, media_type, text)
            body = await self._resolve(request, asked, chosen := choose(request, OFFERS))
        except BodyTooLarge as error:
            problem = Problem(TOO_LARGE, str(error), request.url.path)
            return self.errors.send(request, problem)
        except ClientDisconnect:
            return Response(status_code=_NOBODY, headers={"Cache-Control": NO_STORE})
        return respond(request, Answer(body, chosen.content_type, cache=NO_STORE))

    async def curie(self, request: Request) -> Response:
        """Answer `/curie/{prefix}:{name}`: 303 for a name of ours, the expansion of any other."""
        text = request.path_params["curie"]
        prefix, colon, local = text.partition(":")
        known = vocabulary.prefixes()
        if not colon or prefix not in known:
            near = nearest.prefix(prefix, known)
            raise UnknownResource(
                f"No prefix {prefix!r} is registered.",
                suggestions=(f"{vocabulary.BASE}curie/{near}:{local}",) if near else (),
            )
        try:
            iri = NamedNode(known[prefix] + local).value
        except ValueError as error:
            raise UnknownResource(f"{text!r} is no name that a prefix could give.") from error
        if iri.startswith(vocabulary.BASE):
            return _to_ours(request, iri)
        found = {"curie": text, "prefix": prefix, "namespace": known[prefix], "iri": iri}
        body = _json(found)
        parts = ("curie", text, body.decode())
        return respond(request, Answer(body, JSON.media_type, parts, cache_of(request, LATEST)))

    async def _resolve(self, request: Request, asked: Asked, chosen: Choice) -> bytes:
        """Return the table as it is sent."""
        scheme = await self._scheme(asked.scheme)
        hosts = (base(request), f"{request.url.scheme}://{request.url.netloc}")
        turn = self._turns if len(asked.names) > _FEW else contextlib.nullcontext()
        async with turn:
            rows = await resolve(self.documents, asked.names, hosts, scheme, asked.language)
            release = self.documents.engine.release
            return await run_in_threadpool(_written, rows, release, chosen.syntax)

    async def _scheme(self, given: str | None) -> str | None:
        """Return the IRI of a scheme, or raise BadRequest that lists those that there are."""
        if given is None:
            return None
        try:
            iri = str(getattr(SCHEME.term(given), "value", ""))
        except UsageError as error:
            raise BadRequest(error.message, remedy=error.remedy) from error
        await filters.check_value(self.documents, SCHEME, iri)
        return iri


def _to_ours(request: Request, iri: str) -> Response:
    """Return 303 to the address of one of our IRIs, on the host that was asked."""
    path, mark, fragment = iri.removeprefix(vocabulary.BASE).rstrip("/").partition("#")
    if addresses.local_name(addresses.encode(path)) is None:
        raise UnknownResource("That is not a name that this graph could give.")
    location = f"{base(request)}/{addresses.encode_fragment(path + mark + fragment)}"
    headers = {"Location": location, "Cache-Control": cache_of(request, LATEST)}
    return Response(status_code=303, headers=headers)


def _of_body(request: Request, media_type: str, text: str) -> Asked:
    """Read a body; what the address says of scheme and language counts too."""
    pairs = [(key, value) for key, value in request.query_params.multi_items()]
    if any(key == "name" for key, _ in pairs):
        raise BadRequest("A POST has its names in the body, not in the address.")
    if media_type == FORM_TYPE:
        pairs += _of_form(text)
    elif media_type == TEXT_TYPE:
        lines = text.removeprefix("\ufeff").replace("\r", "\n").split("\n")
        pairs += [("name", line) for line in lines if line.strip()]
    else:
        pairs += _of_json(text)
    return _asked(pairs, FIELDS)


def _of_form(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise BadRequest("The form is not UTF-8.", remedy="Percent-encode UTF-8.") from error


def _of_json(text: str) -> list[tuple[str, str]]:
    """Read {"names": [...], "scheme": ..., "lang": ...}."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(
            f"The body is not JSON: {error}.", remedy='Send {"names": [...]}.'
        ) from error
    if not isinstance(found, dict) or not isinstance(found.get("names"), list):
        raise BadRequest("The body has no list of names.", remedy='Send {"names": [...]}.')
    for key in found:
        if key not in _JSON_MEMBERS:
            known = ", ".join(_JSON_MEMBERS)
            raise BadRequest(f"{key[:100]!r} is not known here.", remedy=f"Known are: {known}.")
    pairs = [("name", item) for item in found["names"]]
    pairs += [(key, found[key]) for key in ("scheme", "lang") if found.get(key) is not None]
    if not all(isinstance(value, str) for _, value in pairs):
        raise BadRequest("Names, scheme and language are texts.", remedy="Put them in quotes.")
    return pairs


def _asked(pairs: Sequence[tuple[str, str]], known: Sequence[str]) -> Asked:
    """Read parameters, or raise BadRequest that lists what is known."""
    given: dict[str, list[str]] = {name: [] for name in known}
    for key, value in pairs:
        if key == MEDIA_TYPE_PARAMETER:
            continue
        if key not in given:
            listed = ", ".join(known)
            raise BadRequest(f"{key[:100]!r} is not known here.", remedy=f"Known are: {listed}.")
        given[key].append(value)
    for key in ("scheme", "lang"):
        if len(given[key]) > 1:
            raise BadRequest(f"`{key}` is given twice.", remedy="Give it once.")
    if not given["name"]:
        raise BadRequest("No name is given.", remedy="Send name=..., as often as you like.")
    if len(given["name"]) > MOST_NAMES:
        raise BadRequest(
            f"{len(given['name']):,} names are too many.",
            remedy=f"Send at most {MOST_NAMES:,} in one call.",
        )
    scheme, language = "".join(given["scheme"]), "".join(given["lang"]).lower()
    return Asked(given["name"], scheme or None, language or "en")


def _written(rows: Sequence[Row], release: str, syntax: Syntax) -> bytes:
    if syntax == formats.CSV:
        return _csv(rows)
    members = ",\n".join(json.dumps(_members(row), ensure_ascii=False) for row in rows)
    text = f'{{"release": "{release}", "names": [\n{members}\n]}}\n'
    return text.encode("utf-8", "backslashreplace")  # Half of a surrogate pair: an escape in JSON.


def _members(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COLUMNS}


def _csv(rows: Sequence[Row]) -> bytes:
    """Return a table (RFC 4180); where there are several IRIs, a space stands between them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in rows:
        cells = _members(row).values()
        writer.writerow([" ".join(c) if isinstance(c, tuple) else c for c in cells])
    return text.getvalue().encode("utf-8", "backslashreplace")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
