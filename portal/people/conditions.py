"""What a family member may know of each other, of who looked (M31), and of the police: Python's lock."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from portal.access.scope import Scope
from portal.audit.models import Look, LookDelay
from portal.organisations.models import Organisation, Worker
from portal.people.models import Person, Supporter


def chose_police(scope: Scope) -> ColumnElement[bool]:
    """This family member chose to see what the police do; a supporter never does, and nobody does unasked."""
    if scope.person_id is None or scope.supporter:
        return false()
    if scope.sees_police is not None:
        return true() if scope.sees_police else false()
    return select(Person.id).where(Person.id == scope.person_id, Person.sees_police).exists()


def named_to(scope: Scope) -> ColumnElement[bool]:
    """The people of the family whose names this viewer may read: for a supporter whoever invited them; somebody with
    a contact limit is not told whom the others invited."""
    if scope.is_professional:
        return scope.clause(Person, "family")
    if scope.supporter:
        invited_by = select(Supporter.invited_by_id).where(
            Supporter.person_id == scope.person_id, Supporter.ended_at.is_(None)
        )
        return or_(Person.id == scope.person_id, Person.id.in_(invited_by))
    return true() if scope.sees_where else Person.relation != "supporter"


def looks_shown_to(scope: Scope) -> ColumnElement[bool]:
    """Openings up to now of records this family member may see themselves, unless a manager put off showing them.

    An opening that showed no records (circles empty) is read by those without a contact limit; one by the police by
    those who chose to see them. A supporter reads none.
    """
    if scope.person_id is None or scope.supporter:
        return false()
    put_off = (
        select(LookDelay.id)
        .where(
            LookDelay.family_id == Look.family_id, LookDelay.worker_id == Look.worker_id, LookDelay.until >= scope.today
        )
        .exists()
    )
    police = (
        select(Worker.id)
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .where(Worker.id == Look.worker_id, Organisation.kind == "police")
        .exists()
    )
    theirs = Look.circles.overlap(scope.circle_array)
    if scope.sees_where:
        theirs = theirs | (func.cardinality(Look.circles) == 0)
    return and_(
        Look.family_id == scope.family_id, Look.at <= scope.now, theirs, ~put_off, or_(~police, chose_police(scope))
    )
