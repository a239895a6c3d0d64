"""A NUL among what somebody sends, which PostgreSQL stores in no text: their words are kept, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.client import Client
from tests.conftest import Database

NOW = "2019-07-15T10:00"


@pytest.mark.parametrize(
    ("who", "page", "field", "shown"),
    [
        ("P-ROSA", "/plan/goals/new", "words", "/plan"),
        ("P-LEO", "/questions/new", "text", "/questions"),
        ("W-BRV-SW1", "/work/mentoring", "about", "/work/mentoring"),
    ],
)
def test_words_with_a_nul_are_kept_without_it(
    sample: Database, visit: Callable[..., Client], who: str, page: str, field: str, shown: str
) -> None:
    browser = visit(sample, who, NOW)
    asked = browser.soup(page).find("input", attrs={"name": "to"})
    whom = {"to": asked["value"]} if asked else {}
    browser.submit(page, {field: "Dry \0land", **whom}, status=303)
    assert "Dry land" in browser.get(shown).get_data(as_text=True)


@pytest.mark.parametrize("path", ["/courses/%00", "/plan/%00", "/guidance/a%00b", "/join/%00", "/%00"])
def test_no_page_has_a_nul_in_its_address(sample_read: Database, visit: Callable[..., Client], path: str) -> None:
    visit(sample_read, "P-ROSA", NOW).get(path, 404)


def test_what_is_looked_for_with_a_nul_is_found_without_it(sample_read: Database, visit: Callable[..., Client]) -> None:
    found = visit(sample_read, "W-BRV-SW1", NOW).text("/work/families?q=Mar%00in")
    assert "Marin family" in found
