"""Releases on disk: a folder of them, the dumps of each, and the history that outlives the files.

DIR/{release}/manifest.json     what the release was; stays when its files are pruned
DIR/{release}/clausegraph.nq    and the other dumps, plain and compressed
"""

from clausegraph.releases.folder import Folder
from clausegraph.releases.manifest import File, Manifest

__all__ = ["File", "Folder", "Manifest"]
