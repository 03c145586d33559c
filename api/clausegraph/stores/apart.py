"""Loading in a process of its own, which takes its memory and its threads with it.

Whoever forks workers must never have opened a store on disk: its threads are not in a child, and
whatever waits for them waits for good.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from clausegraph.engine import messages
from clausegraph.engine.process import die_with_parent
from clausegraph.errors import ClausegraphError
from clausegraph.stores.folder import Stored, StoreFolder

_MODULE = "clausegraph.stores.apart"


def load_apart(paths: Sequence[Path] | None, folder: StoreFolder) -> Stored:
    """Load as `loading.load` does, and raise what it raises; progress goes to standard error."""
    words = [str(os.getpid()), str(folder.path), *map(str, paths or ())]
    done = subprocess.run(
        [sys.executable, "-P", "-m", _MODULE, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
        start_new_session=True,
        check=False,
    )
    if done.stdout.startswith(b"{"):
        raise messages.error_of(json.loads(done.stdout))
    stored = folder.current() if done.returncode == 0 else None
    if stored is None:
        raise ClausegraphError(
            "The process that loads the graph has ended.",
            remedy="If nobody stopped it, there was too little memory for the graph.",
        )
    return stored


def main(parent: str, folder: str, *paths: str) -> None:
    """Load; an error is one object of JSON on standard output."""
    from clausegraph.stores.loading import load  # noqa: PLC0415  (which only this process needs)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The service ends us.
    die_with_parent(int(parent))
    try:
        load([Path(path) for path in paths] or None, StoreFolder(Path(folder)), _say)
    except ClausegraphError as error:
        sys.stdout.write(json.dumps(messages.error_header(error)))


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
