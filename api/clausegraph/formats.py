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
DUMPED = (N_QUADS, TRIG, TURTLE, JSON_LD)

_PARTS = {mark: re.compile(rf'(?:[^"{mark}]++|"(?:[^"\\]|\\.)*+"?)++', re.DOTALL) for mark in ",;"}
_QVALUE = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")

PROBLEM_JSON = "application/problem+json"

# Forms of JSON-LD, by the last word of the IRI of their profile (JSON-LD 1.1, IANA considerations).
COMPACTED, EXPANDED, FLATTENED, FRAMED = "compacted", "expanded", "flattened", "framed"
PROFILES = (COMPACTED, EXPANDED, FLATTENED, FRAMED)
PROFILE = "http://www.w3.org/ns/json-ld#"


@dataclass(frozen=True)
class Coding:
    """A compression of files: its name, the media type of what it makes, its suffix; all may be
    empty."""

    name: str = ""
    media_type: str = ""
    suffix: str = ""


PLAIN = Coding()
GZIP = Coding("gzip", "application/gzip", ".gz")  # RFC 6713
ZSTD = Coding("zstd", "application/zstd", ".zst")  # RFC 8878
CODINGS = (PLAIN, GZIP, ZSTD)


def dump(syntax: Syntax, coding: Coding = PLAIN) -> str:
    """Return the name of the file that holds the whole graph, such as `clausegraph.nq.gz`."""
    return f"clausegraph{syntax.suffix}{coding.suffix}"


def by_suffix(suffix: str, offers: Sequence[Syntax]) -> Syntax | None:
    """Return the offer whose file suffix is `suffix` (with its dot, any case), or None."""
    return next((offer for offer in offers if offer.suffix == suffix.lower()), None)


def by_media_type(value: str, offers: Sequence[Syntax]) -> Syntax | None:
    """Return the offer that a Content-Type value names, its parameters aside, or None."""
    bare = value.partition(";")[0].strip().lower()
    return next((offer for offer in offers if offer.is_named(bare)), None)


@dataclass(frozen=True)
class Preference:
    """One member of an Accept field: a media range, its weight, and, of JSON-LD, the form that it
    names."""

    media_range: str
    weight: float
    profile: str = ""

    def specificity(self, offer: Syntax) -> int:
        """0 no match, 1 `*/*`, 2 `type/*`, 3 the type itself (RFC 9110, 12.5.1)."""
        if self.profile and not self.weight:  # Another form of the same may do.
            return 0
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
    for member in _split(accept, ","):
        media_range, *parameters = (part.strip() for part in _split(member, ";"))
        if "/" not in media_range:
            continue
        media_range = media_range.lower()
        weight: float | None = 1.0
        profile = ""
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            name = name.strip().lower()
            if name == "q":
                weight = _weight(value.strip())
            elif name == "profile" and media_range == JSON_LD.media_type:
                profile = profile_named(value)
        if weight is not None:
            preferences.append(Preference(media_range, weight, profile))
    return preferences


def _split(text: str, separator: str) -> list[str]:
    """Split at a separator that stands in no quoted string (RFC 9110, 5.6.4)."""
    if '"' not in text:
        return text.split(separator)
    return [match[0] for match in _PARTS[separator].finditer(text)]


def profile_named(value: str) -> str:
    """Return the first form of JSON-LD that a value of `profile` names, by its IRI or its last
    word; empty if it names none of them: other profiles are passed over."""
    for name in value.strip().strip('"').split():
        if (word := name.removeprefix(PROFILE)) in PROFILES:
            return word
    return ""


def profile_of(accept: str | None) -> str:
    """Return the form of JSON-LD that an Accept field asks for; empty where it names none, or
    prefers JSON-LD of any form to it."""
    preferences = parse_accept(accept or "")
    named = [item for item in preferences if item.profile and item.weight]
    if not named:
        return ""
    plain = [(item.specificity(JSON_LD), item.weight) for item in preferences if not item.profile]
    specificity, weight = max(plain, default=(0, 0.0))
    best = max(named, key=lambda item: item.weight)
    return "" if specificity and weight > best.weight else best.profile


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
