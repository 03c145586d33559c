"""The explorer: pages for people, which read without scripts."""

from __future__ import annotations

from fastapi import FastAPI

from clausegraph.web.explorer.figures import routes as figures
from clausegraph.web.explorer.front import routes as front
from clausegraph.web.explorer.query import routes as query
from clausegraph.web.explorer.reading import routes as reading
from clausegraph.web.explorer.site import Explorer

PARTS = (front, reading, figures, query)


def add(app: FastAPI, explorer: Explorer) -> None:
    """Add every page to `app`."""
    for part in PARTS:
        part.add(app, explorer)
