"""Everything home shows, in one question to the database."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.appointments import queries as dates
from portal.foundation.database import Row, gather
from portal.involvement import queries as network
from portal.plans import queries as plan
from portal.updates import queries as feed


def home(session: Session, scope: Scope) -> dict[str, list[Row]]:
    """Who is responsible, what is next, what was promised, what is new: one round trip."""
    found = gather(
        session,
        who=network.responsible(scope),
        next=dates.next_ones(scope),
        promised=plan.promised(scope),
        new=feed.updates(scope, limit=2),
    )
    dates.readable(scope, found["next"])
    plan.readable(scope, found["promised"])
    feed.readable(scope, found["new"])
    for row in found["who"]:
        for field in ("role", "manager_role", "cover_role"):
            row[field] = row[field] and scope.mask(row[field])
    return found
