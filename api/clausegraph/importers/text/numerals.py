"""Numerals as legal texts write them: Arabic, Roman, letters, Chinese, circled."""

from __future__ import annotations

import re
import unicodedata

_ROMAN = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", re.IGNORECASE)
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_CHINESE_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_CHINESE_DIGITS |= {"〇": 0, "○": 0, "两": 2, "兩": 2}
_CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000}
_LATIN_SUFFIXES = {"bis": 1, "ter": 2, "quater": 3, "quinquies": 4, "sexies": 5}
_ALPHABET = 26

CHINESE = "".join((*_CHINESE_DIGITS, *_CHINESE_UNITS))


def arabic(text: str) -> int | None:
    """Return the value of at most four digits, full-width ones too."""
    return int(text) if text.isdecimal() and len(text) <= 4 else None  # noqa: PLR2004


def roman(text: str) -> int | None:
    """Return the value of a Roman numeral in its one correct spelling, in either case."""
    if not text or not _ROMAN.fullmatch(text):
        return None
    values = [_ROMAN_VALUES[character] for character in text.upper()]
    return sum(
        -value if any(later > value for later in values[place + 1 : place + 2]) else value
        for place, value in enumerate(values)
    )


def letters(text: str) -> int | None:
    """Return the place of `a` to `z`, then `aa`, `bb` as lists go on after `z`; any case."""
    low = text.lower()
    if not low or not low.isascii() or not low.isalpha() or set(low) != {low[0]}:
        return None
    return ord(low[0]) - ord("a") + 1 + _ALPHABET * (len(low) - 1)


def chinese(text: str) -> int | None:
    """Return the value of a Chinese numeral below ten thousand, or of digits."""
    if text.isdecimal():
        return arabic(text)
    if not text or any(character not in CHINESE for character in text):
        return None
    if not any(character in _CHINESE_UNITS for character in text):
        return int("".join(str(_CHINESE_DIGITS[character]) for character in text[:4]))
    total, digit = 0, 0
    for character in text:
        if character in _CHINESE_UNITS:
            total += (digit or 1) * _CHINESE_UNITS[character]
            digit = 0
        else:
            digit = _CHINESE_DIGITS[character]
    return total + digit


def circled(character: str) -> int | None:
    """Return the value of `①` and its kin."""
    value = unicodedata.numeric(character, None)
    return int(value) if value is not None and value.is_integer() else None


def suffix(text: str) -> int:
    """Return the place of what follows a number: `a` and `bis` come first, then `b` and `ter`."""
    low = text.lower().lstrip("-")
    return _LATIN_SUFFIXES.get(low) or letters(low) or 0
