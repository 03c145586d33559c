"""What is served, put together from the settings: the application, and who judges documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clausegraph import bundle
from clausegraph.build import files
from clausegraph.engine import EmbeddedEngine, Limits
from clausegraph.releases.loading import say
from clausegraph.settings import Settings
from clausegraph.stores.choice import Size
from clausegraph.validate.judges import Judges, fewer
from clausegraph.web.app import create_app
from clausegraph.web.application import Application
from clausegraph.web.gate import Gate
from clausegraph.web.shelf import Shelf

_MOST_JUDGED_BESIDE = 2_000_000  # triples, which take 3 GB of memory


@dataclass(frozen=True)
class Site:
    """The application, and the judges, which are to be closed when it has ended."""

    app: Application
    judges: Judges


def assemble(
    settings: Settings, limits: Limits, engine: EmbeddedEngine, gate: Gate, shelf: Shelf | None
) -> Site:
    """Return what answers for a started engine; a setting that cannot be used is a UsageError."""
    judges = Judges(fewer(limits), beside(settings.data), settings.isolation)
    return Site(create_app(engine, settings, gate, shelf, judges), judges)


def beside(data: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return what documents that are sent to be validated are judged beside: the data that are
    served, but what ships where they are too large to be read for that, which is told."""
    if not data or Size.of(files.inputs(data)).triples <= _MOST_JUDGED_BESIDE:
        shipped = bundle.folder("data")
        return tuple(shipped if path == files.SHIPPED else path for path in data)
    say("Documents sent to /validate are judged beside the shipped graph: the data are too large.")
    return ()
