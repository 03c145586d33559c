"""The fields of an index, and what its folder is made of."""

from __future__ import annotations

from typing import Any

from clausegraph.search.fields import FACETS, FILTERS, NAME, OTHER, TEXT

WORDS = (NAME, OTHER, TEXT)
LABEL = "label"  # the keys of each name: see folding.key and folding.signed
BEGIN = "begin"  # the first letters of words of names; after START, how whole names begin
IRI = "iri"
START = "^"
SHORT = 2  # letters of a beginning that stand in BEGIN; longer ones are looked up among the words

FORMAT = 1  # of what is in the fields; an index of another is made anew
MARK = "clausegraph.json"  # the file that says that an index is whole, and of which format


def schema() -> Any:
    """Return the schema, as the search library has it."""
    import tantivy  # noqa: PLC0415  (its processes alone load it)

    builder = tantivy.SchemaBuilder()
    for field in WORDS:
        builder.add_text_field(field, tokenizer_name="whitespace")
    builder.add_text_field(BEGIN, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(LABEL, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(IRI, stored=True, tokenizer_name="raw", index_option="basic")
    for field in FILTERS:
        is_fast = field in FACETS
        builder.add_text_field(field, fast=is_fast, tokenizer_name="raw", index_option="basic")
    return builder.build()
