"""Tables of thousands of rows for our own use, read where they hold nobody up."""

from __future__ import annotations

import csv
import io

from starlette.concurrency import run_in_threadpool

from clausegraph import formats
from clausegraph.engine import Query
from clausegraph.web import texts
from clausegraph.web.documents import Documents, Rows, fill


async def table(
    documents: Documents, query: str, seconds: float | None = None, **values: str
) -> Rows:
    """Return the rows of the query of that name; its blanks are filled with terms in N-Triples.

    A variable without a value is an empty text.
    """
    text = fill(texts.query(query), values)
    asked = Query(text, formats.CSV, None, None, timeout=seconds, is_ours=True)
    answer = await documents.engine.query(asked)
    return await run_in_threadpool(_read, answer.body)


def _read(body: bytes) -> Rows:
    head, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    return [dict(zip(head, row, strict=True)) for row in rows]
