"""Running SPARQL so that no query can hurt: one interface, and the engine that we ship."""

from clausegraph.engine.embedded import EmbeddedEngine
from clausegraph.engine.guard import MAXIMUM_BYTES
from clausegraph.engine.interface import Answer, Dataset, Engine, Limits, Loaded, Query

__all__ = [
    "MAXIMUM_BYTES",
    "Answer",
    "Dataset",
    "EmbeddedEngine",
    "Engine",
    "Limits",
    "Loaded",
    "Query",
]
