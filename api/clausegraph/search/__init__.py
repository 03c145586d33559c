"""Search: words of titles, labels, summaries and texts, found in an index beside the graph.

    store --gathering--> things --writing--> indexer, a process of its own --> index
    words that somebody typed --words--> parts --matching--> index --> IRIs --excerpts--> answer

The index holds no text: what is shown is read from the store that it was made of.
"""

from __future__ import annotations

from clausegraph.search.answers import Found, search, suggest
from clausegraph.search.filtering import narrowing
from clausegraph.search.index import Index
from clausegraph.search.request import Request
from clausegraph.search.writing import write

__all__ = ["Found", "Index", "Request", "narrowing", "search", "suggest", "write"]
