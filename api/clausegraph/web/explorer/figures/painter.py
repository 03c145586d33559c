"""Pictures as pixels, each drawn by a process of its own, a few at once."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio import Semaphore
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from clausegraph.errors import EngineBusy
from clausegraph.web.explorer.figures import raster

FAMILY = "Noto Sans"
_PACKAGE = "fontpkg_noto_sans"  # that font, installed with this package
_AT_ONCE = 2


@dataclass(frozen=True)
class Painter:
    """Draws pictures, each in at most `seconds`."""

    seconds: float
    _turns: Semaphore = field(default_factory=lambda: Semaphore(_AT_ONCE))

    async def png(self, svg: bytes, zoom: float) -> bytes:
        """Return an SVG as PNG, or raise EngineBusy where it cannot be drawn."""
        async with self._turns:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", raster.__file__, str(zoom), FAMILY, *font_files()),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                async with asyncio.timeout(self.seconds):
                    drawn, _ = await process.communicate(svg)
            except TimeoutError as error:
                raise EngineBusy(
                    f"This picture takes more than {self.seconds:g} seconds to draw.",
                    remedy="Take it as SVG, or ask for fewer documents.",
                ) from error
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode or not drawn:
            raise EngineBusy("This picture cannot be drawn now.", remedy="Take it as SVG.")
        return drawn


@cache
def font_files() -> tuple[str, ...]:
    """Return the files of the font that pictures are set in."""
    folder = Path(str(resources.files(_PACKAGE))) / "files"
    return tuple(sorted(str(file) for file in folder.glob("NotoSans[[]*.ttf")))
