"""Numbered texts: what their outline is, and the clauses that come of it.

A text (`reading`) is read line by line: `lines` cuts it, `marks` finds what may be a number at the
start of a line, `standing` tells those in running text, `clutter` takes out tables of contents and
page headers, `divisions` and `items` find which numbers go on with which, by the order that
`sequence` finds in them, `outline` makes a tree of them, `headings` finds their titles, `plan`
gives them names, `clauses` writes them as triples, and `importing` puts it all into files.
"""

from clausegraph.importers.text.finding import Finding
from clausegraph.importers.text.importing import Imported, import_text
from clausegraph.importers.text.outline import Entry, Outline, outline
from clausegraph.importers.text.plan import Import, Plan, plan

__all__ = [
    "Entry",
    "Finding",
    "Import",
    "Imported",
    "Outline",
    "Plan",
    "import_text",
    "outline",
    "plan",
]
