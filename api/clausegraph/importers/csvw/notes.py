"""What a mapping says of its tables as a whole: title, maker, licence, date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from clausegraph.importers.csvw.jsonfile import Node
from clausegraph.importers.csvw.mapping import Notes
from clausegraph.importers.csvw.templates import PREFIXES
from clausegraph.vocabulary import DCTERMS, FOAF, SCHEMA

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")
_NAMES = frozenset({FOAF + "name", "http://schema.org/name", SCHEMA + "name", DCTERMS + "title"})
_SCHEMA = ("http://schema.org/", SCHEMA)


def read_notes(root: Node, tables: Sequence[Node], language: str) -> Notes:
    """Return what group and tables say of themselves by common properties such as `dc:creator`.

    Texts without a language are in `language`.
    """
    found: dict[str, list[Node]] = {}
    left: dict[str, None] = {}
    for node in tables if root is tables[0] else (root, *tables):
        for name, value in node.members.items():
            if name in ("notes", "transformations"):
                left[name] = None
            elif ":" in name and not name.startswith("@"):
                found.setdefault(_expanded(name), []).extend(value.each())
    used = {DCTERMS + name for name in ("title", "description", "creator", "license")}
    used |= {DCTERMS + name for name in ("date", "issued")} | {f"{ns}url" for ns in _SCHEMA}
    for name in found:
        if name not in used:
            left[name] = None
    urls = [node for ns in _SCHEMA for node in found.get(f"{ns}url", ())]
    licenses = found.get(DCTERMS + "license", [])
    dates = [*found.get(DCTERMS + "date", ()), *found.get(DCTERMS + "issued", ())]
    return Notes(
        titles=dict(_texts(found.get(DCTERMS + "title", ()), language)),
        descriptions=dict(_texts(found.get(DCTERMS + "description", ()), language)),
        creators=tuple(_creator(node) for node in found.get(DCTERMS + "creator", ())),
        license=_iri(licenses[0]) if licenses else None,
        url=_iri(urls[0]) if urls else None,
        date=_date(dates[0]) if dates else None,
        left=tuple(left),
    )


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name


def _texts(nodes: Sequence[Node], default: str = "en") -> Iterator[tuple[str, str]]:
    """Yield language and text, the default one for a text that names none."""
    for node in nodes:
        if not node.is_object():
            yield default, node.text()
            continue
        if "@value" not in node.members:
            raise node.error(
                "This must be a text.", 'Write "..." or {"@value": ..., "@language": ...}.'
            )
        language = node.members["@language"].text() if "@language" in node.members else default
        if not _LANGUAGE.fullmatch(language):
            raise node.error(f"'{language}' is no language tag.", "Use one such as en or zh.")
        yield language.lower(), node.members["@value"].text()


def _creator(node: Node) -> tuple[str, str]:
    """Return the IRI of a maker, empty if none is given, and the name, likewise."""
    if not node.is_object():
        text = node.text()
        return (_iri(node), "") if text.startswith(("https://", "http://")) else ("", text)
    iri = _iri(node) if "@id" in node.members else ""
    names = [value for name, value in node.members.items() if _expanded(name) in _NAMES]
    text = next((text for name in names for _, text in _texts([name])), "")
    if "@value" in node.members:
        text = node.members["@value"].text()
    if not iri and not text:
        raise node.error("The maker has neither @id nor name.", 'Give "schema:name".')
    return iri, text


def _iri(node: Node) -> str:
    given = node.members["@id"] if node.is_object() and "@id" in node.members else node
    try:
        return NamedNode(given.text()).value
    except ValueError as error:
        raise given.error(f"'{given.value}' is no IRI.", "Give one such as https://...") from error


def _date(node: Node) -> str:
    given = node.members["@value"] if node.is_object() and "@value" in node.members else node
    if not _DATE.fullmatch(given.text()):
        raise given.error(f"'{given.value}' is no date.", "Write 2026, 2026-02 or 2026-02-23.")
    return given.text()
