"""What is being met about, whether one is invited, what was decided, in two working days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, text

from portal.foundation.database import PortalSession, Speaker
from portal.involvement.models import Alert
from portal.meetings.jobs import tell_of_late_decisions
from portal.meetings.models import Meeting
from portal.organisations.models import Worker
from portal.people.models import Person
from tests.involvement.conftest import day
from tests.questions.conftest import House

ABOUT = "How Noor gets back to school"
DECIDED = "School starts again on Monday. Cam walks with him."


def path(house: House) -> str:
    return f"/work/families/{house.family}/meetings"


def refs(house: House) -> dict[str, str]:
    with house.database.session() as session:
        found = select(Person.source_ref, Person.ref).where(Person.source_ref.is_not(None))
        return {str(name): ref for name, ref in session.execute(found)}


def announce(house: House, readers: list[str], invited: list[str], why: str = "", **more: object) -> str:
    known, ada = refs(house), house.by("ADA")
    new = path(house) + "/new"
    fields: dict[str, object] = {"about": ABOUT, "at": "11:00", "why_not": why} | day("day", date(2019, 7, 18))
    fields |= {"readers": [known[name] for name in readers], "invited": [known[name] for name in invited]} | more
    ada.submit(new, fields, to=new, status=303)
    with house.database.session() as session:
        return session.scalars(select(Meeting.ref).order_by(Meeting.id.desc())).first() or ""


def decide(house: House, ref: str, moment: str = "2019-07-19T10:00", words: str = DECIDED) -> None:
    page = f"{path(house)}/{ref}"
    house.by("ADA", moment).submit(page, {"text": words}, to=page, status=303)


def test_announced_held_and_decided(house: House) -> None:
    ref = announce(house, ["NOOR", "ANA"], ["ANA"], "Noor has an exam then.")
    noor, ana = house.by("NOOR").text("/meetings"), house.by("ANA").text("/meetings")
    assert ABOUT in noor
    assert "You are not invited Noor has an exam then." in noor
    assert "You are invited" in ana
    assert "Ada tells you by 22 July what was decided." in ana, "a weekend lies between"
    assert ABOUT not in house.by("DAN").text("/meetings")
    decide(house, ref)
    assert DECIDED in house.by("NOOR", "2019-07-19T10:01").text("/meetings")
    assert "Ana and Noor will see this." in house.by("ADA", "2019-07-19T11:00").text(f"{path(house)}/{ref}")


def test_whoever_is_not_invited_is_told_why(house: House) -> None:
    known, ada = refs(house), house.by("ADA")
    new = path(house) + "/new"
    fields = {"about": ABOUT, "at": "11:00", "readers": [known["NOOR"]]} | day("day", date(2019, 7, 18))
    page = ada.submit(new, fields, to=new, status=422).get_data(as_text=True)
    assert "Say why somebody is not invited." in page
    assert ABOUT in page
    assert "more than a year away" in ada.submit(
        new, fields | day("day", date(2029, 7, 18)) | {"why_not": "x"}, to=new, status=422
    ).get_data(as_text=True)


def test_sent_twice_it_is_one_meeting(house: House) -> None:
    assert announce(house, ["NOOR"], ["NOOR"]) == announce(house, ["NOOR"], ["NOOR"])


def test_late_is_shown_and_told_once(house: House) -> None:
    announce(house, ["NOOR"], ["NOOR"])
    assert "should have told you" not in house.by("NOOR", "2019-07-22T23:00").text("/meetings")
    assert "Ada should have told you by 22 July" in house.by("NOOR", "2019-07-23T09:00").text("/meetings")
    for _ in range(2):
        with PortalSession(house.database.worker) as session:
            tell_of_late_decisions(session)
            session.commit()
    with house.database.session() as session:
        told = session.scalars(select(Worker.source_ref).join(Alert, Alert.to_worker_id == Worker.id)).all()
    assert sorted(str(ref) for ref in told) == ["ADA", "MONA"]
    assert "have not been told what Ada Obi" in house.by("MONA", "2019-07-23T10:00").text("/work/")


def test_two_write_it_down_and_the_second_keeps_their_words(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    page = f"{path(house)}/{ref}"
    mona = house.by("MONA", "2019-07-19T10:00")
    token = {f["name"]: f["value"] for f in mona.soup(page).select(f'form[action="{page}"] input[type=hidden]')}
    decide(house, ref)
    again = mona.post(page, token | {"text": "Something else."}, 422).get_data(as_text=True)
    assert "Somebody has written it down already." in again
    assert "Something else." in again


def test_only_a_manager_keeps_it_back_with_a_reason_and_a_date(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    decide(house, ref)
    page = f"{path(house)}/{ref}"
    assert "Keep it back" not in house.by("ADA", "2019-07-19T11:00").text(page)
    mona = house.by("MONA", "2019-07-19T11:00")
    keep = f"{page}/withhold"
    bad = mona.submit(page, day("until", date(2019, 12, 24)), to=keep, status=422).get_data(as_text=True)
    assert "Write the reason." in bad
    assert "next 90 days" in bad
    reason = {"reason": "An arrest is planned."}
    mona.submit(page, reason | day("until", date(2019, 7, 25)), to=keep, status=303)
    words = house.by("NOOR", "2019-07-20T10:00").text("/meetings")
    assert DECIDED not in words
    assert "An arrest is planned." not in words
    assert "Mona Hart, a manager, keeps back what was decided until 25 July." in words
    assert "An arrest is planned." in house.by("ADA", "2019-07-20T10:00").text(page)
    assert DECIDED in house.by("NOOR", "2019-07-26T10:00").text("/meetings")


def test_kept_back_whole_it_is_not_there_in_either_lock(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    decide(house, ref)
    page = f"{path(house)}/{ref}"
    fields = {"reason": "An arrest is planned.", "whole": "y"} | day("until", date(2019, 7, 25))
    house.by("MONA", "2019-07-19T11:00").submit(page, fields, to=f"{page}/withhold", status=303)
    noor = house.by("NOOR", "2019-07-20T10:00")
    assert ABOUT not in noor.text("/meetings")
    with house.database.session() as session:
        who = session.scalars(select(Person.id).where(Person.source_ref == "NOOR")).one()
    with PortalSession(house.database.web) as session:
        session.info["speaker"] = Speaker(person_id=who)
        for table in ("meeting", "meeting_decision", "meeting_withholding"):
            assert session.scalar(text(f"select count(*) from {table}")) == 0, table
    mona = house.by("MONA", "2019-07-20T11:00")
    mona.submit(page, {}, to=f"{page}/show", status=303)
    assert DECIDED in house.by("NOOR", "2019-07-20T12:00").text("/meetings")


def test_asked_about_where_it_stands(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    noor, ask = house.by("NOOR"), f"/meetings/{ref}/ask"
    assert "Write your answer" not in noor.text("/meetings")
    noor.submit("/meetings", {"text": ""}, to=ask, status=422)
    noor.submit("/meetings", {"text": "Can my uncle come?"}, to=ask, status=303)
    assert "Can my uncle come?" in noor.text("/meetings")
    assert "About a meeting" in house.by("ADA").text(
        next(a["href"] for a in house.by("ADA").soup("/work/").find_all("a") if "/questions/" in a.get("href", ""))
    )
    house.by("ANA").get("/meetings")
    house.by("ANA").submit("/questions/new", {}, to="/questions/new", status=422)
