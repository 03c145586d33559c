"""The whole graph as files: every dump of a release, in parts if need be, with its digest."""

from __future__ import annotations

import asyncio
import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import format_datetime, parsedate_to_datetime
from io import FileIO
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats, vocabulary
from clausegraph.engine import Engine
from clausegraph.errors import (
    ClausegraphError,
    EngineBusy,
    InputError,
    SpoolFailed,
    UnknownResource,
)
from clausegraph.formats import Coding, Syntax
from clausegraph.releases import File, Manifest
from clausegraph.releases.loading import say
from clausegraph.web import problems
from clausegraph.web.answers import LATEST, LICENSE, Answer, Link, base, cache_of, respond, tags
from clausegraph.web.edge import BODILESS, RELEASE_HEADER
from clausegraph.web.errorpages import Errors
from clausegraph.web.filereply import FileReply, Span
from clausegraph.web.problems import Problem
from clausegraph.web.shelf import Shelf

DIGEST = ".sha256"  # suffix of the file that holds the digest of another
NAMES: Mapping[str, tuple[Syntax, Coding]] = {
    formats.dump(syntax, coding): (syntax, coding)
    for syntax in formats.DUMPED
    for coding in formats.CODINGS
}

_RANGE = re.compile(r"bytes=[ \t]*(\d{0,100})-(\d{0,100})[ \t]*", re.ASCII | re.IGNORECASE)
_OUTSIDE = replace(problems.OUTCOMES["bad-request"], status=416)


@dataclass(frozen=True)
class Dumps:
    """Serves the dumps of the release that `engine` holds.

    They are in `shelf`, or are put there when the first of them is asked for; who asks waits for
    that, `seconds` at most.
    """

    engine: Engine
    shelf: Shelf | None
    errors: Errors
    seconds: float

    async def manifest(self) -> Manifest:
        """Return the manifest of the release, with its files; or raise EngineBusy, SpoolFailed."""
        release = self.engine.release
        if self.shelf is None:
            raise SpoolFailed(
                "There is no room for dumps here.",
                remedy="Ask the SPARQL endpoint for what you need.",
            )
        folder = self.shelf.folder
        try:
            found = await run_in_threadpool(folder.manifest, release)
            if found is None or not found.files:
                await self._put(self.shelf, release)
                found = await run_in_threadpool(folder.manifest, release)
        except InputError as error:
            raise _lost(error) from error
        if found is None or not found.files:
            raise _busy()
        return found

    async def file(self, request: Request) -> Response:
        """Answer `/dumps/{name}`: a dump, or its digest."""
        name: str = request.path_params["name"]
        dump = name.removesuffix(DIGEST)
        if dump not in NAMES:
            here = tuple(f"{vocabulary.BASE}dumps/{known}" for known in NAMES)
            raise UnknownResource(f"There is no dump called {name!r}.", suggestions=here)
        manifest = await self.manifest()
        file = manifest.file(dump)
        if file is None:
            raise UnknownResource(f"Release {manifest.release} has no dump called {dump!r}.")
        if dump == name:
            return await self._dump(request, manifest, file)
        text = f"{file.sha256}  {file.name}\n"
        cache = cache_of(request, LATEST)
        return respond(request, Answer(text.encode(), "text/plain", (text,), cache))

    async def _put(self, shelf: Shelf, release: str) -> None:
        """Have the files written, and wait until they are."""
        if shelf.keeper.has_just_failed(release):
            raise _unwritten()
        try:
            async with asyncio.timeout(self.seconds):
                await shelf.keeper.put(release)
        except TimeoutError as error:
            raise _busy() from error
        except ClausegraphError as error:
            say(f"clausegraph: the dumps of release {release[:12]} cannot be written: {error}")
            raise _unwritten() from error

    async def _dump(self, request: Request, manifest: Manifest, file: File) -> Response:
        headers = self._headers(request, manifest, file)
        if _is_held(request, headers):
            return Response(status_code=304, headers=_unchanged(headers))
        wanted = None if request.scope.get(BODILESS) else _range(request, headers)
        span = Span(0, file.bytes)
        if wanted is not None:
            found = _span(wanted, file.bytes)
            if found is None:
                return self._outside(request, wanted, file)
            span = found
            headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{file.bytes}"
        assert self.shelf is not None  # noqa: S101
        path = self.shelf.folder.path / manifest.release / file.name
        stream = await run_in_threadpool(_opened, path, file.bytes)
        return FileReply(stream, span, 200 if wanted is None else 206, headers)

    def _headers(self, request: Request, manifest: Manifest, file: File) -> dict[str, str]:
        """Return the header of a whole dump.

        What is compressed has the media type of its compression: with a Content-Encoding, clients
        would save the plain text under a name that says otherwise, and its digest would be wrong.
        """
        syntax, coding = NAMES[file.name]
        digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
        headers = {
            "Content-Type": coding.media_type or syntax.content_type,
            "Accept-Ranges": "bytes",
            "ETag": f'"{file.sha256[:32]}"',
            "Repr-Digest": f"sha-256=:{digest}:",
            "Cache-Control": cache_of(request, LATEST),
            "Vary": "Accept-Encoding",  # so that nothing is coded on the way out (see Edge)
            "Link": ", ".join(map(str, _links(request, manifest.release, file.name))),
            RELEASE_HEADER: manifest.release,
        }
        if self.shelf is not None and self.shelf.archive is not None:
            headers["Last-Modified"] = format_datetime(manifest.time, usegmt=True)
        return headers

    def _outside(self, request: Request, wanted: tuple[str, str], file: File) -> Response:
        """Return 416 (RFC 9110, 15.5.17)."""
        detail = f"The file has {file.bytes} bytes: there are none at {'-'.join(wanted)}."
        headers = {"Content-Range": f"bytes */{file.bytes}", "Accept-Ranges": "bytes"}
        problem = Problem(_OUTSIDE, detail, request.url.path, headers=headers)
        return self.errors.send(request, problem)


def _busy() -> EngineBusy:
    return EngineBusy(
        "The dumps of this release are being written.", remedy="Ask again in a moment."
    )


def _unwritten() -> SpoolFailed:
    return SpoolFailed(
        "The dumps of this release cannot be written; the operator was told.",
        remedy="Ask the SPARQL endpoint for what you need.",
    )


def _lost(error: InputError) -> SpoolFailed:
    """Tell the operator that a dump is not what it was; return the error for the client."""
    say(f"clausegraph: {error}")
    return SpoolFailed(
        "This dump is not what was written; the operator was told.",
        remedy="Ask the SPARQL endpoint for what you need.",
    )


def _opened(path: Path, size: int) -> FileIO:
    """Return a dump of so many bytes, open to be read, or raise SpoolFailed."""
    try:
        stream = path.open("rb", 0)
        if os.fstat(stream.fileno()).st_size == size:
            return stream
        stream.close()
        fault = f"The dump does not have {size} bytes."
    except OSError as error:
        fault = f"The dump cannot be read: {error.strerror}."
    remedy = "Restore it; of the release that is served, the next start writes it again."
    raise _lost(InputError(fault, file=path, remedy=remedy))


def _links(request: Request, release: str, name: str) -> tuple[Link, ...]:
    here = base(request)
    host = here.removesuffix(request.scope.get("root_path", ""))
    kept = f"v/{release}/dumps/{name}"
    return (
        Link(f"{vocabulary.BASE}{kept}", "cite-as"),
        Link(f"{here}/dumps/{name}", "canonical"),
        Link(f"{here}/dumps/{name}{DIGEST}", "describedby", "text/plain"),
        Link(f"{here}/dataset", "collection"),
        Link(LICENSE, "license"),
        Link(f"{host}/dumps/{name}", "latest-version"),
        Link(f"{host}/{kept}", "memento"),
        Link(f"{host}/releases", "version-history"),
    )


def _is_held(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether the client has this dump already (RFC 9110, sections 13.1.2 and 13.1.3)."""
    held = request.headers.get("if-none-match")
    if held is not None:
        return bool(tags(held) & {"*", headers["ETag"]})
    since, changed = request.headers.get("if-modified-since"), headers.get("Last-Modified")
    if since is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(since) >= parsedate_to_datetime(changed)
    except (TypeError, ValueError):
        return False


def _unchanged(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the header of 304: without what describes a body (RFC 9110, 15.4.5)."""
    body = {"Content-Type", "Accept-Ranges", "Repr-Digest"}
    return {name: value for name, value in headers.items() if name not in body}


def _range(request: Request, headers: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the first and last place that are asked for, as text; None for the whole.

    What is no range, is in another unit, or is several, is answered whole, as is one of a file that
    has changed since (RFC 9110, sections 13.1.5 and 14.2).
    """
    condition = request.headers.get("if-range")
    if condition is not None and condition not in (headers["ETag"], headers.get("Last-Modified")):
        return None
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] and match[2] and int(match[1]) > int(match[2]):
        return None
    return match[1], match[2]


def _span(wanted: tuple[str, str], size: int) -> Span | None:
    """Return the bytes that a range means in a file of `size`, None if it has none of them."""
    first, last = wanted
    if first:
        start, end = int(first), min(int(last) + 1, size) if last else size
    else:
        start, end = max(0, size - int(last)), size
    return Span(start, end) if start < end else None
