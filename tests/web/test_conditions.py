"""Queries with lines that are there only where a request asks for them."""

from __future__ import annotations

import itertools

import pytest
from pyoxigraph import Store

from clausegraph.questions import parse
from clausegraph.web import conditions, keyset, texts
from clausegraph.web.documents import fill
from clausegraph.web.views import VIEWS, View

TEXT = """SELECT ?item
WHERE {
  ?item a ?class .
  ?item ?p ?risk .  # with risk
  ?item ?p ?level .  # with level or risk
  MINUS { ?item ?p ?absent }  # with risk, without level
  ?item ?p "# with quotes" .
}"""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((), []),
        (("risk",), ["?risk", "?level", "?absent"]),
        (("level",), ["?level"]),
        (("risk", "level"), ["?risk", "?level"]),
    ],
)
def test_a_line_stays_where_its_conditions_hold(given: tuple[str, ...], kept: list[str]) -> None:
    """And its comment goes."""
    found = conditions.keep(TEXT, given)
    assert [name for name in ("?risk", "?level", "?absent") if name in found] == kept
    assert "?class" in found
    assert '"# with quotes"' in found
    assert "# with risk" not in found


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_query_has_a_line_for_each_filter_and_a_header_that_names_them(view: View) -> None:
    """A filter that no line asks for would be passed over in silence."""
    written = texts.query(view.items)
    header = parse(written, view.name, view.name)
    names = [item.name for item in view.filters]
    wanted = set(names) | ({"scheme"} if view.scheme else set())
    assert set(header.parameters) == wanted
    for name in names:
        assert f"?{name}" in conditions.keep(written, {name}).partition("$filters")[2], name
    for sort in view.sorts:
        if sort != "identifier":  # What nothing is said of is sorted by its identifier.
            assert f"# with sort-{sort}" in written or f"sort-{sort}" in written


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_pair_of_filters_makes_a_query(view: View) -> None:
    """Whichever lines stay, what is left is SPARQL."""
    written = texts.query(view.items)
    names = [item.name for item in view.filters]
    store = Store()
    for given in itertools.combinations([*names, *names], 2):
        for sort in view.sorts:
            text = conditions.keep(written, {*given, f"sort-{sort}", "top"})
            filled = fill(text, {"filters": "", "none": '""', "1": "$1"})
            window = keyset.Window(5, keyset.Place(sort, "a", "https://example.org/x"))
            store.query(keyset.page(filled, window, is_descending=True))
            store.query(keyset.count(filled))
