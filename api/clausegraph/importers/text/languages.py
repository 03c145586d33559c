"""What language a text is in, as far as its letters and its commonest words tell."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_SAMPLE = 100_000  # characters that are looked at
_SCRIPTS = {"CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko"}
_ENOUGH = 0.2  # of the letters, for a script; a Japanese text has that much kana
_WORDS = {
    "en": "the of and to in shall that for or be with",
    "de": "der die und des das für von nach oder nicht ist",
    "fr": "les des et la le dans par pour une est du",
    "es": "los las el que y de por con una del para",
    "it": "il di che della per gli sono nel una dei",
    "nl": "het een van en dat voor zijn niet met aan",
    "pt": "os das que não uma dos para com pelo ao",
}
_FREQUENT = 0.05  # of all words, for the commonest of a language
_CLEAR = 1.5  # times as many as of any other


def guess(text: str) -> str | None:
    """Return the BCP 47 tag of a text's language, or None where that is not plain."""
    sample = text[:_SAMPLE]
    letters = [character for character in sample if character.isalpha()]
    if not letters:
        return None
    scripts: Counter[str] = Counter()
    for character in letters:
        if character > "\u1000":
            scripts[_SCRIPTS.get(unicodedata.name(character, "").split()[0], "")] += 1
    for language in ("ja", "ko", "zh"):
        if scripts[language] >= _ENOUGH * len(letters):
            return language
    return _by_words(sample)


def _by_words(sample: str) -> str | None:
    words = Counter(re.findall(r"[^\W\d_]+", sample.lower()))
    total = sum(words.values())
    scores = {name: sum(words[word] for word in listed.split()) for name, listed in _WORDS.items()}
    best, second = sorted(scores.values(), reverse=True)[:2]
    if best < _FREQUENT * total or best < _CLEAR * second:
        return None
    return max(scores, key=scores.__getitem__)
