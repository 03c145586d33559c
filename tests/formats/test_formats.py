"""Media types: one table, and the negotiation over it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph import formats
from clausegraph.errors import NotAcceptable
from clausegraph.formats import CSV, HTML, JSON_LD, RDF_GRAPH, RESOURCE, RESULTS, TURTLE


@pytest.mark.parametrize("accept", [None, "", "*/*"])
def test_no_preference_gets_the_first_offer(accept: str | None) -> None:
    """RFC 9110, section 12.5.1."""
    assert formats.negotiate(accept, RDF_GRAPH) is TURTLE


def test_weights_decide_before_the_order_of_offers() -> None:
    accept = "text/turtle;q=0.3, application/ld+json;q=0.9"
    assert formats.negotiate(accept, RDF_GRAPH) is JSON_LD


def test_more_specific_range_overrides_a_wider_one() -> None:
    """RFC 9110, section 12.5.1: the most specific reference has precedence."""
    assert formats.negotiate("*/*;q=0.1, text/csv", RESULTS) is CSV
    assert formats.negotiate("text/turtle;q=0, */*", RESOURCE) is not TURTLE


def test_browser_gets_a_page() -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
    assert formats.negotiate(accept, RESOURCE) is HTML


def test_accept_that_fits_no_offer_is_refused_with_what_is_on_offer() -> None:
    """RFC 9110, section 15.5.7."""
    with pytest.raises(NotAcceptable, match="text/turtle"):
        formats.negotiate("image/png", RDF_GRAPH)


@pytest.mark.parametrize("accept", ["nonsense", "text/csv;q=abc", "text/csv;q=1.5", ";;,"])
def test_member_that_is_not_well_formed_is_passed_over(accept: str) -> None:
    assert formats.negotiate(accept, RDF_GRAPH) is TURTLE
    assert formats.negotiate(f"{accept}, application/ld+json", RDF_GRAPH) is JSON_LD


def test_alias_names_the_same_syntax() -> None:
    assert formats.negotiate("application/json", RDF_GRAPH) is JSON_LD
    assert formats.by_media_type("Application/LD+JSON; charset=utf-8", RDF_GRAPH) is JSON_LD


@given(st.text(max_size=60))
def test_any_text_in_accept_is_answered_or_refused(accept: str) -> None:
    fitting = formats.acceptable(accept, RESOURCE)
    if fitting:
        assert formats.negotiate(accept, RESOURCE) is fitting[0]
    else:
        with pytest.raises(NotAcceptable):
            formats.negotiate(accept, RESOURCE)


def test_no_two_syntaxes_share_a_suffix_or_a_media_type() -> None:
    table = {*formats.RESOURCE, *formats.RDF_DATASET, *formats.RESULTS}
    for key in ("suffix", "media_type", "name"):
        values = [getattr(syntax, key) for syntax in table]
        assert len(values) == len(set(values)), key


PROFILE = "http://www.w3.org/ns/json-ld#"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, ""),
        ("application/ld+json", ""),
        (f'application/ld+json;profile="{PROFILE}expanded"', "expanded"),
        (f"application/ld+json ; PROFILE={PROFILE}framed ; q=0.1", "framed"),
        (f'application/ld+json;profile="http://e/a,b;c {PROFILE}flattened {PROFILE}framed"', "flattened"),
        (f'application/ld+json;profile="{PROFILE}other"', ""),
        ('application/ld+json;profile="expanded', "expanded"),
        (f'application/json;profile="{PROFILE}expanded"', ""),
        (f'application/ld+json;profile="{PROFILE}expanded";q=0.5, application/ld+json', ""),
        (f'application/ld+json;profile="{PROFILE}expanded", application/ld+json', "expanded"),
        (f'application/ld+json;profile="{PROFILE}expanded";q=0.5, */*;q=0.1', "expanded"),
        (f'application/ld+json;profile="{PROFILE}expanded";q=0, */*', ""),
        (f'application/ld+json;profile="{PROFILE}expanded";q=0.2, application/ld+json;profile="{PROFILE}framed";q=0.3', "framed"),
    ],
)  # fmt: skip
def test_form_of_json_ld_is_the_one_that_weighs_most(accept: str | None, form: str) -> None:
    """JSON-LD 1.1, IANA considerations; RFC 9110, sections 5.6.4 and 12.5.1."""
    assert formats.profile_of(accept) == form


def test_form_that_is_refused_leaves_the_others() -> None:
    """RFC 9110, section 12.4.2: a weight of 0 is about what it stands at."""
    refused = f'application/ld+json;profile="{PROFILE}expanded";q=0'
    assert JSON_LD in formats.acceptable(f"{refused}, */*", RDF_GRAPH)
    assert formats.negotiate(f"{refused}, application/ld+json", RDF_GRAPH) is JSON_LD
    with pytest.raises(NotAcceptable):
        formats.negotiate(refused, RDF_GRAPH)


@given(st.text(st.sampled_from('a/+*;,=q"\\ 01.'), max_size=60))
def test_any_quoting_in_accept_is_read(accept: str) -> None:
    for preference in formats.parse_accept(accept):
        assert 0 <= preference.weight <= 1
