"""Words of the trade are caught in what a worker writes, and plainer ones offered."""

from __future__ import annotations

import pytest

from portal.guidance.queries import jargon


def test_terms_and_habits_are_found_in_order_and_once() -> None:
    found = jargon("At the strategy meeting the MASH agreed a section 47. He failed to engage. Strategy meeting again.")
    assert found == [
        ("strategy meeting", "a meeting of professionals about keeping a child safe"),
        ("MASH", "the team that reads new worries about children"),
        ("section 47", "finding out if a child is safe"),
        ("failed to engage", "we have not found a way that works yet"),
    ]


def test_a_word_is_given_as_it_was_written() -> None:
    assert [word for word, _ in jargon("CHILD PROTECTION PLAN and an nrm, and an NRM")] == [
        "CHILD PROTECTION PLAN",
        "NRM",
    ]


@pytest.mark.parametrize(
    "text", ["", "We went for a walk and talked about school.", "mash and peas", "😀" * 50, "İstanbul"]
)
def test_plain_words_are_left_in_peace(text: str) -> None:
    assert jargon(text) == []


def test_a_very_long_text_is_read_whole() -> None:
    assert jargon("word " * 20_000 + "PRU")[-1][0] == "PRU"
