"""The first page, and search as one types."""
