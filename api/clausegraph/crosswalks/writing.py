"""A crosswalk as data: rows of a table, one a walk or dead end, and a document of JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from clausegraph.crosswalks.crosswalk import Crosswalk, DeadEnd
from clausegraph.crosswalks.mappings import MappingSet
from clausegraph.crosswalks.steps import Step, Walk
from clausegraph.crosswalks.vocabularies import Vocabulary

MATCHED = "matched"  # by one mapping
BY_WAY_OF = "by way of another"  # by two, of which nothing follows unless `relation` says so
BREAKS_OFF = "breaks off elsewhere"
UNMAPPED = "no mapping"
NOT_REACHED = "not reached"

_ENDS = ("from", "from_code", "from_label", "to", "to_code", "to_label")
_STEP = (
    *("relation", "is_inverse", "end", "end_label"),
    *("mapping_set", "mapping_set_title", "agent", "date", "method", "reason", "reason_is_of"),
)
COLUMNS = (
    *("finding", *_ENDS, "relation", "steps", "broader_with_counterpart"),
    *(f"step{number}_{name}" for number in (1, 2) for name in _STEP),
)

Row = Mapping[str, str]


def rows(found: Crosswalk) -> Iterator[Row]:
    """Yield a row for each walk, each step that leads elsewhere, each concept without a mapping,
    and each of the second vocabulary that no walk reaches."""
    sets = {item.iri: item for item in found.sets}
    for walk in found.walks:
        finding = MATCHED if len(walk.steps) == 1 else BY_WAY_OF
        row = {"finding": finding, "relation": walk.relation, "steps": str(len(walk.steps))}
        row |= _named(found, "from", walk.start) | _named(found, "to", walk.end)
        for number, step in enumerate(walk.steps, start=1):
            row |= _step(found, sets, step, f"step{number}_")
        yield row
    for end in found.dead_ends:
        yield from _dead_end(found, sets, end)
    for concept in found.not_reached:
        yield {"finding": NOT_REACHED, "steps": "0", **_named(found, "to", concept)}


def _dead_end(found: Crosswalk, sets: Mapping[str, MappingSet], end: DeadEnd) -> Iterator[Row]:
    row = {"finding": BREAKS_OFF if end.steps else UNMAPPED, "steps": str(int(bool(end.steps)))}
    row |= {"broader_with_counterpart": " ".join(end.above), **_named(found, "from", end.concept)}
    for step in end.steps:
        yield row | _step(found, sets, step, "step1_")
    if not end.steps:
        yield row


def _named(found: Crosswalk, end: str, concept: str) -> dict[str, str]:
    name = found.names[concept]
    return {end: concept, f"{end}_code": name.code, f"{end}_label": name.label}


def _step(
    found: Crosswalk, sets: Mapping[str, MappingSet], step: Step, prefix: str
) -> dict[str, str]:
    item = sets[step.graph]
    said = {
        "relation": step.relation,
        "is_inverse": str(step.is_inverse).lower(),
        "end": step.end,
        "end_label": found.names[step.end].label,
        "mapping_set": item.iri,
        "mapping_set_title": item.title,
        "agent": " ".join(item.agents),
        "date": item.date,
        "method": " ".join(item.methods),
        "reason": step.reason or item.reason,
        "reason_is_of": _reason_is_of(step, item),
    }
    return {prefix + name: value for name, value in said.items()}


def _reason_is_of(step: Step, item: MappingSet) -> str:
    """Return whether the reason that is given is one of the mapping or of its whole set."""
    if step.reason:
        return "mapping"
    return "mapping set" if item.reason else ""


def table(found: Crosswalk) -> str:
    """Return the rows as CSV (RFC 4180)."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows(found))
    return out.getvalue()


def document(found: Crosswalk, release: str) -> dict[str, Any]:
    """Return the crosswalk as JSON: what it joins, its walks, and where they break off."""
    return {
        "release": release,
        "from": _vocabulary(found.first),
        "to": _vocabulary(found.second),
        "walks": [_walk(found, walk) for walk in found.walks],
        "breaksOff": [
            {
                "concept": _thing(found, end.concept),
                "steps": [_written(found, step) for step in end.steps],
                "broaderWithCounterpart": [_thing(found, iri) for iri in end.above],
            }
            for end in found.dead_ends
        ],
        "notReached": [_thing(found, concept) for concept in found.not_reached],
        "mappingSets": [_set(found, item) for item in found.sets],
    }


def _vocabulary(item: Vocabulary) -> dict[str, Any]:
    size = {"concepts": len(item.concepts), "isOpen": item.is_open}
    return {"name": item.name, "id": item.iri, "title": item.title, **size}


def _walk(found: Crosswalk, walk: Walk) -> dict[str, Any]:
    return {
        "from": _thing(found, walk.start),
        "to": _thing(found, walk.end),
        "relation": walk.relation or None,
        "steps": [_written(found, step) for step in walk.steps],
    }


def _written(found: Crosswalk, step: Step) -> dict[str, Any]:
    return {
        "relation": step.relation,
        "isInverse": step.is_inverse,
        "to": _thing(found, step.end),
        "mappingSet": step.graph or None,
        "reason": step.reason or None,
    }


def _thing(found: Crosswalk, iri: str) -> dict[str, Any]:
    name = found.names[iri]
    return {"id": iri, "notation": name.code or None, "label": name.label}


def _set(found: Crosswalk, item: MappingSet) -> dict[str, Any]:
    return {
        "id": item.iri or None,
        "title": item.title or None,
        "agents": [_thing(found, iri) for iri in item.agents],
        "created": item.date or None,
        "methods": [_thing(found, iri) for iri in item.methods],
        "activities": [_thing(found, iri) for iri in item.activities],
        "sources": [_thing(found, iri) for iri in item.sources],
        "license": item.licence or None,
        "reason": item.reason or None,
    }
