"""A change of worker is a handover: planned, said yes to, seen before it happens, and not left half done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import Range

from portal.access.models import Account, Phone
from portal.appointments.models import Appointment, AppointmentChange
from portal.availability.models import TakenSlot
from portal.foundation.database import PortalSession, Speaker
from portal.foundation.phones import number_hash
from portal.handovers import jobs
from portal.handovers.models import Handover
from portal.involvement.models import Alert, Involvement
from portal.messages.models import TextMessage
from portal.organisations.models import Worker
from portal.people.models import Family, Person
from portal.plans.models import Step, StepEvent
from tests import factories as make
from tests.client import Client
from tests.conftest import ROOT
from tests.handovers.conftest import NOW, House, day

WORDS = {
    "reason": "New job in another town",
    "goodbye": "Thank you for trusting me with so much.",
    "not_again": "How it was at the old school.",
    "passed_on": "That Sundays are for tea.",
}
DATES = day("meets_on", date(2019, 7, 22)) | day("last_day", date(2019, 7, 31))


def words(response) -> str:
    return " ".join(Client.soup_of(response).get_text(" ").split())


def plan(house: House, by: str = "ADA", to: str = "BEN", status: int = 303, **more: str):
    client = house.by(by)
    return client.submit(house.plan, {"elsewhere": to} | WORDS | DATES | more, status=status)


def answered(house: House, who: str = "BEN", moment: str = NOW, **said: str) -> Client:
    client = house.by(who, moment)
    link = client.soup("/work/").find("a", href=lambda to: to and "/work/handovers/" in to)
    client.submit(link["href"], {"answer": "no"} | said if said else {"answer": "yes"}, status=303)
    return client


def page_of(house: House, who: str = "ADA", moment: str = NOW) -> tuple[Client, str]:
    """The staff page of the newest handover."""
    with house.database.session() as session:
        ref = session.scalars(select(Handover.ref).order_by(Handover.id.desc())).first()
    return house.by(who, moment), f"/work/families/{house.family}/handovers/{ref}"


def of_the_family(house: House) -> str:
    with house.database.session() as session:
        return "/network/handovers/" + session.scalars(select(Handover.ref).order_by(Handover.id.desc())).first()


def test_the_family_hears_of_it_once_the_next_one_said_yes_and_not_before(house: House) -> None:
    plan(house)
    ana = house.by("ANA")
    assert "Ben Stone" not in ana.text("/home") + ana.text("/network")
    ana.get(of_the_family(house), 404)
    answered(house)
    ana = house.by("ANA")
    home = ana.text("/home")
    assert "Ada Obi, then Ben Stone" in home
    assert "Both are there from 22 July to 31 July." in home
    assert "Leads until 31 July. Then Ben Stone leads." in home
    page = ana.text(of_the_family(house))
    for said in WORDS.values():
        assert said in page
    assert "Ada Obi, then Ben Stone" in ana.text("/network")


def test_with_the_yes_the_family_is_told_by_a_text_that_says_nothing_to_a_stranger(house: House) -> None:
    with house.database.session() as session:
        for number, ref in enumerate(("ANA", "LEO", "DAN")):
            who = session.scalars(select(Person).where(Person.source_ref == ref)).one()
            account = session.scalars(select(Account).where(Account.person_id == who.id)).one()
            given = f"+44770090030{number}"
            phone = Phone(account_id=account.id, family_id=who.family_id, number=given, number_hash=number_hash(given))
            session.add(phone)
        session.commit()
    plan(house)
    answered(house)
    with house.database.session() as session:
        texts = session.scalars(select(TextMessage).where(TextMessage.wording == "worker_comes")).all()
        names = {session.get(Person, text.person_id).name for text in texts}
    assert names == {"Ana Rivera", "Leo Rivera"}
    said = (ROOT / "templates/messages/texts/worker_comes.txt").read_text().split("else")[1]
    assert "comes" not in said and "leaves" not in said


def test_before_the_yes_the_next_one_reads_the_name_and_nothing_else(house: House) -> None:
    plan(house)
    ben = house.by("BEN")
    link = ben.soup("/work/").find("a", href=lambda to: to and "/work/handovers/" in to)["href"]
    page = ben.text(link)
    assert "Will you take over Rivera family?" in page and "Ada Obi hands over to you." in page
    assert "Sundays" not in page and "New job" not in page
    ben.get(f"/work/families/{house.family}", 404)
    house.by("CAM").get(link, 404)


def test_with_the_yes_both_are_there_and_then_the_next_one_leads(house: House) -> None:
    plan(house)
    ben = answered(house)
    assert "Rivera family" in ben.text(f"/work/families/{house.family}")
    with house.database.session() as session:
        rows = session.scalars(select(Involvement).order_by(Involvement.starts_on, Involvement.id)).all()
        assert [(row.is_lead, row.starts_on, row.ends_on) for row in rows] == [
            (True, date(2019, 1, 7), date(2019, 7, 31)),
            (False, date(2019, 7, 22), date(2019, 7, 31)),
            (True, date(2019, 8, 1), None),
        ]
        assert rows[0].end_reason == "New job in another town" and rows[0].handover_to_id == rows[2].worker_id
    after = house.by("ANA", "2019-08-05T10:00")
    assert "Ben Stone leads the help for your family" in after.text("/home")
    assert "Then came Ben Stone." in after.text("/network")


def test_a_no_says_why_to_whoever_asked_and_the_family_hears_nothing(house: House) -> None:
    plan(house, by="MONA")
    client = house.by("BEN")
    link = client.soup("/work/").find("a", href=lambda to: to and "/work/handovers/" in to)["href"]
    assert "Say why, so that somebody else can be found." in words(client.submit(link, {"answer": "no"}, status=422))
    answered(house, reason="I have thirty families already")
    for who in ("MONA", "ADA"):
        told = house.by(who).text("/work/")
        assert "Ben Stone cannot take over Rivera family" in told and "I have thirty families already" in told
    assert "Ben Stone" not in house.by("ANA").text("/network")
    # the way is free for somebody else
    plan(house, by="MONA", to="CAM")


def test_each_says_their_own_words_and_nobody_says_hello_for_another(house: House) -> None:
    plan(house)
    answered(house)
    ada, page = page_of(house, "ADA")
    ada.submit(page, {"goodbye": "Goodbye, all of you.", "hello": "I speak for Ben"}, to=f"{page}/words", status=303)
    ben, page = page_of(house, "BEN")
    ben.submit(page, {"hello": "I am Ben. I have read it all."}, to=f"{page}/words", status=303)
    read = house.by("ANA").text(of_the_family(house))
    assert "Goodbye, all of you." in read and "I am Ben. I have read it all." in read
    assert "I speak for Ben" not in read


def test_words_that_are_too_long_come_back_with_what_was_typed(house: House) -> None:
    plan(house)
    ada, page = page_of(house)
    answer = ada.submit(page, {"goodbye": "x" * 3001}, to=f"{page}/words", status=422)
    assert "That is too long." in words(answer) and "x" * 3001 in answer.get_data(as_text=True)


def test_each_family_member_says_for_themselves_whether_they_have_met(house: House) -> None:
    plan(house)
    answered(house)
    path = of_the_family(house)
    assert "Have you met Ben?" not in house.by("ANA").text(path)
    later = "2019-07-23T10:00"
    ana = house.by("ANA", later)
    ana.submit(path, {}, to=f"{path}/met", status=303)
    assert "You said: we have met." in ana.text(path)
    leo = house.by("LEO", later)
    leo.submit(path, {}, to=f"{path}/met", status=303)
    form = leo.soup(path).find_all("form", action=f"{path}/met")[-1]
    leo.post(f"{path}/met", {each["name"]: each["value"] for each in form.find_all("input")}, 303)
    assert "You said: not yet. Ben knows." in leo.text(path)
    told = house.by("BEN", later).text("/work/")
    assert "Somebody in Rivera family has not met Ben Stone yet" in told
    ben, page = page_of(house, "BEN", later)
    said = ben.text(page)
    assert "Ana Rivera has met Ben" in said and "Leo Rivera not yet" in said
    # the others in the family do not read each other's answer
    assert "You said: not yet." not in house.by("ANA", later).text(path)
    leo.post(f"{path}/met", {"csrf_token": form.find("input", attrs={"name": "csrf_token"})["value"]}, 303)
    assert "Say if you have met, or not yet." in leo.text(path)


def test_somebody_with_no_address_learns_nothing_of_it(house: House) -> None:
    plan(house)
    answered(house)
    dan = house.by("DAN")
    dan.get(of_the_family(house), 404)
    for path in ("/home", "/network"):
        assert "Ben" not in dan.text(path)
    later = house.by("DAN", "2019-08-05T10:00")
    later.get(of_the_family(house), 404)
    assert "Ben Stone" in later.text("/home")  # who leads today, and nothing more


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"elsewhere": ""}, "Choose a name, or write an e-mail."),
        ({"elsewhere": "nobody@nowhere.example"}, "We do not know anybody with that e-mail or reference."),
        ({"elsewhere": "ADA"}, "That is who goes. Choose somebody else."),
        ({"elsewhere": "GUS"}, "Gus Pell leaves on 30 September. Choose somebody who stays."),
        ({"reason": ""}, "Say why. The family reads it."),
        (day("meets_on", date(2019, 7, 1)), "That day is past. Choose today or a later day."),
        (day("last_day", date(2019, 7, 1)), "That day is past. Choose today or a later day."),
        (day("last_day", date(2019, 7, 20)), "They need at least one day together."),
        (day("last_day", date(2021, 7, 20)), "Choose a day in the next year."),
        ({"goodbye": "x" * 3001}, "That is too long."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(house: House, more: dict[str, str], told: str) -> None:
    answer = plan(house, status=422, **more)
    assert told in words(answer)
    assert "New job in another town" in answer.get_data(as_text=True) or "reason" in more
    with house.database.session() as session:
        assert session.scalars(select(Handover)).all() == []


def test_two_managers_at_once_make_one_handover_and_the_second_is_shown_it(house: House) -> None:
    first, second = house.by("MONA"), house.by("MONA")
    second.get(house.plan)
    token = second.soup(house.plan).find("input", attrs={"name": "csrf_token"})["value"]
    first.submit(house.plan, {"elsewhere": "BEN"} | WORDS | DATES, status=303)
    late = second.post(house.plan, {"elsewhere": "CAM", "csrf_token": token} | WORDS | DATES, 303)
    assert "There is a handover already. Here it is." in second.text(late.location)
    with house.database.session() as session:
        assert len(session.scalars(select(Handover)).all()) == 1


def test_a_yes_after_it_was_called_off_changes_nothing_and_says_so(house: House) -> None:
    plan(house)
    ben = house.by("BEN")
    link = ben.soup("/work/").find("a", href=lambda to: to and "/work/handovers/" in to)["href"]
    token = ben.soup(link).find("input", attrs={"name": "csrf_token"})["value"]
    ada, page = page_of(house, "ADA")
    ada.submit(page, {}, to=f"{page}/call-off", status=303)
    ben.post(link, {"csrf_token": token, "answer": "yes"}, 404)
    with house.database.session() as session:
        assert len(session.scalars(select(Involvement)).all()) == 1


def test_a_yes_sent_twice_is_one_yes(house: House) -> None:
    plan(house)
    answered(house)
    with house.database.session() as session:
        assert len(session.scalars(select(Involvement)).all()) == 3
        assert {alert.kind for alert in session.scalars(select(Alert))} == {"handover_yes"}


def test_somebody_who_leaves_themselves_cannot_say_yes(house: House) -> None:
    plan(house)
    with house.database.session() as session:
        session.scalars(select(Worker).where(Worker.source_ref == "BEN")).one().left_on = date(2019, 8, 31)
        session.commit()
    ben = answered(house)
    assert "You have a last day here yourself." in ben.text("/work/")
    ada, page = page_of(house)
    assert "Ben Stone leaves on 31 August. Choose somebody who stays." in ada.text(page)


def test_when_somebody_else_leads_by_then_the_yes_is_refused_and_nothing_changes(house: House) -> None:
    plan(house)
    with house.database.session() as session:
        lead = session.scalars(select(Involvement)).one()
        lead.ends_on = date(2019, 8, 10)
        cam = session.scalars(select(Worker).where(Worker.source_ref == "CAM")).one()
        later = {"starts_on": date(2019, 8, 11), "accepted_on": date(2019, 7, 14), "is_lead": True}
        session.add(Involvement(family_id=lead.family_id, worker_id=cam.id, function="social_work", **later))
        session.commit()
    ben = answered(house)
    assert "Somebody else leads this family in that time." in ben.text("/work/")
    with house.database.session() as session:
        assert len(session.scalars(select(Involvement)).all()) == 2
        assert session.scalars(select(Involvement).order_by(Involvement.id)).first().ends_on == date(2019, 8, 10)


def test_others_cannot_plan_it_or_write_its_words(house: House) -> None:
    house.by("CAM").get(house.plan, 404)
    plan(house)
    _, page = page_of(house)
    house.by("CAM").get(page, 404)
    house.by("ANA").get(page, None)


def passing(house: House, who: str = "BEN", moment: str = NOW) -> tuple[Client, str, dict[str, str]]:
    """The staff page with what is still open, each thing's box and its words."""
    client, page = page_of(house, who, moment)
    boxes = client.soup(page).find_all("select")
    return client, page, {box["name"]: box.find_previous("strong").get_text() for box in boxes}


def take_all(house: House, who: str = "BEN", moment: str = NOW, **others: str) -> None:
    """Pass everything on, to BEN unless somebody else is named for the words of a thing."""
    client, page, open_ = passing(house, who, moment)
    with house.database.session() as session:
        refs = {one.source_ref: one.ref for one in session.scalars(select(Worker)) if one.source_ref}
    client.submit(page, dict.fromkeys(open_, refs["BEN"]) | others, to=f"{page}/pass", status=303)


def test_what_is_still_open_is_named_and_it_cannot_finish_over_it(house: House) -> None:
    plan(house)
    answered(house)
    ben, page, open_ = passing(house)
    # what is done, and the date before the last day, stay with Ada
    assert sorted(open_.values()) == ["A word with the coach", "About the summer", "Ask the college for a visit"]
    ben.submit(page, {}, to=f"{page}/finish", status=303)
    assert "3 things are still open. Pass them on by name first." in ben.text(page)
    with house.database.session() as session:
        assert session.scalars(select(Handover)).one().finished_at is None


def test_a_question_that_the_next_one_may_not_read_yet_holds_it_up_too(house: House) -> None:
    plan(house)
    answered(house)
    with house.database.session() as session:
        ana = session.scalars(select(Person).where(Person.source_ref == "ANA")).one()
        ada = session.scalars(select(Worker).where(Worker.source_ref == "ADA")).one()
        alone = make.circle(session, session.get(Family, ana.family_id), ana)
        make.question(session, alone, ana, ada, "Can Leo keep his Friday?")
        session.commit()
    take_all(house)
    ben, page, open_ = passing(house)
    assert open_ == {}
    ben.submit(page, {}, to=f"{page}/finish", status=303)
    assert "1 thing is still open." in ben.text(page)
    ada, page, open_ = passing(house, "ADA")
    assert list(open_.values()) == ["Can Leo keep his Friday?"]
    with house.database.session() as session:
        ben_ref = session.scalars(select(Worker.ref).where(Worker.source_ref == "BEN")).one()
    ada.submit(page, dict.fromkeys(open_, ben_ref), to=f"{page}/pass", status=303)
    assert "Ben has it now" in house.by("ANA").text("/questions")
    ada.submit(page, {}, to=f"{page}/finish", status=303)
    assert "Nothing was left behind." in ada.text(page)
    # what somebody asked stays between them and who answers
    assert "Friday" not in house.by("LEO").text(of_the_family(house))


def test_once_everything_is_passed_on_by_name_it_is_finished_and_the_family_reads_where_it_went(house: House) -> None:
    plan(house)
    answered(house)
    take_all(house)
    ben, page = page_of(house, "BEN")
    ben.submit(page, {}, to=f"{page}/finish", status=303)
    assert "Finished on 15 July." in ben.text(page)
    ana = house.by("ANA")
    assert "About the summer Ben Stone has it now" in ana.text(of_the_family(house))
    # a step in Leo's circle alone is read by Leo alone
    assert "A word with the coach" not in ana.text(of_the_family(house))
    assert "A word with the coach" in house.by("LEO").text(of_the_family(house))
    assert "Ask the college for a visit" in ana.text("/plan") and "Ben Stone" in ana.text("/plan")


def test_a_promise_passed_on_says_in_its_own_history_who_gave_it_to_whom_and_when(house: House) -> None:
    plan(house)
    answered(house)
    take_all(house, "ADA")
    with house.database.session() as session:
        step = session.scalars(select(Step).where(Step.text == "Ask the college for a visit")).one()
        handed = session.scalars(select(StepEvent).where(StepEvent.step_id == step.id)).one()
        workers = {one.id: one.name for one in session.scalars(select(Worker))}
        assert (handed.what, workers[handed.by_worker_id or 0], workers[handed.to_worker_id or 0]) == (
            "handed_on",
            "Ada Obi",
            "Ben Stone",
        )
        assert step.version == 2
        told = session.scalars(select(Alert.kind).where(Alert.to_worker_id == handed.to_worker_id)).all()
        assert told.count("step_for_you") == 2
    ana = house.by("ANA")
    assert "Ada Obi gave it to Ben Stone." in ana.text(f"/plan/{step.ref}")
    assert "Today" in ana.text(f"/plan/{step.ref}")


def test_somebody_who_takes_a_promise_on_by_themselves_is_said_to_have_taken_it(house: House) -> None:
    plan(house)
    answered(house)
    take_all(house, "BEN")
    with house.database.session() as session:
        ref = session.scalars(select(Step.ref).where(Step.text == "Ask the college for a visit")).one()
    assert "Ben Stone took it on." in house.by("ANA").text(f"/plan/{ref}")


def test_a_worker_cannot_give_a_promise_away_where_their_work_does_not_show_the_plan(house: House) -> None:
    with house.database.session() as session:
        step = session.scalars(select(Step).where(Step.text == "Ask the college for a visit")).one()
        ben = session.scalars(select(Worker).where(Worker.source_ref == "BEN")).one()
    with PortalSession(house.database.web) as session:
        session.info["speaker"] = Speaker(worker_id=ben.id)
        # not involved yet: the row is not there to be changed
        done = session.execute(update(Step).where(Step.id == step.id).values(owner_worker_id=ben.id))
        assert done.rowcount == 0  # type: ignore[attr-defined]  # an update's result has it


def test_a_date_that_the_next_one_cannot_keep_says_why_and_the_rest_is_passed_on(house: House) -> None:
    plan(house)
    answered(house)
    with house.database.session() as session:
        ben = session.scalars(select(Worker).where(Worker.source_ref == "BEN")).one()
        rivera = session.scalars(select(Family)).one()
        ana = session.scalars(select(Person).where(Person.source_ref == "ANA")).one()
        made = make.appointment(
            session, make.circle(session, rivera, ana), ben, "2019-08-12T16:10", ana, purpose="About the rent"
        )
        starts = made.starts_at
        during = Range(starts, starts + timedelta(minutes=50), bounds="[)")
        session.add(
            TakenSlot(
                appointment_id=made.id, family_id=rivera.id, circle_id=made.circle_id, worker_id=ben.id, during=during
            )
        )
        session.commit()
    client, page, open_ = passing(house)
    with house.database.session() as session:
        ref = session.scalars(select(Worker.ref).where(Worker.source_ref == "BEN")).one()
    client.submit(page, dict.fromkeys(open_, ref), to=f"{page}/pass", status=303)
    said = client.text(page)
    assert "2 things passed on." in said
    assert "Not passed on: About the summer, 12 August. Ben Stone has another date then." in said
    assert "Choose somebody else, or move it first." in said
    _, _, open_ = passing(house)
    assert list(open_.values()) == ["About the summer"]
    with house.database.session() as session:
        kept = session.scalars(select(Appointment).where(Appointment.purpose == "About the summer")).one()
        ada = session.scalars(select(Worker.id).where(Worker.source_ref == "ADA")).one()
        assert kept.worker_id == ada
        assert session.scalars(select(AppointmentChange)).all() == []


def test_nothing_chosen_passes_nothing_on(house: House) -> None:
    plan(house)
    answered(house)
    client, page, open_ = passing(house)
    client.submit(page, dict.fromkeys(open_, ""), to=f"{page}/pass", status=303)
    assert "Nothing was passed on. Choose a name beside each thing." in client.text(page)


def test_two_changes_in_one_role_alert_the_manager_at_once_and_are_explained_to_the_family(house: House) -> None:
    with house.database.session() as session:
        lead = session.scalars(select(Involvement)).one()
        lead.starts_on = lead.accepted_on = date(2019, 5, 20)
        cam = session.scalars(select(Worker).where(Worker.source_ref == "CAM")).one()
        before = {"starts_on": date(2019, 1, 7), "accepted_on": date(2019, 1, 7), "ends_on": date(2019, 5, 3)}
        session.add(
            Involvement(
                family_id=lead.family_id, worker_id=cam.id, function="social_work", is_lead=True,
                end_reason="Fell ill", **before,
            )
        )  # fmt: skip
        session.commit()
    plan(house)
    answered(house)
    assert "Two changes in half a year for Rivera family, the last to Ben Stone" in house.by("MONA").text("/work/")
    told = house.by("ANA", "2019-08-05T10:00").text("/network")
    assert "Two changes in half a year is too many." in told
    assert "Social work: nobody did this work from 4 May to 19 May." in told and "Fell ill" in told


def kinds(house: House, who: str) -> list[str]:
    with house.database.session() as session:
        me = session.scalars(select(Worker).where(Worker.source_ref == who)).one()
        return sorted(alert.kind for alert in session.scalars(select(Alert).where(Alert.to_worker_id == me.id)))


def watch(house: House, moment: str) -> None:
    """The timetable's job, as the worker process runs it."""
    house.visit(house.database, None, moment)
    with PortalSession(house.database.worker) as session:
        jobs.watch(session)
        session.commit()


def test_the_timetable_tells_once_what_nobody_did(house: House) -> None:
    plan(house, by="MONA")
    watch(house, NOW)
    assert kinds(house, "MONA") == []
    # nobody has answered on the first day together
    for _ in range(2):
        watch(house, "2019-07-22T08:00")
    assert kinds(house, "MONA") == ["handover_late"]
    with house.database.session() as session:
        session.scalars(select(Involvement)).one().ends_on = date(2019, 7, 31)
        session.commit()
    for _ in range(2):
        watch(house, "2019-08-02T08:00")
    assert kinds(house, "MONA") == ["handover_late", "no_lead"]


def test_the_timetable_finds_two_changes_that_nobody_saw(house: House) -> None:
    with house.database.session() as session:
        lead = session.scalars(select(Involvement)).one()
        lead.ends_on = date(2019, 3, 1)
        for number, name in enumerate(("BEN", "CAM")):
            who = session.scalars(select(Worker).where(Worker.source_ref == name)).one()
            first = date(2019, 3 + 2 * number, 2)
            session.add(
                Involvement(
                    family_id=lead.family_id, worker_id=who.id, function="social_work", is_lead=True,
                    starts_on=first, accepted_on=first, ends_on=date(2019, 5, 1) if number == 0 else None,
                )
            )  # fmt: skip
        session.commit()
    for _ in range(2):
        watch(house, NOW)
    assert kinds(house, "MONA") == ["changed_often"]
