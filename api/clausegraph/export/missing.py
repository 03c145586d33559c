"""What a host of files cannot do: one table, read by the page that says so and by every link."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from clausegraph import formats
from clausegraph.web import inbound

PAGE = "static.html"

_UNWRITTEN = (formats.TSV.suffix, formats.TURTLE.suffix)  # a list is written in two syntaxes


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: its anchor, what it is, what to do instead, and the paths of the
    service that answer it."""

    anchor: str
    title: str
    text: str
    paths: tuple[str, ...] = ()


MISSING: tuple[Missing, ...] = (
    Missing(
        "sparql",
        "Queries",
        "There is no SPARQL endpoint. Fetch the whole graph as a file and ask it with a tool of "
        "your own, or with `clausegraph query`; the text of every kept question is here.",
        ("/sparql",),
    ),
    Missing(
        "filters",
        "Filters, sorting and pages of lists",
        "Each list is here as a whole, as JSON-LD and as CSV, in its usual order: filter and sort "
        "what you fetched. Coverage and gaps are those of the scheme that they begin with.",
        ("/api/",),
    ),
    Missing(
        "analyses",
        "Comparisons, reports and provenance as data",
        "Documents side by side, reports over the corpus and the provenance of one statement are "
        "computed for each request. The page of a statement says where it comes from.",
        ("/api/compare", "/api/provenance", "/api/reports"),
    ),
    Missing(
        "explorer",
        "Comparing, choosing and looking around",
        "Pages that are made for each request are not here: documents side by side, coverage and "
        "gaps of a choice of your own, neighbourhoods as graphs, results as XLSX and Parquet. "
        "Lists, coverage, gaps and figures are here as they begin.",
        (
            "/compare",
            "/explore",
            "/explore.json",
            "/queries/result.xlsx",
            "/queries/result.parquet",
            "/queries/terms.json",
        ),
    ),
    Missing(
        "search",
        "Search",
        "Nothing is searched. Use `clausegraph search`, or the lists of documents and concepts.",
        ("/search", "/suggest"),
    ),
    Missing(
        "names",
        "Resolving names",
        "Names are not looked up, and compact ones lead nowhere. An identifier that begins with "
        "`/id/` leads to its document; one that was withdrawn or moved is not found.",
        ("/resolve", "/curie"),
    ),
    Missing(
        "citing",
        "Citing",
        "No citations are written. Cite the identifier that a page shows, and the release that it "
        "names at its foot.",
        ("/cite",),
    ),
    Missing(
        "validation",
        "Validation",
        "Nothing is validated. Install the package, and run `clausegraph validate` on your files.",
        ("/validate",),
    ),
    Missing(
        "releases",
        "Other releases",
        "These files are of one release, and are replaced when the site is. Keep the file of the "
        "whole graph where you need it to stay; addresses below `/v/` are not answered, but for "
        "the one that says what this release is made of.",
        ("/v/",),
    ),
    Missing(
        "formats",
        "Formats by Accept",
        "The address of a document gives its page, whatever is asked for; its data have a suffix: "
        "`.ttl`, `.jsonld`, `.nt` or `.rdf`. An identifier leads there by a page that moves on by "
        "itself, not by status 303. JSON-LD comes compacted.",
    ),
    Missing(
        "languages",
        "Names in one language",
        "Pages show names in English where there is one. The data have every language.",
    ),
    Missing(
        "headers",
        "Header fields",
        "Links, validators, digests and the release are told in header fields by the service; here "
        "by pages, by `.sha256` beside each dump, and by what the host adds.",
    ),
    Missing(
        "state",
        "State and catalogue of the service",
        "There is nothing to be up or down, nothing to measure, and no API to list: the page on "
        "the API and its description are those of the service.",
        ("/health", "/ready", "/metrics", "/.well-known/api-catalog"),
    ),
)


def of(path: str, query: str = "") -> str:
    """Return the anchor of what is missing at an address of the service; empty if nothing is."""
    if path.startswith("/api/") and path.endswith(_UNWRITTEN):
        return "filters"
    asked = set(parse_qs(query, keep_blank_values=True)) - {inbound.AFTER}
    if "lang" in asked:
        return "languages"
    fitting = [
        (len(prefix), item.anchor)
        for item in MISSING
        for prefix in item.paths
        if _is_below(path, prefix) and (asked or prefix != "/api/")
    ]
    if fitting:
        return max(fitting)[1]
    return "filters" if asked else ""


def _is_below(path: str, prefix: str) -> bool:
    """Whether a path is one of those that begin with `prefix`; the endpoint has none below it, and
    what a release is made of is a document like others."""
    if prefix == "/sparql":
        return path == prefix
    if prefix == "/v/":
        return path.startswith(prefix) and "/" in path.removeprefix(prefix)
    return path == prefix or path.startswith(prefix if prefix.endswith("/") else prefix + "/")
