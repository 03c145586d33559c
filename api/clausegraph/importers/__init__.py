"""Importers: other people's tables in, Turtle files in the house layout out."""
