"""Worked questions: what a saved query answers, as the few rows that a first page has room for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clausegraph.questions import SavedQuery
from clausegraph.vocabulary import compact
from clausegraph.web.addresses import href
from clausegraph.web.documents import Rows
from clausegraph.web.model import Value

MOST = 12  # rows that are shown

Row = Mapping[str, str]
Names = Mapping[str, Value]
Cell = tuple[Value, ...]
Teller = Callable[[Row, Names], Cell]


@dataclass(frozen=True)
class Column:
    """A column: its heading, and what it says of a row."""

    heading: str
    tell: Teller


@dataclass(frozen=True)
class Worked:
    """How the answer of a saved query is shown.

    Only rows that have a value for `witness` say something; of the others, the first page tells how
    many there are of each `finding`. Rows that differ in the column `many` alone become one. `page`
    is where to go on.
    """

    query: str
    columns: tuple[Column, ...]
    page: str
    page_name: str
    witness: str
    finding: str
    many: str = ""
    decisive: str = ""
    without: str = ""


@dataclass(frozen=True)
class Answered:
    """A worked question with its answer; `rest` counts what nobody says anything of.

    `conclusion` is the answer in a sentence, where there is one. A question whose answer takes too
    long for a first page `is_late`.
    """

    worked: Worked
    question: SavedQuery
    rows: tuple[tuple[Cell, ...], ...]
    rest: tuple[tuple[str, int], ...]
    more: int
    conclusion: str = ""
    is_late: bool = False


def thing(variable: str) -> Teller:
    """Return what tells the thing that a variable is bound to, as a link with its name."""

    def tell(row: Row, names: Names) -> Cell:
        iri = row.get(variable)
        return () if iri is None else (names.get(iri) or Value(compact(iri), href(iri), iri),)

    return tell


def coded(code: str, variable: str, label: str) -> Teller:
    """Return what tells a concept by its code and its label."""

    def tell(row: Row, _names: Names) -> Cell:
        iri = row[variable]
        text = f"{row.get(code, '')} {row.get(label, '')}".strip() or compact(iri)
        return (Value(text, href(iri), iri),)

    return tell


def words(variable: str) -> Teller:
    """Return what tells a text."""
    return lambda row, _names: (Value(row[variable]),) if row.get(variable) else ()


def review(variable: str) -> Teller:
    """Return what tells a review status, which stands out."""
    return lambda row, _names: (
        (Value(row[variable], badge=row[variable]),) if row.get(variable) else ()
    )


def finding(row: Row, _names: Names) -> Cell:
    """Tell what a source says of a sanction: that it states one absent stands out."""
    text = row["finding"]
    return (Value(text, badge="absent" if text == "stated absent" else None),)


def denied(variable: str, denial: str) -> Teller:
    """Return what tells a thing, and whether a source denies it."""

    def tell(row: Row, names: Names) -> Cell:
        said = thing(variable)(row, names)
        return (*said, Value("stated absent", badge="absent")) if row.get(denial) else said

    return tell


def sanction(row: Row, _names: Names) -> Cell:
    """Tell what a sanction is and how much of it there may be."""
    kind = row.get("type") or row.get("sourceTerm") or "not typed"
    least, most = row.get("minimum"), row.get("maximum")
    amounts = " to ".join(_amount(amount) for amount in (least, most) if amount)
    if amounts:
        return (Value(f"{kind}, {amounts} {row.get('currency', '')}".strip()),)
    named = row.get("sourceTerm")
    return (Value(f"{kind} ({named})" if named and named != kind else kind),)


def _amount(text: str) -> str:
    return f"{int(text):,}" if text.isdigit() else text


WORKED = (
    Worked(
        "risks/addressed-by-binding",
        (
            Column("What was found", words("finding")),
            Column("Risk subdomains", coded("code", "risk", "label")),
            Column("Document", thing("document")),
            Column("Who says so", thing("agent")),
            Column("Source", thing("source")),
            Column("Review", review("status")),
        ),
        "/gaps?force=hard-law",
        "Gaps of the documents that are said to bind",
        witness="document",
        finding="finding",
        many="Risk subdomains",
        decisive="addressed by one that is said to bind",
        without="All of them: of no document do sources say both that it binds and that it "
        "addresses one. What no source says is no finding.",
    ),
    Worked(
        "risks/gaps",
        (
            Column("What was found", words("finding")),
            Column("Risk subdomains", coded("code", "risk", "label")),
            Column("On the evidence of", thing("document")),
            Column("Review", review("status")),
        ),
        "/gaps",
        "All gaps, for any scheme",
        witness="document",
        finding="finding",
        many="Risk subdomains",
    ),
    Worked(
        "enforcement/draft-and-final",
        (
            Column("Text", words("text")),
            Column("What a source says", finding),
            Column("Sanction", sanction),
            Column("Who says so", thing("agent")),
            Column("Source", thing("source")),
            Column("Review", review("status")),
        ),
        "/compare",
        "Compare documents side by side",
        witness="agent",
        finding="finding",
    ),
    Worked(
        "documents/binding-nobody",
        (
            Column("Document", thing("document")),
            Column("Answer", words("answer")),
            Column("Legal force", denied("force", "statedAbsent")),
            Column("Who says so", thing("agent")),
            Column("Source", thing("source")),
            Column("Review", review("status")),
        ),
        "/documents",
        "All documents",
        witness="agent",
        finding="answer",
    ),
)


def answered(worked: Worked, question: SavedQuery, rows: Rows | None, names: Names) -> Answered:
    """Return a worked question with the answer that a release gives, if that came in time."""
    if rows is None:
        return Answered(worked, question, (), (), 0, is_late=True)
    telling = [row for row in rows if row.get(worked.witness)]
    cells = [tuple(column.tell(row, names) for column in worked.columns) for row in telling]
    shown = _gathered(cells, [column.heading for column in worked.columns], worked.many)
    rest: dict[str, int] = {}
    for row in rows:
        if not row.get(worked.witness):
            rest[row[worked.finding]] = rest.get(row[worked.finding], 0) + 1
    is_lacking = bool(rows) and all(row.get(worked.finding) != worked.decisive for row in rows)
    return Answered(
        worked,
        question,
        tuple(shown[:MOST]),
        tuple(rest.items()),
        max(0, len(shown) - MOST),
        worked.without if is_lacking else "",
    )


def _gathered(
    rows: Sequence[tuple[Cell, ...]], headings: Sequence[str], many: str
) -> list[tuple[Cell, ...]]:
    """Return rows without repetition; those that differ in the column `many` alone are one."""
    if not many:
        return list(dict.fromkeys(rows))
    place = headings.index(many)
    found: dict[tuple[Cell, ...], dict[Value, None]] = {}
    for row in rows:
        others = (*row[:place], *row[place + 1 :])
        found.setdefault(others, {}).update(dict.fromkeys(row[place]))
    return [(*key[:place], tuple(values), *key[place:]) for key, values in found.items()]
