"""What each lock shows one viewer: every visible record of every kind, each lock asked on its own.

Python's lock runs the pages' own queries as the owner, whom row-level security does not hold back. The database's
lock runs a bare select of each table as the web role, with nobody's clause in it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select, text

from portal.access.actor import Actor, actor_from, token_hash
from portal.access.asking import ask
from portal.access.scope import Scope
from portal.appointments.models import AppointmentPerson
from portal.appointments.queries import appointments, changes
from portal.assessments.models import SECTION_KIND, Check, Link, Removal
from portal.assessments.queries import statements
from portal.audit.models import Look
from portal.checkins.queries import checkins
from portal.contexts.models import Enquiry
from portal.contexts.queries import questions as enquiries
from portal.duties.queries import asked_again, duties, kept_elsewhere
from portal.endings.queries import endings
from portal.foundation import clock
from portal.foundation.database import AnyRows, PortalSession, Row
from portal.handovers.queries import handovers
from portal.home.queries import wrote
from portal.involvement.conditions import caseload, running_urgently
from portal.involvement.models import UrgentAccess
from portal.involvement.queries import network, professional_scope
from portal.meetings.queries import meetings
from portal.messages.queries import inbound_texts
from portal.messages.queries import texts as texts_out
from portal.moments.models import Moment
from portal.moves.models import Move
from portal.offers.queries import offers, requests, reviews
from portal.people.conditions import looks_shown_to
from portal.people.queries import members, own_scope, supporters
from portal.places.queries import marked
from portal.plans.queries import events, goals, steps
from portal.protections.queries import protections
from portal.questions.queries import questions
from portal.safety.queries import safety_lines, safety_plans
from portal.updates.conditions import may_know_read
from portal.updates.models import UpdateRead
from portal.updates.queries import replies, updates
from portal.wishes.queries import wishes
from tests.who_sees_what import crossing, telling, texting
from tests.who_sees_what.filling import token_of
from tests.who_sees_what.model import World

Seen = dict[str, set[Any]]
"""Kind of record -> the keys one viewer sees. Keys are ids; for `appointment_person` pairs."""


def links(scope: Scope) -> AnyRows:
    """No page shows links by themselves yet: the clause every query of them must carry."""
    return select(Link.id).where(scope.clause(Link))


def moments(scope: Scope) -> AnyRows:
    """As `links`."""
    return select(Moment.id).where(scope.clause(Moment))


def moves(scope: Scope) -> AnyRows:
    """As `links`."""
    return select(Move.id).where(scope.clause(Move))


def checked(scope: Scope) -> AnyRows:
    """Who said that a statement is still true: the clause of every page that shows it."""
    return select(Check.id).where(scope.statements(Check, SECTION_KIND), Check.made_on <= scope.today)


def taken_out(scope: Scope) -> AnyRows:
    """Where words were taken out: it is read wherever the statement is."""
    return select(Removal.id).where(scope.statements(Removal, SECTION_KIND))


def looks(scope: Scope) -> AnyRows:
    """The openings from which who-has-looked makes its lines."""
    return select(Look.id).where(looks_shown_to(scope))


def taking_part(scope: Scope) -> AnyRows:
    """Who comes to the appointments."""
    return select(AppointmentPerson.appointment_id, AppointmentPerson.person_id).where(scope.clause(AppointmentPerson))


def marks(scope: Scope) -> AnyRows:
    """Who has read which update."""
    return select(UpdateRead.update_id, UpdateRead.person_id).where(may_know_read(scope))


def _ids(rows: list[Row]) -> set[Any]:
    return {row["id"] for row in rows}


def _by_ref(rows: list[Row]) -> set[int]:
    return {int(row["ref"][1:]) for row in rows}


def _of_one_family(session: PortalSession, scope: Scope) -> Seen:
    """Everything the pages' queries give this scope, each question as its page asks it."""
    found = ask(
        session,
        scope,
        step=steps,
        appointment=appointments,
        statement=statements,
        family_update=updates,
        question=questions,
        goal=goals,
        step_event=events,
        offer=offers,
        help_request=requests,
        refusal_review=reviews,
        safety_plan=safety_plans,
        safety_line=safety_lines,
        mentor_wish=wishes,
        update_reply=replies,
        meeting=meetings,
        protection=protections,
        checkin=checkins,
        handover=handovers,
        ending=endings,
        involvement=network,
        person=members,
        supporter=supporters,
    )
    seen = {kind: _ids(found[kind]) for kind in found if kind not in ("supporter", "goal")}
    seen["goal"] = _by_ref(found["goal"])
    seen["meeting_decision"] = {row["id"] for row in found["meeting"] if row["decided"]}
    seen["supporter"] = _by_ref(found["supporter"])
    # who comes in as a supporter is found among the people only by the family's own list
    seen["person"] |= seen["supporter"]
    seen["appointment_place"] = {row["id"] for row in found["appointment"] if row["place"]}
    seen["organisation of involvement"] = {row["id"] for row in found["involvement"] if row["organisation"]}
    seen["phone of involvement"] = {row["id"] for row in found["involvement"] if row["phone"]}
    seen["organisation of statement"] = {row["id"] for row in found["statement"] if row["organisation"]}
    bare = ask(session, scope, link=links, moment=moments, move=moves, look=looks, taking=taking_part)
    seen |= {kind: _ids(bare[kind]) for kind in ("link", "moment", "move", "look")}
    read = ask(session, scope, marks=marks)["marks"]
    seen["update_read"] = {(row["update_id"], row["person_id"]) for row in read}
    texts = ask(session, scope, out=texts_out, into=inbound_texts)
    seen |= {"text_message": _ids(texts["out"]), "inbound_text": _ids(texts["into"])}
    record = ask(
        session, scope, checked=checked, taken_out=taken_out, again=asked_again, duty=duties, kept=kept_elsewhere,
        asked=enquiries,
    )  # fmt: skip
    seen |= {"statement_check": _ids(record["checked"]), "statement_removal": _ids(record["taken_out"])}
    seen |= {"asked_again": _ids(record["again"]), "statutory_entry": _ids(record["duty"])}
    seen |= {"kept_elsewhere": _ids(record["kept"]), "context_question": _ids(record["asked"])}
    dated = ask(session, scope, change=changes, marked=marked)
    seen |= {"appointment_change": _ids(dated["change"]), "unsafe_place": _ids(dated["marked"])}
    seen |= crossing.seen_in(session, scope) | telling.seen_in(session, scope)
    seen |= texting.seen_of_family(session, scope)
    seen["appointment_person"] = {(row["appointment_id"], row["person_id"]) for row in bare["taking"]}
    return seen


def _add(seen: Seen, more: Seen) -> None:
    for kind, keys in more.items():
        seen.setdefault(kind, set()).update(keys)


def enter(session: PortalSession, identity: int) -> Actor | None:
    """Come in with one's device, as a request does: the gate's first step."""
    session.info["token"] = token_hash(token_of(identity))
    session.connection()
    entered = session.info["entered"]
    return actor_from(entered) if entered else None


def python_lock(owner: Engine, world: World, identity: int) -> Seen:
    """What the pages' own queries show this viewer, with the database's lock out of the way."""
    seen: Seen = {}
    with PortalSession(owner) as session:
        actor = enter(session, identity)
        if actor is None:
            return seen
        if actor.person_id is not None:
            scope = own_scope(session, actor)
            return _of_one_family(session, scope) if scope else seen
        for family in world.families:
            scope = professional_scope(session, actor, family)
            if scope is not None:
                _add(seen, _of_one_family(session, scope))
                _add(seen, {"family": {family}})
        for closed in wrote(session, actor):
            _add(seen, {"statement": {int(row["text"].split()[1]) for row in closed["said"]}})
            _add(seen, {"family_update": {int(row["text"].split()[1]) for row in closed["posted"]}})
        to_me = Enquiry.to_worker_id == actor.worker_id, Enquiry.asked_on <= clock.today()
        _add(seen, {"context_question": set(session.scalars(select(Enquiry.id).where(*to_me)))})
        _add(seen, texting.seen_by_worker(session, actor))
        urgent = running_urgently(actor).with_only_columns(UrgentAccess.id)
        _add(seen, {"urgent_access": set(session.scalars(urgent))})
    return seen


def caseload_lock(owner: Engine, identity: int) -> Seen:
    """What a professional's lists across families show: must be the same as family by family."""
    with PortalSession(owner) as session:
        actor = enter(session, identity)
        if actor is None or actor.worker_id is None:
            return {}
        load = caseload(actor)
        asked = {
            "step": steps,
            "appointment": appointments,
            "family_update": updates,
            "statement": statements,
            "question": questions,
            "update_reply": replies,
            "meeting": meetings,
            "protection": protections,
            "checkin": checkins,
        }
        return {kind: {row.id for row in session.execute(question(load))} for kind, question in asked.items()}


TABLES = {
    "step": "id",
    "appointment": "id",
    "appointment_place": "appointment_id",
    "appointment_change": "id",
    "text_message": "id",
    "inbound_text": "id",
    "unsafe_place": "id",
    "offer": "id",
    "goal": "id",
    "step_event": "id",
    "help_request": "id",
    "refusal_review": "id",
    "safety_plan": "id",
    "safety_line": "id",
    "mentor_wish": "id",
    "statement": "id",
    "statement_check": "id",
    "statement_removal": "id",
    "asked_again": "id",
    "statutory_entry": "id",
    "kept_elsewhere": "id",
    "context_question": "id",
    "link": "id",
    "moment": "id",
    "move": "id",
    "family_update": "id",
    **dict.fromkeys(set(crossing.NEEDS) - set(crossing.PAIRED), "id"),
    "question": "id",
    "update_reply": "id",
    "meeting": "id",
    "meeting_decision": "meeting_id",
    "protection": "id",
    "checkin": "id",
    "handover": "id",
    "ending": "id",
    "handover_item": "id",
    "protection_change": "id",
    "meeting_change": "id",
    "checkin_asked": "id",
    "look": "id",
    "look_delay": "id",
    "involvement": "id",
    "person": "id",
    "organisation": "id",
    "worker_contact": "worker_id",
    "supporter": "person_id",
    "urgent_access": "id",
    "family": "id",
    "text_choice": "person_id",
    "text_pause": "id",
    "duty_turn": "id",
    "duty_line": "organisation_id",
    "duty_call": "id",
    "check_back": "id",
}
EVERYTHING = text(
    "select "
    + ", ".join(
        f'(select coalesce(array_agg("{key}"), \'{{}}\') from "{table}") as "{table}"' for table, key in TABLES.items()
    )
    + ", (select coalesce(array_agg(array[appointment_id, person_id]), '{}') from appointment_person)"
    "   as appointment_person"
    ", (select coalesce(array_agg(array[relocation_id, person_id]), '{}') from relocation_stance) as relocation_stance"
    ", (select coalesce(array_agg(array[update_id, person_id]), '{}') from update_read) as update_read"
    ", (select coalesce(array_agg(array[call_id, worker_id]), '{}') from duty_told) as duty_told"
    ", (select coalesce(array_agg(array[handover_id, person_id]), '{}') from handover_met) as handover_met"
    ", (select coalesce(array_agg(array[ending_id, person_id]), '{}') from ending_said) as ending_said"
    ", (select coalesce(array_agg(i.id), '{}') from involvement i join worker w on w.id = i.worker_id"
    '   join organisation o on o.id = w.organisation_id) as "organisation of involvement"'
    ", (select coalesce(array_agg(i.id), '{}') from involvement i join worker_contact c on c.worker_id = i.worker_id)"
    '   as "phone of involvement"'
    ", (select coalesce(array_agg(s.id), '{}') from statement s join organisation o on o.id = s.organisation_id)"
    '   as "organisation of statement"'
)


def database_lock(web: Engine, identity: int) -> Seen:
    """What bare selects show this viewer: no clause but the policies."""
    with PortalSession(web) as session:
        enter(session, identity)
        row = session.execute(EVERYTHING).one()._mapping
        return {kind: {tuple(key) if isinstance(key, list) else key for key in keys} for kind, keys in row.items()}
