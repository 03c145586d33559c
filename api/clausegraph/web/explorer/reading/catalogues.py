"""The lists that people look through, and by what each is narrowed down."""

from __future__ import annotations

from clausegraph.web.explorer.reading.catalogue import Catalogue
from clausegraph.web.explorer.reading.facets import Facet
from clausegraph.web.views import ACTORS, DOCUMENTS, SCHEMES, SOURCES

DOCUMENT_LIST = Catalogue(
    DOCUMENTS,
    "/documents",
    "documents.html",
    (
        Facet("type", "Type"),
        Facet("jurisdiction", "Jurisdiction"),
        Facet("force", "Legal force"),
        Facet("status", "Status"),
        Facet("year", "Year of issue"),
        Facet("issuer", "Issued by"),
    ),
    {
        "title": "Title, A to Z",
        "-issued": "Newest first",
        "issued": "Oldest first",
        "-effective": "Last to take effect first",
        "identifier": "Identifier",
    },
    "documents-facets",
    "documents-weights",
)
ACTOR_LIST = Catalogue(
    ACTORS,
    "/actors",
    "actors.html",
    (Facet("role", "Role", "none"), Facet("jurisdiction", "In documents of", "none")),
    {"title": "Name, A to Z", "identifier": "Identifier"},
    "actors-facets",
    "actors-weights",
)
SOURCE_LIST = Catalogue(
    SOURCES,
    "/sources",
    "sources.html",
    (
        Facet("agent", "Who classifies from it", "nobody"),
        Facet("review", "Review of what is said", "nothing is said"),
    ),
    {"title": "Title, A to Z", "-date": "Newest first", "identifier": "Identifier"},
    "sources-facets",
    "sources-weights",
)
SCHEME_LIST = Catalogue(
    SCHEMES,
    "/concepts",
    "concepts.html",
    (),
    {"title": "Title, A to Z", "identifier": "Identifier"},
)

CATALOGUES = (DOCUMENT_LIST, ACTOR_LIST, SOURCE_LIST, SCHEME_LIST)
