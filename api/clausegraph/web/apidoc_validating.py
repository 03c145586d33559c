"""How `/validate` is described in OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausegraph import formats, vocabulary
from clausegraph.web.apidoc import MEDIA_TYPE, Operation, content, in_query, operation, page
from clausegraph.web.validating import BODY_BYTES, CONFORMS, FORMATS, PASSES
from clausegraph.web.validating_forms import FORM_DATA
from clausegraph.web.validating_requests import (
    BACKGROUNDS,
    DATA,
    MOST_RESULTS,
    SEVERITIES,
    SHAPES,
    SYNTAX,
)

_TEXT = {"type": "string"}
_CLASS = f"{vocabulary.CG}Document"
_TITLE = "http://purl.org/dc/terms/title"
_DRAFT = "https://example.org/draft"
_TYPE = vocabulary.TYPE.value

_TRIPLES = f'<{_DRAFT}> <{_TYPE}> <{_CLASS}> .\n<{_DRAFT}> <{_TITLE}> "A draft"@en .\n'
_QUADS = _TRIPLES.replace(" .\n", f" <{_DRAFT}/graph> .\n")
_JSON_LD = (
    f'{{"@id": "{_DRAFT}", "@type": "{_CLASS}", '
    f'"{_TITLE}": {{"@value": "A draft", "@language": "en"}}}}'
)
_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    f'xmlns:cg="{vocabulary.CG}" xmlns:dcterms="http://purl.org/dc/terms/">'
    f'<cg:Document rdf:about="{_DRAFT}"><dcterms:title xml:lang="en">A draft</dcterms:title>'
    "</cg:Document></rdf:RDF>"
)
_OWN = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    f"<{_DRAFT}/shape> a sh:NodeShape ; sh:targetClass <{_CLASS}> ;\n"
    f"  sh:property [ sh:path <{_TITLE}> ; sh:maxLength 5 ] .\n"
)
_EXAMPLES: Mapping[formats.Syntax, str] = {
    formats.TURTLE: _TRIPLES,
    formats.TRIG: _TRIPLES,
    formats.N_TRIPLES: _TRIPLES,
    formats.N_QUADS: _QUADS,
    formats.JSON_LD: _JSON_LD,
    formats.RDF_XML: _XML,
}
_HELP = (
    "Send the document as the body, by its media type, or a form with the fields "
    f"`{DATA}` and, to be judged by shapes of your own, `{SHAPES}`; each may come several times, "
    "as a file or as a text. A file without a media type is read by its suffix. The answer is 200 "
    f"whether the data conform or not: the report says so, and so do the fields {CONFORMS} (as the "
    f"standard has it: not one result) and {PASSES} (no result as grave as `severity`). Documents "
    "or shapes that cannot be read, and shapes that are about nothing in the data, are problems "
    f"with status 422. A body has at most {BODY_BYTES // 2**20} MiB. What is sent is judged in a "
    "process of its own under the limits of queries; nothing is fetched, no owl:imports and no "
    "context, and nothing is kept."
)


def _bodies() -> Mapping[str, Any]:
    listed = {"type": "array", "items": _TEXT}
    fields = {
        DATA: listed,
        SHAPES: listed,
        SYNTAX: {**_TEXT, "description": "The media type of data that are a text, not a file."},
        **{each["name"]: each["schema"] for each in _PARAMETERS},
    }
    form = {"schema": {"type": "object", "properties": fields, "required": [DATA]}}
    example = {DATA: _TRIPLES, SHAPES: _OWN, SYNTAX: formats.TURTLE.media_type}
    return {
        **{
            syntax.media_type: {"schema": _TEXT, "example": text}
            for syntax, text in _EXAMPLES.items()
        },
        FORM_DATA: {**form, "example": example},
    }


_PARAMETERS = [
    in_query(
        "severity",
        f"The least that fails, for {PASSES}.",
        {**_TEXT, "enum": list(SEVERITIES), "default": SEVERITIES[0]},
        SEVERITIES[1],
    ),
    in_query(
        "background",
        "The context of the data, which is not judged: this graph, so that they can refer to it, "
        "or none.",
        {**_TEXT, "enum": list(BACKGROUNDS), "default": BACKGROUNDS[0]},
        BACKGROUNDS[0],
    ),
    in_query(
        "max-results",
        "Write so many results, and the number of others.",
        {"type": "integer", "minimum": 1, "maximum": MOST_RESULTS},
        5,
    ),
    in_query(
        "allow-empty",
        "Accept data that no shape is about, which are a problem otherwise.",
        {"type": "boolean", "default": False},
        "true",
    ),
    in_query(
        "timeout",
        "Seconds to wait at most; the service's own limit stands, see Clausegraph-Timeout.",
        {"type": "number", "exclusiveMinimum": 0},
        10,
    ),
]


def _validate() -> Operation:
    described = operation(
        "Service",
        "Validate RDF against our shapes, or your own (SHACL).",
        [*_PARAMETERS, {**MEDIA_TYPE, "example": "application/sarif+json"}],
        {"200": content("The report.", tuple(FORMATS))},
        _HELP,
    )
    extra = {**described["openapi_extra"]}
    extra["requestBody"] = {"required": True, "content": dict(_bodies())}
    return {**described, "openapi_extra": extra}


VALIDATE = _validate()
FORM = page("Validate from a page.", formats.HTML.media_type)
