"""A family in one borough, and another borough where they may go: with everybody whom a move takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from portal.people.models import Family
from tests import factories as make
from tests.conftest import Database


@dataclass
class Around:
    """What a test needs to know of the small world."""

    database: Database
    family: str
    """Public reference of the family."""


HIDDEN = ("Newfield", "Nadia", "Noor", "Nils", "Oldbridge", "020 7946", "Marcus")
"""What somebody with no_address must not find on any page while the family moves to Newfield."""


@pytest.fixture
def around(database: Database) -> Around:
    with database.session() as session:
        old = make.organisation(session, "Oldbridge children's services", source="main", source_ref="OLD")
        new = make.organisation(session, "Newfield children's services", source="main", source_ref="NEW")
        third = make.organisation(session, "Thirdham children's services", source="main", source_ref="THIRD")
        charity = make.organisation(session, "Oldbridge mentors", "charity", borough_id=old.id)
        director = make.worker(session, old, "Olive Dean", ref="W-OLD-DIR", role="Director", manager=True)
        manager = make.worker(
            session, old, "Omar Team", ref="W-OLD-TM", role="Team manager", manager=True, manager_id=director.id
        )
        grace = make.worker(session, old, "Grace Owusu", ref="W-OLD", manager_id=manager.id, phone="020 7946 0104")
        marcus = make.worker(session, charity, "Marcus Bell", ref="W-MENTOR", role="Mentor", phone="020 7946 0122")
        nadia = make.worker(session, new, "Nadia Rahman", ref="W-NEW-DIR", role="Director", manager=True)
        make.worker(session, new, "Nils Team", ref="W-NEW-TM", role="Team manager", manager=True, manager_id=nadia.id)
        make.worker(session, new, "Noor Aziz", ref="W-NEW", phone="020 7946 0303")
        make.worker(session, new, "Jordan Pike", ref="W-NEW-MENTOR", role="Mentor")
        third_director = make.worker(session, third, "Tess Third", ref="W-THIRD-DIR", role="Director", manager=True)
        make.worker(session, third, "Tim Third", ref="W-THIRD")
        old.senior_manager_id, new.senior_manager_id, third.senior_manager_id = director.id, nadia.id, third_director.id
        family = make.family(session, old, "Marin family", source_ref="F1")
        leo = make.person(session, family, "Leo Marin", "young_person", ref="P-LEO")
        rosa = make.person(session, family, "Rosa Marin", ref="P-ROSA")
        make.person(session, family, "Daniel Grant", ref="P-DAN", contact_limit="no_address")
        make.person(session, family, "Theo Marin", "sibling", ref="P-THEO")
        make.involvement(session, grace, family, lead=True, starts=date(2019, 5, 6))
        make.involvement(session, marcus, family, "mentor", starts=date(2019, 5, 20))
        both = make.circle(session, family, leo, rosa)
        make.step(session, both, marcus, "Find a boxing club", promised=date(2019, 6, 1), due=date(2019, 8, 20))
        make.statement(session, both, leo, rosa, "He is kind.", made_on=date(2019, 6, 1))
        session.commit()
        ref = family.ref
    return Around(database, ref)


def family_of(around: Around) -> Family:
    """The family as it stands in the database."""
    with around.database.session() as session:
        found = session.query(Family).filter_by(ref=around.family).one()
        session.expunge(found)
    return found
