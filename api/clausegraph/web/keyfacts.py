"""The first facts that people want of a document, out of the statements that make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausegraph.web.model import Value
from clausegraph.web.statements import Group, Row

# What a group of statements is about, by the page of its scheme or role.
_GROUPS: Mapping[str, str] = {
    "document-type": "Type",
    "jurisdiction": "Jurisdiction",
    "legal-force": "Legal force",
    "agora-status": "Status",
    "actor-role/issuer": "Issued by",
}
_DATES, _MILESTONE = "Dates", "Milestone"


@dataclass(frozen=True)
class Said:
    """One value: what is said, whether as absent, how far to trust it, and, of a date, the reason
    given: a source may doubt it, and what is dated is told apart from what took effect."""

    value: Value
    denial: Value | None
    marks: tuple[Value, ...]
    why: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Key:
    """A fact in the words of a reader; `anchor` leads to the statements behind it."""

    label: str
    anchor: str
    said: tuple[Said, ...]


def read(groups: Iterable[Group]) -> tuple[Key, ...]:
    """Return the facts that these statements make, in the order in which a reader asks for them."""
    found = {}
    for group in groups:
        label = _DATES if group.kind == _MILESTONE else _label(group)
        if label:
            said = dict.fromkeys(_said(row, group.kind) for row in group.rows)
            found[label] = Key(label, group.anchor, tuple(said))
    return tuple(found[label] for label in (*_GROUPS.values(), _DATES) if label in found)


def _label(group: Group) -> str:
    name = (group.href or "").removeprefix("/doc/concept/")
    return _GROUPS.get(name, "")


def _said(row: Row, kind: str) -> Said:
    words = row.lead or row.words
    text = ", ".join(value.text for value in words) or "nobody"
    lang = words[0].lang if len(words) == 1 else None
    said = row.provenance
    why = row.why if kind == _MILESTONE else ()
    return Said(Value(text, lang=lang), row.denial, (*said.ways, *said.reviews), why)
