"""The graph in a Python process: no server, no network, one function.

import clausegraph

graph = clausegraph.open()
graph.query("documents/overview").to_dataframe()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from clausegraph.build import build
from clausegraph.library.graph import Graph
from clausegraph.library.result import Result, Row

__all__ = ["Graph", "Result", "Row", "open"]


def open(  # noqa: A001 - read as clausegraph.open()
    paths: Sequence[Path | str] | None = None,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Graph:
    """Open the graph that ships, or `paths` (files and folders) read in the context of our terms.

    Takes a few seconds, as the graph is built from its files; nothing is fetched. `progress` is
    told what is going on. Raises InputError with file and line for a file that cannot be read.

    >>> graph = open()
    >>> clauses = graph.query("clauses/of-a-section", section="5")
    >>> [row["number"] for row in clauses][-3:]
    ['5.8', '5.9', '5.10']
    """
    chosen = None if paths is None else [Path(path) for path in paths]
    built = build(chosen, progress=progress)
    return Graph(built.store(), built.release)
