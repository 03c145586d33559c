"""Other people's vocabularies: their terms unchanged, each file a graph with its provenance.

`reading` parses any of our syntaxes, `references` and `literals` find what a build would refuse,
`blanks` names blank nodes, `header` reads what a vocabulary says of itself, `contents` counts its
terms, and `importing` writes it all.
"""

from clausegraph.importers.rdf.importing import Import, Imported, import_rdf
from clausegraph.importers.rdf.reading import SYNTAXES

__all__ = ["SYNTAXES", "Import", "Imported", "import_rdf"]
