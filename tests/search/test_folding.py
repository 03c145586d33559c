"""Folding: what two spellings of one word have in common, and where each token stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph.search import folding, spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Risk", "RISK"),
        ("sécurité", "securite"),
        ("ＡＩ", "AI"),
        ("companies’", "company"),
        ("provider's", "providers"),
        ("organisation", "organizations"),
        ("labelling", "labeling"),
        ("behaviour", "behavior"),
        ("centre", "center"),
        ("defence", "defense"),
        ("programme", "programs"),
        ("catalogue", "catalog"),
        ("analyse", "analyze"),
        ("judgement", "judgment"),
        ("biases", "bias"),
        ("policies", "policy"),
        ("processes", "process"),
        ("so\u00adlid", "solid"),
        ("Straße", "strasse"),
    ],
)
def test_spellings_of_one_word_are_one_token(one: str, other: str) -> None:
    assert folding.folded(one) == folding.folded(other)
    assert len(folding.folded(one)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5.1", "5.10"),
        ("policy", "police"),
        ("risk", "risky"),
        ("news", "new age"),
        ("安全", "全安"),
    ],
)
def test_other_words_stay_others(one: str, other: str) -> None:
    assert folding.folded(one) != folding.folded(other)


def test_each_han_character_is_a_token() -> None:
    """Words of two characters are found in the middle of others: no dictionary is needed."""
    assert folding.folded("生成式AI安全") == ["生", "成", "式", "ai", "安", "全"]


@pytest.mark.parametrize(
    "label", ["cyber security", "Cyber-Security", "cybersecurity", " CYBER  security "]
)
def test_key_of_a_label_knows_no_blanks_and_hyphens(label: str) -> None:
    assert folding.key(label) == "cybersecurity"


@pytest.mark.parametrize(
    ("label", "other", "is_found"),
    [
        ("safety and finance", "Safety & Finance", True),
        ("安全 and 隐私", "安全 & 隐私", True),
        ("A and I", "AI", False),
        ("A and I", "A & I", True),
        ("and safety", "Safety", False),
        ("safety and", "Safety", False),
    ],
)
def test_and_between_words_is_the_sign_and_letters_are_no_words(
    label: str, other: str, is_found: bool
) -> None:
    stands = {folding.key(other), *folding.signed(other)}
    assert bool(stands & {*folding.keys(label)}) is is_found


@given(st.text(max_size=60))
def test_token_is_what_its_place_in_the_text_folds_to(text: str) -> None:
    """Code points: what is marked is what was found, in any script."""
    for token in folding.tokens(text):
        assert folding.fold(text[token.start : token.end]) == token.text


@given(st.text(max_size=60))
def test_tokens_have_nothing_that_separates_them(text: str) -> None:
    """The index has them with blanks between, and gets each as it is."""
    assert " ".join(folding.folded(text)).split() == folding.folded(text)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("organis", "organization"),
        ("organisat", "organization"),
        ("organiz", "organisation"),
        ("behaviou", "behavior"),
        ("labour", "labor"),
        ("labell", "labeling"),
        ("judgeme", "judgment"),
        ("centr", "centre"),
        ("analys", "analyze"),
        ("risk", "risks"),
    ],
)
def test_beginning_in_one_spelling_is_one_in_the_other(typed: str, word: str) -> None:
    token = folding.fold(word)
    assert any(token.startswith(begun) for begun in spelling.begun(typed))


@pytest.mark.parametrize("text", ["a'b", "a''b", "'a'", "a`b'c", "x_y", "R2-D2's 3.5'", "a'_b"])
def test_words_of_ascii_text_are_those_of_any_text(text: str) -> None:
    """An ideograph after a blank has the text read as any other."""
    assert [*folding.folded(text), "安"] == folding.folded(f"{text} 安")
