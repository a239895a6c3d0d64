"""Organisations, their workers, and who is involved with whom."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.access.models import Account
from portal.endings.models import Ending
from portal.handovers.models import Handover
from portal.involvement.models import Involvement
from portal.organisations.models import Organisation, Worker, WorkerContact
from portal.people.models import Circle, Family


def organisation(
    session: Session, name: str = "Northfield children's services", kind: str = "borough", **more: Any
) -> Organisation:
    """A borough, or with `kind` and `borough_id` a service in one."""
    made = Organisation(name=name, kind=kind, **more)
    session.add(made)
    session.flush()
    return made


def worker(
    session: Session,
    at: Organisation,
    name: str = "Ada Obi",
    *,
    ref: str | None = None,
    role: str = "Social worker",
    email: str | None = None,
    phone: str | None = None,
    **more: Any,
) -> Worker:
    """A worker with an account; `ref` is what `visit` signs them in by. `manager=True` makes a manager."""
    made = Worker(
        name=name,
        role=role,
        organisation_id=at.id,
        is_manager=more.pop("manager", False),
        source="main" if ref else None,
        source_ref=ref,
        **more,
    )
    session.add(made)
    session.flush()
    session.add_all([WorkerContact(worker_id=made.id, email=email, phone=phone), Account(worker_id=made.id)])
    session.flush()
    return made


def involvement(
    session: Session,
    who: Worker,
    of: Family,
    function: str = "social_work",
    *,
    lead: bool = False,
    starts: date = date(2019, 1, 7),
    ends: date | None = None,
    accepted: date | bool = True,
    **more: Any,
) -> Involvement:
    """A worker's part in a family's life; accepted on its first day, unless another day or `False` is given."""
    made = Involvement(
        worker_id=who.id,
        family_id=of.id,
        function=function,
        is_lead=lead,
        starts_on=starts,
        ends_on=ends,
        accepted_on=starts if accepted is True else accepted or None,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def handover(
    session: Session, seen_by: Circle, part: Involvement, to: Worker, *, said_yes: date | None = None, **more: Any
) -> Handover:
    """A handover of this part to somebody, which they said yes to on a day, or have not answered."""
    made = Handover(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        function=part.function,
        is_lead=part.is_lead,
        from_worker_id=part.worker_id,
        to_worker_id=to.id,
        from_involvement_id=part.id,
        made_by_id=part.worker_id,
        made_at=more.pop("made_at", datetime(2019, 6, 17, 9, tzinfo=UTC)),
        meets_on=more.pop("meets_on", date(2019, 6, 18)),
        last_day=more.pop("last_day", date(2019, 6, 28)),
        reason=more.pop("reason", "New job in another town"),
        said_yes_on=said_yes,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def ending(
    session: Session, seen_by: Circle, part: Involvement, manager: Worker, *, decided: bool = True, **more: Any
) -> Ending:
    """A decision that this part ends, with this manager's name under it or still waiting for it."""
    at = more.pop("made_at", datetime(2019, 6, 17, 9, tzinfo=UTC))
    made = Ending(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        involvement_id=part.id,
        function=part.function,
        is_lead=part.is_lead,
        worker_id=part.worker_id,
        decided_by_id=part.worker_id,
        manager_id=manager.id,
        last_day=more.pop("last_day", date(2019, 7, 31)),
        basis=more.pop("basis", "done"),
        why=more.pop("why", "Home is calm."),
        protects=more.pop("protects", "The school looks after it."),
        come_back=more.pop("come_back", "Call me."),
        come_back_to_id=part.worker_id,
        made_at=at,
        decided_at=at if decided else None,
        **more,
    )
    session.add(made)
    session.flush()
    return made
