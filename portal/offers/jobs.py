"""What must not be forgotten: requests without an answer, refusals at high need, and offers to make again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Date, DateTime, and_, case, cast, func, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from portal.foundation import clock
from portal.involvement.actions import alert
from portal.involvement.models import Alert
from portal.messages.queries import Asked, Verdict
from portal.moments.models import Moment
from portal.offers.actions import ask_senior, path_of
from portal.offers.conditions import thing
from portal.offers.models import HelpRequest, Offer

AT_A_TIME = 500
LATELY = timedelta(days=7)


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


def tell_of_offers_to_make_again(session: Session) -> None:
    """Alert whoever is responsible, once for each time, that what was declined should be offered again: something
    serious became known in the last week, or its day has come."""
    now, today = clock.now(), clock.today()
    later = aliased(Offer)
    newer = select(later.id).where(
        later.family_id == Offer.family_id,
        later.to_person_id == Offer.to_person_id,
        thing(later) == thing(),
        tuple_(later.offered_on, later.id) > tuple_(Offer.offered_on, Offer.id),
        later.offered_on <= today,
    )
    declined = func.coalesce(Offer.answered_on, Offer.offered_on)
    serious = (
        select(func.max(Moment.known_at))
        .where(
            Moment.family_id == Offer.family_id,
            Moment.known_at <= now,
            Moment.known_at > now - LATELY,
            cast(func.timezone("Europe/London", Moment.known_at), Date) > declined,
        )
        .scalar_subquery()
    )
    came = case((and_(Offer.again_on <= today, Offer.again_on > today - LATELY), Offer.again_on))
    since = func.max(func.greatest(serious, func.timezone("Europe/London", cast(came, DateTime))))
    told = select(func.max(Alert.made_at)).where(Alert.kind == "offer_again")
    rows = (
        select(Offer.family_id, since.label("since"))
        .where(
            Offer.response == "declined",
            declined <= today,
            ~newer.exists(),
            or_(serious.is_not(None), came.is_not(None)),
        )
        .group_by(Offer.family_id)
    )
    for family_id, when in session.execute(rows).all():
        last = session.scalar(told.where(Alert.family_id == family_id))
        if last is not None and last >= when:
            continue
        answers = session.scalar(select(func.who_answers(family_id, literal(None))))
        alert(
            session, [answers] if answers else [], family_id, "offer_again", path=path_of(session, family_id, "#back")
        )


def offer_still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts about offers those that are not: it was answered already, or is for somebody else."""
    rows = session.scalars(select(Offer).where(Offer.id.in_({one.about_id for one in asked})))
    open_ = {(row.id, row.to_person_id) for row in rows if row.response == "no_answer"}
    return {one.id: "not_right" for one in asked if (one.about_id, one.person_id) not in open_}


def answer_still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts about help that was asked for those that are not: there is no answer, or it was taken back."""
    rows = session.scalars(select(HelpRequest).where(HelpRequest.id.in_({one.about_id for one in asked})))
    answered = {(row.id, row.asked_by_person_id) for row in rows if row.state in ("yes", "no", "arranged")}
    return {one.id: "not_right" for one in asked if (one.about_id, one.person_id) not in answered}
