"""`/cite`: how to cite a thing of the graph, the dataset, or the answer to a query."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import vocabulary
from clausegraph.engine import Dataset, Query
from clausegraph.errors import BadRequest, ClausegraphError, UnknownResource
from clausegraph.formats import HTML, Syntax, by_media_type
from clausegraph.web import answers, cited, names, neighbours, permalink, register
from clausegraph.web.answers import (
    LATEST,
    MEDIA_TYPE_PARAMETER,
    Answer,
    Choice,
    Link,
    base,
    cache_of,
    choose,
    is_held,
    respond,
)
from clausegraph.web.call import KINDS, kind_of
from clausegraph.web.citation import FORMS, PROJECT, Citation
from clausegraph.web.documents import Documents
from clausegraph.web.errorpages import Errors
from clausegraph.web.names import Reading
from clausegraph.web.pages import Pages
from clausegraph.web.permalink import Permalink
from clausegraph.web.protocol import URL_BYTES
from clausegraph.web.record import record_of
from clausegraph.web.rows import table

OFFERS = (*FORMS, HTML)
REPEATED = ("default-graph-uri", "named-graph-uri")
OF_QUERIES = ("answer", *REPEATED)
KNOWN = ("iri", "query", *OF_QUERIES, "release", "lang")

_RELEASE = re.compile(r"[0-9a-f]{64}")
_LONGEST_LINK = 4096  # characters of an address in a field
# Every syntax that an answer can be asked for in.
_RESULTS = tuple(dict.fromkeys(syntax for offers in KINDS.values() for syntax in offers))

Dates = Callable[[str], Awaitable[str]]


async def no_date(_: str) -> str:
    """Tell the day of no release."""
    return ""


@dataclass(frozen=True)
class Asked:
    """What is to be cited: the thing `iri`, or else the answer to `query` as `media_type`."""

    iri: str = ""
    query: str = ""
    media_type: str = ""
    release: str = ""
    language: str = "en"
    dataset: Dataset | None = None


@dataclass(frozen=True)
class Citing:
    """Tells how to cite; `dates` gives the day of a release, empty where it is not known."""

    documents: Documents
    pages: Pages
    errors: Errors
    dates: Dates = no_date

    async def get(self, request: Request) -> Response:
        """Answer `GET /cite`."""
        asked = _asked(request)
        release = self.documents.engine.release
        if asked.release and asked.release != release:
            return _elsewhere(request, asked.release)
        chosen = choose(_without_answers(request), OFFERS)
        released = await self.dates(release)
        parts = (
            *(release, base(request), f"/cite?{request.url.query}"),
            *(chosen.content_type, released),
        )
        cache = cache_of(request, LATEST)
        if is_held(request, parts):
            return respond(request, Answer(b"", chosen.content_type, parts, cache))
        try:
            citation = replace(await self._cite(request, asked), released=released)
        except ClausegraphError as error:
            return self.errors.respond(request, error, text=asked.query)
        if citation.is_ours:
            citation = replace(citation, date=citation.date or released)
        body = await run_in_threadpool(self._written, request, citation, chosen)
        named = (Link(citation.url, "cite-as"),) if len(citation.url) <= _LONGEST_LINK else ()
        links = (*named, *chosen.links)
        return respond(request, Answer(body, chosen.content_type, parts, cache, links))

    async def _cite(self, request: Request, asked: Asked) -> Citation:
        if asked.query:
            return await self._answer(request, asked)
        release = self.documents.engine.release
        iri = await self._known(request, asked.iri) if asked.iri else vocabulary.DATASET
        iri = vocabulary.DATASET if iri == vocabulary.RELEASE + release else iri
        rows = await table(self.documents, "citation", thing=str(NamedNode(iri)))
        if iri == vocabulary.DATASET:
            return cited.of_dataset(rows, release, asked.language)
        if not rows and not await table(self.documents, "described", things=str(NamedNode(iri))):
            near = await neighbours.suggestions(self.documents, {iri: Reading((iri,))})
            message = f"Nothing in this release is called {iri}."
            raise UnknownResource(message, suggestions=near.get(iri, ()))
        return cited.cite(iri, rows, release, asked.language)

    async def _known(self, request: Request, given: str) -> str:
        """Return the IRI that a name stands for today, or raise what became of it."""
        reading = names.read(given, (base(request), _root(request)))
        ours = [iri for iri in reading.iris if iri.startswith(vocabulary.BASE)]
        if not ours:
            raise BadRequest(
                f"`iri`: {given[:200]!r} is no name of this graph.",
                remedy=f"Give an IRI below {vocabulary.BASE}, or a name like scheme:code.",
            )
        name = ours[0].removeprefix(vocabulary.ID)
        entry = await register.look(self.documents, name) if name != ours[0] else None
        if entry is None:
            return ours[0]
        if entry.moved_to is None:
            raise register.gone(entry)
        return entry.moved_to

    async def _answer(self, request: Request, asked: Asked) -> Citation:
        """Run a query, and return the citation of its answer."""
        release = self.documents.engine.release
        result = await self.documents.engine.query(_query(request, asked, release))
        digest = await run_in_threadpool(permalink.digest_of_answer, result)
        if result.is_volatile:
            raise BadRequest(
                "The answer cannot be cited: asked again, the query may get another one.",
                remedy="Leave out NOW, RAND, UUID, STRUUID and BNODE, and name every node that a "
                "CONSTRUCT makes.",
            )
        media_type = result.syntax.media_type
        link = Permalink(result.release, asked.query, media_type, digest, asked.dataset)
        if len(link.address) > URL_BYTES:
            raise BadRequest(
                f"The answer cannot be cited by an address: it would have {len(link.address):,} "
                "characters.",
                remedy=f"Shorten the query; an address may have {URL_BYTES:,} characters.",
            )
        saved = await table(self.documents, "saved-text", text=str(Literal(asked.query)))
        title = f"“{saved[0]['title']}” Answer" if saved else "Answer to a SPARQL query"
        return Citation(
            key=f"clausegraph-answer-{permalink.digest_of([link.iri.encode()])[-12:]}",
            kind="dataset",
            title=f"{title} from {PROJECT}",
            url=link.iri,
            release=result.release,
            language="en",
            authors=(PROJECT,),
            is_ours=True,
            note=f"The answer as {media_type} has the digest {digest}.",
        )

    def _written(self, request: Request, citation: Citation, chosen: Choice) -> bytes:
        if chosen.syntax != HTML:
            return FORMS[chosen.syntax](citation)
        query = list(request.query_params.multi_items())
        forms = [
            (syntax, write(citation).decode(), _address(query, syntax))
            for syntax, write in FORMS.items()
        ]
        return self.pages.render(
            "cite.html", citation=citation, forms=forms, release=citation.release
        )


def _asked(request: Request) -> Asked:
    """Read the parameters, or raise BadRequest that lists what is known."""
    given: dict[str, list[str]] = {name: [] for name in (*KNOWN, MEDIA_TYPE_PARAMETER, "_profile")}
    for name, value in request.query_params.multi_items():
        if name not in given:
            listed = ", ".join(KNOWN)
            raise BadRequest(f"{name[:100]!r} is not known here.", remedy=f"Known are: {listed}.")
        if not value:
            raise BadRequest(f"`{name}` is empty.", remedy="Give it a value, or leave it out.")
        given[name].append(value)
        if len(given[name]) > 1 and name in KNOWN and name not in REPEATED:
            raise BadRequest(f"`{name}` is given twice.", remedy="Give it once.")
    one = {name: (values or [""])[0] for name, values in given.items()}
    if one["iri"] and one["query"]:
        raise BadRequest("There is an IRI and a query.", remedy="Give one of `iri` and `query`.")
    if not one["query"] and (idle := next((name for name in OF_QUERIES if given[name]), "")):
        raise BadRequest(f"`{idle}` is of a query.", remedy="Give a `query`, or leave it out.")
    if one["release"] and not _RELEASE.fullmatch(one["release"]):
        raise BadRequest("`release` is named by 64 hexadecimal digits in lower case.")
    graphs = [_graphs(name, given[name]) for name in REPEATED]
    return Asked(
        one["iri"],
        one["query"],
        one["answer"] or next(filter(_is_result, given[MEDIA_TYPE_PARAMETER]), ""),
        one["release"],
        one["lang"].lower() or "en",
        Dataset(*graphs) if any(graphs) else None,
    )


def _graphs(name: str, iris: list[str]) -> tuple[str, ...]:
    for iri in iris:
        try:
            NamedNode(iri)
        except ValueError as error:
            raise BadRequest(f"`{name}`: {iri[:200]!r} is no absolute IRI.") from error
    return tuple(dict.fromkeys(iris))


def _is_result(media_type: str) -> bool:
    """Whether a media type is one of answers to queries, and none of citations."""
    return by_media_type(media_type, _RESULTS) is not None and not by_media_type(media_type, OFFERS)


def _without_answers(request: Request) -> Request:
    """Return the request without `_mediatype` where that says how the answer is cited."""
    named = request.query_params.getlist(MEDIA_TYPE_PARAMETER)
    if not any(map(_is_result, named)):
        return request
    pairs = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name != MEDIA_TYPE_PARAMETER or not _is_result(value)
    ]
    return Request({**request.scope, "query_string": urlencode(pairs).encode()})


def _query(request: Request, asked: Asked, release: str) -> Query:
    """Return what the engine is asked: what the permalink will ask it."""
    media_type = asked.media_type or None
    wanted = {kind: answers.best(media_type, offers) for kind, offers in KINDS.items()}
    kind = kind_of(asked.query)
    is_none = media_type is not None and by_media_type(media_type, _RESULTS) is None
    if is_none or (kind and wanted[kind] is None):
        listed = ", ".join(syntax.media_type for syntax in (KINDS[kind] if kind else _RESULTS))
        raise BadRequest(
            f"`answer`: {media_type} is no form of this answer.", remedy=f"Known are: {listed}."
        )
    below = base(request) if request.scope.get("root_path") else f"{base(request)}/v/{release}"
    syntaxes = {kind: found.syntax if found else None for kind, found in wanted.items()}
    return Query(
        asked.query,
        syntaxes["solutions"],
        syntaxes["boolean"],
        syntaxes["graph"],
        dataset=asked.dataset,
        base=f"{below}/sparql",
        compact=True,
        client=record_of(request.scope).client,
        may_spool=True,
    )


def _elsewhere(request: Request, release: str) -> Response:
    """Return the redirect to the same question of another release."""
    pairs = [(k, v) for k, v in request.query_params.multi_items() if k != "release"]
    location = f"{_root(request)}/v/{release}/cite?{urlencode(pairs)}"
    return Response(status_code=302, headers={"Location": location, "Cache-Control": LATEST})


def _root(request: Request) -> str:
    """Return the address of the service, whichever release is asked."""
    return base(request).removesuffix(request.scope.get("root_path", ""))


def _address(query: list[tuple[str, str]], syntax: Syntax) -> str:
    """Return the address of the same citation in another form, relative to this one."""
    kept = [(k, v) for k, v in query if k != MEDIA_TYPE_PARAMETER or _is_result(v)]
    return "?" + urlencode([*kept, (MEDIA_TYPE_PARAMETER, syntax.media_type)])
