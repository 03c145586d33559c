"""The page on which queries are written, and the view of a neighbourhood as a graph."""
