"""Running SPARQL so that no query can hurt: one interface, and the engine that we ship."""

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

__all__ = [
    "MAXIMUM_BYTES",
    "Answer",
    "Dataset",
    "Diagnosis",
    "EmbeddedEngine",
    "Engine",
    "Limits",
    "Loaded",
    "Query",
    "Spool",
    "Statistics",
]
