"""The process that makes an index: it reads what is to be in it, a line of JSON each, and commits.

A process of its own, since the library starts threads that outlive their work, and a process that
forks must have none. What ends before its input says that it is whole leaves nothing that can be
opened.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from clausegraph.search.schema import FORMAT, MARK, schema

END = "end"

_HEAP = 512 * 2**20  # bytes at most; only what is needed is taken, and one part is made of it
_FAILED = 3


def main(folder: str) -> int:
    """Make the index in an empty folder from standard input; return the exit status."""
    import tantivy  # noqa: PLC0415

    fields = schema()
    try:
        index = tantivy.Index(fields, path=folder)
        # With one thread, what comes first has the lower number, which decides between equals.
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        count, is_whole = 0, False
        for line in sys.stdin.buffer:
            found: Any = json.loads(line)
            if found == END:
                is_whole = True
                break
            writer.add_document(tantivy.Document.from_dict(found, fields))
            count += 1
        if not is_whole:
            return _FAILED
        writer.commit()
        writer.wait_merging_threads()
        mark = json.dumps({"format": FORMAT, "things": count})
        (Path(folder) / MARK).write_text(mark, encoding="utf-8")
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - it is what this process is asked to say
        return _FAILED
    return 0
