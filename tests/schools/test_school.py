"""The link to school: who knows, what is told either way, days without, and what one school tells the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from portal.schools.conditions import school_days
from tests.client import Client
from tests.moves.conftest import Around
from tests.moves.steps import Walk, day, said

Visit = Callable[..., Client]


@pytest.fixture
def walk(schooled: Around, visit: Visit) -> Walk:
    return Walk(schooled, visit)


def at_work(walk: Walk) -> str:
    return f"/work/families/{walk.around.family}/school"


def fill_in(walk: Walk, who: str, path: str, values: dict[str, object], status: int = 303, *readers: str) -> str:
    """Fill a form about Leo in and send it; its answer's words."""
    client = walk.as_(who)
    page = client.soup(path)
    person = page.find("select", attrs={"name": "young_person"})
    about = (
        {"young_person": next(o["value"] for o in person.find_all("option") if "Leo" in o.get_text())} if person else {}
    )
    schools = page.find("select", attrs={"name": "school"})
    if schools and "school" in values:
        values = values | {
            "school": next(o["value"] for o in schools.find_all("option") if str(values["school"]) in o.get_text())
        }
    chosen = {"readers": walk.readers(page, *readers)} if page.find("input", attrs={"name": "readers"}) else {}
    answer = client.submit(path, about | chosen | values, to=path, status=status)
    return said(" ".join(client.soup_of(answer).get_text(" ").split()))


SHARE = {"way": "told", "text": "Leo may come late on Tuesdays.", "how": "ask"}


def test_one_person_at_school_knows(walk: Walk) -> None:
    place = {"school": "Oldbridge Park", "named": "w-old-sch@school.example"} | day("since", date(2019, 1, 7))
    fill_in(walk, "W-OLD", f"{at_work(walk)}/place", place)
    words = said(walk.as_("P-ROSA").text("/school"))
    assert "Yvonne Clarke" in words and "Oldbridge Park School" in words
    wrong = place | {"named": "nobody@school.example"}
    assert "We know nobody at that school" in fill_in(walk, "W-OLD", f"{at_work(walk)}/place", wrong, 422)
    walk.as_("P-DAN").get("/school", status=404)
    assert "Nothing about school" in walk.as_("P-THEO").text("/school")


def test_the_family_is_asked_and_can_think_again(walk: Walk) -> None:
    fill_in(walk, "W-OLD-SCH", f"{at_work(walk)}/agreements/new", SHARE)
    leo = walk.as_("P-LEO")
    assert "Not agreed yet" in leo.text("/school")
    action = leo.soup("/school").find("form", action=lambda a: a and "agreements" in a)["action"]
    leo.submit("/school", {"answer": "yes"}, to=action, status=303)
    assert "Leo Marin said yes" in walk.as_("P-ROSA").text("/school")
    assert "said yes to what school is told" in walk.as_("W-OLD-SCH").text("/work/")
    walk.as_("P-ROSA").submit("/school", {"answer": "no"}, to=action, status=303)
    assert "Rosa Marin said no: not told" in said(walk.as_("W-OLD-SCH").text(at_work(walk)))
    assert leo.browser.post(action).status_code == 400, "a form without its token changes nothing"


def test_without_asking_there_is_a_reason_and_the_family_reads_it(walk: Walk) -> None:
    path = f"{at_work(walk)}/agreements/new"
    told = SHARE | {"how": "tell"}
    assert "Sharing without asking needs a reason on record." in fill_in(walk, "W-OLD", path, told, 422)
    fill_in(walk, "W-OLD", path, told | {"reason": "He was hurt on the way to school."})
    words = said(walk.as_("P-ROSA").text("/school"))
    assert "Shared without asking" in words and "Why you were not asked: He was hurt on the way to school." in words


def test_kept_from_the_family_only_with_a_reason_and_a_day_to_look_again(walk: Walk) -> None:
    path = f"{at_work(walk)}/agreements/new"
    hidden = SHARE | {"how": "hide", "reason": "Somebody at home would hurt him for it."}
    assert "Choose a day in the next 90 days" in fill_in(walk, "W-OLD", path, hidden, 422)
    assert "Choose a day in the next 90 days" in fill_in(
        walk, "W-OLD", path, hidden | day("review_on", date(2020, 7, 1)), 422
    )
    fill_in(walk, "W-OLD", path, hidden | day("review_on", date(2019, 8, 1)))
    for who in ("P-ROSA", "P-LEO", "P-THEO"):
        assert "late on Tuesdays" not in walk.as_(who).text("/school")
    assert "The family is not told. Look at that again on 1 August." in said(walk.as_("W-OLD-SCH").text(at_work(walk)))
    # nor does who-has-looked tell it
    walk.as_("W-OLD").get(at_work(walk))
    assert "late on Tuesdays" not in walk.as_("P-ROSA").text("/who-has-looked")


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2019, 6, 3), date(2019, 6, 3), 1),
        (date(2019, 6, 3), date(2019, 6, 9), 5),
        (date(2019, 5, 3), date(2019, 5, 7), 2),  # a bank holiday on the Monday
        (date(2019, 12, 24), date(2019, 12, 27), 2),
        (date(2019, 6, 8), date(2019, 6, 9), 0),
    ],
)
def test_days_are_counted_from_monday_to_friday_without_bank_holidays(first: date, last: date, days: int) -> None:
    assert school_days(first, last) == days


@pytest.mark.parametrize(
    "day", [date(2022, 1, 3), date(2022, 6, 2), date(2022, 9, 19), date(2023, 5, 8), date(2021, 12, 28)]
)
def test_a_bank_holiday_of_england_is_no_school_day(day: date) -> None:
    assert school_days(day, day) == 0


def test_days_without_education_are_counted_for_family_lead_and_manager(walk: Walk) -> None:
    out = {"why": "moved"} | day("since", date(2019, 6, 3))
    fill_in(walk, "W-OLD", f"{at_work(walk)}/out", out)
    for who, path in (("P-ROSA", "/school"), ("W-OLD", at_work(walk)), ("W-OLD-TM", at_work(walk))):
        words = said(walk.as_(who).text(path))
        assert "21 school days without education. Since 3 June. They moved." in words, who
    fill_in(walk, "W-OLD", f"{at_work(walk)}/out", out)
    words = said(walk.as_("W-OLD").text(at_work(walk)))
    assert "That is being counted already." in words and words.count("21 school days") == 1
    link = next(a["href"] for a in walk.as_("W-OLD").soup(at_work(walk)).find_all("a") if "/out/" in a["href"])
    assert "Choose a day from the first one up to today." in fill_in(
        walk, "W-OLD", link, dict(day("until", date(2019, 6, 2))), 422
    )
    fill_in(walk, "W-OLD", link, dict(day("until", date(2019, 6, 28))))
    assert "3 June to 28 June: 20 school days. They moved." in said(walk.as_("P-ROSA").text("/school"))


def test_one_school_tells_the_next_and_the_family_reads_what_and_that_it_was_read(walk: Walk) -> None:
    old = {"school": "Oldbridge Park", "named": "w-old-sch@school.example"} | day("since", date(2019, 1, 7))
    fill_in(walk, "W-OLD", f"{at_work(walk)}/place", old)
    fill_in(
        walk,
        "W-OLD",
        f"{at_work(walk)}/place",
        {"school": "Newfield", "named": "w-new-sch@school.example"} | day("since", date(2019, 7, 1)),
    )
    assert "pass on what it needs to know" in walk.as_("W-OLD-SCH").text("/work/")
    link = next(
        a["href"]
        for a in walk.as_("W-OLD-SCH").soup(at_work(walk)).select("main section a")
        if a["href"].endswith("/next")
    )
    links = [
        a["href"]
        for a in walk.as_("W-OLD-SCH").soup(at_work(walk)).find_all("a")
        if str(a.get("href", "")).endswith("/next")
    ]
    assert link in links
    fill_in(walk, "W-OLD-SCH", links[-1], {"text": "He learns best by making things."})
    assert "He learns best by making things." in walk.as_("P-LEO").text("/school")
    assert "has written to you" in walk.as_("W-NEW-SCH").text("/work/")
    form = walk.as_("W-OLD").soup(at_work(walk)).find("form", action=lambda a: a and a.endswith("/read"))
    walk.as_("W-OLD").submit(at_work(walk), {}, to=form["action"], status=303)
    assert "Newfield High has read it." in said(walk.as_("P-ROSA").text("/school"))
    # Daniel's dad's lock: no school, no number, on no page
    for path in ("/home", "/network", "/plan", "/updates", "/assessment", "/who-has-looked"):
        words = walk.as_("P-DAN").text(path)
        assert "Newfield" not in words and "Oldbridge" not in words and "school.example" not in words
