"""Telling the lead and the manager, 28 days before, that something ends and nothing follows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import BigInteger, column, func, or_, select, true
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.involvement.actions import alert
from portal.people.models import Family
from portal.protections.models import DAYS_BEFORE, Protection

BATCH = 200


def tell_of_endings(session: Session) -> None:
    """Whoever is responsible and the manager above are told, once for each last day."""
    who = func.responsible(Protection.family_id).table_valued(column("worker_id", BigInteger)).lateral()
    today = clock.today()
    near = (
        select(Protection, Family.ref, who.c.worker_id, func.manager_of(who.c.worker_id).label("above"))
        .join(Family, Family.id == Protection.family_id)
        .join(who, true())
        .where(
            Protection.follows.is_(None),
            Protection.made_at <= clock.now(),
            Protection.ends_on >= today,
            Protection.ends_on <= today + timedelta(days=DAYS_BEFORE),
            or_(Protection.told_for.is_(None), Protection.told_for != Protection.ends_on),
        )
        .order_by(Protection.ends_on)
        .limit(BATCH)
        .with_for_update(of=Protection, skip_locked=True)
    )
    for protection, ref, lead, above in session.execute(near).all():
        protection.told_for = protection.ends_on
        to = [one for one in (lead, above) if one]
        path = f"/work/families/{ref}/protections/{protection.ref}"
        alert(session, to, protection.family_id, "protection_ends", path=path)
    session.flush()
