"""The application: every route, handed everything that it works with."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from clausegraph.engine import Engine
from clausegraph.errors import ClausegraphError, EngineBusy, UnknownResource
from clausegraph.settings import OFF, Settings
from clausegraph.web import apidoc, problems
from clausegraph.web.accesslog import AccessLog
from clausegraph.web.answercache import AnswerCache
from clausegraph.web.answers import VERSION
from clausegraph.web.application import Application, Front
from clausegraph.web.asking import Asking
from clausegraph.web.documents import Documents
from clausegraph.web.edge import READ_METHODS
from clausegraph.web.errorpages import Errors
from clausegraph.web.gate import Gate
from clausegraph.web.lists import Lists
from clausegraph.web.metrics import Metrics, Sources
from clausegraph.web.pages import Pages
from clausegraph.web.problems import Problem
from clausegraph.web.rates import Rates
from clausegraph.web.replies import Downloads
from clausegraph.web.resources import Resources
from clausegraph.web.service import Service
from clausegraph.web.sparql import Endpoint
from clausegraph.web.terms import Authored, Words
from clausegraph.web.views import VIEWS
from clausegraph.web.vocabularies import NAMES, Vocabularies

MEBIBYTE = 2**20
DOWNLOADS = 2  # large answers that a client may read at once, for each query that it may run


def create_app(engine: Engine, settings: Settings, gate: Gate | None = None) -> Application:
    """Return the ASGI application that serves what `engine` holds; `gate` is the server's.

    Raises UsageError where the access log cannot be written.
    """

    def release() -> str | None:
        try:
            return engine.release
        except EngineBusy:
            return None

    pages = Pages()
    errors = Errors(pages, release)
    cache = AnswerCache(settings.cache * MEBIBYTE)
    log = None if settings.access_log == OFF else AccessLog(settings.access_log)
    sources = Sources(
        VERSION,
        release,
        engine.statistics,
        cache_bytes=lambda: cache.size,
        cache_entries=lambda: len(cache),
        lost_lines=lambda: 0 if log is None else log.lost,
        connections=lambda: 0 if gate is None else gate.count,
        refused=lambda: {} if gate is None else gate.refused,
    )
    metrics = Metrics(sources)
    downloads = Downloads(DOWNLOADS * settings.per_client)
    asking = Asking(engine, pages, settings, cache, downloads)
    endpoint = Endpoint(engine, pages, errors, asking)
    front = Front(
        ServerErrorMiddleware(endpoint, errors.unforeseen),
        _others(engine, settings, pages, errors, metrics),
    )
    rates = None if settings.rate is None else Rates(settings.rate)
    return Application(front, endpoint, metrics, log, rates)


def _others(
    engine: Engine, settings: Settings, pages: Pages, errors: Errors, metrics: Metrics
) -> ASGIApp:
    """Return the application behind all paths but the endpoint's."""
    words = Words.of(Authored.of("ontology"))
    documents = Documents(engine)
    app = FastAPI(
        title="Clausegraph",
        version=VERSION,
        description=apidoc.DESCRIPTION,
        license_info=apidoc.LICENSE_INFO,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    apidoc.add_sparql(app, settings)
    vocabularies = Vocabularies(engine, pages, words)
    _add_service(app, Service(documents, pages, words, vocabularies, app.openapi, metrics))
    _add_vocabularies(app, vocabularies)
    _add_resources(app, Resources(documents, pages, words))
    _add_views(app, Lists(documents))
    _add_error_handlers(app, errors)
    return app


def _add_resources(app: FastAPI, resources: Resources) -> None:
    get = app.router.add_api_route
    get("/id/{path:path}", resources.identify, **apidoc.IDENTIFIER)
    get("/doc/{path:path}", resources.describe, **apidoc.DOCUMENT)


def _add_views(app: FastAPI, lists: Lists) -> None:
    for view in VIEWS:
        app.router.add_api_route(view.path, lists.handler(view), **apidoc.view(view))


def _add_service(app: FastAPI, service: Service) -> None:
    get = app.router.add_api_route
    get("/", service.home, include_in_schema=False)
    get("/docs", service.docs, include_in_schema=False)
    get("/queries", service.saved_queries, include_in_schema=False)
    get("/static/{name}", service.static, include_in_schema=False)
    get("/problem/{slug}", service.problem, **apidoc.page("What a kind of problem means."))
    get("/graph/{path:path}", service.graph, **apidoc.GRAPH)
    get("/v/{path:path}", service.release, **apidoc.RELEASE)
    get("/health", service.health, **apidoc.page("Whether the process is up."))
    get("/metrics", service.measured, **apidoc.page("Figures for Prometheus."))
    get("/ready", service.ready, **apidoc.page("Whether a release is loaded; 503 while not."))
    for suffix in ("", *apidoc.SUFFIXES):
        get(f"/dataset{suffix}", service.dataset, **apidoc.suffixed(apidoc.DATASET, suffix))


def _add_vocabularies(app: FastAPI, vocabularies: Vocabularies) -> None:
    get = app.router.add_api_route
    get("/context/1.jsonld", vocabularies.context, **apidoc.page("The JSON-LD context."))
    for name in NAMES:
        for suffix in ("", *apidoc.SUFFIXES):
            described = apidoc.suffixed(apidoc.vocabulary(name), suffix)
            get(f"/{name}{suffix}", vocabularies.handler(name), **described)


def _add_error_handlers(app: FastAPI, errors: Errors) -> None:
    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, ClausegraphError)  # noqa: S101
        return errors.respond(request, error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        if error.status_code == problems.METHOD.status:
            detail = f"{request.method} is not served at {request.url.path}."
            headers = {"Allow": READ_METHODS}
            problem = Problem(problems.METHOD, detail, request.url.path, headers=headers)
            return errors.send(request, problem)
        return errors.respond(request, UnknownResource(f"There is nothing at {request.url.path}."))

    app.add_exception_handler(ClausegraphError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, errors.unforeseen)
