"""Offering, answering, asking for help, and what a senior person decides after refusals. Actions never commit.

"Declined" is never where it ends: it comes back on a day, after something serious, or before a senior person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session, aliased

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import one_at_a_time, reference
from portal.involvement.actions import alert
from portal.messages.actions import tell
from portal.offers.conditions import OneOffer, OneRequest, OneReview, thing
from portal.offers.models import HelpRequest, HelpThing, Offer, RefusalReview
from portal.organisations.models import Worker
from portal.people.models import Family

ANSWER_WITHIN = timedelta(days=7)
AGAIN_IN = timedelta(days=56)
"""When what was declined is offered again, unless somebody names another day."""
REFUSALS = 2


class Changed(Exception):
    """Somebody else answered in the meantime: nothing was written, and the page shows what stands there now."""


class NobodyAnswers(Exception):
    """Nobody is named for this family, so nothing can be asked: the page says whom to call instead."""


@dataclass(frozen=True)
class What:
    """One thing: a known one by its key, or something in people's own words."""

    words: str
    thing: str | None = None


def path_of(session: Session, family_id: int, more: str = "") -> str:
    """Where those who work with the family find its help and offers."""
    ref = session.scalar(select(Family.ref).where(Family.id == family_id))
    return f"/work/families/{ref}/help{more}"


def ask_for(
    session: Session, scope: Scope, circle_id: int, what: What, words: str | None, person_id: int | None = None
) -> HelpRequest:
    """Ask for help: whoever is responsible answers within a week, and is told. The same request, still open, is one.

    A worker who was asked by word of mouth notes it for that person. Raises NobodyAnswers.
    """
    asker = person_id if scope.is_professional else scope.person_id
    one_at_a_time(session, "help_request", asker or 0)
    same = select(HelpRequest).where(
        HelpRequest.family_id == scope.family_id,
        HelpRequest.asked_by_person_id == asker,
        HelpRequest.what == what.words,
        HelpRequest.state.in_(("asked", "looking")),
    )
    if already := session.scalar(same.limit(1)):
        return already
    answers: int | None = session.scalar(select(func.who_answers(scope.family_id, literal(None))))
    if answers is None:
        raise NobodyAnswers
    made = HelpRequest(
        family_id=scope.family_id,
        circle_id=circle_id,
        thing=what.thing,
        what=what.words,
        words=words,
        asked_at=clock.now(),
        asked_by_person_id=asker,
        noted_by_worker_id=scope.worker_id,
        to_worker_id=answers,
        answer_by=clock.today() + ANSWER_WITHIN,
    )
    session.add(made)
    session.flush()
    _alert(session, scope, [answers], "help_asked", f"/requests/{made.ref}")
    return made


def _alert(session: Session, scope: Scope, to: list[int | None], kind: str, more: str = "") -> None:
    others = [one for one in to if one is not None and one != scope.worker_id]
    away = select(Worker.cover_id).where(
        Worker.id.in_(others), Worker.away_from <= clock.today(), Worker.away_until >= clock.today()
    )
    covers = [one for one in session.scalars(away) if one] if others else []
    alert(session, [*others, *covers], scope.family_id, kind, path=path_of(session, scope.family_id, more))


def withdraw(session: Session, found: OneRequest) -> None:
    """Whoever asked does not need it any more."""
    if found.is_open and found.row.asked_by_person_id == found.scope.person_id:
        _save(session, HelpRequest, found.row, found.row.version, state="withdrawn")


def _save(session: Session, model: Any, row: Any, version: int, **values: Any) -> None:
    done = session.execute(
        update(model)
        .where(model.id == row.id, model.version == version)
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
        .returning(model.id)
    )
    if done.first() is None:
        raise Changed


def answer_request(session: Session, found: OneRequest, version: int, state: str, words: str | None) -> None:
    """A worker looks into it, says yes or no with the reason, or says what was arranged; whoever asked hears of it.

    Raises Changed.
    """
    me, now = found.scope.worker_id, clock.now()
    values: dict[str, Any] = {"state": state}
    if state == "looking":
        values |= {"looking_since": now, "looking_worker_id": me, "to_worker_id": me}
    elif state == "arranged":
        values |= {"arranged_on": clock.today(), "arranged": words}
        if found.is_open:
            values |= {"decided_at": now, "decided_by_worker_id": me}
    else:
        values |= {"decided_at": now, "decided_by_worker_id": me, "answer": words}
    _save(session, HelpRequest, found.row, version, **values)
    if state != "looking":
        tell(session, found.row.asked_by_person_id, "help_answer", about=("help_request", found.row.id))


def make_offer(session: Session, scope: Scope, circle_id: int, to: int, what: What) -> Offer:
    """Offer something to one person, today. The same offer, still open, is one; they hear of it by a discreet text."""
    one_at_a_time(session, "offer", to)
    same = select(Offer).where(
        Offer.family_id == scope.family_id,
        Offer.to_person_id == to,
        thing() == func.coalesce(literal(what.thing), func.thing_of(literal(what.words))),
        Offer.response == "no_answer",
    )
    if already := session.scalar(same.limit(1)):
        return already
    made = Offer(
        family_id=scope.family_id,
        circle_id=circle_id,
        offered_on=clock.today(),
        what=what.words,
        thing=what.thing,
        by_worker_id=scope.worker_id,
        to_person_id=to,
        response="no_answer",
        edited_at=real_now(),
    )
    session.add(made)
    session.flush()
    tell(session, to, "offer", about=("offer", made.id))
    return made


@dataclass(frozen=True)
class Reply:
    """What was answered to an offer: yes or no, by whom, why, and when it is offered again."""

    response: str
    reason: str | None = None
    by_person_id: int | None = None
    again_on: date | None = None


def answer_offer(session: Session, found: OneOffer, version: int, reply: Reply) -> bool:
    """Keep the answer. Says whether a senior person now has to decide what changes. Raises Changed."""
    row, scope = found.row, found.scope
    again = (reply.again_on or clock.today() + AGAIN_IN) if reply.response == "declined" else None
    _save(
        session,
        Offer,
        row,
        version,
        response=reply.response,
        reason=reply.reason,
        answered_on=clock.today(),
        answered_by_person_id=reply.by_person_id or scope.person_id,
        noted_by_worker_id=scope.worker_id,
        again_on=again,
        edited_at=real_now(),
    )
    if not scope.is_professional:
        _alert(
            session,
            scope,
            [session.scalar(select(func.who_answers(scope.family_id, row.by_worker_id)))],
            "offer_answered",
        )
    if reply.response != "declined":
        return False
    return ask_senior(session, scope.family_id, row.to_person_id, row.circle_id)


def standing_refusals(family_id: Any, person_id: Any) -> Any:
    """How many offers this person said no to and has not accepted since, after the last decision about it: as SQL."""
    later = aliased(Offer)
    accepted = select(later.id).where(
        later.family_id == Offer.family_id,
        later.to_person_id == Offer.to_person_id,
        thing(later) == thing(),
        later.response == "accepted",
        later.offered_on >= Offer.offered_on,
        later.offered_on <= func.portal_today(),
    )
    decided = select(RefusalReview.id).where(
        RefusalReview.family_id == Offer.family_id,
        RefusalReview.person_id == Offer.to_person_id,
        RefusalReview.asked_on >= func.coalesce(Offer.answered_on, Offer.offered_on),
    )
    return (
        select(func.count())
        .select_from(Offer)
        .where(
            Offer.family_id == family_id,
            Offer.to_person_id == person_id,
            Offer.response == "declined",
            func.coalesce(Offer.answered_on, Offer.offered_on) <= func.portal_today(),
            ~accepted.exists(),
            ~decided.exists(),
        )
    )


def ask_senior(session: Session, family_id: int, person_id: int, circle_id: int) -> bool:
    """After two refusals while the need is high, ask whoever is above to decide what changes. Says whether it did."""
    session.flush()
    one_at_a_time(session, "refusals", person_id)
    if (session.scalar(standing_refusals(family_id, person_id)) or 0) < REFUSALS:
        return False
    if not session.scalar(select(func.need_is_high(family_id))):
        return False
    senior: int | None = session.scalar(select(func.senior_for(family_id)))
    ref = reference()
    session.add(
        RefusalReview(
            ref=ref,
            family_id=family_id,
            circle_id=circle_id,
            person_id=person_id,
            asked_on=clock.today(),
            to_worker_id=senior,
        )
    )
    if senior is not None:
        alert(session, [senior], family_id, "refused_twice", path=path_of(session, family_id, f"/decide/{ref}"))
    return True


def decide(session: Session, found: OneReview, changes: str) -> None:
    """A senior person says what changes; whoever refused reads it, and hears of it. Raises Changed."""
    done = session.execute(
        update(RefusalReview)
        .where(RefusalReview.id == found.row.id, RefusalReview.decided_at.is_(None))
        .values(decided_at=clock.now(), decided_by_worker_id=found.scope.worker_id, changes=changes)
        .execution_options(synchronize_session=False)
        .returning(RefusalReview.id)
    )
    if done.first() is None:
        raise Changed
    tell(session, found.row.person_id, "help_answer", about=("refusal_review", found.row.id))


def add_thing(session: Session, organisation_id: int, name: str, about: str | None) -> None:
    """Put something on an organisation's own list of help; the same name is one line."""
    one_at_a_time(session, "help_thing", organisation_id)
    same = select(HelpThing).where(
        HelpThing.organisation_id == organisation_id, HelpThing.name == name, HelpThing.ended_at.is_(None)
    )
    if session.scalar(same.limit(1)) is None:
        session.add(HelpThing(organisation_id=organisation_id, name=name, about=about))


def switch_thing(session: Session, organisation_id: int, known: str, *, offered: bool) -> None:
    """Say that an organisation does, or does not, have one of the things that every list begins with."""
    one_at_a_time(session, "help_thing", organisation_id)
    standing = select(HelpThing).where(
        HelpThing.organisation_id == organisation_id, HelpThing.thing == known, HelpThing.ended_at.is_(None)
    )
    row = session.scalar(standing.limit(1))
    if row is None and not offered:
        session.add(HelpThing(organisation_id=organisation_id, thing=known))
    elif row is not None and offered:
        row.ended_at = clock.now()


def take_off(found: HelpThing) -> None:
    """Take a line off an organisation's own list; what was asked for under it stays."""
    found.ended_at = found.ended_at or clock.now()
