"""Forms of JSON-LD and how they are asked for: by Accept, or in the address.

The lines M21 and M22 of the HTTP contract; each test is named by those that it holds the service
to.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

PROFILE = "http://www.w3.org/ns/json-ld#"
FORMS = ("compacted", "expanded", "flattened", "framed")
DOCUMENT = "/doc/document/ai-safety-commitments"
PATHS = (DOCUMENT, "/api/classifications", "/ontology", "/dataset")
JSON_LD = "application/ld+json"


def named(form: str) -> str:
    """Return the Content-Type of a form that was asked for."""
    return f'{JSON_LD};profile="{PROFILE}{form}"'


def form_of(tree: Any) -> str:
    """Return the form that a document has, as far as it shows."""
    if isinstance(tree, list):
        return "expanded"
    nodes = tree.get("@graph", [tree])
    return "framed" if any(_is_nested(node) for node in nodes) else "compacted"


def _is_nested(node: dict[str, Any]) -> bool:
    """Whether another node, with more than its identifier, stands inside of one."""
    values = [item for value in node.values() for item in _members(value)]
    return any(isinstance(item, dict) and len(item) > 1 and "id" in item for item in values)


def _members(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def shows(form: str) -> str:
    """Return what `form_of` says of a form: ours is compacted and flattened at once."""
    return "compacted" if form == "flattened" else form


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", PATHS)
def test_m22_a_form_of_json_ld_is_honoured_and_echoed(
    client: httpx.Client, path: str, form: str
) -> None:
    """JSON-LD 1.1, IANA considerations: the profile parameter; RFC 6906: the link."""
    answer = client.get(path, headers={"Accept": named(form)})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == named(form)
    assert f'<{PROFILE}{form}>; rel="profile"' in answer.headers["link"]
    assert "Accept" in answer.headers["vary"]
    assert form_of(answer.json()) == shows(form)


@pytest.mark.parametrize("path", PATHS)
def test_m22_each_form_has_its_own_validator(client: httpx.Client, path: str) -> None:
    """RFC 9110, section 8.8.3: one for each representation, and each is recognised again."""
    tags = {}
    for form in FORMS:
        answer = client.get(path, headers={"Accept": named(form), "Accept-Encoding": "identity"})
        tags[answer.headers["etag"]] = form
        held = {"Accept": named(form), "If-None-Match": answer.headers["etag"]}
        assert client.get(path, headers=held).status_code == 304
    plain = client.get(path, headers={"Accept": JSON_LD, "Accept-Encoding": "identity"})
    assert plain.headers["content-type"] == JSON_LD
    assert len({*tags, plain.headers["etag"]}) == len(FORMS) + 1


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (f'{JSON_LD};profile="http://example.org/other"', JSON_LD),
        (f'{JSON_LD};profile="http://example.org/other {PROFILE}expanded"', named("expanded")),
        (f'{JSON_LD}; Profile={PROFILE}framed; q=0.2, text/turtle;q=0.1', named("framed")),
        (f"{named('expanded')};q=0.5, {named('framed')}", named("framed")),
        (f"{named('expanded')};q=0.5, {JSON_LD};q=0.9", JSON_LD),
        (f"{named('expanded')};q=0, {JSON_LD}", JSON_LD),
        (f"{named('expanded')};q=0.5, text/turtle", "text/turtle; charset=utf-8"),
        (f"{named('expanded')}, */*;q=0.1", named("expanded")),
        (f'application/json;profile="{PROFILE}expanded"', "application/json"),
        (f'text/turtle;profile="{PROFILE}expanded"', "text/turtle; charset=utf-8"),
    ],
)  # fmt: skip
def test_m22_other_profiles_are_passed_over_and_weights_decide(
    client: httpx.Client, accept: str, content_type: str
) -> None:
    """RFC 6906, section 3.1; RFC 9110, section 12.5.1."""
    answer = client.get(DOCUMENT, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type


@pytest.mark.parametrize("path", PATHS)
def test_m21_the_address_wins_over_accept(client: httpx.Client, path: str) -> None:
    """W3C, Content Negotiation by Profile, section 8: query string arguments."""
    turtle = client.get(path, params={"_mediatype": "text/turtle"}, headers={"Accept": JSON_LD})
    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
    for token in ("expanded", f"{PROFILE}expanded"):
        for accept in ("text/html,*/*;q=0.8", "image/png", named("framed"), "application/json"):
            answer = client.get(path, params={"_profile": token}, headers={"Accept": accept})
            assert answer.headers["content-type"] == named("expanded"), accept
            assert form_of(answer.json()) == "expanded"


def test_m21_a_media_type_and_a_form_go_together(client: httpx.Client) -> None:
    """A form is one of JSON-LD alone; a suffix is a media type."""
    both = {"_mediatype": JSON_LD, "_profile": "framed"}
    assert client.get(DOCUMENT, params=both).headers["content-type"] == named("framed")
    other = {"_mediatype": "application/n-triples", "_profile": "framed"}
    answer = client.get(DOCUMENT, params=other)
    assert answer.headers["content-type"] == "application/n-triples"
    suffixed = client.get(f"{DOCUMENT}.jsonld", params={"_profile": "framed"})
    assert suffixed.headers["content-type"] == named("framed")
    turtle = client.get(f"{DOCUMENT}.ttl", params={"_profile": "framed"})
    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
    assert f"<{PROFILE}" not in turtle.headers["link"]


@pytest.mark.parametrize("token", ["", "unknown", "#", "expanded'", "\x00", "x" * 5000])
def test_m21_an_unknown_form_is_passed_over(client: httpx.Client, token: str) -> None:
    """As an unknown profile is in Accept."""
    answer = client.get(DOCUMENT, params={"_profile": token}, headers={"Accept": JSON_LD})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == JSON_LD


def test_m22_a_form_is_the_same_whichever_way_it_is_asked_for(client: httpx.Client) -> None:
    """Accept, query string and suffix; and HEAD says what GET does."""
    wanted = client.get(DOCUMENT, headers={"Accept": named("framed")})
    others = (
        client.get(DOCUMENT, params={"_profile": "framed"}),
        client.get(f"{DOCUMENT}.jsonld", params={"_profile": "framed"}),
    )
    assert all(json.loads(other.content) == wanted.json() for other in others)
    head = client.head(DOCUMENT, headers={"Accept": named("framed")})
    assert head.headers["content-type"] == named("framed")
    assert head.content == b""
