"""Labels: what things are called, in English where they have such a name, and under which code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clausegraph.web import summaries, texts
from clausegraph.web.documents import Documents, fill


async def read(documents: Documents, iris: Sequence[str]) -> dict[str, Mapping[str, str]]:
    """Return `label` and, where there is one, `code` of things by their IRIs; what has no label is
    left out."""
    if not iris:
        return {}
    text = fill(texts.query("labels"), {"things": summaries.terms(iris)})
    return {row["thing"]: row for row in await documents.rows(text) if "label" in row}
