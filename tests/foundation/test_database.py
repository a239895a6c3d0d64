"""Whoever a session speaks for is told to PostgreSQL at every turn, and forgotten at every end."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Date, DateTime, Text, cast, func, literal, null, select, text, union_all
from sqlalchemy.orm import Session

from portal.appointments.models import AppointmentPlace
from portal.foundation import clock
from portal.foundation.database import NOBODY, PortalSession, Row, Speaker, gather, make_engine, speak_for
from portal.foundation.fields import Encrypted
from portal.people.models import Family, Person
from portal.plans.models import Step
from tests import factories as make
from tests.conftest import Database


@pytest.fixture
def two(database: Database) -> tuple[Database, Speaker, Speaker]:
    """Two families with one step each, and a member of each."""
    speakers = []
    with database.session() as session:
        home = make.organisation(session)
        for name in ("Ana", "Bea"):
            family = make.family(session, home, f"{name}'s family")
            person = make.person(session, family, name)
            make.step(session, make.circle(session, family, person), person, f"{name}'s step")
            speakers.append(Speaker(person_id=person.id))
        session.commit()
    return database, speakers[0], speakers[1]


def as_(database: Database, speaker: Speaker) -> PortalSession:
    session = PortalSession(database.web)
    session.info["speaker"] = speaker
    return session


def steps(session: Session) -> list[str]:
    return list(session.scalars(select(Step.text).order_by(Step.id)))


def test_each_sees_their_own(two: tuple[Database, Speaker, Speaker]) -> None:
    database, ana, bea = two
    for speaker, expected in ((ana, ["Ana's step"]), (bea, ["Bea's step"]), (NOBODY, [])):
        with as_(database, speaker) as session:
            assert steps(session) == expected


def test_holds_in_a_savepoint_and_after_it(two: tuple[Database, Speaker, Speaker]) -> None:
    database, ana, _ = two
    with as_(database, ana) as session:
        with session.begin_nested():
            assert steps(session) == ["Ana's step"]
        assert steps(session) == ["Ana's step"]
        with suppress(ZeroDivisionError), session.begin_nested():
            steps(session)
            raise ZeroDivisionError
        assert steps(session) == ["Ana's step"]
        with pytest.raises(Exception, match="division by zero"), session.begin_nested():
            session.execute(text("select 1/0"))
        assert steps(session) == ["Ana's step"]


def test_holds_after_commit_and_after_rollback(two: tuple[Database, Speaker, Speaker]) -> None:
    database, ana, _ = two
    with as_(database, ana) as session:
        steps(session)
        session.commit()
        assert steps(session) == ["Ana's step"]
        session.rollback()
        assert steps(session) == ["Ana's step"]
        with pytest.raises(Exception, match="division by zero"):
            session.execute(text("select 1/0"))
        session.rollback()
        assert steps(session) == ["Ana's step"]


def test_a_pooled_connection_forgets(two: tuple[Database, Speaker, Speaker]) -> None:
    """One connection, many speakers, each ending in its own way; then nobody, who sees nothing."""
    database, ana, bea = two
    engine = make_engine(database.web.url.render_as_string(hide_password=False), pool_size=1)
    kept = set()
    for number in range(6):
        session = PortalSession(engine)
        session.info["speaker"] = (ana, bea)[number % 2]
        kept.add(session.connection().connection.driver_connection.info.backend_pid)  # type: ignore[union-attr]  # psycopg's
        assert steps(session) == [("Ana's step", "Bea's step")[number % 2]]
        (session.commit, session.rollback, session.close)[number % 3]()
        session.close()
    with PortalSession(engine) as session:
        assert steps(session) == []
    with engine.connect() as bare:
        assert bare.scalar(text("select count(*) from step")) == 0
        assert bare.scalar(text("select coalesce(current_setting('portal.person', true), '')")) == ""
    assert len(kept) == 1
    engine.dispose()


def test_a_connection_without_a_session_speaks_for_nobody(two: tuple[Database, Speaker, Speaker]) -> None:
    database, _, _ = two
    with database.web.connect() as bare:
        for table in ("step", "person", "family", "circle", "circle_member", "account"):
            assert bare.scalar(text(f"select count(*) from {table}")) == 0


def test_a_change_of_speaker_forgets_what_was_loaded(two: tuple[Database, Speaker, Speaker]) -> None:
    database, ana, bea = two
    with as_(database, ana) as session:
        step = session.scalars(select(Step)).one()
        person = session.get_one(Person, ana.person_id)
        speak_for(session, bea)
        assert step not in session
        assert session.get(Step, step.id) is None
        assert session.get(Person, person.id) is None
        assert steps(session) == ["Bea's step"]
        session.commit()
        assert steps(session) == ["Bea's step"]
        speak_for(session, NOBODY)
        assert steps(session) == []
        speak_for(session, ana)
        session.rollback()
        assert steps(session) == ["Ana's step"]


def test_a_change_of_speaker_before_the_first_question(two: tuple[Database, Speaker, Speaker]) -> None:
    database, ana, bea = two
    with as_(database, ana) as session:
        speak_for(session, bea)
        assert steps(session) == ["Bea's step"]


def test_a_change_of_speaker_in_a_savepoint_that_fails(two: tuple[Database, Speaker, Speaker]) -> None:
    """The savepoint's end gives PostgreSQL the settings of before; what was loaded stays forgotten."""
    database, ana, bea = two
    with as_(database, ana) as session:
        first = session.scalars(select(Step)).one()
        nested = session.begin_nested()
        speak_for(session, bea)
        assert steps(session) == ["Bea's step"]
        nested.rollback()
        assert first not in session
        # PostgreSQL rolled its settings back with the savepoint, so ask again before going on
        speak_for(session, bea)
        assert steps(session) == ["Bea's step"]


def test_today_and_now_are_the_portals(two: tuple[Database, Speaker, Speaker], at: Any) -> None:
    database, ana, _ = two
    at("2019-07-15T00:20")  # in UTC it is still the day before
    with as_(database, ana) as session:
        assert session.scalar(select(func.portal_today())) == date(2019, 7, 15)
        assert session.scalar(select(func.portal_now())) == datetime(2019, 7, 14, 23, 20, tzinfo=UTC)


def test_what_cannot_be_seen_cannot_be_changed(two: tuple[Database, Speaker, Speaker]) -> None:
    database, ana, bea = two
    with as_(database, ana) as session:
        hers = session.execute(text("update person set name = 'X' where id = :id"), {"id": bea.person_id})
        assert hers.rowcount == 0  # type: ignore[attr-defined]  # a cursor's result
        with pytest.raises(Exception, match="permission denied"):
            session.execute(text("update person set contact_limit = 'none' where id = :id"), {"id": ana.person_id})
    with as_(database, ana) as session, pytest.raises(Exception, match=r"permission denied|row-level security"):
        session.execute(text("insert into family (ref, name, home_borough_id) values ('x', 'x', 1)"))


# --- gather


def test_gather_gives_values_as_themselves(two: tuple[Database, Speaker, Speaker]) -> None:
    database, *_ = two
    moment = datetime(2019, 7, 15, 14, 30, 15, 123456, tzinfo=UTC)
    with database.session() as session:
        step = session.scalars(select(Step)).first()
        assert step is not None
        home = make.organisation(session, "Here", "charity")
        appointment = make.appointment(
            session,
            _circle(session, step),
            make.worker(session, home),
            "2019-07-15T10:00",
            place="Café “Zoë” — 5 £, 'x' \\ \" \n <b>",
        )
        session.flush()
        found = gather(
            session,
            values=select(
                literal(7).label("number"),
                literal(True).label("yes"),
                literal('O\'Neill "x" \\ \n é 🙂').label("words"),
                literal(moment, DateTime(timezone=True)).label("moment"),
                literal(date(2019, 2, 28), Date).label("day"),
                cast(null(), Date).label("no_day"),
                cast(null(), DateTime(timezone=True)).label("no_moment"),
                cast(null(), Text).label("no_words"),
                literal(b"").label("unread"),
                func.array_agg(1).label("list"),
            ),
            place=select(AppointmentPlace.place).where(AppointmentPlace.appointment_id == appointment.id),
            sealed_nothing=select(cast(null(), Encrypted("appointment_place.place")).label("place")),
            nothing=select(Step.id, Step.due).where(Step.id < 0),
            several=select(Step.id, Step.due, Step.text).order_by(Step.id.desc()),
        )
    row = found["values"][0]
    assert (row.number, row.yes, row.words) == (7, True, 'O\'Neill "x" \\ \n é 🙂')
    assert row.moment == moment
    assert row.moment.tzinfo is clock.LONDON
    assert row.day == date(2019, 2, 28)
    assert (row.no_day, row.no_moment, row.no_words) == (None, None, None)
    assert row.list == [1]
    assert found["place"][0].place == "Café “Zoë” — 5 £, 'x' \\ \" \n <b>"
    assert found["sealed_nothing"][0].place is None
    assert found["nothing"] == []
    assert [step.text for step in found["several"]] == ["Bea's step", "Ana's step"]
    assert isinstance(found["several"][0], Row)
    assert type(found["several"][0].due) is date


def _circle(session: Session, step: Step) -> Any:
    from portal.people.models import Circle

    return session.get_one(Circle, step.circle_id)


def test_gather_keeps_order_limits_and_unions(two: tuple[Database, Speaker, Speaker]) -> None:
    database, *_ = two
    with database.session() as session:
        numbers = union_all(*(select(literal(n).label("n")) for n in (3, 1, 2))).subquery()
        found = gather(
            session,
            up=select(numbers).order_by(numbers.c.n),
            down=select(numbers).order_by(numbers.c.n.desc()).limit(2),
            family=select(Family.name).order_by(Family.name),
        )
    assert [row.n for row in found["up"]] == [1, 2, 3]
    assert [row.n for row in found["down"]] == [3, 2]
    assert [row.name for row in found["family"]] == ["Ana's family", "Bea's family"]


def test_gather_sees_what_its_session_sees(two: tuple[Database, Speaker, Speaker]) -> None:
    database, ana, _ = two
    with as_(database, ana) as session:
        assert [row.text for row in gather(session, steps=select(Step.text))["steps"]] == ["Ana's step"]


def test_far_dates_and_summer_time(two: tuple[Database, Speaker, Speaker]) -> None:
    """The hour that happens twice in October stays two moments."""
    database, *_ = two
    moments = [
        datetime(2019, 10, 27, 0, 30, tzinfo=UTC),
        datetime(2019, 10, 27, 1, 30, tzinfo=UTC),
        datetime(1, 1, 2, tzinfo=UTC),
        datetime(9999, 12, 30, tzinfo=UTC),
    ]
    with database.session() as session:
        found = gather(
            session,
            times=union_all(*(select(literal(m, DateTime(timezone=True)).label("at")) for m in moments))
            .subquery()
            .select(),
        )
    assert [row.at.astimezone(UTC) for row in found["times"]] == moments
    assert [row.at.hour for row in found["times"][:2]] == [1, 1]
