"""What managers must see in the sample, at the dates the questions name."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from portal.audit.models import Look


def part(page: str, start: str, end: str) -> str:
    return page.split(start, 1)[1].split(end, 1)[0]


def test_martin_cole_in_december(sample_read, visit):
    page = visit(sample_read, "W-ASH-YJM", "2018-12-15T10:00").text("/work/oversight")
    waiting = part(page, "Nobody has reached them yet", "Promised by us, and late")
    assert "Missing: Leo Marin" in waiting
    assert "Known Wed 10 October, 09:00. It happened Tue 9 October, 22:00." in waiting
    assert "Dean Walsh left, and nobody holds it." in waiting
    promises = part(page, "Promised by us, and late", "Two changes of worker")
    assert "Second home visit after the injury 190 days overdue" in promises
    assert "Tom Ferris left, and nobody holds it" in promises
    changed = part(page, "Two changes of worker inside half a year", "Reached after")
    assert "Marin family Youth justice: 2 changes of worker (13 October and 1 December)." in changed


def test_nadia_rahman_in_july_counts_from_when_a_service_knew(sample_read, visit):
    page = visit(sample_read, "W-BRV-DIR", "2019-07-15T10:00").text("/work/oversight")
    late = part(page, "Reached after more than a day", "In numbers")
    assert re.findall(r"(Arrest|Injury): Leo Marin (\d+½? hours)", late) == [
        ("Arrest", "29 hours"),
        ("Arrest", "29 hours"),
        ("Injury", "25½ hours"),
        ("Arrest", "53 hours"),
        ("Injury", "25 hours"),
    ]
    assert "Contact came almost 7 days after that." in late
    assert "Contact came almost 4 days after that." in late
    waiting = part(page, "Nobody has reached them yet", "Promised by us, and late")
    assert "Missing: Leo Marin Marin family no contact for 278 days" in waiting
    assert "Exclusion" not in page


def test_rows_lead_to_the_family_and_the_people_come_before_the_numbers(sample_read, visit):
    client = visit(sample_read, "W-BRV-DIR", "2019-07-15T10:00")
    soup = client.soup("/work/oversight")
    links = {link["href"] for link in soup.find("main").find_all("a") if "/families/" in link["href"]}
    assert len({link.split("/")[3] for link in links}) == 1
    assert all("Marin family" in client.text(link) for link in links)
    assert soup.find("main").find_all("h2")[-1].get_text() == "In numbers"


def test_what_the_list_showed_of_a_record_the_family_reads_once_a_day(sample, visit):
    client = visit(sample, "W-BRV-DIR", "2019-07-15T10:00")
    client.get("/work/oversight")
    client.get("/work/oversight")
    with sample.session() as session:
        (look,) = session.scalars(select(Look)).all()
        assert (look.what, look.why) == ("list", "manager")
    rosa = visit(sample, "P-ROSA", "2019-07-15T11:00").text("/who-has-looked")
    assert "Nadia Rahman" in rosa
    assert "saw this in a list of what needs doing" in rosa
    visit(sample, "W-BRV-DIR", "2019-07-16T10:00").get("/work/oversight")
    with sample.session() as session:
        assert len(session.scalars(select(Look)).all()) == 2


@pytest.mark.parametrize("who", ["W-BRV-SW1", "W-ASH-TY1"])
def test_only_managers(sample_read, visit, who):
    visit(sample_read, who, "2019-07-15T10:00").get("/work/oversight", 404)


def test_a_manager_elsewhere_sees_nothing_of_the_family(sample_read, visit):
    page = visit(sample_read, "W-KIN-DIR", "2019-07-15T10:00").text("/work/oversight")
    assert "Marin" not in page
    assert "Every family has somebody who leads." in page
    assert "Everybody was reached." in page
    assert "No promise is late." in page
