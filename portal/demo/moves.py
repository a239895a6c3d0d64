"""A transfer that is half-way, a talk on staying or moving, and what there is about school, in the demo's world."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.involvement.models import Involvement
from portal.moves.models import Move, MoveInvitation, MovePart, MoveTask, NeedLevel
from portal.organisations.models import Organisation, Worker
from portal.people.models import Circle, CircleMember, Person
from portal.relocation.models import Relocation, RelocationAnswer, RelocationMoney, RelocationStance
from portal.schools.models import SchoolAbsence, SchoolAgreement, SchoolPlace

SOURCE = "main"


def add(session: Session, today: date) -> None:
    """The Ilankovans are on their way to Brook Vale; Leo's school is linked; Aravinthan has had none for a while."""
    move = _transfer(session, today)
    _talk(session, move, today)
    _schools(session, today)
    session.flush()


def _find(session: Session, model: type[Person] | type[Worker] | type[Organisation], ref: str) -> int:
    found = session.scalars(select(model.id).where(model.source_ref == ref, model.source == SOURCE)).one()
    return int(found)


def _circle(session: Session, *people: str) -> tuple[int, int]:
    """The circle of these people, found or made; and their family."""
    ids = sorted(_find(session, Person, ref) for ref in people)
    family = session.scalars(select(Person.family_id).where(Person.id == ids[0])).one()
    key = ",".join(map(str, ids))
    found = session.scalar(select(Circle).where(Circle.family_id == family, Circle.members_key == key))
    if found is None:
        found = Circle(family_id=family, members_key=key)
        session.add(found)
        session.flush()
        session.add_all(CircleMember(circle_id=found.id, person_id=one, family_id=family) for one in ids)
        session.flush()
    return found.id, family


def _at(today: date, days: int, hour: int = 10) -> datetime:
    return datetime.combine(today + timedelta(days=days), time(hour), tzinfo=clock.LONDON)


def _transfer(session: Session, today: date) -> Move:
    """Ashmere asked Brook Vale, which said yes; Callum has joined; they have not met yet. Grace leads."""
    circle, family = _circle(session, "P-ARAV", "P-MEENA", "P-KAVI")
    grace, callum = _find(session, Worker, "W-ASH-SW2"), _find(session, Worker, "W-BRV-SW2")
    mentor, head = _find(session, Worker, "W-ASH-TY1"), _find(session, Worker, "W-BRV-TM")
    brook_vale = _find(session, Organisation, "BRV")
    common = {"family_id": family, "circle_id": circle}
    move = Move(
        **common,
        from_borough_id=_find(session, Organisation, "ASH"),
        to_borough_id=brook_vale,
        planned_on=today - timedelta(days=9),
        need_before="child_in_need",
        started_at=_at(today, -9),
        started_by_id=grace,
        move_day=today + timedelta(days=19),
        leads_on=today + timedelta(days=14),
        old_lead_until=today + timedelta(days=42),
        new_lead_id=callum,
    )
    joins = Involvement(
        family_id=family,
        worker_id=callum,
        function="social_work",
        starts_on=today - timedelta(days=2),
        accepted_on=today - timedelta(days=2),
    )
    session.add_all([move, joins])
    session.flush()
    stays = session.scalars(
        select(Involvement).where(Involvement.family_id == family, Involvement.worker_id == mentor)
    ).one()
    last = today + timedelta(days=60)
    of_it = common | {"move_id": move.id}
    session.add_all(
        [
            MoveInvitation(
                **of_it,
                asked_to="transfer",
                organisation_id=brook_vale,
                asked_by_id=grace,
                asked_on=today - timedelta(days=9),
                answer="accepted",
                answered_by_id=head,
                answered_on=today - timedelta(days=6),
            ),
            MovePart(**of_it, involvement_id=joins.id, does="joins", made_at=_at(today, -6)),
            MovePart(
                **of_it, involvement_id=stays.id, does="stays", until=last, paid_by="Brook Vale",
                before_ends_on=stays.ends_on, before_reason=stays.end_reason, made_at=_at(today, -4),
            ),
            MoveTask(
                **of_it, text="Kaviya's place in year 9", owner_worker_id=callum, due=today + timedelta(days=10),
                made_by_id=grace, made_at=_at(today, -5),
            ),
            MoveTask(
                **of_it, text="Tell the doctor's about the move", owner_person_id=_find(session, Person, "P-MEENA"),
                due=today + timedelta(days=17), made_by_id=grace, made_at=_at(today, -5),
            ),
            NeedLevel(
                **common, level="child_in_need", decided_on=today - timedelta(days=30), decided_by_id=grace,
                grounds=["seen"], evidence="The threats go on, and the family wants the help.", made_at=_at(today, -30),
            ),
        ]
    )  # fmt: skip
    stays.ends_on, stays.end_reason = last, "Stays on past the move"
    return move


def _talk(session: Session, move: Move, today: date) -> None:
    """They talk it through; Meenakshi wants a pause; the rents are written down."""
    common = {"family_id": move.family_id, "circle_id": move.circle_id}
    grace, meena = _find(session, Worker, "W-ASH-SW2"), _find(session, Person, "P-MEENA")
    arav, callum = _find(session, Person, "P-ARAV"), _find(session, Worker, "W-BRV-SW2")
    talk = Relocation(
        **common,
        opened_by_id=grace,
        opened_at=_at(today, -12),
        to_borough_id=move.to_borough_id,
        decide_by=today + timedelta(days=12),
    )
    session.add(talk)
    session.flush()
    said = [
        ("same_life", "move", "My friends are one bus away. I would still see them.", None, arav, -11),
        ("new_place", "move", "The estate is quiet. Two schools nearby have places.", callum, None, -2),
        ("helpers", "move", "Marcus can stay on for two months and more.", grace, None, -10),
        ("strain", "move", "Two rents is more than I earn in a week.", None, meena, -10),
        ("home_seen", "both", "We saw it on Saturday. The door needs a lock.", None, meena, -3),
        ("breathing", "both", "My sister could have us for half term.", None, meena, -9),
        ("question", "both", "Who pays the old rent, and until when?", None, meena, -9),
    ]  # fmt: skip
    for topic, side, words, worker, person, days in said:
        answer = {"topic": topic, "side": side, "text": words, "by_worker_id": worker, "by_person_id": person}
        session.add(RelocationAnswer(**common, relocation_id=talk.id, made_at=_at(today, days), **answer))
    session.add(
        RelocationStance(**common, relocation_id=talk.id, person_id=meena, stance="pause", said_at=_at(today, -1))
    )
    sheet = {
        "stay": (12, 14250, 0, 1200, 0, 0),
        "move": (12, 14250, 21999, 3510, 14250, 4),
        "rest": (1, 14250, 0, 4000, 0, 0),
    }
    for way, (weeks, home_now, home_new, travel, help_, help_weeks) in sheet.items():
        amounts = {"home_now": home_now, "home_new": home_new, "travel": travel, "other": 0, "income": 41500}
        session.add(
            RelocationMoney(
                **common, relocation_id=talk.id, way=way, weeks=weeks, help=help_, help_weeks=help_weeks,
                by_person_id=meena, changed_at=_at(today, -9), **amounts,
            )
        )  # fmt: skip


def _schools(session: Session, today: date) -> None:
    """Yvonne knows at Leo's school; a sharing that Leo is asked about; Aravinthan is without a school."""
    circle, family = _circle(session, "P-LEO", "P-ROSA")
    amina, leo = _find(session, Worker, "W-BRV-SW1"), _find(session, Person, "P-LEO")
    about = {"family_id": family, "circle_id": circle, "young_person_id": leo, "made_by_id": amina}
    session.add_all(
        [
            SchoolPlace(
                **about, organisation_id=_find(session, Organisation, "ASH-PRU"),
                worker_id=_find(session, Worker, "W-ASH-PRU1"), since=today - timedelta(days=313),
            ),
            SchoolAgreement(
                **about, way="told", text="Leo learns best by making things.", asked=True, answer="yes",
                answered_by_id=leo, answered_at=_at(today, -9), made_at=_at(today, -10),
            ),
            SchoolAgreement(
                **about, way="tells", text="When Leo has not come for two days, Yvonne calls Amina.", asked=True,
                made_at=_at(today, -3),
            ),
        ]
    )  # fmt: skip
    circle, family = _circle(session, "P-ARAV", "P-MEENA")
    session.add(
        SchoolAbsence(
            family_id=family, circle_id=circle, young_person_id=_find(session, Person, "P-ARAV"), why="no_place",
            since=today - timedelta(days=24), made_by_id=_find(session, Worker, "W-ASH-SW2"),
        )
    )  # fmt: skip
