"""What was asked for and offered, where each stands, what comes back, and what one can ask for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Text, and_, cast, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import ask, named
from portal.access.scope import Scope
from portal.foundation.database import AnyRows, Row
from portal.involvement.queries import OpenFamily, open_family
from portal.moments.models import Moment
from portal.offers.conditions import STILL_NEAR, OneOffer, OneRequest, OneReview, response, thing, waits_for
from portal.offers.models import THINGS, HelpRequest, HelpThing, Offer, RefusalReview
from portal.organisations.models import Worker
from portal.people.models import Person
from portal.people.queries import names_in_circles, own_scope, readers


def offers(scope: Scope) -> AnyRows:
    """Every offer up to today: when, what, by whom, to whom, and what became of it; the newest first."""
    by, to, answered, noted = aliased(Worker), aliased(Person), aliased(Person), aliased(Worker)
    return (
        select(
            Offer.id,
            Offer.ref,
            Offer.family_id,
            Offer.circle_id,
            Offer.offered_on,
            Offer.what,
            thing().label("thing"),
            Offer.to_person_id,
            to.name.label("to"),
            Offer.by_worker_id,
            by.name.label("by"),
            response(scope).label("response"),
            Offer.reason,
            Offer.answered_on,
            answered.name.label("answered_by"),
            noted.name.label("noted_by"),
            Offer.again_on,
            Offer.version,
        )
        .join(by, by.id == Offer.by_worker_id)
        .join(to, to.id == Offer.to_person_id)
        .outerjoin(answered, answered.id == Offer.answered_by_person_id)
        .outerjoin(noted, noted.id == Offer.noted_by_worker_id)
        .where(scope.clause(Offer), Offer.offered_on <= scope.today)
        .order_by(Offer.offered_on.desc(), Offer.id.desc())
    )


def open_to_me(scope: Scope) -> AnyRows:
    """What was offered to this family member and waits for their answer, the newest two: lines on home."""
    return offers(scope).where(*waits_for(scope)).limit(2)


def some_open_to_me(scope: Scope) -> AnyRows:
    """Is there any such offer? Its keys, without looking anything up."""
    return select(Offer.id).where(scope.clause(Offer), Offer.offered_on <= scope.today, *waits_for(scope))


def back(scope: Scope) -> AnyRows:
    """Declined offers that should be made again: something serious happened since (M24), or the day for it has come.

    Only the latest offer of a thing to a person counts: what was accepted since, or offered anew, does not come back.
    """
    every = offers(scope).subquery("offered")
    later = aliased(Offer)
    newer = select(later.id).where(
        later.family_id == every.c.family_id,
        later.to_person_id == every.c.to_person_id,
        thing(later) == every.c.thing,
        later.offered_on <= scope.today,
        tuple_(later.offered_on, later.id) > tuple_(every.c.offered_on, every.c.id),
    )
    declined = func.coalesce(every.c.answered_on, every.c.offered_on)
    moment = (
        select(Moment.kind_of_moment, Moment.known_at)
        .where(
            scope.clause(Moment),
            Moment.family_id == every.c.family_id,
            Moment.known_at <= scope.now,
            Moment.known_at > scope.now - STILL_NEAR,
            cast(func.timezone("Europe/London", Moment.known_at), Date) > declined,
        )
        .order_by(Moment.known_at.desc(), Moment.id.desc())
        .limit(1)
        .lateral("moment")
    )
    return (
        select(every, moment.c.kind_of_moment.label("moment"), moment.c.known_at.label("moment_at"))
        .select_from(every)
        .outerjoin(moment, true())
        .where(
            every.c.response == "declined",
            ~newer.exists(),
            or_(moment.c.known_at.is_not(None), every.c.again_on <= scope.today),
        )
        .order_by(every.c.offered_on.desc(), every.c.id.desc())
    )


def requests(scope: Scope) -> AnyRows:
    """What the family asked for and where each request stands: open ones first, the oldest on top."""
    asker, to, looking, decided = aliased(Person), aliased(Worker), aliased(Worker), aliased(Worker)
    open_ = HelpRequest.state.in_(("asked", "looking"))
    return (
        select(
            HelpRequest.id,
            HelpRequest.ref,
            HelpRequest.family_id,
            HelpRequest.circle_id,
            HelpRequest.thing,
            HelpRequest.what,
            HelpRequest.words,
            HelpRequest.asked_at,
            HelpRequest.asked_by_person_id,
            asker.name.label("asker"),
            HelpRequest.to_worker_id,
            to.name.label("to"),
            to.role.label("to_role"),
            HelpRequest.answer_by,
            HelpRequest.state,
            HelpRequest.looking_since,
            looking.name.label("looking"),
            HelpRequest.decided_at,
            decided.name.label("decided_by"),
            HelpRequest.answer,
            HelpRequest.arranged_on,
            HelpRequest.arranged,
            HelpRequest.version,
            and_(open_, HelpRequest.answer_by < scope.today).label("late"),
        )
        .join(asker, asker.id == HelpRequest.asked_by_person_id)
        .outerjoin(to, to.id == HelpRequest.to_worker_id)
        .outerjoin(looking, looking.id == HelpRequest.looking_worker_id)
        .outerjoin(decided, decided.id == HelpRequest.decided_by_worker_id)
        .where(scope.clause(HelpRequest), HelpRequest.asked_at <= scope.now)
        .order_by(~open_, HelpRequest.asked_at, HelpRequest.id)
    )


def reviews(scope: Scope) -> AnyRows:
    """What a senior person was asked to decide after refusals, and what they decided; the newest first."""
    person, to, by = aliased(Person), aliased(Worker), aliased(Worker)
    return (
        select(
            RefusalReview.id,
            RefusalReview.ref,
            RefusalReview.circle_id,
            RefusalReview.person_id,
            person.name.label("person"),
            RefusalReview.asked_on,
            RefusalReview.to_worker_id,
            to.name.label("to"),
            RefusalReview.decided_at,
            by.name.label("decided_by"),
            RefusalReview.changes,
        )
        .join(person, person.id == RefusalReview.person_id)
        .outerjoin(to, to.id == RefusalReview.to_worker_id)
        .outerjoin(by, by.id == RefusalReview.decided_by_worker_id)
        .where(scope.clause(RefusalReview), RefusalReview.asked_on <= scope.today)
        .order_by(RefusalReview.asked_on.desc(), RefusalReview.id.desc())
    )


def own_list(scope: Scope) -> AnyRows:
    """Lines that the services of this family's home and of whoever is responsible keep on their own list of help."""
    who = func.responsible(scope.family_id).table_valued("worker_id", "how", name="who")
    works_at = select(Worker.organisation_id).where(Worker.id == who.c.worker_id).scalar_subquery()
    here = HelpThing.organisation_id.in_([func.home_borough(scope.family_id), works_at])
    return (
        select(HelpThing.ref, HelpThing.thing, HelpThing.name, HelpThing.about)
        .select_from(HelpThing)
        .join(who, true())
        .where(here, HelpThing.ended_at.is_(None), scope.where())
        .order_by(HelpThing.name, HelpThing.id)
    )


def list_of(session: Session, organisation_id: int) -> list[HelpThing]:
    """What an organisation changed in the list of help: its own lines, and those it does not have."""
    rows = select(HelpThing).where(HelpThing.organisation_id == organisation_id, HelpThing.ended_at.is_(None))
    return list(session.scalars(rows.order_by(HelpThing.name, HelpThing.id)))


def answers_now(scope: Scope) -> AnyRows:
    """Who answers for this family today: one row, by name and role."""
    return select(Worker.id, Worker.ref, Worker.name, Worker.role).where(
        Worker.id == func.who_answers(scope.family_id, literal(None))
    )


def to_ask_for(rows: list[Row]) -> list[str]:
    """The known things that the list holds; `rows` are those of `own_list`."""
    without = {row["thing"] for row in rows}
    return [known for known in THINGS if known not in without]


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        for field in ("what", "reason", "words", "answer", "arranged", "to_role", "changes", "role"):
            if row.get(field):
                row[field] = scope.mask(row[field])
    return rows


def help_of(session: Session, scope: Scope) -> dict[str, list[Row]]:
    """Everything about help and offers that this viewer may read, in one round trip."""
    found = ask(
        session,
        scope,
        offers=offers,
        back=back,
        requests=requests,
        reviews=reviews,
        own=own_list,
        who=answers_now,
        names=names_in_circles,
        readers=readers,
    )
    for name in ("offers", "back", "requests", "reviews", "who"):
        readable(scope, found[name])
    return found


def own_offer(session: Session, actor: Actor, ref: str) -> OneOffer | None:
    """An offer in a family member's own circles."""
    scope = own_scope(session, actor)
    return _offer(session, scope, ref) if scope else None


def family_offer(session: Session, actor: Actor, ref: str, offer: str) -> OneOffer | None:
    """An offer of a family that a professional has open."""
    opened = open_family(session, actor, ref)
    return _offer(session, opened.scope, offer, opened) if opened else None


def _this(rows: AnyRows, column: Any) -> AnyRows:
    return rows.where(column == named("this_ref", Text)).limit(1)


def _one_offer(scope: Scope) -> AnyRows:
    return _this(offers(scope), Offer.ref)


def _one_request(scope: Scope) -> AnyRows:
    return _this(requests(scope), HelpRequest.ref)


def _one_review(scope: Scope) -> AnyRows:
    return _this(reviews(scope), RefusalReview.ref)


def _offer(session: Session, scope: Scope, ref: str, opened: OpenFamily | None = None) -> OneOffer | None:
    found = ask(session, scope, {"this_ref": ref}, one=_one_offer, names=names_in_circles, readers=readers)
    if not found["one"]:
        return None
    return OneOffer(scope, readable(scope, found["one"])[0], found["names"], found["readers"], opened)


def own_request(session: Session, actor: Actor, ref: str) -> OneRequest | None:
    """A request in a family member's own circles."""
    scope = own_scope(session, actor)
    found = ask(session, scope, {"this_ref": ref}, one=_one_request) if scope else None
    return OneRequest(scope, readable(scope, found["one"])[0], []) if scope and found and found["one"] else None


def family_request(session: Session, actor: Actor, ref: str, request: str) -> OneRequest | None:
    """A request of a family that a professional has open."""
    opened = open_family(session, actor, ref)
    if opened is None:
        return None
    found = ask(session, opened.scope, {"this_ref": request}, one=_one_request, names=names_in_circles)
    return OneRequest(opened.scope, found["one"][0], found["names"], opened) if found["one"] else None


def family_review(session: Session, actor: Actor, ref: str, review: str) -> OneReview | None:
    """What a senior person is to decide, in a family that they have open."""
    opened = open_family(session, actor, ref)
    if opened is None:
        return None
    asked = ask(session, opened.scope, {"this_ref": review}, one=_one_review, names=names_in_circles, offers=offers)
    return OneReview(opened.scope, asked["one"][0], asked["names"], asked["offers"], opened) if asked["one"] else None
