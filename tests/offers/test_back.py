"""Declined offers come back after something serious, and on their day; what was accepted since does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, literal, select

from portal.foundation.database import PortalSession, Row
from portal.involvement.models import Alert
from portal.offers.jobs import ask_after_refusals, tell_of_offers_to_make_again
from portal.offers.models import Offer, RefusalReview
from portal.organisations.models import Worker
from portal.people.models import Circle, Person
from tests import factories as make
from tests.client import Client
from tests.conftest import Database

Visit = Callable[..., Client]
JULY = "2019-07-15T10:00"


def offered_again(client: Client, path: str) -> str:
    """The words under "Offer again"."""
    page = client.soup(path)
    heading = page.find("h2", id="back")
    if heading is None:
        return ""
    words = []
    for element in heading.find_next_siblings():
        if element.name == "h2":
            break
        words.append(element.get_text(" "))
    return " ".join(" ".join(words).split())


@pytest.mark.parametrize("path", ["/work/families/F1/help", "/work/families/F1"])
def test_after_the_july_arrests_two_offers_come_back_and_not_the_mentor(
    sample: Database, visit: Visit, path: str
) -> None:
    words = offered_again(visit(sample, "W-BRV-DIR", JULY), path)
    assert "A mental-health assessment, for Leo" in words and "Support for parents, for Rosa" in words
    assert "an arrest, known on 8 July" in words
    assert "entor" not in words, "accepted in May, under another name"


def test_the_day_before_the_arrests_are_known_nothing_of_them_is_said(sample: Database, visit: Visit) -> None:
    words = offered_again(visit(sample, "W-ASH-DIR", "2019-07-07T10:00"), "/work/families/F1/help")
    assert "arrest" not in words and "an injury, known on 5 May" in words


def test_leo_and_rosa_each_read_their_own_and_may_say_yes_today(sample: Database, visit: Visit) -> None:
    leo, rosa = visit(sample, "P-LEO", JULY), visit(sample, "P-ROSA", JULY)
    for client, theirs, other in (
        (leo, "mental-health", "Support for parents"),
        (rosa, "Support for parents", "mental-health"),
    ):
        back = client.soup("/help").find("h2", string="Would it help now?").find_next_siblings("section", limit=1)[0]
        assert theirs in back.get_text() and other not in back.get_text()
    link = next(a["href"] for a in rosa.soup("/help").find_all("a") if a.get_text().startswith("Answer again"))
    rosa.submit(link, {"response": "accepted"}, to=link, status=303)
    assert "Rosa said yes on 15 July." in rosa.text("/help")
    assert "Support for parents" not in offered_again(visit(sample, "W-BRV-SW1", JULY), "/work/families/F1/help")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mentor from a charity", "Mentor"),
        ("Mental-health assessment", "mental health assessment by CAMHS"),
        ("Parents' group about gangs and knives", "Course for parents of teenagers"),
        ("Bus pass", "A bus pass for college"),
    ],
)
def test_the_same_help_under_other_words_is_the_same(sample_read: Database, one: str, other: str) -> None:
    with sample_read.session() as session:
        assert session.scalar(select(func.thing_of(literal(one)) == func.thing_of(literal(other))))


def test_support_for_parents_is_not_a_group(sample_read: Database) -> None:
    with sample_read.session() as session:
        things = [
            session.scalar(select(func.thing_of(literal(what)))) for what in ("Support for parents", "Parents' group")
        ]
    assert things == ["parents_support", "parents_group"]


@pytest.fixture
def small(database: Database) -> Row:
    """A family with a lead, a senior manager, and a circle of mother and son."""
    with database.session() as session:
        here = make.organisation(session)
        senior = make.worker(session, here, "Mona Hart", ref="MANAGER", manager=True)
        ada = make.worker(session, here, "Ada Obi", ref="ADA", manager_id=senior.id)
        family = make.family(session, here, source_ref="F9")
        ana = make.person(session, family, "Ana Rivera", ref="ANA")
        leo = make.person(session, family, "Leo Rivera", "young_person", ref="LEO")
        make.involvement(session, ada, family, lead=True)
        both = make.circle(session, family, ana, leo)
        session.commit()
        found = Row(family=family.id, ada=ada.id, ana=ana.id, leo=leo.id, both=both.id, senior=senior.id)
    return found


def offered(database: Database, small: Row, what: str, response: str, day: date, **more: object) -> str:
    """Write an offer to Leo down, and give its reference."""
    with database.session() as session:
        row = Offer(
            family_id=small.family, circle_id=small.both, offered_on=day, what=what, by_worker_id=small.ada,
            to_person_id=small.leo, response=response, **more,
        )  # fmt: skip
        session.add(row)
        session.commit()
        return row.ref


def something_serious(database: Database, small: Row, kind: str, when: str) -> None:
    """A moment of Leo's that both may know of."""
    with database.session() as session:
        make.moment(session, session.get(Circle, small.both), session.get(Person, small.leo), kind, when)
        session.commit()


def test_what_was_declined_comes_back_on_its_day_without_anything_serious(
    database: Database, small: Row, visit: Visit
) -> None:
    offered(database, small, "Boxing class", "declined", date(2019, 5, 1), again_on=date(2019, 7, 15))
    assert offered_again(visit(database, "ADA", "2019-07-14T10:00"), "/work/families/F9/help") == ""
    words = offered_again(visit(database, "ADA", JULY), "/work/families/F9/help")
    assert "Boxing class, for Leo" in words and "The day to offer it again was 15 July." in words


def test_what_was_offered_anew_is_open_and_does_not_come_back_beside_itself(
    database: Database, small: Row, visit: Visit
) -> None:
    offered(database, small, "Mentor", "declined", date(2019, 5, 1), again_on=date(2019, 7, 1))
    ada = visit(database, "ADA", JULY)
    link = next(a["href"] for a in ada.soup("/work/families/F9/help").find_all("a") if "Offer it again" in a.get_text())
    page = ada.soup(link)
    assert "They said not now on 1 May." in page.get_text(" ")
    assert page.find("select", attrs={"name": "thing"}).find("option", selected=True)["value"] == "mentor"
    to = page.find("form", action=lambda to: to and to.endswith("/help/offer"))["action"]
    given = {
        name: page.find("select", attrs={"name": name}).find("option", selected=True)["value"]
        for name in ("to", "thing")
    }
    for _ in range(2):
        ada.submit(link, given, to=to, status=303)
    assert offered_again(ada, "/work/families/F9/help") == ""
    assert ada.text("/work/families/F9/help").count("No answer yet.") == 1
    leo = visit(database, "LEO", JULY)
    assert "Offered to you" in leo.text("/help") and "A mentor" in leo.text("/home")


def say_no(client: Client, ref: str, why: str = "I have enough people") -> None:
    client.submit(f"/help/offers/{ref}", {"response": "declined", "reason": why}, to=f"/help/offers/{ref}", status=303)


def test_a_no_has_a_day_on_which_it_is_offered_again_and_can_be_taken_back(
    database: Database, small: Row, visit: Visit
) -> None:
    ref = offered(database, small, "Boxing class", "no_answer", date(2019, 7, 10))
    leo = visit(database, "LEO", JULY)
    say_no(leo, ref)
    words = leo.text("/help")
    assert "Leo said not now on 15 July. “I have enough people” It will be offered again on 9 September." in words
    assert "I have enough people" in visit(database, "ADA", JULY).text("/work/families/F9/help")
    leo.submit(f"/help/offers/{ref}", {"response": "accepted"}, to=f"/help/offers/{ref}", status=303)
    assert "Leo said yes on 15 July." in leo.text("/help")
    leo.get(f"/help/offers/{ref}", 404)
    visit(database, "ANA", JULY).get(f"/help/offers/{ref}", 404)


def alerts(database: Database, kind: str) -> list[str | None]:
    with database.session() as session:
        rows = select(Worker.source_ref).join(Alert, Alert.to_worker_id == Worker.id).where(Alert.kind == kind)
        return list(session.scalars(rows))


def test_after_two_refusals_at_high_need_a_senior_person_decides_what_changes(
    database: Database, small: Row, visit: Visit
) -> None:
    refs = [
        offered(database, small, what, "no_answer", date(2019, 7, 10))
        for what in ("Mentor", "Boxing class", "Bus pass")
    ]
    leo = visit(database, "LEO", JULY)
    say_no(leo, refs[0])
    say_no(leo, refs[1])
    assert alerts(database, "refused_twice") == [], "two refusals, and nothing serious: it is his to say no"
    with database.session() as session:
        from portal.people.models import Circle, Person

        make.moment(
            session, session.get(Circle, small.both), session.get(Person, small.leo), "arrest", "2019-07-14T20:00"
        )
        session.commit()
    say_no(leo, refs[2])
    assert alerts(database, "refused_twice") == ["MANAGER"]
    mona = visit(database, "MANAGER", JULY)
    path = mona.soup("/work/").find("a", href=lambda to: to and "/help/decide/" in to)["href"]
    assert "Leo Rivera said no more than once" in mona.text(path)
    visit(database, "ADA", JULY).get(path, 404)
    mona.submit(path, {"changes": " "}, to=path, status=422)
    mona.submit(
        path, {"changes": "Ada asks what he would do himself, and I come too, on Thursday."}, to=path, status=303
    )
    words = leo.text("/help")
    assert "What changes now" in words and "I come too, on Thursday" in words and "Mona Hart decided this" in words
    # decided is decided: the next refusal begins anew
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(RefusalReview)) == 1
        ask_after_refusals(session)
        session.commit()
        assert session.scalar(select(func.count()).select_from(RefusalReview)) == 1


def test_refusals_that_came_with_an_import_reach_somebody_senior_too(
    database: Database, small: Row, at: Callable[[str], None]
) -> None:
    offered(database, small, "Mentor", "declined", date(2019, 5, 1))
    offered(database, small, "Mental-health assessment", "declined", date(2019, 6, 1))
    at(JULY)
    with database.session() as session:
        from portal.people.models import Circle, Person

        make.moment(
            session, session.get(Circle, small.both), session.get(Person, small.leo), "injury", "2019-07-01T20:00"
        )
        session.commit()
    for _ in range(2):
        with PortalSession(database.worker) as session:
            ask_after_refusals(session)
            session.commit()
    assert alerts(database, "refused_twice") == ["MANAGER"]


def test_what_was_accepted_since_is_no_refusal(database: Database, small: Row, at: Callable[[str], None]) -> None:
    offered(database, small, "Mentor from a charity", "declined", date(2019, 4, 1))
    offered(database, small, "Mentor", "accepted", date(2019, 5, 1))
    offered(database, small, "Bus pass", "declined", date(2019, 6, 1))
    at(JULY)
    with database.session() as session:
        from portal.people.models import Circle, Person

        make.moment(
            session, session.get(Circle, small.both), session.get(Person, small.leo), "injury", "2019-07-01T20:00"
        )
        session.flush()
        ask_after_refusals(session)
        assert session.scalar(select(func.count()).select_from(RefusalReview)) == 0


def test_a_worker_notes_what_was_said_by_whom_and_why(database: Database, small: Row, visit: Visit) -> None:
    ref = offered(database, small, "Boxing class", "no_answer", date(2019, 7, 10))
    ada = visit(database, "ADA", JULY)
    path = f"/work/families/F9/help/offers/{ref}"
    page = ada.soup(path)
    to = page.find("form", action=lambda to: to and to.endswith(ref))["action"]
    mother = next(
        o["value"] for o in page.find("select", attrs={"name": "by"}).find_all("option") if "Ana" in o.get_text()
    )
    given = {"response": "declined", "by": mother}
    assert "Write why, in their words." in ada.submit(path, given, to=to, status=422).get_data(as_text=True)
    gone = given | {"reason": "Too far", "again_on-day": "1", "again_on-month": "7", "again_on-year": "2019"}
    assert "That day has gone." in ada.submit(path, gone, to=to, status=422).get_data(as_text=True)
    ada.submit(path, gone | {"again_on-month": "9"}, to=to, status=303)
    words = ada.text("/work/families/F9/help")
    assert "Ana said not now on 15 July. “Too far” It will be offered again on 1 September." in words


def test_two_answers_at_once_the_second_is_told(database: Database, small: Row, visit: Visit) -> None:
    ref = offered(database, small, "Boxing class", "no_answer", date(2019, 7, 10))
    leo, ada = visit(database, "LEO", JULY), visit(database, "ADA", JULY)
    path = f"/work/families/F9/help/offers/{ref}"
    page = ada.soup(path)
    form = page.find("form", action=lambda to: to and to.endswith(ref))
    hidden = {field["name"]: field["value"] for field in form.find_all("input", type="hidden")}
    say_no(leo, ref)
    by = page.find("select", attrs={"name": "by"}).find("option")["value"]
    words = ada.post(form["action"], hidden | {"response": "accepted", "by": by}, 422).get_data(as_text=True)
    assert "This changed just now." in words and "Leo said not now" in words


def test_whoever_leads_is_told_once_for_each_time_an_offer_comes_back(
    sample: Database, at: Callable[[str], None]
) -> None:
    told = []
    for day in ("2019-07-01", "2019-07-08", "2019-07-09", "2019-07-15", "2019-07-16"):
        at(f"{day}T11:00")
        with PortalSession(sample.worker) as session:
            tell_of_offers_to_make_again(session)
            session.commit()
        told.append(alerts(sample, "offer_again"))
    assert told == [[], ["W-BRV-SW1"], ["W-BRV-SW1"], ["W-BRV-SW1"], ["W-BRV-SW1"]]


def test_on_its_day_an_offer_comes_back_to_whoever_leads(
    database: Database, small: Row, at: Callable[[str], None]
) -> None:
    offered(database, small, "Boxing class", "declined", date(2019, 5, 1), again_on=date(2019, 7, 15))
    for day, expected in (("14", []), ("15", ["ADA"]), ("16", ["ADA"])):
        at(f"2019-07-{day}T11:00")
        with PortalSession(database.worker) as session:
            tell_of_offers_to_make_again(session)
            session.commit()
        assert alerts(database, "offer_again") == expected
