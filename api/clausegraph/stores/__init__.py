"""Stores on disk: graphs too large for memory, loaded once and opened at once."""
