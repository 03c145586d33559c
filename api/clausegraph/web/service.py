"""The pages and documents that are about the service itself, its graphs and its vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clausegraph import questions, vocabulary
from clausegraph.errors import EngineBusy, UnknownResource
from clausegraph.formats import HTML, Syntax
from clausegraph.questions import SavedQuery
from clausegraph.web import addresses, apidoc, assets, nodespage, problems, suggestions, texts
from clausegraph.web.answers import (
    CATALOG,
    DESCRIBED,
    FOREVER,
    LATEST,
    LONG,
    NO_STORE,
    Answer,
    Choice,
    Link,
    base,
    respond,
)
from clausegraph.web.documents import Document, Documents, fill, offered
from clausegraph.web.metrics import Metrics
from clausegraph.web.model import Described
from clausegraph.web.nodespage import Sheet
from clausegraph.web.pages import Pages
from clausegraph.web.terms import Words


@dataclass(frozen=True)
class Service:
    """Everything beside `/id/`, `/doc/`, `/api/` and `/sparql`."""

    documents: Documents
    pages: Pages
    words: Words
    openapi: Callable[[], Mapping[str, Any]]
    metrics: Metrics
    _saved: dict[str, list[SavedQuery]] = field(default_factory=dict)

    # --- named graphs, dataset, release

    async def graph(self, request: Request) -> Response:
        """Answer `/graph/...`: the triples of one named graph."""
        named = addresses.split_suffix(addresses.name_below(request, "/graph/"))
        path = f"/graph/{addresses.encode(named.name)}"
        iri = NamedNode(vocabulary.GRAPH + named.name)
        chosen = offered(request, named.syntax)
        prefers = await self.documents.prefers(request, chosen)
        if known := await self.documents.known(request, path, chosen, "", prefers):
            return known
        if not await self.documents.rows(texts.query("graph-exists"), graph=str(iri)):
            raise await suggestions.unknown_graph(self.documents, named.name)
        text = fill(texts.query("graph"), {"graph": str(iri)})
        return await self._document(request, path, text, f"Graph {named.name}", chosen)

    async def dataset(self, request: Request) -> Response:
        """Answer `/dataset`: what this graph is and how to get at it (VoID, DCAT)."""
        chosen = offered(request, _suffix(request))
        text = texts.query("dataset")
        return await self._document(request, "/dataset", text, "The dataset", chosen)

    async def release(self, request: Request) -> Response:
        """Answer `/v/{release}`: what a release is made of."""
        named = addresses.split_suffix(addresses.name_below(request, "/v/"))
        release = self.documents.engine.release
        if named.name != release:
            raise UnknownResource(f"Release {named.name} is not answered here.")
        text = fill(
            texts.query("release"), {"release": str(NamedNode(vocabulary.RELEASE + release))}
        )
        chosen = offered(request, named.syntax)
        return await self._document(
            request, f"/v/{release}", text, f"Release {release[:12]}", chosen
        )

    async def _document(
        self, request: Request, path: str, text: str, title: str, chosen: Choice
    ) -> Response:
        prefers = await self.documents.prefers(request, chosen)
        if known := await self.documents.known(request, path, chosen, "", prefers):
            return known
        about = vocabulary.BASE + unquote(path[1:])

        def page(data: bytes, release: str) -> bytes:
            described = Described(data, self.words, prefers)
            return nodespage.render(self.pages, described, Sheet(title, about, path, release))

        links = [Link(vocabulary.BASE + path[1:], "cite-as")]
        if path != "/dataset":
            links.append(Link(f"{base(request)}/dataset", "collection"))
        document = Document(path, about, text, page, tuple(links), languages=prefers)
        return await self.documents.send(request, document, chosen)

    # --- pages

    async def saved_queries(self, request: Request) -> Response:
        """Answer `/queries`: the questions that are kept, each ready to run."""
        rows = await self.documents.rows(texts.query("kept"))
        names = {row["query"].removeprefix(f"{vocabulary.ID}query/") for row in rows}
        page = self.pages.render("queries.html", saved=await self._questions(), described=names)
        return self._page(request, page)

    async def _questions(self) -> list[SavedQuery]:
        """Return the saved queries, by number; read once for each release."""
        release = self.documents.engine.release
        if release not in self._saved:
            found = await run_in_threadpool(questions.load_all)
            self._saved.clear()
            self._saved[release] = sorted(
                found.values(), key=lambda item: (item.number or len(found) + 1, item.name)
            )
        return self._saved[release]

    async def docs(self, request: Request) -> Response:
        """Answer `/docs`: the OpenAPI description as a page, without any script."""
        api = self.openapi()
        groups: dict[str, list[tuple[str, str, Any]]] = {tag: [] for tag in apidoc.TAGS}
        for path, methods in api["paths"].items():
            for method, operation in methods.items():
                groups[operation["tags"][0]].append((path, method, operation))
        page = self.pages.render("docs.html", api=api, groups=list(groups.items()))
        return self._page(request, page)

    async def problem(self, request: Request) -> Response:
        """Answer `/problem/{slug}`: what a kind of problem means."""
        slug = request.path_params["slug"]
        if slug not in problems.HELP:
            raise UnknownResource(f"There is no kind of problem called {slug!r}.")
        outcome = problems.OUTCOMES[slug]
        page = self.pages.render("help.html", outcome=outcome, help=problems.HELP[slug])
        return self._page(request, page, cache=LONG)

    async def static(self, request: Request) -> Response:
        """Answer `/static/{name}`: one of a fixed list of files."""
        name = request.path_params["name"]
        found = assets.load().files.get(name)
        if found is None:
            raise UnknownResource(f"There is no file {name!r}.")
        cache = FOREVER if found.is_lasting else LATEST
        return respond(request, Answer(found.body, found.content_type, (name, found.digest), cache))

    def _page(self, request: Request, page: bytes, cache: str = "no-cache") -> Response:
        parts = (request.url.path, page.decode())
        answer = Answer(page, HTML.content_type, parts, cache, (DESCRIBED, CATALOG))
        return respond(request, answer)

    # --- state

    async def health(self, _request: Request) -> Response:
        """Answer `/health`: the process is up."""
        return JSONResponse({"status": "up"}, headers={"Cache-Control": NO_STORE})

    async def measured(self, request: Request) -> Response:
        """Answer `/metrics`: figures in the text format of Prometheus."""
        body, content_type = await self.metrics.page(request.headers.get("accept", ""))
        headers = {"Cache-Control": NO_STORE, "Content-Type": content_type}
        return Response(body, headers=headers)

    async def ready(self, _request: Request) -> Response:
        """Answer `/ready`: a release is loaded, or 503."""
        headers = {"Cache-Control": NO_STORE}
        try:
            release = self.documents.engine.release
        except EngineBusy as error:
            body = {"status": "starting", "detail": error.message}
            return JSONResponse(body, 503, {**headers, "Retry-After": "1"})
        return JSONResponse({"status": "ready", "release": release}, headers=headers)


def _suffix(request: Request) -> Syntax | None:
    """Return the syntax that the path's suffix fixes, if it has one."""
    return addresses.split_suffix(request.url.path).syntax
