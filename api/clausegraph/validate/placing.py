"""Where a result lies: which statement is at fault, and where the judged files write it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.positions import Place, Wanted, locate
from clausegraph.shacl.results import Path, Result, Term
from clausegraph.validate.material import Material, SourceFile
from clausegraph.vocabulary import RDF, SH

_FIRST = NamedNode(RDF + "first")
# What too many or alike values break: without a value, the first of them shows where they stand.
_TOO_MANY = frozenset(
    NamedNode(f"{SH}{name}ConstraintComponent")
    for name in ("MaxCount", "UniqueLang", "QualifiedMaxCount")
)


@dataclass(frozen=True)
class Placed:
    """A result, the file that is at fault, and the place there; None where it is in no file."""

    result: Result
    file: SourceFile | None
    place: Place | None


def place(results: Sequence[Result], material: Material) -> Iterator[Placed]:
    """Yield each result with its place; each file that has any is read once."""
    at_fault = [_at_fault(result, material) for result in results]
    files: dict[int, SourceFile] = {}
    asked: dict[int, set[Wanted]] = {}
    for pair in at_fault:
        if pair is not None:
            file, wanted = pair
            files[file.number] = file
            asked.setdefault(file.number, set()).add(wanted)
    found = {
        number: locate(file.read(), file.syntax, number, list(asked[number]), file.base)
        for number, file in files.items()
    }
    for result, pair in zip(results, at_fault, strict=True):
        if pair is None:
            yield Placed(result, None, None)
        else:
            file, wanted = pair
            yield Placed(result, file, found[file.number].get(wanted))


def _at_fault(result: Result, material: Material) -> tuple[SourceFile, Wanted] | None:
    """Return the first statement that may be at fault which a judged file makes, and that file."""
    for wanted in statements(result):
        file = _file(wanted, material)
        if file is not None:
            return file, wanted
    return None


def _file(wanted: Wanted, material: Material) -> SourceFile | None:
    subject, value = wanted.subject, wanted.object
    if isinstance(subject, Literal | Triple) or isinstance(value, Triple):
        return None
    if wanted.predicate is not None and value is not None:
        holder = material.file_of(subject, wanted.predicate, value)
        if holder is not None:
            return holder
    return material.described_in(subject)


def statements(result: Result) -> Iterator[Wanted]:
    """Yield the statements that may be at fault, the likeliest first, whatever files hold.

    That is the triple that gives a focus node a bad value; for a path of several steps, its first;
    for a value that is missing, the description of the focus node; and where that is not in a
    judged file, the description of the value. Each stands for its predicate, and that for its
    subject, where a file does not make it.
    """
    focus, path, value = result.focus, result.path, result.value
    if path is not None and value is not None:
        yield from _of_value(focus, path, value)
    elif path is not None and path.predicate is not None and result.component in _TOO_MANY:
        yield Wanted(focus, path.predicate)
    yield Wanted(focus)
    if value is not None and value != focus:
        yield Wanted(value)


def _of_value(focus: Term, path: Path, value: Term) -> Iterator[Wanted]:
    if path.predicate is not None:
        yield Wanted(focus, path.predicate, value)
    elif path.inverse is not None:
        yield Wanted(value, path.inverse, focus)
    elif path.triples and path.triples[0].predicate == _FIRST:
        step = path.triples[0].object
        if isinstance(step, NamedNode):
            yield Wanted(focus, step)
