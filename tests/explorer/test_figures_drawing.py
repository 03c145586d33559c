"""Drawing: hostile names stay names, letters need no fonts of the machine, colours are the pages'."""

from __future__ import annotations

import asyncio
import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
import resvg_py
from pyoxigraph import QuerySolutions, Store

from clausegraph.errors import EngineBusy
from clausegraph.web import texts
from clausegraph.web.explorer.figures import bars, drawing, heat, painter, palette
from clausegraph.web.explorer.figures.bars import Bar, Bars
from clausegraph.web.explorer.figures.drawing import Ink
from clausegraph.web.explorer.figures.grid import (
    LOOKS,
    Cell,
    Evidence,
    Grid,
    Group,
    Look,
    Row,
    Thing,
)
from clausegraph.web.explorer.figures.painter import Painter
from clausegraph.web.explorer.figures.picture import Caption, Chart, Picture
from clausegraph.web.explorer.figures.serving import written
from clausegraph.web.explorer.figures.spelling import spelt
from clausegraph.web.summaries import Summary

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "]]><image href='http://other.example/x'/>",
    "</text></svg><style>@import 'http://other.example'</style>",
    "&#0;&lt;&amp;amp;",
    "a\x00b\x08c\ud800d\ufffe",
    "line\r\nfeed\ttab",
    "<!-- --><?xml-stylesheet href='http://other.example'?>",
    "url(#x) ;fill:url(http://other.example)",
    "עברית \u202eright to left",
    "人工智能安全承诺 🤖",
    "x" * 4000,
    "",
]
ELEMENTS = {
    *("svg", "title", "desc", "style", "rect", "g", "text", "line", "defs", "pattern"),
    *("marker", "path"),
}
CAPTION = Caption("Title", "Lead", ("Note",), "https://w3id.org/x", "0" * 64, "of 2026-11-22")


def grid(name: str) -> Grid:
    """Return a grid in which every text is `name`."""
    thing = Thing("https://w3id.org/clausegraph/id/x", name, name)
    best = "https://w3id.org/clausegraph/id/x/classification/y"
    cell = Cell(Summary("d", "c", "covered", "l", best, best), Evidence("disputed"), (name, name))
    return Grid((thing,), (Group(name, (Row(thing, (cell,)),)),), ((thing, 1),))


def pictures(name: str) -> list[Picture]:
    """Return pictures of every kind in which every text is `name`."""
    caption = Caption(name, name, (name,), name, name, name)
    look = Look("series-1", name, name)
    charts = [
        heat.draw(grid(name), "heat"),
        bars.draw(Bars([Bar(name, (3,), name)], (look,), name), "bars"),
    ]
    return [Picture(chart, caption) for chart in charts]


def png(drawn: Picture) -> bytes:
    """Return a picture as pixels."""
    return asyncio.run(Painter(60).png(drawn.svg, drawn.zoom))


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_a_text_in_a_picture(name: str) -> None:
    """XML 1.0, 2.2: what cannot be written is replaced; nothing is an element, nothing is loaded."""
    for drawn in pictures(name):
        for data in (drawn.svg, str(drawn.inline).encode()):
            root = ElementTree.fromstring(data)  # noqa: S314 - our own
            assert {item.tag.removeprefix(SVG) for item in root.iter()} <= ELEMENTS
            for item in root.iter():
                for key, value in item.attrib.items():
                    if key == "aria-label":
                        continue  # a text, too
                    assert not key.startswith("on")
                    assert not re.search(r"href|src", key)
                    assert "url(" not in value or re.fullmatch(r"url\(#[\w-]+\)", value)
        assert png(drawn).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_line_fits_and_loses_nothing(name: str) -> None:
    """Words are kept in order; a word without a blank in it is broken."""
    lines = drawing.wrap(name, 11, 200, 10_000)
    assert all(drawing.width(line, 11) <= 200 for line in lines)
    assert "".join("".join(lines).split()) == "".join(drawing.clean(name).split())
    assert len(drawing.wrap(name, 11, 200, 2)) <= 2
    assert drawing.width(drawing.cut(name, 11, 60), 11) <= 60


def test_letters_need_no_font_of_the_machine() -> None:
    """The PNG is the same, byte by byte, where no font is installed, and has letters in it."""
    chart = Chart(Element("g"), 200, 40, "A word.")
    drawing.write(chart.group, (0, 20), "Coverage, “assessed” – naïve…", Ink(weight=700))
    drawn = Picture(chart, CAPTION)
    assert painter.font_files()
    without = resvg_py.svg_to_bytes(
        svg_string=drawn.svg.decode(),
        zoom=drawn.zoom,
        skip_system_fonts=True,
        font_files=list(painter.font_files()),
        sans_serif_family=painter.FAMILY,
        font_family=painter.FAMILY,
    )
    assert png(drawn) == without
    bare = resvg_py.svg_to_bytes(svg_string=drawn.svg.decode(), zoom=2.0, skip_system_fonts=True)
    assert len(without) > 2 * len(bare)


def test_a_picture_that_takes_too_long_is_given_up() -> None:
    """The reader is told to take the SVG; the process that drew it is gone."""
    drawn = Picture(heat.draw(grid("A name"), "heat"), CAPTION)
    with pytest.raises(EngineBusy, match="seconds to draw") as told:
        asyncio.run(Painter(0.001).png(drawn.svg, drawn.zoom))
    assert "SVG" in (told.value.remedy or "")


def test_what_is_no_picture_is_told() -> None:
    """Not a traceback, and not an empty file."""
    with pytest.raises(EngineBusy, match="cannot be drawn"):
        asyncio.run(Painter(30).png(b"no picture", 1))


def test_the_colours_of_a_file_are_those_of_the_pages() -> None:
    """Each class has a token of the design system, with the same light colour."""
    sheet = (texts.FOLDER / "static" / "style.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([\w-]+): light-dark\((#\w+), #\w+\)", sheet))
    light |= {
        name: light[other]
        for name, other in re.findall(r"--([\w-]+): var\(--([\w-]+)\)", sheet)
        if other in light
    }
    assert {name.removeprefix("f-"): colour for name, colour in palette.FILLS.items()} == {
        name: light[name] for name in (key.removeprefix("f-") for key in palette.FILLS)
    }
    figures = (texts.FOLDER / "static" / "figures.css").read_text(encoding="utf-8")
    for name in palette.FILLS:
        assert f".{name} {{ fill: var(--{name.removeprefix('f-')}); }}" in figures


def test_every_look_has_a_mark_or_a_pattern_of_its_own() -> None:
    """WCAG 2.2, 1.4.1: no two kinds of cell are told apart by colour alone."""
    marks = [look.mark for look in LOOKS]
    assert len(set(marks)) == len(marks)
    words = [look.words for look in LOOKS]
    assert len(set(words)) == len(words)


def test_a_picture_of_thousands_of_rows_is_made_within_bounds() -> None:
    """Pixels are bounded, whatever is asked for."""
    row = Row(Thing("x", "A document"), (Cell(Summary("d", "c")),))
    large = Grid((Thing("c", "A concept"),), (Group("", (row,) * 2000),))
    drawn = png(Picture(heat.draw(large, "heat"), CAPTION))
    width, height = (int.from_bytes(drawn[at : at + 4]) for at in (16, 20))
    assert 1_000_000 < width * height <= 17_000_000


def test_a_table_is_csv_with_quotes_where_needed() -> None:
    """RFC 4180, section 2."""
    table = [("a", "b"), ('say "x", y', "two\r\nlines")]
    assert written(table) == b'a,b\r\n"say ""x"", y","two\r\nlines"\r\n'


def _solutions(store: Store, query: str) -> QuerySolutions:
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return found


def test_a_query_in_short_asks_the_same(store: Store) -> None:
    """Prefixes are declared once, only those used are added, and other IRIs stay whole."""
    query = (
        "#+ summary: A test\n"
        "PREFIX cg: <https://w3id.org/clausegraph/ontology#>\n\n"
        "SELECT ?document WHERE {\n"
        "  VALUES ?document { <https://w3id.org/clausegraph/id/document/generative-ai-measures>\n"
        "    <https://other.example/a%20b> <https://w3id.org/clausegraph/id/document/a.b.> }\n"
        "  ?document a cg:Document .\n"
        "}\n"
    )
    short = spelt(query)
    assert "<https://w3id.org/clausegraph/id/document/generative-ai-measures>" not in short
    assert "<https://other.example/a%20b>" in short
    assert "<https://w3id.org/clausegraph/id/document/a.b.>" in short
    assert short.startswith("#+ summary: A test\n")
    found = [list(map(str, _solutions(store, text))) for text in (query, short)]
    assert found[0] == found[1]
    assert found[0]
