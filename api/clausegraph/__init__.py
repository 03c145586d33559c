"""Clausegraph: the knowledge graph of AI governance, offline and in Python.

>>> import clausegraph
>>> graph = clausegraph.open()
>>> graph.query("risks/by-document", document="ai-safety-commitments").rows[0]["code"]
'2.1'
"""

from clausegraph.errors import ClausegraphError
from clausegraph.library import Graph, open  # noqa: A004 - the name that users expect

__all__ = ["ClausegraphError", "Graph", "open"]
