"""Every wording in every language, discreet and plain: at most two parts, and nothing that tells a stranger."""

from __future__ import annotations

import re

import pytest

from portal.foundation import texts
from portal.foundation.language import offered

LANGUAGES = offered(str(texts.TRANSLATIONS))
TELLS = re.compile(
    r"\b(social|worker|youth|justice|offending|council|borough|court|gangs?|knife|knives|police|mental|health|"
    r"safeguard\w*|assessment|mentor\w*|services?|probation|camhs|nhs|trabajador\w*|social(es)?|justicia|municipio|"
    r"juzgado|tribunal|banda|cuchillo|policia|salud|evaluaci.n|mentor\w*|servicios?)\b",
    re.IGNORECASE,
)
SAY_MORE = {
    "not_safe": "help numbers, in the words the person chose beforehand",
}
"""Wordings that may hold such a word, and why."""
COURSES = "course_"
"""Parenting courses are open to all: their texts go to a number that somebody gave for them, with no case behind it."""
UNDECIDED = re.compile(r"%\(|\{\{|\{%")


@pytest.mark.parametrize("name", texts.wordings())
def test_a_wording_fits_and_is_discreet(name: str) -> None:
    example = texts.example(name)
    for language in LANGUAGES:
        for plain in (False, True):
            said = texts.say(name, language, plain, example)
            where = f"{name} in {language}, {'plain' if plain else 'discreet'}: {said!r}"
            assert said, where
            assert not UNDECIDED.search(said), where
            assert texts.parts(said) <= texts.MOST_PARTS, f"{texts.parts(said)} parts, {texts.alphabet(said)}. {where}"
        discreet = texts.say(name, language, False, example)
        if name not in SAY_MORE and not name.startswith(COURSES):
            assert not TELLS.search(discreet), f"{name} in {language} tells: {discreet!r}"
        for value in example.values():
            if isinstance(value, str) and re.fullmatch(r"\w+ \w+", value) and not name.startswith(COURSES):
                assert value.split()[-1] not in discreet, f"{name} in {language} says a surname: {discreet!r}"


def test_a_text_costs_what_the_phone_company_says() -> None:
    assert (texts.alphabet("a" * 160), texts.parts("a" * 160)) == ("GSM-7", 1)
    assert texts.parts("a" * 161) == 2
    assert texts.parts("a" * 306) == 2
    assert texts.parts("a" * 307) == 3
    assert (texts.alphabet("í"), texts.parts("í" * 70), texts.parts("í" * 71)) == ("UCS-2", 1, 2)
    assert texts.parts("€" * 80) == 1
    assert texts.parts("€" * 81) == 2, "these cost twice in the telephone alphabet"
    assert texts.parts("😀" * 35) == 1
    assert texts.parts("😀" * 36) == 2
