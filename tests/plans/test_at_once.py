"""The same thing sent twice at the same moment has one effect; who answers at once with somebody else is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text

from portal.access.scope import Scope
from portal.endings import actions as endings
from portal.endings.models import Ending
from portal.foundation.database import PortalSession, Row, Speaker
from portal.handovers import actions as handovers
from portal.handovers.models import Handover
from portal.offers import actions as offers
from portal.offers.models import HelpRequest, Offer
from portal.people.models import Family, Person
from portal.plans import actions
from portal.plans.conditions import OneStep
from portal.plans.models import Goal, Step, StepEvent
from tests import factories as make
from tests.client import Client
from tests.conftest import Database

Do = Callable[[PortalSession, Scope, int], Any]
AT = "2019-07-15T10:00"


def not_working(session: PortalSession, scope: Scope, circle: int) -> None:
    step = session.scalars(select(Step).where(Step.text == "Ring the school")).one()
    row = Row(id=step.id, ref=step.ref, circle_id=step.circle_id, answerer_id=None)
    actions.say_not_working(session, OneStep(scope, row, [], [], [], []), circle, "It is too far.")


TWICE: dict[str, tuple[Do, Any]] = {
    "a step": (
        lambda s, scope, circle: actions.add_step(
            s, scope, circle, actions.Wanted("Visit it", date(2019, 8, 1), "Learn")
        ),
        select(func.count()).select_from(Step).where(Step.text == "Visit it"),
    ),
    "a goal": (
        lambda s, scope, circle: actions.add_goal(s, scope, circle, "Learning again"),
        select(func.count()).select_from(Goal),
    ),
    "that it does not work": (not_working, select(func.count()).select_from(StepEvent)),
    "what is asked for": (
        lambda s, scope, circle: offers.ask_for(s, scope, circle, offers.What("A bus pass", "bus_pass"), None),
        select(func.count()).select_from(HelpRequest),
    ),
    "an offer": (
        lambda s, scope, circle: offers.make_offer(s, scope, circle, scope.person_id or 0, offers.What("A mentor")),
        select(func.count()).select_from(Offer),
    ),
}


@pytest.mark.parametrize("what", TWICE)
def test_sent_twice_at_the_same_moment_it_is_there_once(
    database: Database, at: Callable[[str], None], what: str
) -> None:
    at(AT)
    do, count = TWICE[what]
    with database.session() as session:
        north = make.organisation(session)
        ada, rivera = make.worker(session, north, "Ada Obi"), make.family(session, north)
        ana = make.person(session, rivera, "Ana Rivera", ref="ANA")
        make.involvement(session, ada, rivera, lead=True)
        circle = make.circle(session, rivera, ana)
        make.step(session, circle, ada, "Ring the school")
        session.commit()
        scope = Scope(family_id=rivera.id, person_id=ana.id, circles=frozenset({circle.id}))
        speaker = Speaker(person_id=ana.id)
        if what == "an offer":  # a worker's to make
            scope = Scope(family_id=rivera.id, person_id=ana.id, worker_id=ada.id, kinds=frozenset({"offers"}))
            speaker = Speaker(worker_id=ada.id)
        its = circle.id
    failed: list[BaseException] = []

    def again() -> None:
        try:
            with PortalSession(database.web) as second:
                second.info["speaker"] = speaker
                do(second, scope, its)
                second.commit()
        except BaseException as error:  # told to the test, which fails
            failed.append(error)

    with PortalSession(database.web) as first:
        first.info["speaker"] = speaker
        do(first, scope, its)
        first.flush()
        thread = threading.Thread(target=again)
        thread.start()
        # the second is on its way once it waits for the first, or is through already
        while thread.is_alive() and not waits(database):
            time.sleep(0.01)
        first.commit()
    thread.join()
    assert not failed, failed
    with database.session() as session:
        assert session.scalar(count) == 1


def waits(database: Database) -> bool:
    """Does somebody in this database wait for somebody else?"""
    with database.owner.connect() as connection:
        its = "database = (select oid from pg_database where datname = current_database())"
        return bool(connection.scalar(text(f"select count(*) from pg_locks where not granted and {its}")))


def test_a_manager_who_agrees_from_a_page_on_which_they_had_not_refused_yet_is_told(
    database: Database, at: Callable[[str], None]
) -> None:
    at(AT)
    with database.session() as session:
        north = make.organisation(session)
        mona = make.worker(session, north, "Mona Hart", manager=True)
        ada, ben = (make.worker(session, north, name, manager_id=mona.id) for name in ("Ada Obi", "Ben Stone"))
        rivera = make.family(session, north)
        ana = make.person(session, rivera, "Ana Rivera")
        leads = make.involvement(session, ada, rivera, lead=True)
        helps = make.involvement(session, ben, rivera, "mentor")
        circle = make.circle(session, rivera, ana)
        asks = make.ending(session, circle, helps, mona, decided=False).id
        handed = make.handover(session, circle, leads, ben).id
        session.commit()
        manager = Speaker(worker_id=mona.id)
        me = mona.id
    with PortalSession(database.web) as old, PortalSession(database.web) as quick:
        old.info["speaker"] = quick.info["speaker"] = manager
        stale, stands = old.get_one(Ending, asks), old.get_one(Handover, handed)
        endings.refuse(quick, quick.get_one(Ending, asks), me, "Not while school is unsure.")
        quick.commit()
        with database.session() as session:  # Ben says no meanwhile
            session.get_one(Handover, handed).declined_on = date(2019, 7, 15)
            session.commit()
        with pytest.raises(endings.Settled):
            endings.agree(old, stale, me)
        endings.refuse(old, stale, me, "Sent twice.")
        with pytest.raises(handovers.Settled):
            handovers.call_off(old, stands)
        old.commit()
    with database.session() as session:
        made = session.get_one(Ending, asks)
        assert made.decided_at is None and made.refused_reason == "Not while school is unsure."
        assert session.get_one(Handover, handed).called_off_at is None


def test_two_put_a_goal_into_other_words_and_the_second_reads_the_firsts_words(
    sample: Database, visit: Callable[..., Client]
) -> None:
    with sample.session() as session:
        people = select(Person.ref).where(Person.source_ref.in_(("P-LEO", "P-ROSA")))
        both = list(session.scalars(people.order_by(Person.source_ref)))
        family = session.scalars(select(Family.ref)).one()
    rosa = visit(sample, "P-ROSA", AT)
    page = next(a["href"] for a in rosa.soup("/plan").select("a[href^='/plan/goals/']") if "/new" not in a["href"])
    form = {f["name"]: f["value"] for f in rosa.soup(page).select(f'form[action="{page}"] input[type=hidden]')}
    work = page.replace("/plan/", f"/work/families/{family}/plan/")
    amina = visit(sample, "W-BRV-SW1", AT)
    amina.submit(work, {"words": "Leo is learning again", "readers": both}, to=work, status=303)
    again = rosa.post(page, form | {"words": "Leo goes to college", "readers": both[:1]}, 409).get_data(as_text=True)
    assert "Somebody put this into other words just before you." in again
    assert "“Leo is learning again”" in again and 'value="Leo goes to college"' in again
    newer = rosa.soup(page).select_one("input[name=seen]")["value"]
    for _ in range(2):  # saved again knowingly, and sent twice
        rosa.post(page, form | {"seen": newer, "words": "Leo goes to college", "readers": both[:1]}, 303)
    assert "Leo goes to college" in rosa.text("/plan")
