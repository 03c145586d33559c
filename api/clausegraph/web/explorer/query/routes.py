"""The routes of these pages."""

from __future__ import annotations

from fastapi import FastAPI

from clausegraph.web.explorer.query import downloads, explore, terms
from clausegraph.web.explorer.query.downloads import Downloads
from clausegraph.web.explorer.query.explore import Exploring
from clausegraph.web.explorer.query.terms import Terms
from clausegraph.web.explorer.site import Explorer


def add(app: FastAPI, explorer: Explorer) -> None:
    """Add the routes to `app`."""
    get = app.router.add_api_route
    exploring, files = Exploring(explorer), Downloads(explorer)
    get(terms.PATH, Terms(explorer).get, include_in_schema=False)
    get(explore.PATH, exploring.page, include_in_schema=False)
    get(explore.DATA, exploring.data, include_in_schema=False)
    for form in downloads.FORMS:
        get(downloads.PATH + form.suffix, files.handler(form), include_in_schema=False)
