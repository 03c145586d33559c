"""Running SPARQL so that no query can hurt: one interface, and the engine that we ship."""

from clausegraph.engine.archive import Archive
from clausegraph.engine.begun import Begun
from clausegraph.engine.embedded import EmbeddedEngine
from clausegraph.engine.guard import MAXIMUM_BYTES
from clausegraph.engine.interface import (
    Answer,
    Dataset,
    Diagnosis,
    Engine,
    Limits,
    Loaded,
    Query,
    Spool,
    Statistics,
)
from clausegraph.engine.pinned import Pinned

__all__ = [
    "MAXIMUM_BYTES",
    "Answer",
    "Archive",
    "Begun",
    "Dataset",
    "Diagnosis",
    "EmbeddedEngine",
    "Engine",
    "Limits",
    "Loaded",
    "Pinned",
    "Query",
    "Spool",
    "Statistics",
]
