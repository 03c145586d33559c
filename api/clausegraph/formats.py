"""Media types of the syntaxes we speak: one table, read in both directions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat

from clausegraph.errors import NotAcceptable


@dataclass(frozen=True)
class Syntax:
    """A syntax: its name, its media type, its file suffix, and the engine's name for it.

    `parameters` follow the media type on the wire (`; charset=utf-8`); `aliases` are media types
    that clients send in Accept for the same syntax.
    """

    name: str
    media_type: str
    suffix: str
    engine: RdfFormat | QueryResultsFormat | None = None
    parameters: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The whole Content-Type field value."""
        return self.media_type + self.parameters

    def is_named(self, media_type: str) -> bool:
        """Whether `media_type` (lower case, no parameters) means this syntax."""
        return media_type == self.media_type or media_type in self.aliases


UTF_8 = "; charset=utf-8"

TURTLE = Syntax("Turtle", "text/turtle", ".ttl", RdfFormat.TURTLE, UTF_8)
JSON_LD = Syntax(
    "JSON-LD", "application/ld+json", ".jsonld", RdfFormat.JSON_LD, "", ("application/json",)
)
N_TRIPLES = Syntax("N-Triples", "application/n-triples", ".nt", RdfFormat.N_TRIPLES)
RDF_XML = Syntax(
    "RDF/XML", "application/rdf+xml", ".rdf", RdfFormat.RDF_XML, "", ("application/xml",)
)
HTML = Syntax("HTML", "text/html", ".html", None, UTF_8, ("application/xhtml+xml",))
TRIG = Syntax("TriG", "application/trig", ".trig", RdfFormat.TRIG)
N_QUADS = Syntax("N-Quads", "application/n-quads", ".nq", RdfFormat.N_QUADS)

RESULTS_JSON = Syntax(
    "SPARQL JSON",
    "application/sparql-results+json",
    ".srj",
    QueryResultsFormat.JSON,
    "",
    ("application/json",),
)
RESULTS_XML = Syntax(
    "SPARQL XML",
    "application/sparql-results+xml",
    ".srx",
    QueryResultsFormat.XML,
    "",
    ("application/xml",),
)
CSV = Syntax("CSV", "text/csv", ".csv", QueryResultsFormat.CSV, UTF_8)
TSV = Syntax("TSV", "text/tab-separated-values", ".tsv", QueryResultsFormat.TSV, UTF_8)

# First = default.
RDF_GRAPH = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
RESOURCE = (*RDF_GRAPH, HTML)
RDF_DATASET = (TRIG, N_QUADS, JSON_LD)
RESULTS = (RESULTS_JSON, RESULTS_XML, CSV, TSV)
BOOLEAN_RESULTS = (RESULTS_JSON, RESULTS_XML)  # CSV and TSV have no form for ASK.
READABLE = (TURTLE, TRIG, N_TRIPLES, N_QUADS, JSON_LD, RDF_XML)

_QVALUE = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")

PROBLEM_JSON = "application/problem+json"


def by_suffix(suffix: str, offers: Sequence[Syntax]) -> Syntax | None:
    """Return the offer whose file suffix is `suffix` (with its dot, any case), or None."""
    return next((offer for offer in offers if offer.suffix == suffix.lower()), None)


def by_media_type(value: str, offers: Sequence[Syntax]) -> Syntax | None:
    """Return the offer that a Content-Type value names, its parameters aside, or None."""
    bare = value.partition(";")[0].strip().lower()
    return next((offer for offer in offers if offer.is_named(bare)), None)


@dataclass(frozen=True)
class Preference:
    """One member of an Accept field: a media range and its weight."""

    media_range: str
    weight: float

    def specificity(self, offer: Syntax) -> int:
        """0 no match, 1 `*/*`, 2 `type/*`, 3 the type itself (RFC 9110, 12.5.1)."""
        if offer.is_named(self.media_range):
            return 3
        main, _, sub = self.media_range.partition("/")
        if sub != "*":
            return 0
        if main == "*":
            return 1
        return 2 if offer.media_type.startswith(main + "/") else 0


def parse_accept(accept: str) -> list[Preference]:
    """Parse an Accept field; members and weights that are not well formed are passed over."""
    preferences = []
    for member in accept.split(","):
        media_range, *parameters = (part.strip() for part in member.split(";"))
        if "/" not in media_range:
            continue
        weight: float | None = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                weight = _weight(value.strip())
        if weight is not None:
            preferences.append(Preference(media_range.lower(), weight))
    return preferences


def _weight(text: str) -> float | None:
    """Read a qvalue (RFC 9110, section 12.4.2), or return None."""
    return float(text) if _QVALUE.fullmatch(text) else None


def acceptable(accept: str | None, offers: Sequence[Syntax]) -> list[Syntax]:
    """Return the offers that `accept` allows, best first; among equals the order of `offers`.

    No Accept field, or an empty one, allows everything (RFC 9110, 12.5.1).
    """
    preferences = parse_accept(accept or "*/*") or [Preference("*/*", 1.0)]
    scored = []
    for rank, offer in enumerate(offers):
        matches = [(p.specificity(offer), p.weight) for p in preferences]
        specificity, weight = max(matches)
        if specificity and weight > 0:
            scored.append((-weight, rank, offer))
    return [offer for _, _, offer in sorted(scored, key=lambda item: item[:2])]


def negotiate(accept: str | None, offers: Sequence[Syntax]) -> Syntax:
    """Return the offer the client prefers, or raise NotAcceptable (RFC 9110, section 12.5.1)."""
    fitting = acceptable(accept, offers)
    if not fitting:
        raise not_acceptable(accept, offers)
    return fitting[0]


def not_acceptable(accept: str | None, offers: Sequence[Syntax]) -> NotAcceptable:
    """Return the error that lists what is on offer (RFC 9110, 15.5.7)."""
    listed = ", ".join(dict.fromkeys(offer.media_type for offer in offers))
    return NotAcceptable(
        f"Nothing on offer fits Accept: {accept}.", remedy=f"Ask for one of: {listed}."
    )
