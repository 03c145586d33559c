"""How the routes for names and citations are described in OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausegraph import formats, vocabulary
from clausegraph.web.apidoc import MEDIA_TYPE, Operation, content, in_path, in_query, operation
from clausegraph.web.citation import BIBTEX
from clausegraph.web.citing import OFFERS as FORMS
from clausegraph.web.citing import REPEATED
from clausegraph.web.protocol import FORM_TYPE
from clausegraph.web.resolution import STATUSES
from clausegraph.web.resolving import JSON_TYPE, MOST_NAMES, OFFERS, SCHEME, TEXT_TYPE

_TEXT = {"type": "string"}
_NAMES = ("mit-risk-domain:2.1", "document/ai-safety-commitments")
_QUERY = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 5"
_GRAPH = f"{vocabulary.GRAPH}release"
_LANGUAGE = in_query("lang", "The language of labels, if there are any in it.", _TEXT, "zh")
_HELP = (
    f"Up to {MOST_NAMES:,} IRIs, names like prefix:name, paths below /id/, or codes; one row a "
    f"name, in their order. The status is one of {', '.join(STATUSES)}. A code is one of a scheme: "
    "without `scheme` it is ambiguous, and its candidates are listed. `successor` is what stands "
    "in place of what is deprecated, withdrawn or moved."
)
_TABLE = {"200": content("The table.", OFFERS)}


def _scheme() -> Operation:
    return in_query(SCHEME.name, SCHEME.description, _TEXT, SCHEME.example)


def _names() -> Operation:
    many = {"type": "array", "items": _TEXT}
    found = in_query("name", "A name; may be repeated.", many, list(_NAMES))
    return {**found, "required": True, "style": "form", "explode": True}


def _bodies() -> Mapping[str, Any]:
    names = {"type": "array", "items": _TEXT, "maxItems": MOST_NAMES}
    members = {"names": names, "scheme": _TEXT, "lang": _TEXT}
    schema = {"type": "object", "properties": members, "required": ["names"]}
    fields = {**members, "name": names}
    fields.pop("names")
    return {
        JSON_TYPE: {"schema": schema, "example": {"names": list(_NAMES)}},
        TEXT_TYPE: {"schema": _TEXT, "example": "\n".join(_NAMES)},
        FORM_TYPE: {
            "schema": {"type": "object", "properties": fields, "required": ["name"]},
            "example": {"name": list(_NAMES)},
        },
    }


def _with_body(described: Operation) -> Operation:
    extra = {**described["openapi_extra"]}
    extra["requestBody"] = {"required": True, "content": dict(_bodies())}
    return {**described, "openapi_extra": extra}


RESOLVE = operation(
    "Linked data",
    "Learn what names stand for.",
    [_names(), _scheme(), _LANGUAGE, {**MEDIA_TYPE, "example": formats.CSV.media_type}],
    _TABLE,
    _HELP,
)
RESOLVE_MANY = _with_body(
    operation(
        "Linked data",
        "Learn what many names stand for.",
        [_scheme(), _LANGUAGE, {**MEDIA_TYPE, "example": formats.CSV.media_type}],
        _TABLE,
        _HELP,
    )
)
CURIE = operation(
    "Linked data",
    "Follow a name like prefix:name.",
    [in_path("curie", "A registered prefix, a colon, and the rest.", "mit-risk-domain:2.1")],
    {
        "303": {"description": "Location leads to the thing; no body."},
        "200": {"description": "The IRI that the name stands for, which is not ours."},
    },
)
CITE = operation(
    "Linked data",
    "Cite a thing, the dataset, or the answer to a query.",
    [
        in_query("iri", "What is cited: an IRI, or a name like prefix:name.", _TEXT, _NAMES[0]),
        in_query("query", "A query whose answer is cited; not with `iri`.", _TEXT, _QUERY),
        in_query(
            "answer",
            "The media type of the answer to `query` that is cited.",
            _TEXT,
            formats.CSV.media_type,
        ),
        in_query("release", "The release; the one served now if left out.", _TEXT, None),
        in_query("lang", "The language of titles and names, if there are any in it.", _TEXT, "en"),
        *(
            in_query(name, "A graph of the dataset that is asked; may be repeated.", _TEXT, _GRAPH)
            for name in REPEATED
        ),
        {**MEDIA_TYPE, "example": BIBTEX.media_type},
    ],
    {"200": content("The citation.", FORMS)},
    "Nothing is invented: authors are the issuers, proposers or makers that are stated, and so are "
    "dates. An answer is cited by a permalink with its release and its digest; a query "
    "that may get another answer when it is asked again is refused.",
)
