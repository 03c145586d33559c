"""Reviews: a named person's verdict on one statement, kept in a file of its own."""

from __future__ import annotations

import datetime
import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.authored import describe_graph
from clausegraph.errors import UsageError
from clausegraph.textfiles import write_atomically
from clausegraph.turtle import render
from clausegraph.vocabulary import (
    ATTRIBUTED,
    CREATED,
    GENERATED,
    GRAPH,
    ID,
    PROV,
    SCHEMA,
    SOURCE,
    TITLE,
    TYPE,
    XSD,
    cg,
    code_slug,
    compact,
    expand,
)

Outcome = OneOf["confirmed", "disputed"]
VERDICTS: tuple[Outcome, ...] = ("confirmed", "disputed")

_ACTIVITY = NamedNode(ID + "activity/review")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
# A file's name is at most 255 bytes on the usual file systems; the rest is for person and date.
_LONGEST = 150


@dataclass(frozen=True)
class Person:
    """Who reviews: a full name, and an ORCID or home page by which to tell namesakes apart."""

    name: str
    page: str | None = None

    @property
    def slug(self) -> str:
        """The name in ASCII letters, accents dropped; a digest for a name that has none."""
        plain = unicodedata.normalize("NFKD", self.name)
        plain = "".join(char for char in plain if not unicodedata.combining(char))
        slug = code_slug(plain).strip(".-")
        if slug and all(char.isascii() for char in plain if char.isalnum()):
            return slug
        return "person-" + hashlib.sha256(self.name.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Verdict:
    """What a person judged of a statement, why, and on which day; `language` is that of `why`."""

    statement: str
    verdict: Outcome
    why: str
    person: Person
    day: datetime.date
    language: str = "en"

    @property
    def slug(self) -> str:
        """The review's name: statement, person, day."""
        about = code_slug(self.statement.removeprefix(ID).removeprefix("document/"))
        if len(about) > _LONGEST:
            about = f"{about[:_LONGEST]}-{hashlib.sha256(about.encode()).hexdigest()[:12]}"
        return f"{about}-{self.person.slug}-{self.day.isoformat()}"


def statements_in(triples: Iterable[Triple]) -> Mapping[str, frozenset[str]]:
    """Return the statements of a built graph by IRI, each with the IRIs of its sources."""
    sources: dict[str, set[str]] = {}
    found: set[str] = set()
    for triple in triples:
        if not isinstance(triple.subject, NamedNode) or not isinstance(triple.object, NamedNode):
            continue
        if triple.predicate == TYPE and triple.object == cg("Statement"):
            found.add(triple.subject.value)
        elif triple.predicate == SOURCE:
            sources.setdefault(triple.subject.value, set()).add(triple.object.value)
    return {iri: frozenset(sources.get(iri, ())) for iri in found}


def find_statement(name: str, statements: Iterable[str]) -> str:
    """Return the IRI of the statement that a name means: an IRI, `/id/...`, `<...>` or a CURIE.

    Raises UsageError, with the nearest names, where there is no such statement.
    """
    known = frozenset(statements)
    iri = _iri(name)
    if iri in known:
        return iri
    folder = iri.rpartition("/")[0] + "/"
    siblings = [statement for statement in known if statement.startswith(folder)]
    near = difflib.get_close_matches(iri, sorted(siblings or known), n=3, cutoff=0.5)
    listed = ", ".join(_shown(statement) for statement in near)
    raise UsageError(
        f"There is no statement {_shown(iri)} in the graph.",
        remedy=f"Nearest: {listed}." if near else "Copy its IRI from a query's answer.",
    )


def _iri(name: str) -> str:
    for start in ("/id/", "/doc/"):
        if name.startswith(start):
            return ID + name[len(start) :]
    iri = expand(name)
    return iri if ":" in iri else ID + iri


def _shown(iri: str) -> str:
    """Return an IRI as one can type it: `/id/...` for ours."""
    return f"/id/{iri[len(ID) :]}" if iri.startswith(ID) else compact(iri)


def write_review(review: Verdict, sources: Iterable[str], data: Path) -> Path:
    """Write a review to `data/reviews/` and return its file; `sources` are the statement's.

    Raises UsageError for an unknown verdict, an empty name or reason, a page that is no web
    address, and a review that is there already; InputError where the file cannot be written.
    """
    _refuse_gaps(review)
    path = data / "reviews" / f"{review.slug}.ttl"
    if path.exists():
        raise UsageError(
            f"{review.person.name} reviewed this statement on {review.day} already.",
            file=path,
            remedy="Change that file, or review it anew on another day.",
        )
    write_atomically(path, [render(_describe(review, sources))], parents=True)
    return path


def _refuse_gaps(review: Verdict) -> None:
    if review.verdict not in VERDICTS:
        raise UsageError(
            f"'{review.verdict}' is no verdict.", remedy=f"Use {' or '.join(VERDICTS)}."
        )
    if not review.person.name.strip():
        raise UsageError("Nobody is named.", remedy="Give the full name of a person with --by.")
    if not review.why.strip():
        raise UsageError("No reason is given.", remedy="Give it with --why.")
    if not _LANGUAGE.fullmatch(review.language):
        raise UsageError(
            f"'{review.language}' is no language tag.", remedy="Use one like en or zh."
        )
    if review.person.page is not None and not _is_web_address(review.person.page):
        raise UsageError(
            f"'{review.person.page}' is no web address.", remedy="Write it as https://... ."
        )


def _is_web_address(text: str) -> bool:
    try:
        return NamedNode(text).value.startswith(("https://", "http://"))
    except ValueError:
        return False


def _describe(review: Verdict, sources: Iterable[str]) -> Iterator[Triple]:
    node = NamedNode(f"{ID}review/{review.slug}")
    person = NamedNode(f"{ID}actor/{review.person.slug}")
    graph = NamedNode(f"{GRAPH}data/reviews/{review.slug}")
    verdict = NamedNode(f"{ID}concept/review-verdict/{review.verdict}")
    day = Literal(review.day.isoformat(), datatype=NamedNode(XSD + "date"))
    yield Triple(node, TYPE, cg("Review"))
    yield Triple(node, cg("reviewOf"), NamedNode(review.statement))
    yield Triple(node, cg("verdict"), verdict)
    yield Triple(node, cg("rationale"), Literal(review.why.strip(), language=review.language))
    yield Triple(node, CREATED, day)
    yield Triple(person, TYPE, cg("Actor"))
    yield Triple(person, TYPE, NamedNode(PROV + "Person"))
    yield Triple(person, TITLE, Literal(review.person.name.strip(), language=review.language))
    if review.person.page is not None:
        yield Triple(person, NamedNode(SCHEMA + "url"), NamedNode(review.person.page))
    yield Triple(_ACTIVITY, TYPE, NamedNode(PROV + "Activity"))
    yield Triple(_ACTIVITY, cg("activityKind"), NamedNode(f"{ID}concept/activity-kind/manual"))
    yield Triple(_ACTIVITY, TITLE, Literal("Review by a person", language="en"))
    yield Triple(node, ATTRIBUTED, person)
    yield Triple(node, GENERATED, _ACTIVITY)
    yield from describe_graph(graph, map(NamedNode, sources), (person,), _ACTIVITY)
