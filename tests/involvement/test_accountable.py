"""Who stays accountable when a lead ends and nobody follows can open the family, and has it before them (M1)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from portal.foundation.database import PortalSession, Speaker
from tests import factories as make

DAY = "2019-07-15T10:00"


def test_a_service_without_a_manager_falls_to_the_boroughs_who_can_open_the_family(database, visit):
    """Nobody is put down as senior: the service has no manager, so its borough's answers."""
    with database.session() as session:
        borough = make.organisation(session, "Southfield children's services")
        service = make.organisation(session, "Southfield youth justice", "youth_justice", borough_id=borough.id)
        hart = make.worker(session, borough, "Mona Hart", ref="MONA", role="Team manager", manager=True)
        make.worker(session, borough, "Nell Hay", ref="NELL", role="Social worker")
        tom = make.worker(session, service, "Tom Reid", ref="TOM")
        reyes = make.family(session, borough, "The Reyes family")
        rosa = make.person(session, reyes, "Rosa Reyes", ref="ROSA")
        make.involvement(session, tom, reyes, lead=True, ends=date(2019, 7, 1))
        make.step(session, make.circle(session, reyes, rosa), tom, "Ask about the bus pass")
        session.commit()
        ref, key, manager = reyes.ref, reyes.id, hart.id
    assert "Mona Hart" in visit(database, "ROSA", DAY).get("/home").text
    mona = visit(database, "MONA", DAY)
    page = mona.get(f"/work/families/{ref}")
    assert "Ask about the bus pass" in page.text
    assert "The Reyes family" in mona.get("/work/families").text
    assert "The Reyes family" in mona.get("/work/").text
    visit(database, "NELL", DAY).get(f"/work/families/{ref}", status=404)
    with PortalSession(database.web) as session:
        session.info["speaker"] = Speaker(worker_id=manager)
        assert session.scalar(select(func.families_i_answer_for())) == [key]
