"""How the file of a table is written, as a mapping says it (`dialect`)."""

from __future__ import annotations

import codecs

from clausegraph.importers.csvcells import Dialect
from clausegraph.importers.csvw.jsonfile import Node
from clausegraph.importers.csvw.mapping import Layout

_KNOWN = {
    "@id", "commentPrefix", "delimiter", "doubleQuote", "encoding", "header", "headerRowCount",
    "lineTerminators", "quoteChar", "skipBlankRows", "skipColumns", "skipInitialSpace", "skipRows",
    "trim",
}  # fmt: skip
_LINE_ENDS = ({"\r\n", "\n"}, {"\n"}, {"\r\n"})
_TRIM = {True: (True, True), False: (False, False), "start": (True, False), "end": (False, True)}
_TRIM |= {"true": (True, True), "false": (False, False)}


def read_layout(node: Node | None, url: str) -> Layout:
    """Return the layout that a dialect description gives; commas (tabs for .tsv), one header row
    and UTF-8 where it gives none."""
    tabs = url.lower().endswith((".tsv", ".tab"))
    if node is None:
        return Layout(Dialect("\t" if tabs else ","))
    if isinstance(node.value, str):
        raise node.error("A dialect of another file is not read.", "Write the dialect in here.")
    given = node.only(_KNOWN, "A dialect")
    if "lineTerminators" in given:
        ends = given["lineTerminators"]
        if {each.text() for each in ends.each()} not in _LINE_ENDS:
            raise ends.error("Rows end in a line feed here.", "Remove lineTerminators.")
    headers = 1 if "header" not in given or given["header"].flag() else 0
    headers = given["headerRowCount"].count() if "headerRowCount" in given else headers
    quote = given.get("quoteChar")
    comment = given.get("commentPrefix")
    dialect = Dialect(
        delimiter=_character(given.get("delimiter"), "\t" if tabs else ","),
        quote=None if quote is not None and quote.value is None else _character(quote, '"'),
        doubled=given["doubleQuote"].flag() if "doubleQuote" in given else True,
        encoding=_encoding(given.get("encoding")),
        comment=comment.text() if comment is not None and comment.value is not None else None,
        skipped=given["skipRows"].count() if "skipRows" in given else 0,
        skip_space="skipInitialSpace" in given and given["skipInitialSpace"].flag(),
    )
    columns = given["skipColumns"].count() if "skipColumns" in given else 0
    return Layout(dialect, headers, columns, _trim(given.get("trim")))


def _character(node: Node | None, default: str) -> str:
    if node is None:
        return default
    if len(text := node.text()) != 1:
        raise node.error("This must be one character.", "Give one, such as ';' or a tab (\\t).")
    return text


def _encoding(node: Node | None) -> str:
    if node is None:
        return "utf-8"
    try:
        codecs.lookup(name := node.text())
        "".encode(name)
    except (LookupError, ValueError) as error:
        raise node.error(
            f"The encoding '{node.value}' is not known.", "Use a name such as utf-8 or iso-8859-1."
        ) from error
    return name


def _trim(node: Node | None) -> tuple[bool, bool]:
    if node is None:
        return (False, False)
    if not isinstance(node.value, str | bool) or node.value not in _TRIM:
        raise node.error("This is no way to trim.", 'Use true, false, "start" or "end".')
    return _TRIM[node.value]
