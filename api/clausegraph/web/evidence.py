"""What statements rest on: passages with positions, reviews, and who else says the same or not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clausegraph.vocabulary import CG
from clausegraph.web import summaries, texts
from clausegraph.web.addresses import href
from clausegraph.web.documents import Documents, Rows, fill

MOST = 200  # statements of a page; of no more is it looked up who says otherwise
MOST_OTHERS = 400  # other statements about the same things that a page names


@dataclass(frozen=True)
class Passage:
    """A place in a source: characters from `start` to `end` of its file."""

    href: str
    source: str
    start: str
    end: str


@dataclass(frozen=True)
class Review:
    """A person's verdict on a statement."""

    href: str
    verdict: str
    reviewer: str
    date: str
    rationale: str


@dataclass(frozen=True)
class Other:
    """Another statement about the same thing: who makes it, and what it says where that differs."""

    href: str
    agent: str
    source: str
    method: str
    review: str
    says: str
    contradicts: bool


@dataclass(frozen=True)
class Backing:
    """What one statement rests on."""

    passages: tuple[Passage, ...] = ()
    reviews: tuple[Review, ...] = ()
    others: tuple[Other, ...] = ()

    @property
    def is_contested(self) -> bool:
        """Whether another statement contradicts it."""
        return any(other.contradicts for other in self.others)


Evidence = Mapping[str, Backing]
NOTHING = Backing()


async def read(documents: Documents, statements: Sequence[str]) -> Evidence:
    """Return what each of `statements` rests on; IRIs of other things are passed over."""
    asked = list(dict.fromkeys(statements))[:MOST]
    if not asked:
        return {}
    bound = {"statements": summaries.terms(asked), "statement": summaries.terms(asked)}
    passages, reviews, others = await asyncio.gather(
        *(
            documents.rows(fill(texts.query(name), bound))
            for name in ("evidence-passages", "evidence-reviews", "provenance-others")
        )
    )
    said = await _said(documents, others)
    found: dict[str, Backing] = {}
    for iri in asked:
        found[iri] = Backing(
            tuple(_passage(row) for row in _of(passages, iri)),
            tuple(_review(row) for row in _of(reviews, iri)),
            tuple(_other(row, said) for row in _of(others, iri) if row["other"] in said),
        )
    return found


def _of(rows: Rows, statement: str) -> Rows:
    return [row for row in rows if row.get("statement") == statement]


async def _said(documents: Documents, others: Rows) -> dict[str, Mapping[str, str]]:
    """Return what other statements say, by their IRI."""
    wanted = list(dict.fromkeys(row["other"] for row in others))[:MOST_OTHERS]
    if not wanted:
        return {}
    text = fill(texts.query("evidence-others"), {"others": summaries.terms(wanted)})
    return {row["other"]: row for row in await documents.rows(text)}


def _passage(row: Mapping[str, str]) -> Passage:
    source = row.get("title") or row.get("source", "")
    start, end = row.get("start", ""), row.get("end", "")
    return Passage(href(row["passage"]) or "", source, start, end)


def _review(row: Mapping[str, str]) -> Review:
    words = (row.get(name, "") for name in ("verdict", "reviewer", "date", "rationale"))
    return Review(href(row["review"]) or "", *words)


def _other(row: Mapping[str, str], said: Mapping[str, Mapping[str, str]]) -> Other:
    found = said[row["other"]]
    return Other(
        href(row["other"]) or "",
        found.get("agent", ""),
        found.get("source", ""),
        found.get("method", ""),
        found.get("review", ""),
        _says(found),
        row["relation"] == CG + "contradictingStatement",
    )


def _says(row: Mapping[str, str]) -> str:
    """Return in a word or two what a statement says of the thing that both are about."""
    if row.get("absent") == "true":
        return "stated absent"
    least, most = row.get("minimum", ""), row.get("maximum", "")
    amount = least if least == most else " to ".join(filter(None, (least, most)))
    return ", ".join(filter(None, (row.get("level", ""), amount, row.get("date", ""))))
