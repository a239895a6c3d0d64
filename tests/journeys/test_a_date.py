"""A date from a phone: a mentor opens his week, a boy books, moves and calls off; with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser import WAYS, enter, look, phone, press
from tests.conftest import Database

pytestmark = pytest.mark.journey


WORDS = {
    "en": ("Book time with Marcus", "Take this time", "Find another time", "Move it to this time", "I can't come",
           "Tell Marcus I can't come", "You said you'll be there", "You called it off"),
    "es": ("Reserva un rato con Marcus", "Quedarme con esta hora", "Busca otra hora", "Cambiarla a esta hora",
           "No puedo ir", "Decir a Marcus que no puedo ir", "Dijiste que irás", "La anulaste"),
}  # fmt: skip


@WAYS
def test_a_boy_books_moves_and_calls_off(
    browser: Browser, portal: str, sample: Database, javascript: bool, language: str
) -> None:
    with phone(browser, javascript) as page:
        enter(page, portal, sample.owner, "W-ASH-TY1", "en")
        page.goto(f"{portal}/work/availability/hours")
        look(page)
        page.check("input[name=weekdays][value='3']")
        page.fill("input[name=starts]", "16:00")
        page.fill("input[name=ends]", "19:00")
        page.fill("input[name=place]", "Library cafe")
        press(page, "main form button")
        look(page, "16:00–19:00")
    book, take, another, move, cannot, tell, coming, off = WORDS[language]
    with phone(browser, javascript) as page:
        enter(page, portal, sample.owner, "P-LEO", language)
        page.goto(f"{portal}/home")
        look(page)
        press(page, f"text={book}")
        look(page)
        page.check("input[name=slot][value='2019-07-18T16:00']")
        press(page, f"text={take}")
        look(page, "16:00", coming, "Library cafe")
        press(page, f"text={another}")
        look(page)
        page.check("input[name=slot][value='2019-07-18T17:15']")
        press(page, f"text={move}")
        look(page, "17:15")
        press(page, f"text={cannot}")
        look(page)
        press(page, f"text={tell}")
        look(page, off)
