"""Chromium for tests: the one that is installed, or Debian's."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-dejavu-core")  # no page is drawn without letters
PATIENCE = 600  # seconds


def path() -> str | None:
    """Return where Chromium is, or None where there is none and none can be installed.

    Tests run in several processes: one of them installs it, the others wait.
    """
    if found := _installed():
        return found
    with Path(tempfile.gettempdir(), "clausegraph-chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _installed() or _fetched()


def _installed() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _fetched() -> str | None:
    """Install Debian's, which only root can do."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for order in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        command = [apt, "-qq", *order]
        done = subprocess.run(
            command, env=environment, timeout=PATIENCE, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.stderr.write(f"{' '.join(command)} failed: {done.stderr.strip()[-500:]}\n")
    return _installed()
