"""Coverage summaries: what is said of one document and one concept, counted by one saved query."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode
from starlette.concurrency import run_in_threadpool

from clausegraph import formats, vocabulary
from clausegraph.engine import Query
from clausegraph.web import conditions, keyset, texts
from clausegraph.web.columns import BROADER, Pair
from clausegraph.web.documents import Documents, fill

COVERED = "covered"
NOT_ASSESSED = "not-assessed"
# In the order in which one of several tells most of a gap.
STATES = ("assessed-not-covered", "only-broader-named", "assessed-partly-unknown", NOT_ASSESSED)

COUNTS = (
    *("statements", "absent", "clauses", "narrower"),
    *("reviewed", "unreviewed", "preliminary", "disputed"),
)

UNDEFINED = "UNDEF"


@dataclass(frozen=True)
class Summary:
    """What is said of `document` and the concept `column`; IRIs, empty where there is none.

    `counts` are those of COUNTS; `best` shows the state best, `counter` says less than another
    statement about the same thing.
    """

    document: str
    column: str
    state: str = NOT_ASSESSED
    level: str = ""
    best: str = ""
    counter: str = ""
    counts: tuple[int, ...] = (0,) * len(COUNTS)

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Summary:
        """Read a row of `analysis-cells`."""
        return cls(
            row["document"],
            row["column"],
            row["state"],
            row.get("level", ""),
            row.get("best", ""),
            row.get("counter", ""),
            tuple(int(row[name]) for name in COUNTS),
        )

    @property
    def statements(self) -> list[str]:
        """The statements that it names."""
        return [iri for iri in (self.best, self.counter) if iri]

    def numbers(self) -> list[str]:
        """Return its counts as they are written in a query."""
        return [str(number) for number in self.counts]


async def count(
    documents: Documents,
    pairs: Sequence[Pair],
    within: Sequence[str] | None,
    review: str | None,
    tallied: Sequence[tuple[str, str]] = (),
) -> list[Summary]:
    """Return the summaries of all documents, or those of `within`, that anything is said of.

    `review`, in N-Triples syntax, leaves out statements with another status. `tallied` are columns
    with their scheme, of which a tally may tell.
    """
    if not pairs or (within is not None and not within):
        return []
    written = counting(pairs, within, review, tallied)
    query = Query(written, formats.RESULTS_JSON, None, None, is_ours=True)
    return await run_in_threadpool(_read, (await documents.engine.query(query)).body)


def counting(
    pairs: Sequence[Pair],
    within: Sequence[str] | None,
    review: str | None,
    tallied: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the query that `count` asks."""
    given = [
        *(() if within is None else ("documents",)),
        *(() if review is None else ("review",)),
    ]
    values = {
        "pairs": " ".join(
            f"({term(pair.concept)} {term(pair.column)} {text(pair.place)})" for pair in pairs
        ),
        "tallied": " ".join(f"({term(column)} {term(scheme)})" for column, scheme in tallied),
        "concepts": terms(pair.concept for pair in pairs),
        "documents": terms(within or ()),
        "review": review or "",
    }
    return fill(conditions.keep(texts.query("analysis-cells"), given), values)


async def covered(
    documents: Documents, pairs: Sequence[Pair], asked: Mapping[str, str]
) -> set[str]:
    """Return the columns that a statement covers, however many more do.

    `asked` has the terms of `document`, `jurisdiction`, `type` and `review`, those that are asked
    for. Each column is looked for until the first statement is found, so that what all documents
    cover costs no more than what one does.
    """
    concepts: dict[str, list[str]] = {}
    for pair in pairs:
        if pair.place != BROADER:
            concepts.setdefault(pair.column, []).append(pair.concept)
    if not concepts:
        return set()
    names = " ".join(f"?{name}" for name in asked)
    bound = f"VALUES ({names}) {{ ({' '.join(asked.values())}) }}" if asked else ""
    prologue, one = keyset.split(conditions.keep(texts.query("gaps-covered"), asked))
    branches = [
        fill(one, {"pairs": _named(column, found), "filters": bound})
        for column, found in concepts.items()
    ]
    listed = "\n  UNION\n  ".join(f"{{ {branch}\nLIMIT 1 }}" for branch in branches)
    query = f"{prologue}SELECT ?column\nWHERE {{\n  {listed}\n}}\nORDER BY ?column"
    answer = await documents.engine.query(
        Query(query, formats.RESULTS_JSON, None, None, is_ours=True)
    )
    rows = json.loads(answer.body)["results"]["bindings"]
    return {row["column"]["value"] for row in rows}


def _named(column: str, concepts: Sequence[str]) -> str:
    return " ".join(f"({term(column)} {term(concept)})" for concept in concepts)


def _read(body: bytes) -> list[Summary]:
    """Read SPARQL results in JSON."""
    found = json.loads(body)["results"]["bindings"]
    return [Summary.of({name: value["value"] for name, value in row.items()}) for row in found]


def term(iri: str) -> str:
    """Return an IRI in N-Triples syntax; UNDEF if it is empty."""
    return str(NamedNode(iri)) if iri else UNDEFINED


def terms(iris: Iterable[str]) -> str:
    """Return IRIs in N-Triples syntax, one after the other, each once."""
    return " ".join(term(iri) for iri in dict.fromkeys(iris) if iri)


def text(value: str) -> str:
    """Return a plain literal in N-Triples syntax."""
    return str(Literal(value))


def slug(document: str) -> str:
    """Return what a document is called in a fragment."""
    below = f"{vocabulary.ID}document/"
    return document.removeprefix(below).replace("#", "%23")
