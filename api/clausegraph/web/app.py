"""The application: every route, handed everything that it works with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from clausegraph.engine import Engine, Pinned
from clausegraph.errors import ClausegraphError, EngineBusy, UnknownResource
from clausegraph.settings import OFF, Settings
from clausegraph.validate.judges import Judges
from clausegraph.web import (
    apidoc,
    apidoc_analyses,
    apidoc_dumps,
    apidoc_names,
    apidoc_reports,
    apidoc_searching,
    apidoc_sparql,
    apidoc_validating,
    explorer,
    problems,
    validating,
)
from clausegraph.web.accesslog import AccessLog
from clausegraph.web.analyses import ANALYSES
from clausegraph.web.analysing import Analyses
from clausegraph.web.answercache import AnswerCache
from clausegraph.web.answers import VERSION
from clausegraph.web.application import Application, Front
from clausegraph.web.asking import Asking
from clausegraph.web.citing import Citing, no_date
from clausegraph.web.documents import Documents
from clausegraph.web.dumps import Dumps
from clausegraph.web.edge import BODY_METHODS, READ_METHODS, takes_bodies
from clausegraph.web.enquiry import offers
from clausegraph.web.errorpages import Errors
from clausegraph.web.explorer.figures import reports
from clausegraph.web.explorer.site import Explorer
from clausegraph.web.gate import Gate
from clausegraph.web.history import History
from clausegraph.web.lists import OFFERS, Lists
from clausegraph.web.metrics import Metrics, Sources
from clausegraph.web.pages import Pages
from clausegraph.web.problems import Problem
from clausegraph.web.rates import Rates
from clausegraph.web.recall import Recall
from clausegraph.web.replies import Downloads
from clausegraph.web.reporting import Reports
from clausegraph.web.reports import OFFERS as REPORT_FORMS
from clausegraph.web.reports import REPORTS
from clausegraph.web.resolving import Resolver
from clausegraph.web.resources import Resources
from clausegraph.web.restored import restored
from clausegraph.web.searching import Searching
from clausegraph.web.service import Service
from clausegraph.web.shelf import Shelf
from clausegraph.web.sites import Sites
from clausegraph.web.sparql import Endpoint
from clausegraph.web.terms import Authored, Words
from clausegraph.web.validating import Validating
from clausegraph.web.views import VIEWS
from clausegraph.web.vocabularies import NAMES, Vocabularies
from clausegraph.web.wellknown import WellKnown

MEBIBYTE = 2**20
DOWNLOADS = 2  # large answers that a client may read at once, for each query that it may run


@dataclass(frozen=True)
class _Shared:
    """What the routes of all releases have in common."""

    settings: Settings
    pages: Pages
    metrics: Metrics
    cache: AnswerCache
    downloads: Downloads
    words: Words
    shelf: Shelf | None
    judges: Judges


def create_app(
    engine: Engine,
    settings: Settings,
    gate: Gate | None = None,
    shelf: Shelf | None = None,
    judges: Judges | None = None,
) -> Application:
    """Return the ASGI application that serves what `engine` holds; `gate` is the server's, `shelf`
    has older releases, `judges` validate: who gives any is to close them.

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
    judges = judges or Judges()
    sources = Sources(
        VERSION,
        release,
        engine.statistics,
        judges.statistics,
        cache_bytes=lambda: cache.size,
        cache_entries=lambda: len(cache),
        lost_lines=lambda: 0 if log is None else log.lost,
        connections=lambda: 0 if gate is None else gate.count,
        refused=lambda: {} if gate is None else gate.refused,
    )
    downloads = Downloads(DOWNLOADS * settings.per_client)
    words = Words.of(Authored.of("ontology"))
    metrics = Metrics(sources)
    shared = _Shared(settings, pages, metrics, cache, downloads, words, shelf, judges)
    endpoint = _endpoint(engine, shared, errors)
    sites = Sites(engine, shelf, errors, lambda pinned: _site(pinned, shared))
    rates = None if settings.rate is None else Rates(settings.rate)
    return Application(_front(endpoint, shared, sites), metrics, log, rates)


def _site(pinned: Pinned, shared: _Shared) -> ASGIApp:
    """Return the routes of one release, which stays the same when another is loaded."""
    errors = Errors(shared.pages, lambda: pinned.release)
    return _front(_endpoint(pinned, shared, errors), shared)


def _endpoint(engine: Engine, shared: _Shared, errors: Errors) -> Endpoint:
    """Return what answers `/sparql`."""
    asking = Asking(engine, shared.pages, shared.settings, shared.cache, shared.downloads)
    return Endpoint(engine, shared.pages, errors, asking)


def _front(endpoint: Endpoint, shared: _Shared, sites: Sites | None = None) -> Front:
    """Return what answers every path: that of a whole service has `sites` below `/v/`."""
    errors = endpoint.errors
    others = _others(endpoint.engine, shared, errors, sites)
    return Front(endpoint, ServerErrorMiddleware(endpoint, errors.unforeseen), others)


def _others(engine: Engine, shared: _Shared, errors: Errors, sites: Sites | None) -> Recall:
    """Return the application behind all paths but the endpoint's."""
    pages, words = shared.pages, shared.words
    documents = Documents(engine, shared.cache)
    app = FastAPI(
        title="Clausegraph",
        version=VERSION,
        description=apidoc.DESCRIPTION,
        license_info=apidoc.LICENSE_INFO,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    apidoc_sparql.add_sparql(app, shared.settings)
    vocabularies = Vocabularies(engine, pages, words)
    if sites is None:
        vocabularies = replace(vocabularies, source=partial(restored, engine))
    else:
        app.router.routes.append(Route("/v/{path:path}", sites))
    _add_service(app, Service(documents, pages, words, app.openapi, shared.metrics))
    _add_vocabularies(app, vocabularies)
    _add_resources(app, Resources(documents, pages, words))
    _add_views(app, Lists(documents))
    dates = no_date if shared.shelf is None else shared.shelf.day
    _add_names(app, Resolver(documents, errors), Citing(documents, pages, errors, dates))
    _add_analyses(app, Analyses(documents))
    apidoc_searching.add_searching(app, Searching(documents, pages, words))
    _add_reports(app, Reports(documents, pages, draw=reports.inline))
    explorer.add(app, Explorer(documents, pages, errors, words, shared.settings, shared.shelf))
    _add_dumps(app, documents, shared, errors)
    if sites is not None:
        _add_validating(app, Validating(shared.judges, pages, errors, shared.settings))
    _add_error_handlers(app, errors)
    return Recall(app, shared.cache, errors.release)


def _add_resources(app: FastAPI, resources: Resources) -> None:
    get = app.router.add_api_route
    get("/id/{path:path}", resources.identify, **apidoc.IDENTIFIER)
    get("/doc/{path:path}", resources.describe, **apidoc.DOCUMENT)


def _add_views(app: FastAPI, lists: Lists) -> None:
    for view in VIEWS:
        # A scheme's name has no dot, and a path with a suffix is to be found before one without.
        for fixed in (*OFFERS, None):
            suffix = "" if fixed is None else fixed.suffix
            described = apidoc.suffixed(apidoc.view(view), suffix)
            app.router.add_api_route(view.path + suffix, lists.handler(view, fixed), **described)


def _add_analyses(app: FastAPI, analyses: Analyses) -> None:
    get = app.router.add_api_route
    for item in ANALYSES:
        described = apidoc_analyses.analysis(item)
        for fixed in (None, *offers(item)):
            suffix = "" if fixed is None else fixed.suffix
            handler = analyses.handler(item, fixed)
            get(item.path + suffix, handler, **apidoc.suffixed(described, suffix))
        if item.example:
            named = apidoc_analyses.analysis(item, is_named=True)
            get(item.path + "/{name:path}", analyses.handler(item), **named)


def _add_reports(app: FastAPI, reports: Reports) -> None:
    for report in REPORTS:
        described = apidoc_reports.report(report)
        for fixed in (None, *REPORT_FORMS):
            suffix = "" if fixed is None else fixed.suffix
            path, handler = report.analysis.path + suffix, reports.handler(report, fixed)
            app.router.add_api_route(path, handler, **apidoc.suffixed(described, suffix))


def _add_dumps(app: FastAPI, documents: Documents, shared: _Shared, errors: Errors) -> None:
    dumps = Dumps(documents.engine, shared.shelf, errors, shared.settings.timeout)
    apidoc_dumps.add_dumps(app, dumps)
    apidoc_dumps.add_history(app, History(documents, shared.pages, shared.shelf))
    apidoc_dumps.add_well_known(app, WellKnown(documents, shared.pages, shared.words))


def _add_names(app: FastAPI, resolver: Resolver, citing: Citing) -> None:
    add = app.router.add_api_route
    add("/resolve", resolver.get, **apidoc_names.RESOLVE)
    add("/resolve", resolver.post, methods=["POST"], **apidoc_names.RESOLVE_MANY)
    add("/curie/{curie:path}", resolver.curie, **apidoc_names.CURIE)
    add("/cite", citing.get, **apidoc_names.CITE)


def _add_validating(app: FastAPI, found: Validating) -> None:
    add = app.router.add_api_route
    add(validating.PATH, found.get, **apidoc_validating.FORM)
    add(validating.PATH, found.post, methods=["POST"], **apidoc_validating.VALIDATE)


def _add_service(app: FastAPI, service: Service) -> None:
    get = app.router.add_api_route
    get("/docs", service.docs, include_in_schema=False)
    get("/queries", service.saved_queries, include_in_schema=False)
    get("/static/{name:path}", service.static, include_in_schema=False)
    get("/problem/{slug}", service.problem, **apidoc.PROBLEM)
    get("/graph/{path:path}", service.graph, **apidoc.GRAPH)
    get("/v/{path:path}", service.release, **apidoc.RELEASE)
    get("/health", service.health, **apidoc.HEALTH)
    get("/metrics", service.measured, **apidoc.METRICS)
    get("/ready", service.ready, **apidoc.READY)
    for suffix in ("", *apidoc.SUFFIXES):
        get(f"/dataset{suffix}", service.dataset, **apidoc.suffixed(apidoc.DATASET, suffix))


def _add_vocabularies(app: FastAPI, vocabularies: Vocabularies) -> None:
    get = app.router.add_api_route
    get("/context/1.jsonld", vocabularies.context, **apidoc.CONTEXT)
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
            headers = {"Allow": BODY_METHODS if takes_bodies(request.url.path) else READ_METHODS}
            problem = Problem(problems.METHOD, detail, request.url.path, headers=headers)
            return errors.send(request, problem)
        return errors.respond(request, UnknownResource(f"There is nothing at {request.url.path}."))

    app.add_exception_handler(ClausegraphError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, errors.unforeseen)
