"""Help now: one tap to call, what each line does, and nothing that nobody has checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup

from portal.guidance import queries
from portal.guidance.models import HelpLine
from tests.guidance.conftest import Reader

LINES = [line for group in queries.help_groups("en") for line in group.lines]


def test_999_stands_first_then_childline(read: Reader) -> None:
    numbers = [a["href"] for a in BeautifulSoup(read("/help-now"), "html.parser").select('main a[href^="tel:"]')]
    assert numbers[:2] == ["tel:999", "tel:08001111"]


def test_every_line_has_one_tap(read: Reader) -> None:
    soup = BeautifulSoup(read("/help-now"), "html.parser")
    for line in LINES:
        card = soup.find(id=line.slug)
        assert card is not None, line.slug
        addresses = [str(a["href"]) for a in card.select(".row a")]
        assert addresses, f"{line.slug} has no button"
        if line.call:
            assert f"tel:{line.call.replace(' ', '')}" in addresses
        if line.text_to:
            assert any(address.startswith(f"sms:{line.text_to.replace(' ', '')}") for address in addresses)
        assert line.what in card.get_text()


def test_shout_opens_with_its_word(read: Reader) -> None:
    assert 'href="sms:85258?&amp;body=SHOUT"' in read("/help-now")


def test_the_silent_call_and_first_aid_are_there(read: Reader) -> None:
    words = BeautifulSoup(read("/help-now"), "html.parser").get_text(" ")
    assert "press 55" in " ".join(words.split())
    assert "Press hard" in words


@pytest.mark.usefixtures("spanish")
def test_spanish_has_the_same_numbers(read: Reader) -> None:
    def numbers(html: str) -> list[str]:
        return [
            a["href"] for a in BeautifulSoup(html, "html.parser").select('main a[href^="tel:"], main a[href^="sms:"]')
        ]

    spanish = read("/help-now?lang=es")
    assert numbers(spanish) == numbers(read("/help-now?lang=en"))
    assert "Policía" in spanish


def test_unknown_hours_send_people_to_the_site(read: Reader) -> None:
    soup = BeautifulSoup(read("/help-now"), "html.parser")
    for line in LINES:
        card = soup.find(id=line.slug)
        assert card is not None
        sent = "check on their site" in card.get_text()
        assert sent == (not line.hours), f"{line.slug}: hours {line.hours!r}"
        assert not sent or card.find("a", href=line.site)


def test_a_line_past_its_date_no_longer_gives_hours(read: Reader, on: Callable[[str], None]) -> None:
    on("2027-02-24")
    card = BeautifulSoup(read("/help-now"), "html.parser").find(id="family-rights")
    assert card is not None
    assert "9.30am" not in card.get_text()
    assert "check on their site" in card.get_text()
    assert "0808 801 0366" in card.get_text()


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.slug)
def test_every_line_is_complete(line: HelpLine) -> None:
    assert line.what.endswith(".")
    assert line.who.endswith(".")
    assert line.cost
    assert not line.cost.endswith(".")
    assert not line.hours.endswith(".")
    assert line.site.startswith("https://")
    assert line.source
    assert line.date_checked <= date(2026, 11, 23) or line.date_checked <= date.today()  # noqa: DTZ011 -- a day in a file
    assert line.date_checked < line.review_by
    assert (line.review_by - line.date_checked).days <= 190, "somebody looks at least twice a year"
    assert re.fullmatch(r"[0-9 ]*", line.call + line.text_to)


def test_numbers_that_nobody_has_rung_stay_out(read: Reader) -> None:
    """Named in the facts as closed, old or to be checked first."""
    html = read("/help-now").replace(" ", "")
    for number in ("0808808 2008", "08088084994", "0800 138 1625", "0121 472 2912", "0300 330 5480", "0800 043 4303"):
        assert number.replace(" ", "") not in html
    for name in ("Reciprocal", "Lives Not Knives", "Runaway Helpline"):
        assert name.replace(" ", "") not in html
