"""AGORA (AI GOvernance and Regulatory Archive): its tables in, one Turtle file a document out."""

from clausegraph.importers.agora.importing import import_agora
from clausegraph.importers.agora.report import Report

__all__ = ["Report", "import_agora"]
