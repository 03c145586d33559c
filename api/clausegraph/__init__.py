"""Clausegraph: the knowledge graph of AI governance, offline and in Python.

>>> import clausegraph
>>> graph = clausegraph.open()
>>> graph.query("clauses/of-a-section", document="ai-safety-governance-framework-v1")
"""

from clausegraph.errors import ClausegraphError
from clausegraph.library import Graph, open  # noqa: A004 - the name that users expect

__all__ = ["ClausegraphError", "Graph", "open"]
