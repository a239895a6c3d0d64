"""What an export asks for, all in one round trip: a family's rows as far as the worker's function opens them, today."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, BigInteger, cast, column, func, literal, or_, select

from portal.access.asking import Question
from portal.access.models import Account, Phone
from portal.access.scope import Scope
from portal.appointments.models import STATUSES, Appointment, AppointmentPerson, AppointmentPlace
from portal.assessments.models import Removal, Statement
from portal.contexts.models import Link
from portal.foundation.database import AnyRows
from portal.involvement.models import SECTION_KIND, Involvement
from portal.moments.models import Moment
from portal.moves.models import Move
from portal.offers.models import RESPONSES, Offer
from portal.organisations.models import Organisation, Worker, WorkerContact
from portal.people.models import Circle, CircleMember, LivesWith, Person
from portal.plans.models import Step
from portal.updates.models import Update


def _every(model: Any) -> AnyRows:
    return select(*model.__table__.columns)


def _seen(scope: Scope, model: Any, *where: Any, order: Any = None) -> AnyRows:
    """The rows of this model that the worker's function opens."""
    return _every(model).where(scope.clause(model), *where).order_by(order if order is not None else model.id)


def people(scope: Scope) -> AnyRows:
    """The family itself, without those who were only invited."""
    mine = Person.family_id == scope.family_id, literal("family" in scope.kinds)
    return _every(Person).where(*mine, Person.relation != "supporter").order_by(Person.id)


def phones(scope: Scope) -> AnyRows:
    """Whose number is which."""
    rows = select(Account.person_id, Phone.number).join(Phone, Phone.account_id == Account.id)
    return rows.where(Account.family_id == scope.family_id, literal("contact" in scope.kinds))


def lives(scope: Scope) -> AnyRows:
    """Who lives with whom."""
    return select(LivesWith.person_id, LivesWith.with_id).where(LivesWith.family_id == scope.family_id)


def circles(scope: Scope) -> AnyRows:
    """The circles; the one of everybody is called family."""
    return select(Circle.id, Circle.members_key).where(Circle.family_id == scope.family_id)


def members(scope: Scope) -> AnyRows:
    """Who is in which circle."""
    return select(CircleMember.circle_id, CircleMember.person_id).where(CircleMember.family_id == scope.family_id)


def involvements(scope: Scope) -> AnyRows:
    """Everybody who said yes up to today."""
    mine = Involvement.family_id == scope.family_id, literal("family" in scope.kinds)
    rows = _every(Involvement).where(*mine, Involvement.accepted_on <= scope.today)
    return rows.order_by(Involvement.starts_on, Involvement.id)


def answers(scope: Scope) -> AnyRows:
    """Who has to see to what nobody holds."""
    return select(func.responsible(scope.family_id).table_valued(column("worker_id", BigInteger)).c.worker_id)


def steps(scope: Scope) -> AnyRows:
    """The plan."""
    return _seen(scope, Step, Step.promised_on <= scope.today)


def dates(scope: Scope) -> AnyRows:
    """Dates whose state the format knows."""
    known = or_(Appointment.made_on.is_(None), Appointment.made_on <= scope.today)
    return _seen(scope, Appointment, known, Appointment.status.in_(STATUSES), order=Appointment.starts_at)


def _of_dates(scope: Scope) -> Any:
    return dates(scope).with_only_columns(Appointment.id).order_by(None)


def coming(scope: Scope) -> AnyRows:
    """Who comes to which date."""
    rows = select(AppointmentPerson.appointment_id, AppointmentPerson.person_id)
    return rows.where(AppointmentPerson.appointment_id.in_(_of_dates(scope)))


def places(scope: Scope) -> AnyRows:
    """Where each date is, for whom places are open."""
    rows = select(AppointmentPlace.appointment_id, AppointmentPlace.place)
    return rows.where(AppointmentPlace.appointment_id.in_(_of_dates(scope)))


def offers(scope: Scope) -> AnyRows:
    """Offers whose answer the format knows."""
    return _seen(scope, Offer, Offer.offered_on <= scope.today, Offer.response.in_(RESPONSES))


def statements(scope: Scope) -> AnyRows:
    """The newest version of each; what was taken out of the record does not leave with it."""
    removed = select(Removal.id).where(Removal.statement_id == Statement.id).exists()
    newest = Statement.replaced_by_id.is_(None), Statement.made_on <= scope.today, ~removed
    rows = _every(Statement).where(scope.statements(Statement, SECTION_KIND), *newest)
    return rows.order_by(Statement.made_on, Statement.id)


def links(scope: Scope) -> AnyRows:
    """Links in each borough."""
    return _seen(scope, Link)


def moments(scope: Scope) -> AnyRows:
    """What happened, once it was known."""
    return _seen(scope, Moment, Moment.known_at <= scope.now, order=Moment.occurred_at)


def moves(scope: Scope) -> AnyRows:
    """Moves of which the format can say the need."""
    return _seen(scope, Move, Move.planned_on <= scope.today, Move.need_before.is_not(None))


def updates(scope: Scope) -> AnyRows:
    """What was posted."""
    return _seen(scope, Update, Update.posted_at <= scope.now, order=Update.posted_at)


QUESTIONS: dict[str, Question] = {
    "people": people,
    "phones": phones,
    "lives": lives,
    "circles": circles,
    "members": members,
    "involvements": involvements,
    "answers": answers,
    "steps": steps,
    "dates": dates,
    "coming": coming,
    "places": places,
    "offers": offers,
    "statements": statements,
    "links": links,
    "moments": moments,
    "moves": moves,
    "updates": updates,
}


def around(workers: set[int], organisations: set[int]) -> dict[str, AnyRows]:
    """Workers and organisations named in a record, whoever is above them or covers, where they work, and so on up."""
    named = select(literal("worker").label("sort"), func.unnest(cast(sorted(workers), ARRAY(BigInteger))).label("id"))
    found = named.union_all(
        select(literal("organisation"), func.unnest(cast(sorted(organisations), ARRAY(BigInteger))))
    ).subquery()
    all_ = select(found.c.sort, found.c.id).cte("around", recursive=True)
    on_worker = all_.c.sort == "worker", Worker.id == all_.c.id
    on_place = all_.c.sort == "organisation", Organisation.id == all_.c.id
    steps_up = [
        *(
            select(literal(sort).label("sort"), key.label("id")).where(*on_worker).correlate(all_)
            for sort, key in (
                ("worker", Worker.manager_id),
                ("worker", Worker.cover_id),
                ("organisation", Worker.organisation_id),
            )
        ),
        *(
            select(literal(sort).label("sort"), key.label("id")).where(*on_place).correlate(all_)
            for sort, key in (
                ("organisation", Organisation.borough_id),
                ("worker", Organisation.senior_manager_id),
            )
        ),
    ]
    up = steps_up[0].union_all(*steps_up[1:]).lateral()
    all_ = all_.union(select(up.c.sort, up.c.id).select_from(all_.join(up, up.c.id.is_not(None))))

    def of(sort: str) -> Any:
        return select(all_.c.id).where(all_.c.sort == sort)

    return {
        "workers": _every(Worker).where(Worker.id.in_(of("worker"))).order_by(Worker.id),
        "organisations": _every(Organisation).where(Organisation.id.in_(of("organisation"))).order_by(Organisation.id),
        "contacts": _every(WorkerContact).where(WorkerContact.worker_id.in_(of("worker"))),
    }
