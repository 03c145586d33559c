"""`clausegraph serve`: build the graph, answer until told to stop."""

from __future__ import annotations

import gc
import inspect
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from clausegraph.settings import SETTINGS, Setting, Settings

_HELP = """Serve the graph: SPARQL, linked data, JSON-LD views and pages, on one address.

\b
    clausegraph serve
    clausegraph serve --port 9000 --data my-documents/
    clausegraph serve --releases releases/
    clausegraph serve --data shipped --data my-documents/ --store graphs/

SIGHUP builds again and takes up the new graph without dropping a request; if that fails, the graph
that is served stays. With --releases each graph that is served is kept, and stays at its own
address, /v/{release}. With --store the graph is kept on disk: it is loaded once, opened at once at
the next start, and loaded again when its files have changed. Without it, the graph is held in
memory if it fits; what was chosen is said. Ctrl-C or SIGTERM ends the service. Exit codes: 0 ended
as asked; 2 a setting or the address cannot be used; 3 an input cannot be read, or the processes
that hold the graph are lost for good.
"""


def _parameter(setting: Setting) -> inspect.Parameter:
    """Return the parameter of the command that one row of the table of settings becomes."""
    default = setting.unset or setting.default
    text = f"{setting.help} Default: {default}; environment: {setting.variable}."
    option = typer.Option(setting.flag, help=text, show_default=False)
    kind = list[Path] if setting.name == "data" else str
    return inspect.Parameter(
        setting.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, option],
    )


def register(app: typer.Typer) -> None:
    """Add the command."""

    def serve(**given: Any) -> None:
        gc.disable()  # what imports make stays: looking through it takes a tenth of the start
        from clausegraph.web.serving import run  # noqa: PLC0415  (a second that --help saves)

        gc.enable()
        paths = given["data"]
        given["data"] = ":".join(str(path) for path in paths) if paths else None
        run(Settings.read(os.environ, given))

    signature = inspect.Signature([_parameter(setting) for setting in SETTINGS])
    serve.__signature__ = signature  # type: ignore[attr-defined]
    app.command("serve", help=_HELP)(serve)
