"""The routes of these pages."""

from __future__ import annotations

from fastapi import FastAPI

from clausegraph.web.explorer.reading.catalogue import Catalogues
from clausegraph.web.explorer.reading.catalogues import CATALOGUES
from clausegraph.web.explorer.reading.schemes import Schemes
from clausegraph.web.explorer.site import Explorer


def add(app: FastAPI, explorer: Explorer) -> None:
    """Add the routes to `app`."""
    get = app.router.add_api_route
    catalogues = Catalogues(explorer)
    for catalogue in CATALOGUES:
        get(catalogue.path, catalogues.handler(catalogue), include_in_schema=False)
    get("/concepts/{scheme}", Schemes(explorer).tree, include_in_schema=False)
