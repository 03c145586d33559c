"""The outline of a numbered text: numbers as they are printed, in order, and what contains what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausegraph.importers.text import numerals
from clausegraph.importers.text.headings import title
from clausegraph.importers.text.outline import Outline, outline


def shown(text: str) -> list[str]:
    """Each clause as its number, indented by what contains it."""
    return ["  " * entry.depth + entry.number for entry in outline(text).entries]


def kinds(found: Outline) -> list[tuple[int, str]]:
    """What was found beside the clauses: line and kind."""
    return [(finding.line, finding.kind) for finding in found.findings]


def titles(text: str) -> list[str | None]:
    """The heading of each clause."""
    found = outline(text)
    return [title(found.page, entry) for entry in found.entries]


STYLES = {
    "decimals": ("5 Scope\n5.1 General\nText.\n5.1.2 More\n5.2 Other", ["5", "  5.1", "    5.1.2", "  5.2"]),
    "decimals with a full stop": ("1. One\n1.1. Two\n1.2. Three", ["1", "  1.1", "  1.2"]),
    "articles": ("Article 3\nArticle 4", ["Article 3", "Article 4"]),
    "article with paragraphs": (
        "Article 3\n1. One.\n(a) two;\n(i) three;\n(b) four.\n2. Five.",
        ["Article 3", "  Article 3(1)", "    Article 3(1)(a)", "      Article 3(1)(a)(i)", "    Article 3(1)(b)", "  Article 3(2)"],
    ),
    "paths": ("Art. 3 Foo\nArt. 3(2) Bar\nArt. 3(2)(b) Baz", ["Art. 3", "  Art. 3(2)", "    Art. 3(2)(b)"]),
    "sections of a statute": (
        "SEC. 12. DUTIES.\n(a) In general.—An agency\n(1) may; and\n(2) shall.\n(b) More.",
        ["SEC. 12", "  SEC. 12(a)", "    SEC. 12(a)(1)", "    SEC. 12(a)(2)", "  SEC. 12(b)"],
    ),
    "list on the line of its heading": (
        "SEC. 3. DUTIES. (a) In General.—An agency\n(b) Exception.—None.",
        ["SEC. 3", "  SEC. 3(a)", "  SEC. 3(b)"],
    ),
    "a section and its part": ("Sec. 12 Foo\nSec. 12(b) Bar", ["Sec. 12", "  Sec. 12(b)"]),
    "paragraph signs": ("§ 5 Zweck\n(1) Eins.\n§ 5a Mehr\n§ 6 Ende", ["§ 5", "  § 5(1)", "§ 5a", "§ 6"]),
    "chapters, sections, articles": (
        "CHAPTER I\nSection 1\nArticle 1\nSection 2\nArticle 2\nCHAPTER II\nSection 1\nArticle 3",
        ["CHAPTER I", "  CHAPTER I, Section 1", "    Article 1", "  CHAPTER I, Section 2", "    Article 2", "CHAPTER II", "  CHAPTER II, Section 1", "    Article 3"],
    ),
    "articles that hold sections": (
        "Article I\nSection 1\nSection 2\nArticle II\nSection 1",
        ["Article I", "  Article I, Section 1", "  Article I, Section 2", "Article II", "  Article II, Section 1"],
    ),
    "annexes begin anew": (
        "Article 1\nArticle 2\nANNEX I\n1. One\n2. Two\nANNEX II\n1. Three",
        ["Article 1", "Article 2", "ANNEX I", "  ANNEX I(1)", "  ANNEX I(2)", "ANNEX II", "  ANNEX II(1)"],
    ),
    "letters or Roman": ("Annex B Foo\nAnnex C Bar\nAnnex D Baz", ["Annex B", "Annex C", "Annex D"]),
    "Chinese": (
        "第一章 总则\n第一条 甲。\n（一）乙；\n（二）丙：\n1.丁；\n第二条 戊。\n第二章 附则\n第十二条之一 己。",
        ["第一章", "  第一条", "    第一条（一）", "    第一条（二）", "      第一条（二）（1）", "  第二条", "第二章", "  第十二条之一"],
    ),
    "Chinese sections restart": (
        "第一章 甲\n第一节 乙\n第一条 丙。\n第二章 丁\n第一节 戊\n第二条 己。",
        ["第一章", "  第一章第一节", "    第一条", "第二章", "  第二章第一节", "    第二条"],
    ),
    "Chinese lists": ("一、甲\n（一）乙\n（二）丙\n二、丁", ["一", "  一（一）", "  一（二）", "二"]),
    "plain list": ("1. Be safe.\n2. Be fair.\n3. Be open.", ["1", "2", "3"]),
    "Roman above Arabic": ("I. One\n1. Two\n2. Three\nII. Four\n1. Five", ["I", "  I(1)", "  I(2)", "II", "  II(1)"]),
    "i after h and before ii": (
        "Article 1\n(h) x\n(a) a;\n(b) b;\n(c) c;\n(d) d;\n(e) e;\n(f) f;\n(g) g;\n(h) h;\n(i) i;\n(j) j.",
        ["Article 1", *(f"  Article 1({letter})" for letter in "abcdefghij")],
    ),
    "recitals before the articles": ("(1) Whereas.\n(2) And.\nArticle 1\nFoo", ["(1)", "(2)", "Article 1"]),
    "marks of Markdown": ("## 5.1 Foo\n\n**5.2 Bar**\nText.", ["5.1", "5.2"]),
    "byte order mark and blanks": ("\ufeff\u30005.1 Foo\n \t5.2 Bar", ["5.1", "5.2"]),
    "other languages": ("Kapitel 1\nArtikel 1\nArtikel 2\nAnhang I", ["Kapitel 1", "  Artikel 1", "  Artikel 2", "Anhang I"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STYLES.values(), ids=STYLES.keys())
def test_numbers_are_found_in_order_with_what_contains_them(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


def test_clause_has_the_place_among_its_siblings_and_a_name_for_its_iri() -> None:
    found = outline("Article 9\n1. One.\n2. Two.\n第十二条之一 Three.\n5.10 Four.").entries
    assert [(entry.slug, entry.position) for entry in found] == [
        ("article-9", 1),
        ("article-9-1", 1),
        ("article-9-2", 2),
        ("article-12.1", 2),
        ("5.10", 1),
    ]


def test_article_has_one_name_in_chinese_and_in_english() -> None:
    slugs = [
        [entry.slug for entry in outline(text).entries] for text in ("Article 3 Foo", "第三条 甲")
    ]
    assert slugs == [["article-3"], ["article-3"]]


TRAPS = {
    "reference at the start of a line": (
        "Article 1\nAs set out in\nArticle 9 of this act.\nArticle 2\nFoo",
        ["Article 1", "Article 2"],
        [],
    ),
    "reference that begins a sentence": (
        "Article 4\nFoo.\nArticle 99 Treaty applies.\nArticle 5\nFoo.\nArticle 6\nFoo.",
        ["Article 4", "Article 5", "Article 6"],
        [(3, "running text")],
    ),
    "reference to what was before": (
        "Article 4\nFoo.\nArticle 5\nFoo.\nArticle 4 Treaty says so.\nArticle 6\nFoo.",
        ["Article 4", "Article 5", "Article 6"],
        [(5, "duplicate")],
    ),
    "reference in Chinese": (
        "第一条 甲。依照\n第三条规定办理。\n第二条 乙。",
        ["第一条", "第二条"],
        [],
    ),
    "amounts": ("5.1 Cost\nAbout\n5.2 million is spent.\n5.2 Time\nText.", ["5.1", "5.2"], []),
    "a date": ("1. One\n12.7.2024\n2. Two\n2024. A year.", ["1", "2"], []),
    "contents with page numbers": (
        "Contents\n1. One ........ 1\n2. Two ........ 2\n\n1. One\nText.\n2. Two\nText.",
        ["1", "2"],
        [(2, "contents")],
    ),
    "contents without page numbers": (
        "目录\n第一章 总则\n第二章 附则\n\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。",
        ["第一章", "  第一条", "第二章", "  第二条"],
        [(2, "contents")],
    ),
    "page headers": (
        "Section 5 Foo\nText.\nSection 5 Foo\nmore text.\nSection 5 Foo\nSection 6 Bar",
        ["Section 5", "Section 6"],
        [(3, "header")],
    ),
    "page numbers": ("5.1 Foo\n12\n5.2 Bar\nPage 3 of 9\n5.3 Baz", ["5.1", "5.2", "5.3"], []),
    "a gap": ("5.1 Foo\n5.2 Bar\n5.5 Baz", ["5.1", "5.2", "5.5"], [(3, "gap")]),
    "a gap in a list": ("Article 1\n(a) one;\n(c) three.", ["Article 1", "  Article 1(a)", "  Article 1(c)"], [(3, "gap")]),
    "numbers that go back": (
        "5.1 Foo\n5.3 Baz\n5.2 Bar\n5.4 Last",
        ["5.1", "5.3", "5.2", "5.4"],
        [(3, "backwards")],
    ),
    "a number that is there twice": (
        "5.1 Foo\nText.\n5.1 Foo again\nText.\n5.2 Bar",
        ["5.1", "5.2"],
        [(3, "duplicate")],
    ),
    "a list that does not begin": ("Article 1\n(c) 2024 Made-Up Ltd.\nText.", ["Article 1"], [(2, "running text")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "findings"), TRAPS.values(), ids=TRAPS.keys())
def test_trap_is_passed_over_or_told(
    text: str, expected: list[str], findings: list[tuple[int, str]]
) -> None:
    assert shown(text) == expected
    assert kinds(outline(text)) == findings


def test_gap_names_what_is_missing_and_nothing_fills_it() -> None:
    found = outline("第一条 甲。\n第二条 乙。\n第六条 丙。")
    assert [entry.position for entry in found.entries] == [1, 2, 3]
    assert found.findings[0].message == "article 3 to article 5 are missing before '第六条'"


HEADINGS = {
    "on the line": ("5.1 Scope\nText of it.", "Scope"),
    "with a full stop, text below": ("5.1 To have a scope.\nWe should.", "To have a scope"),
    "broken over two lines": ("5.1 To protect what is\nprecious.\nWe should.", "To protect what is precious"),
    "on the next line": ("Article 3\nDefinitions\n\nIn this act:", "Definitions"),
    "before a dash": ("SEC. 2. DEFINITIONS.—In this Act:", "DEFINITIONS"),
    "in capitals": ("SEC. 2. DEFINITIONS. In this Act:", "DEFINITIONS"),
    "in brackets": ("第四条【定义】本办法所称服务，是指甲。", "定义"),
    "Chinese, spread": ("第一章　总　则", "总则"),
    "none: a sentence": ("第一条　为了测试，制定本办法。", None),
    "none: running on": ("Article 3 The provider shall keep, in accordance with\nArticle 5, a log.", None),
    "none: an item": ("(a) the provider keeps\nA log.", None),
    "none: two sentences": ("5.1 Be safe. Be fair.\nMore.", None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "heading"), HEADINGS.values(), ids=HEADINGS.keys())
def test_heading_is_told_from_text(text: str, heading: str | None) -> None:
    assert titles(f"Article 1\n{text}" if text.startswith("(a)") else text)[-1] == heading


def test_passage_of_a_clause_ends_where_the_next_begins() -> None:
    text = "Title\r\n\r\n5.1 Foo\r\nText.\r\n\r\n5.2 Bar\r\nEnd.  \r\n"
    passages = [text[entry.start : entry.end] for entry in outline(text).entries]
    assert passages == ["5.1 Foo\r\nText.", "5.2 Bar\r\nEnd."]


@pytest.mark.parametrize(
    ("text", "value"),
    [("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("一百二十", 120), ("〇", 0), ("12", 12), ("百x", None)],
)  # fmt: skip
def test_chinese_numeral_is_read(text: str, value: int | None) -> None:
    assert numerals.chinese(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("IV", 4), ("xiv", 14), ("XL", 40), ("MCMXC", 1990), ("IIII", None), ("", None), ("A", None)]
)  # fmt: skip
def test_roman_numeral_is_read_in_its_one_spelling(text: str, value: int | None) -> None:
    assert numerals.roman(text) == value


_LINES = st.sampled_from(
    "1. One|2. Two|5.1 Foo|5.2 Bar|5.1.1 Baz|(a) x;|(b) y;|(i) z;|(ii) w|(A) v|(1) u|I. Four|A. Five|"
    "Article 1|Article 2 Foo|Art. 3(2)(b) Bar|Section 1|§ 5 Zweck|Chapter I|Annex I|Annex C|第一条 甲。|"
    "第一章 总则|第一节 乙|（一）丙|一、丁|text|and text in|Contents|12||SEC. 3. DUTIES. (a) In General.".split(
        "|"
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_LINES, max_size=25))
def test_any_text_gives_clauses_that_a_graph_can_hold(lines: list[str]) -> None:
    """Names and numbers once each, parents first, places from 1, passages that do not overlap."""
    text = "\n".join(lines)
    found = outline(text).entries
    slugs = [entry.slug for entry in found]
    assert len(set(slugs)) == len(slugs)
    assert len({entry.number for entry in found}) == len(found)
    places: dict[str | None, int] = {}
    for place, entry in enumerate(found):
        assert entry.parent is None or entry.parent in slugs[:place]
        places[entry.parent] = places.get(entry.parent, 0) + 1
        assert entry.position == places[entry.parent]
        assert place == 0 or found[place - 1].end <= entry.start < entry.end


@pytest.mark.parametrize(
    "text",
    ["5.1 " + "x" * 1_000_000, "(a) " * 100_000, "第一条" * 100_000, "1.\n" * 5_000, "Article 1" + "(1)" * 50_000],
    ids=["one word", "items", "articles", "ones", "path"],
)  # fmt: skip
def test_text_that_is_none_is_worked_through_all_the_same(text: str) -> None:
    """Each takes a second or less; squared in its length, it would take hours."""
    assert len(outline(text).entries) <= 1
