"""The service: the only code that knows HTTP."""

from clausegraph.web.app import create_app

__all__ = ["create_app"]
