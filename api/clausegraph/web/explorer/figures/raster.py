"""A program of its own: SVG on standard input, PNG on standard output.

Letters are drawn in the files of fonts that are named; resvg holds Python's lock as long as it
draws, so that it would hold up whoever else asks for something in the same process. The file is run
by its path, without the package around it, which would take longer to import than most pictures.
"""

from __future__ import annotations

import sys

import resvg_py


def draw(svg: str, zoom: float, family: str, fonts: list[str]) -> bytes:
    """Return a picture as pixels, `zoom` for each of its own; what `fonts` lack is drawn in those
    of the machine."""
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=zoom,
        font_files=fonts,
        sans_serif_family=family,
        font_family=family,
    )


if __name__ == "__main__":
    given = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(draw(given, float(sys.argv[1]), sys.argv[2], sys.argv[3:]))
