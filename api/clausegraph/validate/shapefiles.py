"""Files of shapes, for those who write them: what they say, by which names, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import bundle, formats
from clausegraph.engine import nearest
from clausegraph.errors import InputError, UsageError
from clausegraph.positions import Place, Wanted, locate
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.lint.faults import Place as Statement
from clausegraph.shacl.lint.sheet import Sheet
from clausegraph.shacl.results import Term
from clausegraph.validate import reading, sources
from clausegraph.validate.reading import SourceFile
from clausegraph.validate.wording import Names
from clausegraph.vocabulary import expand


class ShapeFile:
    """A file of shapes, parsed; its blank nodes are named so that `locate` finds them again."""

    def __init__(self, file: SourceFile) -> None:
        self.path = file.path
        self.triples = {quad.triple: None for quad in reading.quads(file)}
        self.prefixes = reading.declared(file)
        self._file = file
        self._subjects = {triple.subject for triple in self.triples}

    def says(self, wanted: Statement) -> bool:
        """Whether the file makes a statement, or describes its subject if that is all there is."""
        subject, predicate, value = wanted
        if isinstance(subject, Literal) or subject not in self._subjects:
            return False
        if predicate is None or value is None:
            return True
        return Triple(subject, predicate, value) in self.triples

    def locate(self, wanted: Sequence[Statement]) -> Mapping[Statement, Place]:
        """Return where statements are written."""
        file = self._file
        asked = {one: Wanted(*one) for one in wanted}
        found = locate(file.read(), file.syntax, file.number, [*asked.values()], file.base)
        return {one: found[ask] for one, ask in asked.items() if ask in found}


@dataclass(frozen=True)
class ShapeFiles:
    """Files of shapes, and what they say together."""

    files: tuple[ShapeFile, ...]

    @cached_property
    def graph(self) -> ShapesGraph:
        """What the files say together."""
        return ShapesGraph(triple for file in self.files for triple in file.triples)

    @cached_property
    def names(self) -> Names:
        """The names of terms, by the prefixes of the files."""
        declared: dict[str, str] = {}
        for file in reversed(self.files):
            declared |= file.prefixes
        return Names(declared, base="")

    @cached_property
    def sheet(self) -> Sheet:
        """The shapes among what the files say; InputError if there is none."""
        sheet = Sheet(self.graph, self.names.term)
        if not sheet.shapes:
            raise InputError(
                "There is no shape in these files.",
                file=", ".join(str(file.path) for file in self.files),
                remedy="Type each shape as sh:NodeShape or sh:PropertyShape.",
            )
        return sheet

    def find(self, name: str) -> Term:
        """Return the shape that is called `name`: an IRI, a name with a prefix, or its end.

        UsageError where there is none, or several; it says what is nearest.
        """
        shapes = [shape for shape in self.sheet.shapes if isinstance(shape, NamedNode)]
        iri = self._expanded(name)
        exact = [shape for shape in shapes if shape.value in {iri, name}]
        ends = [shape for shape in shapes if _end(shape.value) == name]
        found = exact or ends
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(map(self.names.term, found))
            raise UsageError(f"'{name}' is the name of several shapes: {listed}.")
        raise UsageError(f"There is no shape '{name}'.", remedy=self._remedy(name, iri, shapes))

    def places(self, wanted: Sequence[Statement]) -> dict[Statement, tuple[Path, Place | None]]:
        """Return the file of each statement, and where it is written; each file is read once."""
        found: dict[Statement, tuple[Path, Place | None]] = {}
        for file in self.files:
            here = [one for one in wanted if one not in found and file.says(one)]
            spots = file.locate(here) if here else {}
            found |= {one: (file.path, spots.get(one)) for one in here}
        return found

    def _expanded(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        if colon and prefix in self.names.declared:
            return self.names.declared[prefix] + local
        try:
            return expand(name)
        except UsageError:
            return name

    def _remedy(self, name: str, iri: str, shapes: Sequence[NamedNode]) -> str:
        iris = [shape.value for shape in shapes]
        near = nearest.term(iri, iris)
        if near is None:
            ends = {f"urn:x#{_end(other)}": other for other in iris}
            near = ends.get(nearest.term(f"urn:x#{_end(name)}", ends) or "")
        if near is not None:
            return f"Did you mean {self.names.iri(near)}?"
        return "Name it by its IRI, or say with --shapes in which files it is."


def read(paths: Sequence[Path] | None) -> ShapeFiles:
    """Read files and folders of shapes, ours if `paths` is None; InputError as for other files."""
    mistakes = sources.Mistakes([])
    files: list[ShapeFile] = []
    for number, path in enumerate(
        sources.files([bundle.folder("shapes")] if paths is None else paths)
    ):
        file = SourceFile(path, number, sources.syntax_of(path) or formats.TURTLE, is_judged=False)
        try:
            files.append(ShapeFile(file))
        except InputError as error:
            mistakes.add(error)
    mistakes.tell()
    return ShapeFiles(tuple(files))


def _end(iri: str) -> str:
    return iri[1 + max(iri.rfind(mark) for mark in "#/:") :]
