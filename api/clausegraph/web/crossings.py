"""Where a concept meets those of other schemes: the relation, who it leads to, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clausegraph.vocabulary import SKOS, compact
from clausegraph.web import summaries, texts
from clausegraph.web.addresses import href
from clausegraph.web.documents import Documents, fill
from clausegraph.web.model import natural
from clausegraph.web.terms import Words

# In words, the nearest first, and what each is called from the other side (SKOS, 10.3).
_RELATIONS: Mapping[str, tuple[str, str]] = {
    SKOS + "exactMatch": ("the same as", "the same as"),
    SKOS + "closeMatch": ("close to", "close to"),
    SKOS + "broadMatch": ("narrower than", "broader than"),
    SKOS + "narrowMatch": ("broader than", "narrower than"),
    SKOS + "relatedMatch": ("related to", "related to"),
}
PROPERTIES = tuple(_RELATIONS)


@dataclass(frozen=True)
class Crossing:
    """A mapping to another concept; `mapping` is the page of the record of who made it."""

    relation: str
    label: str
    href: str
    iri: str
    scheme: str
    reason: str
    mapping: str


async def read(documents: Documents, concept: str, words: Words) -> tuple[Crossing, ...]:
    """Return the mappings of `concept`, the nearest first; one that is stated from both sides is
    listed once."""
    text = fill(texts.query("concept-mappings"), {"concept": summaries.term(concept)})
    rows = [row for row in await documents.rows(text) if "other" in row]
    found: dict[tuple[str, str], Crossing] = {}
    for row in rows:
        crossing = _crossing(row, words)
        found.setdefault((crossing.relation, crossing.iri), crossing)
    order = [name for names in _RELATIONS.values() for name in names]
    return tuple(
        sorted(found.values(), key=lambda item: (order.index(item.relation), natural(item.label)))
    )


def _crossing(row: Mapping[str, str], words: Words) -> Crossing:
    other, code = row["other"], row.get("notation", "")
    label = row.get("label") or words.labels.get(other) or compact(other)
    has_code = any(character.isdigit() for character in code) and code not in label
    return Crossing(
        _RELATIONS[row["relation"]][row["inverse"] == "true"],
        f"{code} {label}" if has_code else label,
        href(other) or "",
        other,
        row.get("scheme") or compact(other).partition(":")[0],
        row.get("reason", ""),
        href(row["mapping"]) or "" if "mapping" in row else "",
    )
