"""Clausegraph: the knowledge graph of AI governance, offline and in Python.

>>> import clausegraph
>>> graph = clausegraph.open()
>>> graph.query("risks/by-document", document="ai-safety-commitments").rows[0]["code"]
'2.1'
"""

from __future__ import annotations

TYPE_CHECKING = False  # for those who check types; `typing` takes longer than all of this module
if TYPE_CHECKING:
    from typing import Any

    from clausegraph.errors import ClausegraphError
    from clausegraph.library import Graph, open  # noqa: A004 - the name that users expect

__all__ = ["ClausegraphError", "Graph", "open"]


def __getattr__(name: str) -> Any:
    """Import what the library offers when it is asked for: commands start sooner (PEP 562)."""
    if name in ("Graph", "open"):
        from clausegraph import library  # noqa: PLC0415

        return getattr(library, name)
    if name == "ClausegraphError":
        from clausegraph.errors import ClausegraphError  # noqa: PLC0415

        return ClausegraphError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
