"""`clausegraph review`: record a person's verdict on a statement."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Annotated

import typer

from clausegraph import bundle
from clausegraph.build import build
from clausegraph.errors import UsageError
from clausegraph.review import Outcome, Person, Verdict, find_statement, statements_in, write_review

_ORCID = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")


def register(app: typer.Typer) -> None:
    """Add `review`."""
    app.command("review")(review)


def review(  # noqa: PLR0913 - one parameter an option
    statement: Annotated[
        str, typer.Argument(help="The statement: its IRI, its /id/... path or prefix:name.")
    ],
    *,
    verdict: Annotated[Outcome, typer.Option(help="The outcome.")],
    by: Annotated[str, typer.Option(help="Full name of the person who judged.")],
    why: Annotated[str, typer.Option(help="The reason, in the reviewer's own words.")],
    page: Annotated[
        str | None,
        typer.Option("--orcid", "--homepage", help="The person's ORCID iD, or web address."),
    ] = None,
    language: Annotated[str, typer.Option(help="Language of name and reason.")] = "en",
    date: Annotated[str | None, typer.Option(help="Day of the review; today if none.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="Your data folder; the checkout's if none.")
    ] = None,
) -> None:
    """Record a named person's verdict on one statement, in a file below reviews/.

    The statement keeps the status that it was made with; its effective status follows from the
    latest review. An import can be repeated without losing reviews.

    Example: clausegraph review /id/document/nist2024/classification/... --verdict confirmed
    --by "Ada Example" --why "The measure asks for the board's approval."

    Exit codes: 0 written, 2 no such statement, or reviewed already, 3 the graph cannot be built.
    """
    day = _day(date)
    folder = data if data is not None else _checkout_data()
    graph = build(None if data is None else [data])
    statements = statements_in(triple for triples in graph.graphs.values() for triple in triples)
    iri = find_statement(statement, statements)
    judged = Verdict(iri, verdict, why, Person(by, _address(page)), day, language)
    typer.echo(write_review(judged, statements[iri], folder))


def _address(page: str | None) -> str | None:
    """Return a web address, which an ORCID iD has too."""
    return f"https://orcid.org/{page}" if page and _ORCID.fullmatch(page) else page


def _day(text: str | None) -> datetime.date:
    if text is None:
        return datetime.datetime.now(tz=datetime.UTC).date()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is no date.", remedy="Write it as 2026-11-21.") from error


def _checkout_data() -> Path:
    root = bundle.root()
    if not (root / "pyproject.toml").is_file():
        raise UsageError(
            "There is no checkout to write to.", remedy="Choose your data folder with --data."
        )
    return root / "data"
