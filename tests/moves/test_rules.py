"""Refusing is for senior people, two boroughs cannot both have it, need carries over, and a move can be called off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select, text

from portal.foundation.database import PortalSession, Speaker
from portal.involvement.models import Involvement
from portal.moves.models import Move, MoveInvitation
from portal.organisations.models import Worker
from tests.client import Client
from tests.moves.conftest import Around, family_of
from tests.moves.steps import Walk, day, said

Visit = Callable[..., Client]


@pytest.fixture
def walk(around: Around, visit: Visit) -> Walk:
    return Walk(around, visit)


def worker_id(walk: Walk, ref: str) -> int:
    with walk.around.database.session() as session:
        return int(session.scalar(select(Worker.id).where(Worker.source_ref == ref)) or 0)


def as_it_stands(walk: Walk) -> list[tuple[object, ...]]:
    """Everybody's part in the family, and where it lives: what must be the same after a move that was called off."""
    with walk.around.database.session() as session:
        rows = session.execute(
            select(
                Involvement.worker_id, Involvement.function, Involvement.is_lead, Involvement.starts_on,
                Involvement.ends_on, Involvement.end_reason, Involvement.handover_to_id,
            ).order_by(Involvement.worker_id, Involvement.starts_on)
        )  # fmt: skip
        return [tuple(row) for row in rows] + [(family_of(walk.around).home_borough_id,)]


# --- M20


def test_only_the_senior_manager_says_no_and_only_with_reasons(walk: Walk) -> None:
    walk.start()
    path = f"{walk.asked('W-NEW-TM')}/decline"
    walk.as_("W-NEW-TM").get(path, status=404)
    nadia = walk.as_("W-NEW-DIR")
    for reason in ("", "   ", "Too full"):
        answer = nadia.submit(path, {"reason": reason}, to=path, status=422)
        assert "easons" in answer.get_data(as_text=True)
    nadia.submit(path, {"reason": "We have nobody free before the autumn."}, to=path, status=303)
    words = walk.words("P-ROSA")
    assert "said no. Nothing changes: Grace Owusu stays with you." in words
    assert "Nadia Rahman, Director, wrote: “We have nobody free before the autumn.”" in words
    assert "said no to the move" in walk.as_("W-OLD").text("/work/")
    # the answer stands: neither a second no nor a late yes
    nadia.get(path, status=404)
    assert "Nothing waits for your answer" in walk.as_("W-NEW-TM").text("/work/moves")


def test_the_database_refuses_a_no_of_anybody_else(walk: Walk) -> None:
    walk.start()
    for ref in ("W-NEW-TM", "W-OLD-DIR", "W-THIRD-DIR", "W-NEW"):
        with PortalSession(walk.around.database.web) as session:
            session.info["speaker"] = Speaker(worker_id=worker_id(walk, ref))
            invitation = session.scalar(text("select max(invitation_id) from moves_asked()")) or 1
            assert session.scalar(select(func.decline_move(invitation, b"no"))) == "not_yours"
    with walk.around.database.session() as session:
        assert session.scalar(select(MoveInvitation.answer)) is None


def test_a_conference_too_is_declined_by_a_senior_manager_only(walk: Walk) -> None:
    walk.start()
    walk.accept()
    path = f"{walk.work}/{walk.move_ref()}/conference"
    grace = walk.as_("W-OLD")
    option = next(o for o in grace.soup(path).find_all("option") if "Newfield" in o.get_text())
    grace.submit(path, {"organisation": option["value"]} | day("day", date(2019, 7, 10)), to=path, status=303)
    grace.submit(path, {"organisation": option["value"]} | day("day", date(2019, 7, 10)), to=path, status=303)
    assert "was invited already" in walk.words("W-OLD")
    asked = walk.asked("W-NEW-TM")
    assert "Only Nadia Rahman can say no" in walk.as_("W-NEW-TM").text(asked)
    walk.as_("W-NEW-TM").submit(asked, {}, to=asked, status=303)
    assert "was invited to a conference on 10 July Yes, on 1 July" in walk.words("P-LEO")


# --- M18


def test_of_two_boroughs_at_once_one_takes_it_and_the_other_is_told(walk: Walk) -> None:
    walk.start()
    path = f"{walk.work}/{walk.move_ref()}/ask"
    grace = walk.as_("W-OLD")
    option = next(o for o in grace.soup(path).find_all("option") if "Thirdham" in o.get_text())
    grace.submit(path, {"organisation": option["value"]}, to=path, status=303)
    with walk.around.database.session() as session:
        first, second = session.scalars(select(MoveInvitation.id).order_by(MoveInvitation.id))
    said_: dict[str, str] = {}
    ready = threading.Barrier(2)

    def answer(who: str, invitation: int, lead: str) -> None:
        with PortalSession(walk.around.database.web) as session:
            session.info["speaker"] = Speaker(worker_id=worker_id(walk, who))
            session.connection()
            ready.wait(20)
            done = func.accept_move(invitation, worker_id(walk, lead), "social_work", date(2019, 7, 2))
            said_[who] = str(session.scalar(select(done)))
            session.commit()

    both = [
        threading.Thread(target=answer, args=("W-NEW-DIR", first, "W-NEW")),
        threading.Thread(target=answer, args=("W-THIRD-DIR", second, "W-THIRD")),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(said_.values()) == ["ok", "taken"]
    with walk.around.database.session() as session:
        taken = select(func.count()).where(MoveInvitation.answer == "accepted")
        assert session.scalar(taken) == 1
        joins = (
            select(func.count()).select_from(Involvement).where(~Involvement.is_lead, Involvement.accepted_on.is_(None))
        )
        assert session.scalar(joins) == 1


def test_a_second_move_is_refused_while_one_runs_and_the_first_is_shown(walk: Walk) -> None:
    walk.start()
    walk.start("W-OLD-TM", "THIRD")
    assert "already under way" in walk.words("W-OLD-TM")
    with walk.around.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Move)) == 1


def test_nobody_of_the_new_borough_leads_before_both_have_said_that_they_met(walk: Walk) -> None:
    walk.start()
    walk.accept()
    grace = walk.as_("W-OLD")
    with walk.around.database.session() as session:
        part = session.scalars(select(Involvement).where(Involvement.is_lead)).one()
        part.ends_on = date(2019, 7, 5)
        session.commit()
    path = f"/work/families/{walk.around.family}/staff/new"
    asked = {"elsewhere": worker_ref(walk, "W-NEW"), "function": "youth_justice", "lead": "y"} | day(
        "starts_on", date(2019, 7, 6)
    )
    answer = walk.as_("W-OLD-TM").submit(path, asked, to=path, status=422)
    assert "They lead once they have met the family" in answer.get_data(as_text=True)
    # nor in the database
    with PortalSession(walk.around.database.web) as session:
        session.info["speaker"] = Speaker(worker_id=worker_id(walk, "W-OLD-TM"))
        assert session.scalar(select(func.lead_must_wait(family_of(walk.around).id, worker_id(walk, "W-NEW")))) is True
    # and when Grace is gone before that, Oldbridge's director answers: one person, one borough
    walk.day = "2019-07-06"
    words = walk.words("P-ROSA")
    assert "Olive Dean" in words and "Oldbridge children's services" in words
    grace.get(walk.work, status=404)


def worker_ref(walk: Walk, ref: str) -> str:
    with walk.around.database.session() as session:
        return str(session.scalar(select(Worker.ref).where(Worker.source_ref == ref)))


def half_way(walk: Walk) -> None:
    """Accepted, joined, Marcus' last day set, both have met; the lead passes tomorrow."""
    walk.start()
    walk.accept()
    walk.day = "2019-07-02"
    walk.join("W-NEW")
    manager = walk.as_("W-OLD-TM")
    part = next(a["href"] for a in manager.soup(walk.work).select("details a") if "Marcus" in a.get_text())
    ends = {"does": "leaves", "reason": "No longer funded"} | day("until", date(2019, 7, 20))
    manager.submit(part, ends, to=part, status=303)
    moved = f"{walk.work}/{walk.move_ref()}/moved"
    walk.as_("W-OLD").submit(moved, day("day", date(2019, 7, 2)), to=moved, status=303)
    walk.lead_met(on=date(2019, 7, 2))
    walk.family_met()


def test_called_off_half_way_everything_goes_back_as_it_was_and_is_said_plainly(walk: Walk) -> None:
    before = as_it_stands(walk)
    half_way(walk)
    assert "From 3 July it is Noor Aziz" in walk.words("P-ROSA")
    path = f"{walk.work}/{walk.move_ref()}/call-off"
    walk.as_("W-OLD").submit(path, {"reason": "Leo does not want to go."}, to=path, status=303)
    noor = worker_id(walk, "W-NEW")
    after = as_it_stands(walk)
    assert [row for row in after if row[0] != noor] == before
    assert [row[2:5] for row in after if row[0] == noor] == [(False, date(2019, 7, 2), date(2019, 7, 2))]
    words = walk.words("P-LEO")
    assert "The move was called off on 2 July. Everything is as it was. Grace Owusu is there for you." in words
    assert "Leo does not want to go." in words
    walk.day = "2019-07-03"
    assert "Grace Owusu" in walk.as_("P-ROSA").text("/home")
    walk.as_("W-NEW").get(walk.work, status=404)
    # a page from before is stale: it is told, and nothing happens twice
    assert walk.as_("P-ROSA").browser.post(f"/moving/{walk.move_ref()}/met").status_code in (400, 404)
    assert walk.start("W-OLD-TM").status_code == 303, "a new move can begin"


def test_once_the_new_one_leads_going_back_is_a_new_move(walk: Walk) -> None:
    half_way(walk)
    walk.day = "2019-07-03"
    path = f"{walk.work}/{walk.move_ref()}/call-off"
    walk.as_("W-NEW").submit(path, {"reason": "Changed our minds."}, to=path, status=303)
    assert "Going back is a new move" in walk.words("W-NEW")
    assert "Noor Aziz leads since 3 July" in walk.words("W-NEW")


def test_a_family_split_across_two_boroughs_has_one_lead_and_sees_who_stays(walk: Walk) -> None:
    page = walk.as_("W-OLD").soup(f"{walk.work}/new")
    names = {each["for"]: each.get_text(strip=True) for each in page.find_all("label") if each.get("for")}
    theo = next(b["value"] for b in page.find_all("input", attrs={"name": "staying"}) if names[b["id"]] == "Theo Marin")
    walk.start(staying=[theo])
    assert "Theo stays in Oldbridge children's services. You still have one lead for all of you." in walk.words(
        "P-ROSA"
    )
    assert "Who does not move: Theo" in walk.words("W-OLD")


def test_daniel_cannot_be_chosen_to_read_of_it(walk: Walk) -> None:
    page = walk.as_("W-OLD").soup(f"{walk.work}/new")
    offered = {
        each.get_text(strip=True) for each in page.find_all("label") if str(each.get("for", "")).startswith("readers")
    }
    assert "Rosa Marin" in offered and "Daniel Grant" not in offered


# --- M21


def need(walk: Walk, who: str, **values: object) -> str:
    path = f"/work/families/{walk.around.family}/need"
    client = walk.as_(who)
    page = client.soup(path)
    managers = page.find("select", attrs={"name": "manager"})
    if name := values.pop("with_", None):
        values["manager"] = next(o["value"] for o in managers.find_all("option") if str(name) in o.get_text())
    answer = client.submit(path, {"evidence": "What we saw.", "readers": walk.readers(page)} | values, to=path)
    return said(" ".join(client.soup_of(answer).get_text(" ").split()))


def test_need_carries_over_and_goes_down_only_with_more_than_the_move_and_a_name(walk: Walk) -> None:
    need(walk, "W-OLD", level="child_protection", grounds=["seen"])
    assert "Child protection" in walk.words("W-OLD")
    walk.start()
    assert "Child protection" in walk.as_("W-NEW-TM").text(walk.asked("W-NEW-TM"))
    assert "A move by itself makes nobody safer." in need(
        walk, "W-OLD", level="child_in_need", grounds=["moved"], with_="Omar Team"
    )
    assert "A move by itself makes nobody safer." in need(walk, "W-OLD", level="child_in_need", with_="Omar Team")
    assert "Choose the manager whose name this carries." in need(
        walk, "W-OLD", level="child_in_need", grounds=["moved", "seen"]
    )
    assert "Child protection" in walk.words("W-OLD")
    need(walk, "W-OLD", level="child_in_need", grounds=["moved", "seen"], with_="Omar Team")
    words = walk.words("W-OLD")
    assert (
        "Child in need, 1 July" in words and "with Omar Team" in words and "What people who see them have seen" in words
    )
    assert "changed the level of need" in walk.as_("W-OLD-TM").text("/work/")


def test_raising_it_needs_nobody_elses_name_and_so_does_lowering_it_long_after(walk: Walk) -> None:
    need(walk, "W-OLD", level="child_in_need", grounds=["seen"])
    walk.start()
    need(walk, "W-OLD", level="child_protection", grounds=["seen"])
    assert "Child protection, 1 July" in walk.words("W-OLD")
    with walk.around.database.session() as session:
        session.execute(
            text("update move set moved_on = '2019-03-01', planned_on = '2019-02-20', finished_on = '2019-03-02'")
        )
        session.commit()
    need(walk, "W-OLD", level="early_help", grounds=["seen"])
    assert "Early help, 1 July" in walk.words("W-OLD")
