"""The statements that a row makes: "Generating RDF from Tabular Data on the Web", minimal mode.

Beyond the recommendation: a template that names a column with several values is expanded for each
of them, and a statement whose subject or object a row has no value for is not made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.importers.csvw.datatypes import literal
from clausegraph.importers.csvw.known import Known
from clausegraph.importers.csvw.mapping import Column, Table
from clausegraph.importers.csvw.sheet import Values, cell_values
from clausegraph.importers.csvw.templates import Nameless, Template
from clausegraph.vocabulary import ID, TYPE, XSD


class Fault(ValueError):
    """What is wrong with a row: the column, and the way out."""

    def __init__(self, column: Column, message: str, remedy: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Maker:
    """Makes the statements of one column; `over` is the column with several values that they are
    made for one by one, `columns` are all of the table by name; `constant` are the values of a
    virtual column, `constants` what its templates name that no cell gives."""

    column: Column
    subject: Template
    predicate: Template
    over: str | None
    columns: Mapping[str, Column]
    constants: Mapping[str, str]
    constant: Sequence[str]
    known: Known

    def statements(self, row: Values, single: Mapping[str, str]) -> Iterator[Triple]:
        """Yield what a row states; `single` holds what templates may name and has one value.

        Raises Fault for a row that cannot state it.
        """
        own = self.constant if self.column.virtual else row[self.column.name]
        if self.constants:
            single = {**single, **self.constants}
        if self.over is None:
            yield from self._made(single, own)
            return
        for value in row[self.over]:
            each = (value,) if self.over == self.column.name else own
            yield from self._made({**single, self.over: value}, each)

    def _made(self, values: Mapping[str, str], own: Sequence[str]) -> Iterator[Triple]:
        column, value = self.column, self.column.value
        if not own and not column.virtual:
            return
        wanted = (self.subject.names, self.predicate.names, value.names if value else ())
        lacking = [name for names in wanted for name in names if name not in values]
        if lacking:
            self._refuse_nameless(lacking)
            return
        subject = self._iri(self.subject, values)
        predicate = self._iri(self.predicate, values)
        if value is not None:
            target = self._iri(value, values)
            self._check(target.value, predicate)
            yield Triple(subject, predicate, target)
            return
        for text in own:
            yield Triple(subject, predicate, self._literal(text))

    def _refuse_nameless(self, lacking: Sequence[str]) -> None:
        """Raise Fault where a row lacks what all its statements are about."""
        name = next((name for name in self.subject.names if name in lacking), None)
        if name is None or self.column.own_subject:
            return
        raise Fault(
            self.columns[name],
            f"it is empty, and the IRI of what the row describes needs it ({self.subject.text}).",
            "Fill it in, or take the row out.",
        )

    def _iri(self, template: Template, values: Mapping[str, str]) -> NamedNode:
        try:
            text = template.expand(values)
        except Nameless as error:
            raise Fault(
                self.columns.get(error.name, self.column),
                f"{error}.",
                "Use a column with such a code in the template, or {_row}.",
            ) from error
        try:
            return _node(text)
        except ValueError as error:
            name = next((name for name in template.names if name in self.columns), "")
            raise Fault(
                self.columns.get(name, self.column),
                f"<{text}> is no IRI.",
                "Correct the cell or the template.",
            ) from error

    def _check(self, iri: str, predicate: NamedNode) -> None:
        """Raise Fault for a concept or class of ours that does not exist."""
        if not iri.startswith(ID) and predicate != TYPE:
            return
        try:
            self.known.check_concept(iri)
            if predicate == TYPE:
                self.known.check_term(iri)
        except ValueError as error:
            raise Fault(self.column, f"{error}.", "Correct the cell or the mapping.") from error

    def _literal(self, text: str) -> Literal:
        datatype = self.column.datatype.iri
        if datatype == XSD + "string":
            language = self.column.language
            return Literal(text, language=language) if language else Literal(text)
        return literal(text, datatype)


@lru_cache(maxsize=4096)
def _node(iri: str) -> NamedNode:
    return NamedNode(iri)


def makers(table: Table, known: Known) -> tuple[Maker, ...]:
    """Return what makes the statements of a table's columns; those without property make none.

    Raises InputError, with the mapping's line, for a column without subject, and for a property
    that our ontology does not have.
    """
    columns = {column.name: column for column in table.columns}
    made = []
    for number, column in enumerate(table.columns, start=1):
        if column.suppressed or column.predicate is None:
            continue
        if column.subject is None:
            raise column.node.error(
                "Nothing says what the column is about.",
                'Give "aboutUrl", here or in "tableSchema": without it the rows would have no IRI.',
            )
        if column.virtual and column.value is None and not column.default:
            raise column.node.error(
                "The virtual column has no value.",
                'Give "valueUrl", what it points to, or "default", what it says.',
            )
        _check_constants(column, known)
        numbers = {"_column": str(number), "_sourceColumn": str(number), "_name": column.name}
        named = {name for each in _templates(column) for name in each.names}
        made.append(
            Maker(
                column,
                column.subject,
                column.predicate,
                _over(column, columns),
                columns,
                {name: text for name, text in numbers.items() if name in named},
                _constant(column),
                known,
            )
        )
    return tuple(made)


def _over(column: Column, columns: Mapping[str, Column]) -> str | None:
    """Return the column with several values that the templates of a column name."""
    names = [name for each in _templates(column) for name in each.names if name in columns]
    return next((name for name in names if columns[name].separator), None)


def _templates(column: Column) -> list[Template]:
    return [each for each in (column.subject, column.predicate, column.value) if each]


def _constant(column: Column) -> Sequence[str]:
    """Return the values that a virtual column has in every row."""
    if not column.virtual or not column.default:
        return ()
    try:
        return cell_values(column, "", (False, False))
    except ValueError as error:
        raise column.node.error(f"Its default cannot be: {error}.", "Correct it.") from error


def _check_constants(column: Column, known: Known) -> None:
    """Raise InputError for terms of ours that do not exist, where the mapping itself names them."""
    try:
        if column.predicate is not None and not column.predicate.names:
            known.check_term(column.predicate.expand({}))
        if column.value is not None and not column.value.names:
            iri = column.value.expand({})
            known.check_term(iri)
            known.check_concept(iri)
    except ValueError as error:
        raise column.node.error(f"This names nothing: {error}.", "Correct the mapping.") from error
