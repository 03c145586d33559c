"""One tree of errors, and what each becomes outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clausegraph.errors import OUTCOMES, ClausegraphError, InputError, outcome


def tree(kind: type[ClausegraphError]) -> Iterator[type[ClausegraphError]]:
    """Yield an error and all below it."""
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


def test_every_error_has_an_outcome_of_its_own() -> None:
    assert set(tree(ClausegraphError)) == set(OUTCOMES)
    slugs = [entry.slug for entry in OUTCOMES.values()]
    assert len(slugs) == len(set(slugs))


def test_statuses_are_client_or_server_errors_and_exit_codes_are_two_or_three() -> None:
    """RFC 9110, section 15."""
    for entry in OUTCOMES.values():
        assert 400 <= entry.status < 600
        assert entry.exit_code in {2, 3}


def test_message_starts_with_the_place_and_ends_with_the_remedy() -> None:
    error = InputError("It is broken.", file=Path("a.ttl"), line=3, remedy="Mend it.")
    assert str(error) == "a.ttl:3: It is broken. Mend it."
    assert outcome(error).exit_code == 3
