"""A crosswalk at a terminal: concept by concept, then what is left, then who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from clausegraph import vocabulary
from clausegraph.cli import tables
from clausegraph.crosswalks.crosswalk import Crosswalk, DeadEnd
from clausegraph.crosswalks.mappings import MappingSet
from clausegraph.crosswalks.steps import Step, Walk
from clausegraph.crosswalks.vocabularies import Vocabulary

_INDENT, _DEEPER = 2, 6
_SHORT = 12  # characters of a release


def print_crosswalk(found: Crosswalk, release: str) -> None:
    """Print a crosswalk."""
    out = tables.console()
    numbers = {item.iri: number for number, item in enumerate(_behind(found), start=1)}
    _print_head(out, found, release)
    for _, walks in groupby(found.walks, key=lambda walk: walk.start):
        _print_concept(out, found, tuple(walks), numbers)
    _print_dead_ends(out, found)
    _print_not_reached(out, found)
    _print_sets(out, found, numbers)


def _line(out: Console, text: str, indent: int = 0) -> None:
    """Print text between its indent and the right edge, without blanks at its end."""
    space = " " * indent
    for line in wrap(
        text, out.width, initial_indent=space, subsequent_indent=space, break_on_hyphens=False
    ):
        out.print(Text(line), soft_wrap=True)


def _print_head(out: Console, found: Crosswalk, release: str) -> None:
    _line(out, f"from {_told(found.first)}")
    _line(out, f"to   {_told(found.second)}")
    _line(out, f"release {release[:_SHORT]}")
    single = [walk for walk in found.walks if len(walk.steps) == 1]
    matched = {walk.start for walk in single}
    led = {walk.start for walk in found.walks} - matched
    out.print()
    _line(
        out,
        f"{len(matched)} of {len(found.first.concepts)} are mapped, "
        f"by {_many(len(single), 'match')}; "
        f"{len(led)} more lead there by way of another vocabulary, "
        f"{len(found.dead_ends)} do not; {len(found.not_reached)} of {len(found.second.concepts)} "
        "are not reached.",
    )


def _told(item: Vocabulary) -> str:
    number = len(item.concepts)
    size = f"{number} {'term' if item.is_open else 'concept'}{'' if number == 1 else 's'}"
    size += " known here" if item.is_open else ""
    if item.is_open:
        return f"{item.name}: {item.iri} and its extensions, {size}"
    return f"{item.name}: {item.title}, {size}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "es")


def _print_concept(
    out: Console, found: Crosswalk, walks: tuple[Walk, ...], numbers: Mapping[str, int]
) -> None:
    out.print()
    _line(out, _called(found, walks[0].start))
    for walk in walks:
        path = " then ".join(_stepped(found, step, numbers) for step in walk.steps)
        if len(walk.steps) > 1:
            holds = f"which makes an {walk.relation}" if walk.relation else "nothing follows"
            path = f"two steps ({holds}): {path}"
        _line(out, path, _INDENT)
        for step in walk.steps:
            if step.reason and len(walk.steps) == 1:
                _line(out, step.reason, _DEEPER)


def _stepped(found: Crosswalk, step: Step, numbers: Mapping[str, int]) -> str:
    inverse = " (inverse)" if step.is_inverse else ""
    number = f" [{numbers[step.graph]}]" if step.graph in numbers else ""
    return f"{step.relation}{inverse} {_called(found, step.end)}{number}"


def _called(found: Crosswalk, iri: str) -> str:
    """Return a concept's short name, and its label if that says more."""
    short = vocabulary.compact(iri)
    label = found.names[iri].label
    return short if label in (short, iri) else f"{short} {label}"


def _print_dead_ends(out: Console, found: Crosswalk) -> None:
    lost = [end for end in found.dead_ends if end.steps]
    if lost:
        out.print()
        _line(out, "Mapped, but to nothing from which a mapping leads on to there:")
        for end in lost:
            _line(out, _called(found, end.concept) + _hint(end), _INDENT)
            for step in end.steps:
                _line(out, f"breaks off at {_stepped(found, step, {})}", _DEEPER)
    unmapped = [end for end in found.dead_ends if not end.steps]
    if unmapped:
        out.print()
        _line(out, "Without any mapping:")
        for end in unmapped:
            _line(out, _called(found, end.concept) + _hint(end), _INDENT)


def _hint(end: DeadEnd) -> str:
    if not end.above:
        return ""
    return f" (its broader {vocabulary.compact(end.above[0])} has a counterpart)"


def _print_not_reached(out: Console, found: Crosswalk) -> None:
    if found.not_reached:
        out.print()
        _line(out, f"Not reached of {found.second.name}:")
        for concept in found.not_reached:
            _line(out, _called(found, concept), _INDENT)


def _behind(found: Crosswalk) -> Iterator[MappingSet]:
    """Yield the mapping sets behind the walks."""
    used = {step.graph for walk in found.walks for step in walk.steps}
    return (item for item in found.sets if item.iri in used)


def _print_sets(out: Console, found: Crosswalk, numbers: Mapping[str, int]) -> None:
    for item in _behind(found):
        out.print()
        by = ", ".join(found.names[iri].label for iri in item.agents) or "nobody who is named"
        how = ", ".join(vocabulary.compact(iri) for iri in item.methods) or "nobody says how"
        when = item.date or "without a date"
        title = item.title or vocabulary.compact(item.iri) or "stated in no graph of its own"
        _line(out, f"[{numbers[item.iri]}] {title}; by {by}, {when}; {how}")
        _line(out, item.reason or "No reason is given for the set.", _INDENT + 2)
