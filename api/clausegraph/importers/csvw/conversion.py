"""Tables turned into triples, row by row: one pass, in which everything that can be checked is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from pyoxigraph import NamedNode, Triple

from clausegraph.authored import STATED_ONCE
from clausegraph.errors import InputError, InputErrors
from clausegraph.importers.csvcells import Row
from clausegraph.importers.csvw.keys import Keys
from clausegraph.importers.csvw.known import Known
from clausegraph.importers.csvw.mapping import ForeignKey
from clausegraph.importers.csvw.provenance import Origin
from clausegraph.importers.csvw.report import ColumnCount, Report, TableCount
from clausegraph.importers.csvw.sheet import Sheet, cell_values
from clausegraph.importers.csvw.statements import Fault, Maker, makers
from clausegraph.turtle import render
from clausegraph.vocabulary import TYPE, code_slug, compact

MOST_FAULTS = 20
_RECENT = 50_000  # statements that are remembered, so that a row does not repeat another's
_TOLD = 10_000  # rows between two messages
_SEPARATOR = "\x1f"
_SHOWN = 60  # characters of a cell in a message


class Conversion:
    """Turns tables into triples, counting what it makes; `report` is whole when it ends."""

    def __init__(
        self, origin: Origin, known: Known, keys: Keys, progress: Callable[[str], None]
    ) -> None:
        self.report = Report()
        self._origin = origin
        self._keys = keys
        self._progress = progress
        self._faults: list[InputError] = []
        self._recent: set[Triple] = set()
        self._spelled: set[tuple[str, str, str]] = set()
        self._makers = [makers(sheet.table, known) for sheet in origin.sheets]
        referenced = {
            (key.table, key.referenced)
            for sheet in origin.sheets
            for key in sheet.table.foreign_keys
        }
        self._keyed = [
            {
                names: _space(sheet, names)
                for names in (
                    sheet.table.primary_key,
                    *sorted(n for at, n in referenced if at == place),
                )
                if names
            }
            for place, sheet in enumerate(origin.sheets)
        ]

    def triples(self) -> Iterator[list[Triple]]:
        """Yield the triples of each row.

        Raises InputErrors at the end, or once there are MOST_FAULTS, for the cells that are wrong.
        """
        try:
            for place, sheet in enumerate(self._origin.sheets):
                yield from self._sheet(place, sheet)
        except InputErrors:
            raise
        except InputError as error:
            self._faults.append(error)
        for sheet in self._origin.sheets:
            for key in sheet.table.foreign_keys if not self._faults else ():
                self._faults += self._unmatched(sheet, key)
        if self._faults:
            raise InputErrors(self._faults)

    def _sheet(self, place: int, sheet: Sheet) -> Iterator[list[Triple]]:
        counts = {
            column.name: ColumnCount(column, _becomes(sheet, column.name))
            for column in sheet.table.columns
        }
        table = TableCount(sheet.table.url, sheet.path.name, 0, list(counts.values()))
        table.undescribed = sheet.undescribed
        self.report.tables.append(table)
        for row in sheet.rows():
            table.rows += 1
            if not table.rows % _TOLD:
                self._progress(f"{sheet.path.name}: {table.rows:,} rows.")
            values = self._values(place, row, counts)
            if values is not None and not sheet.table.suppressed:
                yield self._row(place, row, table, values)

    def _values(
        self, place: int, row: Row, counts: Mapping[str, ColumnCount]
    ) -> dict[str, tuple[str, ...]] | None:
        """Return the values of a row by column, or None where one of them is wrong."""
        sheet = self._origin.sheets[place]
        values: dict[str, tuple[str, ...]] = {}
        for column in sheet.table.cells:
            text = row.cells[sheet.places[column.name]]
            try:
                found = cell_values(column, text, sheet.table.layout.trim)
            except ValueError as error:
                shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
                what = f"'{shown}': {error}." if text else f"{error}."
                self._fault(sheet.error(row, column, what, "Correct the cell or the mapping."))
                continue
            values[column.name] = found
            count = counts[column.name]
            count.filled += bool(found)
            count.empty += not found
            count.values += len(found)
        if len(values) < len(sheet.table.cells):
            return None
        self._note_keys(place, row, values)
        self._note_spellings(sheet, row, values)
        return values

    def _row(
        self, place: int, row: Row, table: TableCount, values: Mapping[str, tuple[str, ...]]
    ) -> list[Triple]:
        """Return the triples of a row that no row shortly before it stated."""
        single = {name: found[0] for name, found in values.items() if len(found) == 1}
        single |= {"_row": str(table.rows), "_sourceRow": str(row.line)}
        stated: dict[Triple, Maker] = {}
        try:
            for maker in self._makers[place]:
                for triple in maker.statements(values, single):
                    stated.setdefault(triple, maker)
        except Fault as fault:
            sheet = self._origin.sheets[place]
            self._fault(sheet.error(row, fault.column, fault.message, fault.remedy))
            return []
        self._note_things(place, row, stated)
        added = dict.fromkeys(self._origin.complete(place, list(stated)))
        fresh = [triple for triple in (*stated, *added) if triple not in self._recent]
        self.report.repeated += len(stated) + len(added) - len(fresh)
        by_column = {count.column.name: count for count in table.columns}
        for triple in fresh:
            if triple in stated:
                by_column[stated[triple].column.name].statements += 1
            else:
                self.report.added += 1
        self.report.triples += len(fresh)
        self._remember(fresh)
        return fresh

    def _remember(self, triples: Sequence[Triple]) -> None:
        if not self.report.sample and triples:
            self.report.sample = render(triples)
        if len(self._recent) > _RECENT:
            self._recent.clear()
        self._recent.update(triples)

    def _note_things(self, place: int, row: Row, stated: Mapping[Triple, Maker]) -> None:
        """Count what a row describes; a statement that another row makes too is a fault."""
        for triple, maker in stated.items():
            if triple.predicate != TYPE or not isinstance(triple.object, NamedNode):
                continue
            if triple in self._recent and triple.object not in STATED_ONCE:
                continue
            kind, thing = triple.object.value, str(triple.subject)
            before = self._keys.add(f"made {kind}", thing, row.line)
            if before is None:
                self.report.things[compact(kind)] += 1
            elif triple.object in STATED_ONCE:
                sheet = self._origin.sheets[place]
                self._fault(
                    sheet.error(
                        row,
                        maker.column,
                        f"{thing} is stated by the row on line {before} already.",
                        "Name it by more columns in aboutUrl, or remove one of the rows.",
                    )
                )

    def _note_keys(self, place: int, row: Row, values: Mapping[str, tuple[str, ...]]) -> None:
        """Keep the keys of a row; a primary key that was there before is a fault."""
        sheet = self._origin.sheets[place]
        for names, space in self._keyed[place].items():
            key = _SEPARATOR.join(_SEPARATOR.join(values[name]) for name in names)
            before = self._keys.add(space, key, row.line)
            if before is not None and names == sheet.table.primary_key:
                column = next(each for each in sheet.table.cells if each.name == names[0])
                shown = key.replace(_SEPARATOR, " ")
                message = f"'{shown}' is on line {before} already, and is the primary key."
                self._fault(sheet.error(row, column, message, "Correct one of them."))
        for foreign in sheet.table.foreign_keys:
            for key in _wanted(foreign, values):
                self._keys.want(self._foreign(foreign), key, row.line)

    def _foreign(self, key: ForeignKey) -> str:
        return _space(self._origin.sheets[key.table], key.referenced)

    def _note_spellings(
        self, sheet: Sheet, row: Row, values: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Find two values of a column that would be one name below our id/."""
        for column in sheet.slugged:
            for value in values[column.name]:
                seen = (sheet.table.url, column.name, value)
                if seen in self._spelled:
                    continue
                slug = code_slug(value)
                first = self._keys.spell(f"{sheet.table.url} {column.name}", slug, value)
                if first != value:
                    message = f"'{value}' and '{first}' would both be '{slug}' in an IRI."
                    self._fault(sheet.error(row, column, message, "Write one thing in one way."))
                if len(self._spelled) > _RECENT:
                    self._spelled.clear()
                self._spelled.add(seen)

    def _unmatched(self, sheet: Sheet, key: ForeignKey) -> Iterator[InputError]:
        """Yield an error for each value of a foreign key that the other table does not have."""
        columns = {column.name: column for column in sheet.table.columns}
        other = self._origin.sheets[key.table]
        for value, line in self._keys.missing(self._foreign(key), MOST_FAULTS):
            yield sheet.error(
                Row(line, []),
                columns[key.columns[0]],
                f"'{value.replace(_SEPARATOR, ' ')}' is no {' '.join(key.referenced)} of "
                f"{other.path.name}.",
                "Add a row there, or correct the cell.",
            )

    def _fault(self, error: InputError) -> None:
        self._faults.append(error)
        if len(self._faults) >= MOST_FAULTS:
            raise InputErrors(self._faults)


def _space(sheet: Sheet, names: tuple[str, ...]) -> str:
    """Name the keys that columns of a table make."""
    return f"{sheet.table.url} {' '.join(names)}"


def _wanted(key: ForeignKey, values: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the keys that a row refers to: each value of one column, the values of several."""
    if len(key.columns) == 1:
        yield from values[key.columns[0]]
    elif all(values[name] for name in key.columns):
        yield _SEPARATOR.join(_SEPARATOR.join(values[name]) for name in key.columns)


def _becomes(sheet: Sheet, name: str) -> str:
    """Say what a column becomes: its property, a part of names, or nothing."""
    column = next(column for column in sheet.table.columns if column.name == name)
    uses = [
        other
        for other in sheet.table.columns
        for template in (other.subject, other.value)
        if template is not None and name in template.names and not other.suppressed
    ]
    if column.suppressed or column.predicate is None:
        if uses:
            return "part of names"
        return "suppressed" if column.suppressed else "nothing: no propertyUrl"
    text = column.predicate.text
    if not column.predicate.names:
        with suppress(ValueError):
            text = compact(column.predicate.expand({}))
    return text
