"""Import a numbered text: its outline shown first, then written as clauses in order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from clausegraph.errors import UsageError
from clausegraph.importers.folder import Changes, graph_base, update
from clausegraph.importers.text import clauses
from clausegraph.importers.text.plan import Import, Plan, plan, refuse_bad_address
from clausegraph.turtle import render


@dataclass(frozen=True)
class Imported:
    """What an import made of a text."""

    plan: Plan
    folder: Path
    changes: Changes


def import_text(asked: Import) -> Imported:
    """Read a numbered text and write its clauses to `output/{document}/{source}.ttl`.

    With `with_text` the words go to a file of their own beside it, `{source}-text.ttl`. Importing
    the same text again changes nothing; without `with_text` an earlier file of words is removed.
    Raises UsageError or InputError as `plan` does, and where the language is not plain, or a
    document that nobody describes has no title; then nothing is written.
    """
    refuse_bad_address(asked.url)
    made = plan(asked)
    if not made.language:
        raise UsageError(
            "The language of the text is not plain.",
            file=asked.file,
            remedy="Give it with --language, as in --language de.",
        )
    if asked.title is None and not made.known.is_document:
        raise UsageError(
            f"Nothing describes the document {made.document} as yet.",
            remedy='Give its title, as in --title "Made-Up Act".',
        )
    folder = made.folder / made.document
    base = f"{graph_base(made.folder)}{made.document}/"
    marker = f"Imported by `clausegraph import text`: {made.document}, source {made.source}."
    comment = f"{marker}\nChange the text and import it again, not this file."
    parts = {made.source: clauses.describe(made, NamedNode(base + made.source))}
    if asked.with_text:
        name = f"{made.source}-text"
        parts[name] = clauses.describe_texts(made, NamedNode(base + name))
    files = {f"{name}.ttl": render(triples, comment=comment) for name, triples in parts.items()}
    return Imported(made, folder, update(folder, files, marker))
