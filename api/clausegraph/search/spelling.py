"""Spelling: one form for each English word that has several, American for British.

The rules are applied to what is indexed and to what is searched for, so that a word which they fit
by chance, as `exercise`, is spelt oddly in both and found all the same.
"""

from __future__ import annotations

import re

_SHORTEST = 4  # letters of a word that has a plural to take off

_PLURALS = (
    (re.compile(r"(?<=[a-z]{2})ies$"), "y"),
    (re.compile(r"(?<=ss|sh|ch|zz)es$|(?<=x)es$|(?<=ias)es$"), ""),
    (re.compile(r"(?<=[a-z0-9])(?<![sui])(?<!ia)s$"), ""),
)
_RULES = (
    (re.compile(r"(?<=[a-z]{2})is(e|ed|er|ing|able|ation|ational)$"), r"iz\1"),
    (re.compile(r"lys(e|ed|er|ing)$"), r"lyz\1"),
    (re.compile(r"(?<=[a-z]{3})our(|ed|ing|al|able|ful|ite|er|hood|less)$"), r"or\1"),
    (re.compile(r"(?<=[a-z]{2})([bt])re(|d)$"), r"\1er\2"),
    (re.compile(r"(?<=def|off|lic)ence$|(?<=pret)ence$"), "ense"),
    (re.compile(r"(?<=[a-z]{2})ogue$"), "og"),
    (re.compile(r"ogramme$"), "ogram"),
    (re.compile(r"([aeiou])ll(ed|ing|er|or|ation)$"), r"\1l\2"),
    (re.compile(r"(?<=dg)e(ment)$"), r"\1"),
    (re.compile(r"^(fulfil|enrol|instal|distil)l(|ment)$"), r"\1\2"),
    (re.compile(r"^ageing$"), "aging"),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"^artefact"), "artifact"),
    (re.compile(r"^sceptic"), "skeptic"),
    (re.compile(r"^(p|encyclop|orthop)ae"), r"\1e"),
)
# Of a word that is still being typed: how it would be spelt the other way as far as it goes.
_BEGUN = (
    (re.compile(r"(?<=[a-z]{2})is((?:a(?:t(?:i(?:on?)?)?)?|e[dr]?|in?g?)?)$"), r"iz\1"),
    (re.compile(r"lys((?:e[dr]?|in?g?)?)$"), r"lyz\1"),
    (re.compile(r"(?<=[a-z]{3})ou(r[a-z]*)$"), r"o\1"),
    (re.compile(r"(?<=[a-z]{3})ou$"), "o"),
    (re.compile(r"(?<=[a-z]{2})([bt])r$"), r"\1e"),
    (re.compile(r"(?<=[a-z]{2})([aeiou])ll$"), r"\1l"),
    (re.compile(r"([aeiou])ll([eioa][a-z]{0,4})$"), r"\1l\2"),
    (re.compile(r"(?<=dg)e(m[a-z]*)$"), r"\1"),
)


def normal(word: str) -> str:
    """Return the one form of a word in small letters: the singular, in American spelling."""
    if not word.isascii() or len(word) < _SHORTEST or word.isdecimal():
        return word
    for pattern, other in _PLURALS:
        word, changed = pattern.subn(other, word)
        if changed:
            break
    return _american(word)


def begun(word: str) -> frozenset[str]:
    """Return the beginnings under which words that begin as `word` does may be indexed, itself
    among them."""
    if not word.isascii() or len(word) < _SHORTEST:
        return frozenset({word})
    patterns = (pattern.sub(other, word) for pattern, other in _BEGUN)
    return frozenset({word, _american(word), *patterns})


def _american(word: str) -> str:
    for pattern, other in _RULES:
        word = pattern.sub(other, word)
    return word
