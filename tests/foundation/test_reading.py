"""How easy a text reads, counted quickly, stays close to the library that looks each word up."""

from __future__ import annotations

import re
from statistics import mean

import pytest
import textstat

from portal.foundation.reading import ENOUGH, grade, reading_age, syllables
from tests.conftest import ROOT


def paragraphs() -> list[str]:
    """What the guidance says, a paragraph at a time."""
    found = []
    for page in sorted((ROOT / "translations" / "en" / "guidance").glob("*.md")):
        text = re.sub(r"[#*_>\[\]()-]", " ", page.read_text(encoding="utf-8").split("+++")[2])
        found += [" ".join(part.split()) for part in text.split("\n\n") if len(part.split()) > 40]
    return found


def test_the_two_measures_agree_on_our_own_pages() -> None:
    apart = [(grade(text) or 0) - textstat.flesch_kincaid_grade(text) for text in paragraphs()]
    assert len(apart) > 50
    assert abs(mean(apart)) < 0.5
    assert sorted(map(abs, apart))[int(len(apart) * 0.9)] < 2


@pytest.mark.parametrize(
    ("word", "many"),
    [("cat", 1), ("family", 3), ("agreed", 2), ("wanted", 2), ("asked", 1), ("make", 1), ("exclusion", 3)],
)
def test_syllables(word: str, many: int) -> None:
    assert syllables(word) == many


def test_a_few_words_say_nothing() -> None:
    assert reading_age("Too short.") is None
    assert reading_age("word " * ENOUGH) is not None


def test_long_words_in_long_sentences_are_for_older_readers() -> None:
    hard = "The multi-agency assessment will be finalised following consultation with the allocated practitioner."
    easy = "We met you today. We talked about school. You said you want to go back. We will ask the head on Monday."
    assert (reading_age(hard + " " + hard) or 0) > (reading_age(easy) or 99) + 5
