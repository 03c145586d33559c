"""The routes of these pages."""

from __future__ import annotations

from fastapi import FastAPI

from clausegraph.formats import HTML
from clausegraph.web.explorer.figures.compare import COMPARE_FIGURE
from clausegraph.web.explorer.figures.coverage import COVERAGE_FIGURE
from clausegraph.web.explorer.figures.downloads import DATA_FIGURE
from clausegraph.web.explorer.figures.gaps import GAPS_FIGURE
from clausegraph.web.explorer.figures.painter import Painter
from clausegraph.web.explorer.figures.reference import Reference
from clausegraph.web.explorer.figures.reports import REPORT_FIGURES
from clausegraph.web.explorer.figures.serving import FOLDER, FORMS, Serving
from clausegraph.web.explorer.site import Explorer

PAGED = (COVERAGE_FIGURE, GAPS_FIGURE, COMPARE_FIGURE)
FIGURES = (*PAGED, *REPORT_FIGURES)


def add(app: FastAPI, explorer: Explorer) -> None:
    """Add the routes to `app`."""
    get = app.router.add_api_route
    painter = Painter(explorer.settings.timeout)
    for figure in FIGURES:
        serving = Serving(explorer, figure, painter)
        if figure in PAGED:
            get(figure.analysis.path, serving.handler(HTML), include_in_schema=False)
        for form in FORMS:
            path = f"{FOLDER}{figure.name}{form.suffix}"
            get(path, serving.handler(form), include_in_schema=False)
    get(
        DATA_FIGURE.analysis.path,
        Serving(explorer, DATA_FIGURE, painter).handler(HTML),
        include_in_schema=False,
    )
    _add_reference(app, Reference(explorer, painter))


def _add_reference(app: FastAPI, reference: Reference) -> None:
    """Add the pages of the reference, and the diagrams of terms."""
    get = app.router.add_api_route
    get("/reference", reference.index, include_in_schema=False)
    get("/reference/shapes/{shape}", reference.shape, include_in_schema=False)
    get("/reference/{term}", reference.term(HTML), include_in_schema=False)
    for form in FORMS:
        path = f"{FOLDER}term-{{term}}{form.suffix}"
        get(path, reference.term(form), include_in_schema=False)
