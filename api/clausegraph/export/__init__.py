"""The static twin: the service's addresses as files, for a host that runs nothing.

The pages are the service's own, asked for in this process and followed from link to link; links
lead from file to file, and to a page that says what is missing where a file cannot answer.
"""

from clausegraph.export.folder import Target
from clausegraph.export.links import Checked, Dead, check
from clausegraph.export.site import Exported, export

__all__ = ["Checked", "Dead", "Exported", "Target", "check", "export"]
