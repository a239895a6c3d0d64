"""The small world of a move, with a school in each borough."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.organisations.models import Organisation
from portal.people.models import Family
from tests import factories as make
from tests.moves.conftest import Around, around

__all__ = ["Around", "around", "schooled"]


@pytest.fixture
def schooled(around: Around) -> Around:
    with around.database.session() as session:
        for borough, ref in (("OLD", "W-OLD-SCH"), ("NEW", "W-NEW-SCH")):
            place = session.scalars(select(Organisation).where(Organisation.source_ref == borough)).one()
            name = "Oldbridge Park School" if borough == "OLD" else "Newfield High"
            school = make.organisation(session, name, "school", borough_id=place.id, phone="020 7946 0130")
            head = make.worker(session, school, "Yvonne Clarke" if borough == "OLD" else "Miriam Aldous", ref=ref,
                               role="Pastoral lead", email=f"{ref.lower()}@school.example")  # fmt: skip
            if borough == "OLD":
                family = session.scalars(select(Family).where(Family.ref == around.family)).one()
                make.involvement(session, head, family, "school", starts=date(2019, 1, 7))
        session.commit()
    return around
