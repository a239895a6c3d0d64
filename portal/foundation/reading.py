"""How easy a text is to read, by Flesch and Kincaid: shown to a worker while they write.

Syllables are counted by their vowels. The library that the tests measure pages with looks each word up instead and
takes 80 MB in every process (docs/decisions/0035-reading-grade.md); a test holds the two beside each other.
"""

from __future__ import annotations

import re

ENOUGH = 12  # words; below it the measure says nothing
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SENTENCE = re.compile(r"[.!?…]+(?=\s|$)|\n\s*\n|\n(?=\s*[-*\d])")
SILENT = re.compile(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiousxzcg]es$")
TWO_VOWELS = re.compile(r"(?:ia|io|eo|iu|ua)(?!ns?$|u)")
ONE_SOUND = re.compile(r"[tscg]io|cia|tia|gua|qua")


def syllables(word: str) -> int:
    """How many syllables an English word has, nearly always."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(re.findall(r"[aeiouy]+", letters))
    if SILENT.search(letters):
        count -= 1
    if TWO_VOWELS.search(letters) and not ONE_SOUND.search(letters):
        count += 1
    return max(count, 1)


def grade(text: str) -> float | None:
    """The school grade a reader of this English text needs; None where there are too few words to say."""
    words = WORD.findall(text)
    if len(words) < ENOUGH:
        return None
    # the last sentence often ends with the box, not with a full stop
    sentences = len(SENTENCE.findall(text.strip())) + (0 if re.search(r"[.!?…]\s*$", text) else 1)
    return 0.39 * len(words) / max(sentences, 1) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def reading_age(text: str) -> int | None:
    """How old somebody is who reads this with ease; None where there are too few words to say."""
    found = grade(text)
    return None if found is None else max(5, round(found) + 5)
