"""Writers of reports: one module for each form; all but the text for people take just the report.

Each yields pieces of text, ends of lines included, so that a long report is never held whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from clausegraph.validate.report import Report
from clausegraph.validate.writers import commands as _commands
from clausegraph.validate.writers import junit as _junit
from clausegraph.validate.writers import objects as _objects
from clausegraph.validate.writers import rdf as _rdf
from clausegraph.validate.writers import sarif as _sarif
from clausegraph.validate.writers import table as _table
from clausegraph.validate.writers.people import Style, text
from clausegraph.validate.writers.rdf import to_triples

__all__ = ["WRITERS", "Style", "Writer", "text", "to_triples"]

Writer = Callable[[Report], Iterator[str]]

# Name of the form, as `--format` takes it, to what writes it.
WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "turtle": _rdf.write,
        "json": _objects.write,
        "sarif": _sarif.write,
        "junit": _junit.write,
        "github": _commands.write,
        "csv": _table.write,
    }
)
