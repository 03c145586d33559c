"""Puts the built scripts into the wheel and the source archive.

The variable CLAUSEGRAPH_SCRIPTS says how much they are wanted: `required` for what is published,
which fails without them; `none` where no page will be served; else they are built if Node is at
hand, and missed aloud if not, since every page can be read without them.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VARIABLE = "CLAUSEGRAPH_SCRIPTS"
REQUIRED = "required"
NONE = "none"


class Scripts(BuildHookInterface[Any]):
    """Builds the scripts, unless they are built, or not wanted."""

    def dependencies(self) -> list[str]:
        """Return what building needs beside hatchling: Node, where there is none."""
        found = _builder(self.root)
        is_needed = os.environ.get(VARIABLE) == REQUIRED and not found.is_built()
        return [found.WHEEL] if is_needed and not found.node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the scripts; an editable install serves whatever lies in the checkout."""
        found = _builder(self.root)
        wanted = os.environ.get(VARIABLE, "")
        if version == "editable" or wanted == NONE or found.is_built():
            return
        try:
            found.build()
        except found.BuildError as error:
            if wanted == REQUIRED:
                raise SystemExit(f"\n*** {error}\n") from error
            self.app.display_warning(
                f"*** {error}\n*** Built without scripts: the query page has only its plain form. "
                f"{VARIABLE}={REQUIRED} makes that an error."
            )


def _builder(root: str) -> ModuleType:
    """Return the module beside this one, which is in no package."""
    spec = importlib.util.spec_from_file_location("builder", Path(root, "frontend", "build.py"))
    if spec is None or spec.loader is None:
        raise SystemExit("frontend/build.py is missing.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
