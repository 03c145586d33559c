"""The routes of these pages."""

from __future__ import annotations

from fastapi import FastAPI

from clausegraph.web.explorer.site import Explorer


def add(app: FastAPI, explorer: Explorer) -> None:
    """Add the routes to `app`."""
