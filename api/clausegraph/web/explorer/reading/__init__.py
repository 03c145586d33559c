"""Pages for reading: documents, clauses, concepts, actors and sources."""
