"""Once a day: requests that nobody answered in time, and refusals that an import brought, go to somebody senior."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.involvement.actions import alert
from portal.offers.actions import ask_senior, path_of
from portal.offers.models import HelpRequest, Offer

AT_A_TIME = 500


def tell_of_late_answers(session: Session) -> None:
    """Alert whoever should have answered a request, and the manager above them; each request once."""
    late = (
        select(HelpRequest)
        .where(
            HelpRequest.state.in_(("asked", "looking")),
            HelpRequest.answer_by < clock.today(),
            HelpRequest.late_told_on.is_(None),
        )
        .order_by(HelpRequest.answer_by, HelpRequest.id)
        .limit(AT_A_TIME)
    )
    for row in session.scalars(late).all():
        # whoever was asked may be gone by now
        answers = session.scalar(select(func.who_answers(row.family_id, row.to_worker_id)))
        above = session.scalar(select(func.manager_of(answers))) if answers else None
        path = path_of(session, row.family_id, f"/requests/{row.ref}")
        alert(session, [one for one in (answers, above) if one], row.family_id, "help_late", path=path)
        # the worker process may change nothing else of a request
        session.execute(update(HelpRequest).where(HelpRequest.id == row.id).values(late_told_on=clock.today()))


def ask_after_refusals(session: Session) -> None:
    """Families with two refusals whose need has become high since, or that came with an import."""
    declined = (
        select(Offer.family_id, Offer.to_person_id, func.max(Offer.circle_id))
        .where(Offer.response == "declined", func.need_is_high(Offer.family_id))
        .group_by(Offer.family_id, Offer.to_person_id)
        .having(func.count() >= 2)
    )
    for family_id, person_id, circle_id in session.execute(declined).all():
        ask_senior(session, family_id, person_id, circle_id)
