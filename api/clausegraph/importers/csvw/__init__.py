"""Tables as graphs, by a mapping in CSV on the Web (Tabular Metadata, csv2rdf in minimal mode)."""
