"""In which language a page names things: asked for, among those in which things have names."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from starlette.requests import Request

PARAMETER = "lang"
DEFAULT = ("en", "", "zh")  # what a page prefers where nothing is asked for

NAMES = {"de": "Deutsch", "en": "English", "es": "español", "fr": "français", "ja": "日本語"}
NAMES |= {"ko": "한국어", "pt": "português", "zh": "中文"}

_LONGEST = 1000  # characters of a field that are read


def preferred(request: Request, known: Collection[str]) -> tuple[str, ...]:
    """Return the languages of a page, best first: `lang=`, else Accept-Language (RFC 9110, 12.5.4).

    A language in which nothing has a name is passed over; those by default come last. So the
    outcomes are few, whatever clients send.
    """
    asked = request.query_params.getlist(PARAMETER)[:1] or _accepted(request)
    found = [tag for item in asked for tag in _matching(item, known)]
    return tuple(dict.fromkeys((*found, *DEFAULT)))


def offers(known: Collection[str], prefers: Sequence[str]) -> list[tuple[str, str]]:
    """Return the languages that a page could be in instead, each with its own name for itself."""
    tags = sorted(tag for tag in known if tag and tag != next(iter(prefers), ""))
    return [(tag, NAMES.get(tag, tag)) for tag in tags]


def _matching(asked: str, known: Collection[str]) -> list[str]:
    """Return the known tags that a range matches, else those of its language (RFC 4647)."""
    wanted = asked.strip().lower()
    primary = wanted.partition("-")[0]
    tags = sorted(tag for tag in known if tag)
    exact = [tag for tag in tags if tag.lower() == wanted or tag.lower().startswith(f"{wanted}-")]
    return exact or [tag for tag in tags if tag.lower().partition("-")[0] == primary]


def _accepted(request: Request) -> list[str]:
    """Return the language ranges of Accept-Language, best first."""
    field = ",".join(request.headers.getlist("accept-language"))[:_LONGEST]
    weighed: list[tuple[float, str]] = []
    for member in field.split(","):
        tag, _, parameter = member.partition(";")
        name, _, value = parameter.partition("=")
        if tag.strip() and tag.strip() != "*" and (weight := _weight(name, value)) > 0:
            weighed.append((-weight, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda item: item[0])]


def _weight(name: str, value: str) -> float:
    if not name.strip():
        return 1.0
    try:
        weight = float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0.0 < weight <= 1.0 else 0.0


def rank(tag: str | None, languages: Sequence[str]) -> tuple[int, str]:
    """Return what sorts texts by language: those of `languages` first, in its order."""
    text = tag or ""
    primary = text.partition("-")[0]
    for place, language in enumerate(languages):
        if language in {text, primary}:
            return place, text
    return len(languages), text
