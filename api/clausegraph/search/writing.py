"""Writing an index: from a store, through a process of its own, into a folder, whole or not."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from pyoxigraph import Store

from clausegraph.errors import InputError
from clausegraph.search import fields, folding, schema
from clausegraph.search.gathering import Things
from clausegraph.search.indexer import END
from clausegraph.search.telling import Progress, Telling
from clausegraph.search.texts import Texts
from clausegraph.search.things import Thing

_INDEXED = "Writing the search index"  # is told while it is done
_RUN = "import sys; from clausegraph.search.indexer import main; sys.exit(main(sys.argv[1]))"


def write(store: Store, path: Path, progress: Progress | None = None) -> int:
    """Write the search index of a store to the folder `path`, which is not there yet; return how
    many things are in it.

    What is found in it is the same each time, though names of files differ. Raises InputError where
    it cannot be written, and leaves nothing behind then; what was at `path` before stays.
    """
    telling = Telling() if progress is None else Telling(progress)
    try:
        path.mkdir(parents=True)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    try:
        with tempfile.TemporaryFile(dir=path) as file:
            things = Things(store, Texts(file), telling)
            iris = things.iris()
            with _Indexer(path) as indexer:
                indexer.take(telling.rated(_entries(things, iris), len(iris), _INDEXED))
    except OSError as error:
        shutil.rmtree(path, ignore_errors=True)
        raise _unwritable(path, error.strerror or str(error)) from error
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
    return len(iris)


def _entries(things: Things, iris: Iterable[str]) -> Iterable[dict[str, Any]]:
    """Yield what is indexed of each thing."""
    reviews = things.reviews()
    for thing in things.ranked(iris):
        yield _entry(thing, reviews.get(thing.iri, ()))


def _entry(thing: Thing, reviews: Sequence[str]) -> dict[str, Any]:
    """Return the fields of a thing: tokens with blanks between them, one text a value."""
    found: dict[str, list[str]] = {name: [] for name in schema.WORDS}
    labels: dict[str, None] = {}
    begin: dict[str, None] = {}
    for text in thing.texts:
        name = fields.FIELDS[text.property]
        tokens = folding.folded(text.value)
        if not tokens:
            continue
        found[name].append(" ".join(tokens))
        if name != fields.TEXT:
            label = folding.joined(tokens)
            labels |= dict.fromkeys((label, *folding.signed(text.value)))
            begin.update(dict.fromkeys(_beginnings(tokens, label)))
    filters = {
        fields.TYPE: thing.types,
        fields.JURISDICTION: thing.jurisdictions,
        fields.SCHEME: thing.schemes,
        fields.REVIEW: reviews,
        fields.DOCUMENT: (thing.document,) if thing.document else (),
    }
    return {
        **{name: values for name, values in found.items() if values},
        **{name: list(values) for name, values in filters.items() if values},
        schema.LABEL: list(labels),
        schema.BEGIN: [" ".join(begin)],
        schema.IRI: [thing.iri],
    }


def _beginnings(tokens: Sequence[str], label: str) -> Iterable[str]:
    """Yield the short beginnings of each token; and, marked as such, the first token, and the
    short beginnings of the whole label."""
    yield schema.START + tokens[0]
    for size in range(1, schema.SHORT + 1):
        yield schema.START + label[:size]
        for token in tokens:
            yield token[:size]


class _Indexer:
    """The process that makes the index, and the pipe to it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> _Indexer:
        command = [sys.executable, "-P", "-c", _RUN, str(self._path)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        process = self._process
        assert process is not None  # noqa: S101
        if kind is not None:
            process.kill()
        with contextlib.suppress(OSError):  # It may have ended already.
            _pipe(process.stdin).close()
        process.wait()
        _pipe(process.stderr).close()

    def take(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Send what is to be indexed, and wait until it is; raises InputError where it is not."""
        process = self._process
        assert process is not None  # noqa: S101
        try:
            pipe = _pipe(process.stdin)
            for entry in entries:
                pipe.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            pipe.write(json.dumps(END).encode() + b"\n")
            pipe.close()
        except BrokenPipeError:
            pass  # What it says tells why.
        said = _pipe(process.stderr).read().decode(errors="replace").strip()
        if process.wait() != 0:
            raise _unwritable(self._path, said.rpartition("\n")[2] or "its process ended early")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101
    return pipe


def _unwritable(path: Path, reason: str) -> InputError:
    return InputError(
        f"The search index cannot be written: {reason.rstrip('.')}.",
        file=path,
        remedy="Check the folder, its permissions and the free space.",
    )
