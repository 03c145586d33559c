"""A mapping file read: CSV on the Web metadata, with what is wrong in it named by line.

Follows "Metadata Vocabulary for Tabular Data" (W3C, 17 December 2015). Unlike there, a property
that is unknown or badly written is refused, not passed over: it is most likely a slip.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urljoin

from clausegraph.errors import InputError
from clausegraph.importers.csvw.columns import INHERITED, read_column
from clausegraph.importers.csvw.jsonfile import Node, read_json
from clausegraph.importers.csvw.layout import read_layout
from clausegraph.importers.csvw.mapping import Column, ForeignKey, Table, TableMapping
from clausegraph.importers.csvw.notes import read_notes

CONTEXT = "http://www.w3.org/ns/csvw"
# What a template may name besides columns: where it is used.
ROW_NAMES = frozenset({"_column", "_name", "_row", "_sourceColumn", "_sourceRow"})

_GROUP = {
    "@context", "@id", "dialect", "notes", "tableDirection", "tableSchema", "tables",
    "transformations",
}  # fmt: skip
_TABLE = {
    "@context", "@id", "dialect", "notes", "suppressOutput", "tableDirection", "tableSchema",
    "transformations", "url",
}  # fmt: skip
_SCHEMA = {"@id", "columns", "foreignKeys", "primaryKey", "rowTitles"}
_NAME = re.compile(r"(?!_)(?:[\w.]|%[0-9A-Fa-f]{2})+", re.ASCII)


def read_mapping(path: Path) -> TableMapping:
    """Read a mapping file. Raises InputError, with its line, for what is wrong in it."""
    root = read_json(path)
    members = root.object()
    base, language = _context(root, members.get("@context"))
    if "tables" in members:
        root.only(_GROUP | INHERITED, "A table group")
        nodes = members["tables"].array()
        if not nodes:
            raise members["tables"].error("There is no table.", 'Give "tables": [{"url": ...}].')
    else:
        nodes = (root,)
    tables = tuple(_table(root, node, base) for node in nodes)
    _refuse_doubled(tables)
    resolved = tuple(_with_keys(table, tables) for table in tables)
    return TableMapping(root, resolved, read_notes(root, nodes, language))


def _context(root: Node, context: Node | None) -> tuple[str, str]:
    """Return the IRI that relative ones are resolved against, empty if none is given, and the
    language of texts that name none."""
    if context is None or not context.each() or context.each()[0].value != CONTEXT:
        raise (context or root).error(
            "The mapping is not marked as CSV on the Web.",
            f'Give "@context": "{CONTEXT}", or ["{CONTEXT}", {{"@base": "https://..."}}].',
        )
    given = {
        name: node.text()
        for local in context.each()[1:]
        for name, node in local.only({"@base", "@language"}, "The context").items()
    }
    return given.get("@base", ""), given.get("@language", "en")


def _table(root: Node, node: Node, base: str) -> Table:
    members = node.only(_TABLE | INHERITED, "A table")
    if "url" not in members:
        raise node.error("The table has no url.", 'Name its file: "url": "table.csv".')
    url = members["url"].text()
    schema = _schema(root, members)
    inherited = [each.members for each in (root, node, schema)]
    columns = tuple(
        read_column(item, number, inherited, urljoin(base, url))
        for number, item in enumerate(schema.members["columns"].array(), start=1)
    )
    _refuse_bad_columns(columns)
    dialect = members.get("dialect") or root.members.get("dialect")
    suppress = members.get("suppressOutput")
    return Table(
        node=schema,
        url=url,
        columns=columns,
        layout=read_layout(dialect, url),
        primary_key=_names(schema.members.get("primaryKey"), columns),
        suppressed=suppress.flag() if suppress else False,
    )


def _schema(root: Node, members: Mapping[str, Node]) -> Node:
    schema = members.get("tableSchema") or root.members.get("tableSchema")
    if schema is None:
        raise root.error("There is no tableSchema.", 'Describe the columns in "tableSchema".')
    if isinstance(schema.value, str):
        raise schema.error("A schema of another file is not read.", "Write the schema in here.")
    schema.only(_SCHEMA | INHERITED, "A schema")
    columns = schema.members.get("columns")
    if columns is None or not columns.items:
        raise schema.error("There are no columns.", 'Give "columns": [{"titles": ...}, ...].')
    return schema


def _refuse_bad_columns(columns: tuple[Column, ...]) -> None:
    seen: dict[str, Column] = {}
    virtual = False
    for column in columns:
        if not _NAME.fullmatch(column.name):
            raise column.node.error(
                f"'{column.name}' cannot name a column.",
                "Use letters, digits, '_' and '.', not '_' first.",
            )
        if seen.setdefault(column.name, column) is not column:
            raise column.node.error(
                f"Two columns are called '{column.name}'.", "Rename one of them."
            )
        if virtual and not column.virtual:
            raise column.node.error(
                "A column of the table comes after a virtual one.",
                "Put the virtual columns last.",
            )
        virtual = virtual or column.virtual
    for column in columns:
        _refuse_bad_templates(column, seen)


def _refuse_bad_templates(column: Column, known: Mapping[str, Column]) -> None:
    """Raise InputError for a name that no column has, and for two lists in one statement."""
    lists: set[str] = set()
    for template in (column.subject, column.predicate, column.value):
        for name in template.names if template else ():
            if name in ROW_NAMES:
                continue
            if name not in known or known[name].virtual:
                raise _unknown_name(column, name, known)
            lists |= {name} if known[name].separator else set()
    own = {column.name} if column.separator and not column.virtual and not column.value else set()
    if len(lists) > 1 or (lists and own and lists != own):
        names = ", ".join(sorted(lists | own))
        raise column.node.error(
            f"Columns with several values stand beside each other: {names}.",
            "Which value goes with which is not known; use one of them only.",
        )


def _unknown_name(column: Column, name: str, known: Mapping[str, Column]) -> InputError:
    near = difflib.get_close_matches(name, known, n=1)
    found = f"; the nearest is '{near[0]}'" if near else ""
    return column.node.error(
        f"No column of the table is called '{name}'{found}.",
        "Write the name of a column in the braces.",
    )


def _names(node: Node | None, columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the names of columns that a key is made of."""
    if node is None:
        return ()
    known = {column.name for column in columns if not column.virtual}
    names = tuple(each.text() for each in node.each())
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else "Give a name of one of the columns."
            raise node.error(f"No column is called '{name}'.", hint)
    if not names:
        raise node.error("The key has no columns.", "Name them, or remove the key.")
    return names


def _with_keys(table: Table, tables: tuple[Table, ...]) -> Table:
    node = table.node.members.get("foreignKeys")
    if node is None:
        return table
    keys = tuple(_foreign_key(each, table, tables) for each in node.array())
    return Table(**{**vars(table), "foreign_keys": keys})


def _foreign_key(node: Node, table: Table, tables: tuple[Table, ...]) -> ForeignKey:
    members = node.only({"columnReference", "reference"}, "A foreign key")
    if len(members) < len({"columnReference", "reference"}):
        raise node.error("The foreign key is not whole.", "Give columnReference and reference.")
    columns = _names(members["columnReference"], table.columns)
    reference = members["reference"].only(
        {"resource", "schemaReference", "columnReference"}, "A reference"
    )
    target = _target(members["reference"], tables)
    if "columnReference" not in reference:
        raise members["reference"].error("There is no columnReference.", "Name the columns.")
    referenced = _names(reference["columnReference"], tables[target].columns)
    if len(columns) != len(referenced):
        raise node.error("The two sides have different numbers of columns.", "Pair them.")
    return ForeignKey(node, columns, target, referenced)


def _target(node: Node, tables: tuple[Table, ...]) -> int:
    """Return the place of the table that a reference names by its url, or by its schema's @id."""
    by: Mapping[str, Callable[[Table], object]] = {
        "resource": lambda table: table.url,
        "schemaReference": lambda table: getattr(table.node.members.get("@id"), "value", None),
    }
    given = [name for name in by if name in node.members]
    if len(given) != 1:
        raise node.error("The other table is not named.", 'Give "resource", the url of a table.')
    wanted = node.members[given[0]].text()
    for number, table in enumerate(tables):
        if by[given[0]](table) == wanted:
            return number
    raise node.error(f"No table is called '{wanted}'.", "Give the url of a table of this mapping.")


def _refuse_doubled(tables: tuple[Table, ...]) -> None:
    seen: set[str] = set()
    for table in tables:
        if table.url in seen:
            raise table.node.error(f"Two tables have the url '{table.url}'.", "Rename one.")
        seen.add(table.url)
