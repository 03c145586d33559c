"""Columns as a mapping describes them, with what they inherit from schema, table and group."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote, urlparse

from clausegraph.importers.csvw import datatypes, dates
from clausegraph.importers.csvw.datatypes import Bound, Datatype
from clausegraph.importers.csvw.jsonfile import Node
from clausegraph.importers.csvw.mapping import Column
from clausegraph.importers.csvw.numerals import NumberFormat
from clausegraph.importers.csvw.templates import Template, read_template
from clausegraph.vocabulary import BASE

INHERITED = {
    "aboutUrl", "datatype", "default", "lang", "null", "ordered", "propertyUrl", "required",
    "separator", "textDirection", "valueUrl",
}  # fmt: skip
_OWN = {"@id", "name", "suppressOutput", "titles", "virtual"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_DATATYPE = {
    "@id", "base", "format", "length", "maxExclusive", "maxInclusive", "maxLength", "maximum",
    "minExclusive", "minInclusive", "minLength", "minimum",
}  # fmt: skip
_BOUNDS = {
    "minimum": "minInclusive",
    "minInclusive": "minInclusive",
    "minExclusive": "minExclusive",
    "maximum": "maxInclusive",
    "maxInclusive": "maxInclusive",
    "maxExclusive": "maxExclusive",
}


def read_column(
    node: Node, number: int, inherited: Sequence[Mapping[str, Node]], base: str
) -> Column:
    """Return the column that a mapping describes as the `number`-th of a table.

    `inherited` are the properties of group, table and schema, the outermost first. Raises
    InputError, with the line, for what is wrong.
    """
    own = node.only(_OWN | INHERITED, "A column")
    given = {name: each for level in inherited for name, each in level.items() if name in INHERITED}
    given |= {name: each for name, each in own.items() if name in INHERITED}
    titles = _titles(own.get("titles"))
    name = own["name"].text() if "name" in own else quote(titles[0], safe="") if titles else ""
    if "ordered" in given and given["ordered"].flag():
        raise given["ordered"].error(
            "Ordered lists have no place in this graph.",
            "Remove it, or number the values by a column of their own (cg:position).",
        )
    name = name or f"col.{number}"
    return Column(
        node=node,
        name=name,
        titles=titles,
        virtual="virtual" in own and own["virtual"].flag(),
        suppressed="suppressOutput" in own and own["suppressOutput"].flag(),
        required="required" in given and given["required"].flag(),
        separator=_text(given.get("separator")),
        default=_text(given.get("default")) or "",
        nulls=_nulls(given.get("null")),
        language=_language(given.get("lang")),
        datatype=read_datatype(given.get("datatype")),
        subject=_template(given.get("aboutUrl"), base),
        own_subject="aboutUrl" in own,
        predicate=_template(given.get("propertyUrl"), base) or _default(own, base, name),
        value=_template(given.get("valueUrl"), base),
    )


def _default(own: Mapping[str, Node], base: str, name: str) -> Template | None:
    """Return the property that csv2rdf makes up for a column: the table's IRI, `#` and the name.

    None where the table has no IRI, and below our own: no terms are there but the ontology's.
    """
    virtual = "virtual" in own and own["virtual"].flag()
    if virtual or not urlparse(base).scheme or base.startswith(BASE):
        return None
    return read_template(f"{base}#{name}", None)


def _titles(node: Node | None) -> tuple[str, ...]:
    """Return the headings that a column may have, whatever their language."""
    if node is None:
        return ()
    nodes = list(node.members.values()) if node.is_object() else [node]
    return tuple(each.text() for item in nodes for each in item.each())


def _text(node: Node | None) -> str | None:
    return None if node is None or node.value in (None, "") else node.text()


def _nulls(node: Node | None) -> frozenset[str]:
    """Return the texts that stand for no value; the empty one always does."""
    nodes = node.each() if node is not None else ()
    for each in nodes:
        if not isinstance(each.value, str):
            raise each.error("This must be a text.", 'Write it in quotes: "n/a".')
    return frozenset({"", *(str(each.value) for each in nodes)})


def _language(node: Node | None) -> str | None:
    if node is None or node.value == "und":
        return None
    if not _LANGUAGE.fullmatch(node.text()):
        raise node.error(f"'{node.value}' is no language tag.", "Use one such as en or zh-Hans.")
    return node.text().lower()


def _template(node: Node | None, base: str) -> Template | None:
    if node is None:
        return None
    try:
        return read_template(node.text(), base)
    except ValueError as error:
        raise node.error(f"'{node.value}' cannot be used: {error}.", "Correct it.") from error


def read_datatype(node: Node | None) -> Datatype:
    """Return the datatype that a mapping gives by name or by description."""
    if node is None:
        return Datatype()
    given: Mapping[str, Node] = {"base": node}
    if node.is_object():
        given = node.only(_DATATYPE, "A datatype")
    base = datatypes.base_name(given["base"].text()) if "base" in given else "string"
    if base not in datatypes.KNOWN:
        raise given["base"].error(
            f"'{base}' is no datatype of CSV on the Web.",
            f"Use one of {', '.join(sorted(datatypes.KNOWN))}.",
        )
    reader = _reader(base, given.get("format"))
    plain = Datatype(base, reader)
    bounds = tuple(
        Bound(_BOUNDS[name], _bound(plain, each)) for name, each in given.items() if name in _BOUNDS
    )
    return Datatype(base, reader, _lengths(base, given), bounds)


def _reader(base: str, node: Node | None) -> Callable[[str], str]:
    """Return what reads the texts of a type, by its format."""
    if base in datatypes.NUMBERS:
        return datatypes.number_reader(base, _numbers(node))
    text = node.text() if node is not None else None
    try:
        if base == "boolean":
            true, bar, false = (text or "true|false").partition("|")
            if not (true and bar and false) or "|" in false:
                raise ValueError("a boolean is written as yes|no, with the two words")
            return datatypes.boolean_reader(true, false)
        if base in dates.TYPES:
            return dates.date_format(base, text).read
        return datatypes.form_reader(base, text)
    except (ValueError, re.error) as error:
        if node is None:
            raise
        raise node.error(f"'{text}' is no format of {base}: {error}.", "Correct it.") from error


def _numbers(node: Node | None) -> Callable[[str], str]:
    """Return what reads numbers by a format: a pattern, or an object with pattern and marks."""
    if node is None:
        return NumberFormat().compiled().read
    given = {"pattern": node}
    if node.is_object():
        given = dict(node.only({"decimalChar", "groupChar", "pattern"}, "A format of numbers"))
    marks: dict[str, str] = {}
    for name in ("decimalChar", "groupChar"):
        if name in given and len(marks.setdefault(name, given[name].text())) != 1:
            raise given[name].error("This must be one character.", "Give one, such as ','.")
    pattern = given["pattern"].text() if "pattern" in given else None
    try:
        chosen = NumberFormat(pattern, marks.get("decimalChar", "."), marks.get("groupChar"))
        return chosen.compiled().read
    except ValueError as error:
        raise node.error(f"'{pattern}' cannot be used: {error}.", "Correct it.") from error


def _bound(datatype: Datatype, node: Node) -> str:
    text = node.value if isinstance(node.value, str) else str(node.value)
    if datatype.base not in datatypes.ORDERED:
        raise node.error(f"A {datatype.base} has no least or greatest value.", "Remove it.")
    try:
        return datatype.value(text)
    except ValueError:
        pass
    try:
        return read_plain(datatype.base, text)
    except ValueError as error:
        raise node.error(f"'{text}' is no {datatype.base}: {error}.", "Correct it.") from error


def read_plain(base: str, text: str) -> str:
    """Return a value that is written as XSD writes it, whatever the format of the column."""
    return _reader(base, None)(text)


def _lengths(base: str, given: Mapping[str, Node]) -> tuple[int | None, int | None]:
    """Return the least and the greatest length."""
    values: dict[str, int] = {}
    for name in ("length", "minLength", "maxLength"):
        if name in given:
            if base not in datatypes.MEASURED:
                raise given[name].error(f"A {base} has no length.", "Remove it.")
            values[name] = given[name].count()
    exact = values.get("length")
    least, most = values.get("minLength", exact), values.get("maxLength", exact)
    if least is not None and most is not None and (least > most or exact not in (None, least)):
        raise given["base"].error("The lengths contradict each other.", "Correct them.")
    return least, most
