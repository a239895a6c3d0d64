"""What the random worlds found once, each by itself, so that it is found again at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from portal.access.models import Account, Phone
from portal.audit.models import Look
from portal.foundation.database import PortalSession, Speaker
from portal.involvement.models import UrgentAccess
from portal.moves.models import Move
from tests import factories as make
from tests.client import Client
from tests.conftest import Database

Visit = Callable[..., Client]
AT = "2019-07-15T10:00"
SOON = datetime(2100, 1, 1, tzinfo=UTC)


def test_an_emergency_try_that_matched_nobody_hides_nothing_from_its_worker(database: Database, visit: Visit) -> None:
    with database.session() as session:
        here = make.organisation(session)
        ada, family = make.worker(session, here, "Ada Obi", ref="ADA"), make.family(session, here)
        child = make.person(session, family, "Leo", "young_person")
        make.update(session, make.circle(session, family, child), ada, "He built a chair.")
        began = datetime(2019, 7, 15, 8, tzinfo=UTC)
        session.add(UrgentAccess(worker_id=ada.id, why="duty", reason="no answer", began_at=began, ends_at=SOON))
        session.commit()
    assert "He built a chair." in visit(database, "ADA", AT).text("/work/wrote")


def test_before_two_moves_a_family_lived_where_it_first_left(database: Database, visit: Visit) -> None:
    with database.session() as session:
        first, second, third = (make.organisation(session, name) for name in ("One", "Two", "Three"))
        family = make.family(session, third)
        circle = make.circle(session, family)
        for left, went_to, day in ((first, second, date(2019, 5, 1)), (second, third, date(2019, 6, 1))):
            session.add(
                Move(
                    family_id=family.id, circle_id=circle.id, from_borough_id=left.id, to_borough_id=went_to.id,
                    planned_on=day, moved_on=day,
                )
            )  # fmt: skip
        session.commit()
        lived = {}
        for day in ("2019-04-30", "2019-05-01", "2019-05-31", "2019-06-01"):
            session.execute(text("select set_config('portal.now', :day, true)"), {"day": f"{day}T10:00+01:00"})
            lived[day] = session.scalar(select(func.home_borough(family.id)))
        one, two, three = first.id, second.id, third.id
    assert lived == {"2019-04-30": one, "2019-05-01": two, "2019-05-31": two, "2019-06-01": three}


def police_looked(database: Database) -> None:
    with database.session() as session:
        here, police = make.organisation(session), make.organisation(session, "Police liaison", "police")
        officer = make.worker(session, police, "Pat Pole", role="Officer")
        family = make.family(session, here)
        ana = make.person(session, family, "Ana", ref="ANA")
        make.supporter(session, family, ana, "Kit", ref="KIT", sees_network=True)
        make.involvement(session, officer, family, "police_liaison")
        circle = make.circle(session, family, ana)
        at = datetime(2019, 7, 14, 9, tzinfo=UTC)
        session.add(
            Look(family_id=family.id, worker_id=officer.id, at=at, what="family", why="involved", circles=[circle.id])
        )
        session.commit()


def test_the_police_are_shown_only_to_whom_they_were_chosen_by(database: Database, visit: Visit) -> None:
    police_looked(database)
    pages = ("/network", "/who-has-looked", "/home")
    ana = visit(database, "ANA", AT)
    for path in pages:
        assert "Pat Pole" not in ana.text(path), path
    with database.session() as session:
        session.execute(text("update person set sees_police = true"))  # the supporter's too, who never may
        session.commit()
    assert "Pat Pole" in ana.text("/network")
    assert "Pat Pole" in ana.text("/who-has-looked")
    assert "Pat Pole" not in visit(database, "KIT", AT).text("/supporting")


def test_who_is_still_to_come_is_not_there_yet(database: Database, visit: Visit) -> None:
    """Neither somebody who has not said yes, nor somebody whose yes is dated later."""
    with database.session() as session:
        here = make.organisation(session)
        family = make.family(session, here)
        make.person(session, family, "Ana", ref="ANA")
        for name, accepted in (("Una Said", False), ("Lea Later", date(2019, 7, 20)), ("Joy Joins", date(2019, 7, 1))):
            who = make.worker(session, here, name)
            make.involvement(session, who, family, "mentor", starts=date(2019, 8, 1), accepted=accepted)
        session.commit()
    words = visit(database, "ANA", AT).text("/network")
    assert "Joy Joins" in words
    assert "Una Said" not in words
    assert "Lea Later" not in words


def test_a_worker_who_is_not_shown_is_not_said_to_have_left(database: Database, visit: Visit) -> None:
    """Somebody with no_address sees only who leads; whoever else promised something is still there."""
    with database.session() as session:
        here = make.organisation(session)
        family = make.family(session, here)
        dan = make.person(session, family, "Dan", ref="DAN", contact_limit="no_address")
        ben = make.worker(session, here, "Ben Stone")
        make.involvement(session, ben, family, "mentor")
        make.step(session, make.circle(session, family, dan), ben, "Ring the college")
        session.commit()
    words = visit(database, "DAN", AT).text("/plan")
    assert "Ben Stone" in words
    assert "left" not in words


def test_a_family_member_gives_no_number_to_another(database: Database) -> None:
    """A number is a way in: it is given by a worker, or by whoever invited a supporter."""
    with database.session() as session:
        family = make.family(session, make.organisation(session))
        dan = make.person(session, family, "Dan", contact_limit="no_address")
        ana = make.person(session, family, "Ana")
        account = session.scalars(select(Account.id).where(Account.person_id == ana.id)).one()
        theirs, speaker = family.id, Speaker(person_id=dan.id)
        session.commit()
    with PortalSession(database.web) as session:
        session.info["speaker"] = speaker
        session.add(Phone(account_id=account, family_id=theirs, number="+447700900101", number_hash=b"x" * 32))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()


def test_an_access_that_ran_out_opens_nothing(database: Database, visit: Visit) -> None:
    with database.session() as session:
        here = make.organisation(session)
        family, ada = make.family(session, here, source_ref="F1"), make.worker(session, here, "Ada Obi", ref="ADA")
        real = datetime.now(UTC)
        session.add(
            UrgentAccess(
                family_id=family.id, worker_id=ada.id, why="break_glass", reason="danger", ends_at=real,
                began_at=datetime(2019, 7, 15, 8, tzinfo=UTC) - timedelta(hours=1),
            )
        )  # fmt: skip
        session.commit()
    visit(database, "ADA", AT).get("/work/families/F1", 404)
