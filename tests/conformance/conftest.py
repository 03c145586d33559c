"""Services over the data of the suites."""

from web.conftest import serve

__all__ = ["serve"]
