"""SPARQL as text: its tokens and words, and small changes to it; nothing here evaluates any."""
