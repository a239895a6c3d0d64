"""A manager asks, a worker says yes and reads from that day, and leaves with a last day; M1 holds all along."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from portal.involvement.models import Alert, Involvement
from portal.organisations.models import Worker
from tests.involvement.conftest import day


def ask(client, place, status=302, **form):
    said = {"colleague": "", "elsewhere": "", "function": "mentor"} | day("starts_on", date(2019, 7, 15)) | form
    return client.submit(f"/work/families/{place.family}/staff/new", said, status=status)


def words(response) -> str:
    from bs4 import BeautifulSoup

    return " ".join(BeautifulSoup(response.get_data(as_text=True), "html.parser").get_text(" ").split())


def accept(place, who, moment="2019-07-15T12:00"):
    client = place.by(who, moment)
    form = client.soup("/work/").find("form", action=lambda to: to and to.endswith("/accept"))
    token = form.find("input", attrs={"name": "csrf_token"})["value"]
    return client, client.post(form["action"], {"csrf_token": token}, 302)


def test_a_worker_elsewhere_is_asked_by_e_mail_says_yes_and_reads_from_that_day(place):
    ask(place.by("MANAGER"), place, elsewhere="Cam.Reed@goodcompany.example")
    cam = place.by("CAM")
    cam.get(f"/work/families/{place.family}", 404)
    asked = cam.text("/work/")
    assert "Rivera family" in asked
    assert "Mentor · from today" in asked
    assert "Ada Obi answers for them now." in asked
    client, answer = accept(place, "CAM")
    assert answer.location == f"/work/families/{place.family}"
    assert "Ana Rivera" in client.text(answer.location)
    assert "Waiting for your yes" not in client.text("/work/")
    # and so does whoever manages them
    assert "Rivera family" in place.by("CHIEF").text(f"/work/families/{place.family}")


def test_nobody_else_can_say_yes_and_saying_it_twice_is_saying_it_once(place):
    ask(place.by("MANAGER"), place, elsewhere="CAM")
    with place.database.session() as session:
        ref = session.scalar(select(Involvement.ref).where(Involvement.accepted_on.is_(None)))
    ben = place.by("BEN")
    token = ben.soup("/work/urgent").find("input", attrs={"name": "csrf_token"})["value"]
    ben.post(f"/work/involvements/{ref}/accept", {"csrf_token": token}, 404)
    client, _first = accept(place, "CAM")
    token = client.soup("/work/urgent").find("input", attrs={"name": "csrf_token"})["value"]
    client.post(f"/work/involvements/{ref}/accept", {"csrf_token": token}, 302)
    with place.database.session() as session:
        assert session.scalar(select(Involvement.accepted_on).where(Involvement.ref == ref)) == date(2019, 7, 15)


def test_the_family_hears_of_somebody_once_they_said_yes(place):
    ask(place.by("MANAGER"), place, elsewhere="CAM", **day("starts_on", date(2019, 8, 1)))
    assert "Cam Reed" in place.by("ADA").text(f"/work/families/{place.family}").split("Asked, no answer yet")[1]
    assert "Cam Reed" not in place.by("ANA").text("/network")
    accept(place, "CAM", "2019-07-16T09:00")
    assert "Cam Reed" in place.by("ANA", "2019-07-17T09:00").text("/network").split("Who is joining")[1]


def test_two_leads_at_once_are_refused_with_the_name_and_the_days(place):
    answer = ask(place.by("MANAGER"), place, 422, elsewhere="BEN", function="social_work", lead="y")
    assert (
        "Ada Obi leads from 7 January, with no last day yet. Set their last day first, or leave this empty."
        in words(answer)
    )
    with place.database.session() as session:
        session.scalars(select(Involvement).where(Involvement.is_lead)).one().ends_on = date(2019, 7, 31)
        session.commit()
    answer = ask(place.by("MANAGER"), place, 422, elsewhere="BEN", function="social_work", lead="y")
    assert "Ada Obi leads from 7 January to 31 July. Choose a first day after that" in words(answer)
    ask(
        place.by("MANAGER"),
        place,
        elsewhere="BEN",
        function="social_work",
        lead="y",
        **day("starts_on", date(2019, 8, 1)),
    )


def test_a_lead_who_has_not_said_yes_does_not_lead(place):
    with place.database.session() as session:
        session.scalars(select(Involvement).where(Involvement.is_lead)).one().ends_on = date(2019, 7, 20)
        session.commit()
    ask(
        place.by("MANAGER"),
        place,
        elsewhere="BEN",
        function="social_work",
        lead="y",
        **day("starts_on", date(2019, 7, 21)),
    )
    late = "2019-07-22T09:00"
    assert "Nobody has led since 21 July." in place.by("MANAGER", late).text(f"/work/families/{place.family}")
    assert "Ben Stone is to follow." in place.by("MANAGER", late).text("/work/oversight")
    accept(place, "BEN", late)
    assert "Ben Stone leads since 21 July" in place.by("MANAGER", late).text(f"/work/families/{place.family}")


@pytest.mark.slow
def test_two_managers_at_the_same_moment_make_one_lead(place):
    with place.database.session() as session:
        session.scalars(select(Involvement)).one().ends_on = date(2019, 7, 20)
        session.commit()
    clients, barrier, answers = [place.by("MANAGER"), place.by("MANAGER")], Barrier(2), []
    form = {"colleague": "", "function": "social_work", "lead": "y"} | day("starts_on", date(2019, 7, 21))
    path = f"/work/families/{place.family}/staff/new"
    tokens = [one.soup(path).find("input", attrs={"name": "csrf_token"})["value"] for one in clients]

    def go(client, token, who):
        barrier.wait()
        answers.append(client.post(path, form | {"csrf_token": token, "elsewhere": who}).status_code)

    threads = [Thread(target=go, args=each) for each in zip(clients, tokens, ("ADA", "BEN"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 422]


def test_asking_the_same_worker_twice_asks_once(place):
    for _ in range(2):
        ask(place.by("MANAGER"), place, elsewhere="CAM")
    with place.database.session() as session:
        assert len(session.scalars(select(Involvement)).all()) == 2


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "Choose a name, or write an e-mail."),
        ({"elsewhere": "nobody@nowhere.example"}, "We do not know anybody with that e-mail or reference."),
        (
            {"elsewhere": "CAM", "starts_on-day": "", "starts_on-month": "", "starts_on-year": ""},
            "Add their first day.",
        ),
        (
            {"elsewhere": "CAM", **day("starts_on", date(2016, 1, 1))},
            "Choose a day in the last month or the next year.",
        ),
        ({"elsewhere": "CAM", "function": "butler"}, "Something needs another look"),
        ({"elsewhere": "x" * 10_000}, "That is too long."),
    ],
)
def test_what_is_missing_is_said(place, form, told):
    assert told in words(ask(place.by("MANAGER"), place, 422, **form))


def test_only_managers_ask(place):
    place.by("ADA").get(f"/work/families/{place.family}/staff/new", 404)


def end(client, place, who="ADA", status=302, last=date(2019, 7, 31), **form):
    path = f"/work/families/{place.family}/staff/{place.involvement[who]}/end"
    return client.submit(path, {"reason": "Moves to another team"} | day("last_day", last) | form, status=status)


def test_when_a_lead_ends_and_nobody_follows_the_page_names_who_answers_and_tells_them(place):
    client = place.by("ADA")
    path = f"/work/families/{place.family}/staff/{place.involvement['ADA']}/end"
    assert "If nobody follows as lead, Mona Hart answers for this family" in client.text(path)
    answer = end(client, place)
    told = client.text(answer.location)
    assert "Ada Obi's last day is 31 July." in told
    assert "Nobody leads after that. Mona Hart answers for this family until somebody does, and has been told." in told
    assert "Nobody follows Ada Obi for Rivera family" in place.by("MANAGER").text("/work/")
    assert "Nobody has led since 1 August." in place.by("MANAGER", "2019-08-05T09:00").text(
        f"/work/families/{place.family}"
    )
    # on the day after, the worker finds nothing, and keeps what she wrote
    gone = place.by("ADA", "2019-08-01T09:00")
    gone.get(f"/work/families/{place.family}", 404)
    assert "We met today." in gone.text("/work/wrote")


def test_an_alert_is_ticked_off_once_and_only_by_whom_it_was_for(place):
    end(place.by("ADA"), place)
    manager = place.by("MANAGER")
    form = manager.soup("/work/").find("form", action=lambda to: to and to.endswith("/seen"))
    token = form.find("input", attrs={"name": "csrf_token"})["value"]
    other = place.by("BEN")
    others = other.soup("/work/urgent").find("input", attrs={"name": "csrf_token"})["value"]
    other.post(form["action"], {"csrf_token": others}, 404)
    manager.post(form["action"], {"csrf_token": token}, 302)
    assert "Nobody follows" not in manager.text("/work/")
    with place.database.session() as session:
        assert session.scalars(select(Alert)).one().seen_at is not None


def test_sending_the_last_day_twice_tells_the_manager_once(place):
    for _ in range(2):
        end(place.by("ADA"), place)
    with place.database.session() as session:
        assert len(session.scalars(select(Alert)).all()) == 1


def test_no_alert_when_somebody_follows(place):
    with place.database.session() as session:
        mine = session.scalars(select(Involvement)).one()
        mine.ends_on = date(2019, 7, 31)
        session.flush()
        ben = session.scalars(select(Worker).where(Worker.source_ref == "BEN")).one()
        session.add(
            Involvement(
                family_id=mine.family_id,
                worker_id=ben.id,
                function="social_work",
                is_lead=True,
                starts_on=date(2019, 8, 1),
                accepted_on=date(2019, 7, 14),
            )
        )
        session.commit()
    end(place.by("MANAGER"), place)
    with place.database.session() as session:
        assert session.scalars(select(Alert)).all() == []


def test_a_worker_cannot_end_in_the_past_or_let_themselves_back_in(place):
    assert "Choose a day that is not too early." in words(
        end(place.by("ADA"), place, status=422, last=date(2019, 7, 1))
    )
    end(place.by("MANAGER"), place, last=date(2019, 7, 14))
    gone = place.by("ADA")
    gone.get(f"/work/families/{place.family}/staff/{place.involvement['ADA']}/end", 404)


def test_a_manager_of_others_cannot_end_a_part_but_can_take_back_a_question(place):
    ask(place.by("MANAGER"), place, elsewhere="CAM")
    accept(place, "CAM")
    chief = place.by("CHIEF", "2019-07-15T13:00")
    chief.get(f"/work/families/{place.family}/staff/{place.involvement['ADA']}/end", 404)
    page = chief.soup(f"/work/families/{place.family}")
    ends = [link["href"] for link in page.find_all("a") if link["href"].endswith("/end")]
    assert len(ends) == 1  # their own worker's
    chief.get(ends[0])


def test_a_last_day_shows_before_it_comes_with_whoever_follows(place):
    end(place.by("ADA"), place)
    page = place.by("MANAGER").text(f"/work/families/{place.family}")
    assert "leads since 7 January, until 31 July" in page
    assert "Who comes next is not settled yet." in page
    first = day("starts_on", date(2019, 8, 1))
    ask(place.by("MANAGER"), place, elsewhere="BEN", function="social_work", lead="y", **first)
    accept(place, "BEN", "2019-07-16T09:00")
    assert "Then Ben Stone leads." in place.by("MANAGER", "2019-07-16T09:00").text(f"/work/families/{place.family}")
