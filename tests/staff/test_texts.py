"""Who is away, and who is there instead, reaches the families by a text that is right when it is sent."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from portal.involvement.models import Involvement
from portal.people.models import Person
from tests.staff.test_staff import Office, away, day, leave, office
from tests.texting import dropped, give_phones, sent

__all__ = ["office"]


def test_cover_is_told_on_the_first_day_and_says_no_surname(office: Office) -> None:
    give_phones(office.database, "ANA", "EVA")
    away(office, "MONA")
    said = "A is away until Fri 26 July. C is there for you."
    assert sent(office.database) == {"ANA": [said], "EVA": [said]}
    away(office, "MONA")
    assert sent(office.database) == {}, "the same sent twice tells once"


def test_cover_that_begins_later_waits_and_is_dropped_when_they_come_back(office: Office) -> None:
    give_phones(office.database, "ANA")
    away(office, "MONA", **day("away_from", date(2019, 7, 18)))
    assert sent(office.database) == {}
    office.by("MONA").submit(
        f"/work/staff/{office.refs['ADA']}/away", {}, to=f"/work/staff/{office.refs['ADA']}/back", status=303
    )
    office.by("MONA", "2019-07-18T09:00")
    assert sent(office.database) == {}
    assert set(dropped(office.database)) == {("cover", "not_right")}


def test_nobody_hears_of_the_police_unasked_nor_whoever_may_not_know(office: Office) -> None:
    give_phones(office.database, "ANA", "EVA")
    with office.database.session() as session:
        for part in session.scalars(select(Involvement)):
            part.function, part.is_lead = "police_liaison", False
        eva = session.scalars(select(Person).where(Person.source_ref == "EVA")).one()
        eva.sees_police = True
        session.commit()
    away(office, "MONA")
    assert list(sent(office.database)) == ["EVA"]
    assert dropped(office.database) == [("cover", "not_right")]


def test_who_leaves_with_nobody_to_follow_is_told_and_who_is_followed_is_not(office: Office) -> None:
    give_phones(office.database, "ANA", "EVA", plain=True)
    leave(office, **{f"to-{office.refs['leads']}": office.refs["BEN"]})
    said = sent(office.database)
    assert said == {"EVA": ["Ada leaves: Wed 31 July is the last day. Sign in to see who is there for you."]}
