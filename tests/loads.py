"""Loads of small graphs, in a module of its own: a spawned process imports them from here."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from clausegraph.engine import Loaded
from clausegraph.errors import InputError

EXAMPLE = "https://example.org/"
RELEASE = "0123456789abcdef" * 4


def term(name: str) -> NamedNode:
    return NamedNode(EXAMPLE + name)


def small() -> Loaded:
    """Two graphs that share one triple, their merge as default graph, and an empty graph."""
    shared = (term("law"), term("title"), Literal("Law, the “first”\r", language="en"))
    other = (term("law"), term("part"), term("clause"))
    nameless = (term("law"), term("source"), BlankNode("b0"))
    store = Store()
    store.extend(
        Quad(*triple, graph)
        for triple, graphs in (
            (shared, (term("one"), term("two"), DefaultGraph())),
            (other, (term("two"), DefaultGraph())),
            (nameless, (term("one"), DefaultGraph())),
        )
        for graph in graphs
    )
    store.add_graph(term("empty"))
    os.write(1, b"What a load prints is no answer.\n")
    return Loaded(store, RELEASE)


class Releases:
    """A load that gives what a file says, so that a reload gives something else."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> Loaded:
        text = self.file.read_text(encoding="utf-8")
        if "wrong" in text:
            message = "The title has no language tag."
            remedy = "Add @en."
            raise InputError(message, file=self.file, line=7, column=3, remedy=remedy)
        store = Store()
        store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(text)))
        return Loaded(store, text * 64)


class History:
    """A load of the release that a file names, or of the one that it is given; each is one letter,
    64 times, and takes `seconds`."""

    def __init__(self, folder: Path, seconds: float = 0.0) -> None:
        self.folder = folder
        self.seconds = seconds

    def __call__(self, release: str | None = None) -> Loaded:
        letter = (self.folder / "current").read_text(encoding="utf-8")
        if release is not None:
            letter = release[0]
            with (self.folder / "loads").open("a", encoding="utf-8") as log:
                log.write(letter)
            time.sleep(self.seconds)
        if (self.folder / f"wrong-{letter}").exists():
            raise InputError("This file is not what was written.")
        store = Store()
        store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(letter)))
        return Loaded(store, letter * 64)


def dying() -> Loaded:
    """End the process, as a system without memory would."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def on_full_disk() -> Loaded:
    """Load, and let no file be written after."""
    import resource  # noqa: PLC0415, which not every platform has

    loaded = small()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    return loaded
