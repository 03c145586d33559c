"""What grids are made of: documents, concepts, schemes, and what is known of their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from clausegraph.vocabulary import CG, ID
from clausegraph.web import conditions, texts
from clausegraph.web.coverage import SELECTING
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.explorer.figures.grid import MACHINE, Evidence, Thing
from clausegraph.web.model import natural
from clausegraph.web.rows import table
from clausegraph.web.summaries import terms

GROUPS = ("jurisdiction", "type", "year", "none")
PROPERTIES = {
    "jurisdiction": CG + "jurisdiction",
    "type": CG + "documentType",
    "force": CG + "legalForce",
}


@dataclass(frozen=True)
class Listed:
    """A document, and what it can be grouped by: names of jurisdictions and types, and its year."""

    thing: Thing
    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    year: str = ""

    def group(self, by: str) -> str:
        """Return the name of the group that it is in."""
        if by == "none":
            return ""
        if by == "year":
            return self.year or "No year stated"
        found = self.places if by == "jurisdiction" else self.kinds
        return " and ".join(found) or f"No {by} stated"


async def documents_of(documents: Documents, asked: Mapping[str, str]) -> list[Listed]:
    """Return the documents that are asked for, by title; `asked` are terms in N-Triples syntax."""
    names = [name for name in SELECTING if name in asked]
    columns = " ".join(f"?{name}" for name in names)
    given = " ".join(asked[name] for name in names)
    bound = f"VALUES ({columns}) {{ ({given}) }}" if names else ""
    text = conditions.keep(texts.query("figure-documents"), names)
    rows = await documents.rows(fill(text, {"filters": bound}))
    by_item: dict[str, Rows] = {}
    for row in rows:
        by_item.setdefault(row["item"], []).append(row)
    found = [_listed(iri, rows) for iri, rows in by_item.items()]
    return sorted(found, key=lambda item: (natural(item.thing.title.casefold()), item.thing.iri))


def _listed(iri: str, rows: Rows) -> Listed:
    first = rows[0]
    title = first.get("title") or first.get("other") or last_part(iri)
    return Listed(
        Thing(iri, title),
        _names(rows, "where", "whereLabel"),
        _names(rows, "kind", "kindLabel"),
        first.get("year", ""),
    )


def _names(rows: Rows, iri: str, label: str) -> tuple[str, ...]:
    found = {row[iri]: row.get(label) or last_part(row[iri]) for row in rows if iri in row}
    return tuple(sorted(found.values()))


async def things(documents: Documents, iris: Iterable[str]) -> dict[str, Thing]:
    """Return what things are called, by IRI; in English where there is a name in it."""
    wanted = list(dict.fromkeys(iris))
    if not wanted:
        return {}
    found = {iri: Thing(iri, last_part(iri)) for iri in wanted}
    for row in reversed(await table(documents, "figure-names", things=terms(wanted))):
        title = row["label"] or row["other"] or last_part(row["thing"])
        found[row["thing"]] = Thing(row["thing"], title, row["code"])
    return found


async def schemes(documents: Documents) -> list[Thing]:
    """Return the schemes by which anything is classified."""
    rows = await documents.rows(texts.query("figure-schemes"))
    return [Thing(row["scheme"], row.get("title") or last_part(row["scheme"])) for row in rows]


async def values(documents: Documents, name: str) -> list[Thing]:
    """Return the values that documents have for a filter, by name."""
    filled = str(NamedNode(PROPERTIES[name]))
    rows = await documents.rows(fill(texts.query("figure-values"), {"property": filled}))
    return [Thing(row["value"], row.get("label") or last_part(row["value"])) for row in rows]


async def evidence(documents: Documents, statements: Sequence[str]) -> dict[str, Evidence]:
    """Return what is known of how statements came about, by IRI."""
    if not statements:
        return {}
    found: dict[str, Evidence] = {}
    for row in await table(documents, "figure-evidence", statements=terms(statements)):
        known = found.get(row["statement"], Evidence(row["status"]))
        is_machine = known.is_machine or row["kind"] == MACHINE
        found[row["statement"]] = Evidence(row["status"], is_machine)
    return found


def last_part(iri: str) -> str:
    """Return what a thing without a name is called: the last part of its IRI."""
    return iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2] or iri


def slug(iri: str, kind: str) -> str:
    """Return an IRI as a filter takes it: what follows `kind` in it, if it is one of ours."""
    return iri.removeprefix(f"{ID}{kind}/")
