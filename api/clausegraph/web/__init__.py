"""The service: the only code that knows HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clausegraph.web.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """Import the application when it is asked for: a service begins to load before (PEP 562)."""
    if name == "create_app":
        from clausegraph.web.app import create_app  # noqa: PLC0415

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
