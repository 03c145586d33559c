"""The page of data: the whole graph as files, lists as tables, its licence, and how to cite it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from clausegraph import formats, vocabulary
from clausegraph.releases import Manifest
from clausegraph.web import citation, cited, reports, tables
from clausegraph.web.analyses import Analysis
from clausegraph.web.dumps import DIGEST, NAMES
from clausegraph.web.enquiry import Enquiry
from clausegraph.web.explorer.figures.serving import Figure, Shown
from clausegraph.web.explorer.site import Explorer
from clausegraph.web.rows import table
from clausegraph.web.views import VIEWS

ANALYSIS = Analysis("data", "/data", "Data", "What can be downloaded, and on what terms.", ())

_WHAT = {
    formats.N_QUADS.name: "every statement with its named graph, one a line, sorted",
    formats.TRIG.name: "the same, grouped by graph, for reading",
    formats.TURTLE.name: "all graphs merged, without their names",
    formats.JSON_LD.name: "the same as TriG, for JSON tools",
}


async def gather(explorer: Explorer, enquiry: Enquiry) -> Shown:
    """Return what the page shows."""
    release = explorer.documents.engine.release
    manifest = await _manifest(explorer, release)
    term = f"<{vocabulary.DATASET}>"
    found = cited.of_dataset(await table(explorer.documents, "citation", thing=term), release, "en")
    if explorer.shelf and (day := await explorer.shelf.day(release)):
        found = replace(found, released=day, date=found.date or day)
    page: dict[str, object] = {
        "files": [_file(name, manifest) for name in NAMES],
        "digest": DIGEST,
        "triples": manifest.triples if manifest else 0,
        "graphs": manifest.graphs if manifest else 0,
        "is_made": bool(manifest and manifest.files),
        "citation": citation.text(found).decode().strip(),
        "bibtex": citation.bibtex(found).decode().strip(),
        "dataset": vocabulary.DATASET,
        "views": [view for view in VIEWS if "{" not in view.path],
        "reports": reports.REPORTS,
        "tables": tables.SYNTAXES,
        "root": enquiry.below,
    }
    return Shown("Data", "", {"page": page})


async def _manifest(explorer: Explorer, release: str) -> Manifest | None:
    """Return what is known of the files of a release, if they were made already."""
    return None if explorer.shelf is None else await explorer.shelf.manifest(release)


def _file(name: str, manifest: Manifest | None) -> Mapping[str, object]:
    """Return a row of the list of files."""
    syntax, coding = NAMES[name]
    made = manifest.file(name) if manifest else None
    return {
        "name": name,
        "syntax": syntax.name,
        "what": _WHAT.get(syntax.name, ""),
        "coding": coding.name or "plain",
        "size": sized(made.bytes) if made else "",
        "sha256": made.sha256 if made else "",
    }


def sized(number: int) -> str:
    """Return a size as people read it."""
    size, units = float(number), ("bytes", "kB", "MB", "GB")
    for unit in units:
        if size < 1000 or unit == units[-1]:  # noqa: PLR2004
            return f"{size:,.0f} {unit}" if unit in units[:2] else f"{size:,.1f} {unit}"
        size /= 1000
    return ""


async def _state(explorer: Explorer, release: str) -> str:
    """Tell whether the files are made, which may be while a release is served."""
    manifest = await _manifest(explorer, release)
    return str(len(manifest.files)) if manifest and manifest.files else ""


DATA_FIGURE = Figure("data", ANALYSIS, "data.html", gather, state=_state, cache="no-cache")
