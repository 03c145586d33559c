"""The routes of these pages."""

from __future__ import annotations

from fastapi import FastAPI

from clausegraph.web.explorer.front.home import Home
from clausegraph.web.explorer.site import Explorer


def add(app: FastAPI, explorer: Explorer) -> None:
    """Add the routes to `app`."""
    home = Home(explorer.documents, explorer.pages)
    app.router.add_api_route("/", home.get, include_in_schema=False)
