"""Who opened a family, and a manager's decision that the family reads it later."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.audit.models import LookDelay
from portal.organisations.models import Worker
from tests.involvement.conftest import day, place
from tests.involvement.test_joining import words

__all__ = ["place"]  # the fixture

REASON = "Her partner reads her phone and must not know that we called."


def put_off(manager, place, status=None, who="ADA", until=date(2019, 8, 15), reason=REASON):
    with place.database.session() as session:
        ref = session.scalar(select(Worker.ref).where(Worker.source_ref == who))
    path = f"/work/families/{place.family}/looks"
    form = {"worker": ref, "reason": reason} | day("until", until)
    return manager.submit(path, form, to=f"{path}/delay", status=status)


def test_a_manager_reads_who_opened_it(place):
    place.by("ADA").get(f"/work/families/{place.family}/plan")
    page = place.by("MANAGER").text(f"/work/families/{place.family}/looks")
    assert "Ada Obi" in page
    assert "10:00: read the plan, works with them." in page


def test_put_off_the_family_reads_it_from_the_day_after(place):
    place.by("ADA").get(f"/work/families/{place.family}")
    assert "Ada Obi" in place.by("ANA").text("/who-has-looked")
    put_off(place.by("MANAGER"), place, 302)
    assert "Ada Obi" not in place.by("ANA").text("/who-has-looked")
    assert "Ada Obi" not in place.by("ANA", "2019-08-15T23:00").text("/who-has-looked")
    assert "Ada Obi" in place.by("ANA", "2019-08-16T09:00").text("/who-has-looked")
    page = place.by("MANAGER").text(f"/work/families/{place.family}/looks")
    assert "Ada Obi's openings are not shown until after 15 August." in page
    assert f"Decided by Mona Hart on 15 July: “{REASON}”" in page


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"until": date(2019, 7, 14)}, "Choose a day from today, at most 90 days ahead."),
        ({"until": date(2019, 10, 14)}, "Choose a day from today, at most 90 days ahead."),
        ({"reason": "no"}, "Say a little more"),
        ({"who": "CAM"}, "Choose a name."),
        ({"who": "MANAGER"}, "Choose a name."),
    ],
)
def test_not_without_a_reason_not_for_long_and_not_for_oneself(place, form, told):
    assert told in words(put_off(place.by("MANAGER"), place, 422, **form))
    with place.database.session() as session:
        assert session.scalars(select(LookDelay)).all() == []


def test_workers_do_not_see_the_page_nor_put_anything_off(place):
    ada = place.by("ADA")
    ada.get(f"/work/families/{place.family}/looks", 404)
    token = ada.soup("/work/urgent").find("input", attrs={"name": "csrf_token"})["value"]
    ada.post(f"/work/families/{place.family}/looks/delay", {"csrf_token": token}, 404)
