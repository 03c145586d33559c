"""What the editor completes: prefixes, and the classes and properties that this graph uses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import questions, vocabulary
from clausegraph.web import texts
from clausegraph.web.answers import LATEST, Answer, cache_of
from clausegraph.web.documents import Rows
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.explorer.site import Explorer

PATH = "/queries/terms.json"
_JSON = "application/json"


@dataclass(frozen=True)
class Terms:
    """Serves what the editor completes, and the kept questions as examples."""

    explorer: Explorer

    async def get(self, request: Request) -> Response:
        """Answer `/queries/terms.json`: from the graph's own profile, so for its release."""
        documents = self.explorer.documents
        release = documents.engine.release
        parts = (release, PATH)
        if kept := await documents.kept(request, parts):
            return kept
        rows = await documents.rows(texts.query("editor-terms"))
        body = await run_in_threadpool(_body, rows)
        cache, headers = cache_of(request, LATEST), {RELEASE_HEADER: release}
        return await documents.keep(request, Answer(body, _JSON, parts, cache, headers=headers))


def _body(rows: Rows) -> bytes:
    found: dict[str, Any] = {
        "prefixes": dict(sorted(vocabulary.prefixes().items())),
        "classes": [_term(row) for row in rows if row["kind"] == "class"],
        "properties": [_term(row) for row in rows if row["kind"] == "property"],
        "questions": [
            {"name": item.name, "number": item.number, "summary": item.summary, "text": item.text}
            for item in sorted(
                questions.load_all().values(), key=lambda item: (item.number or 1000, item.name)
            )
        ],
    }
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _term(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "iri": row["term"],
        "label": row.get("label", ""),
        "definition": row.get("definition", ""),
        "count": int(row["count"]),
    }
