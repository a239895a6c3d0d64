"""One young person's whole assessment as plain data, and passing it on: the copy here is read-only from then on."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from portal.assessments.models import PassedOn
from portal.exchange.moving import watch_over
from portal.exchange.naming import name_of
from portal.exchange.sealing import FileRefused, Keys, fingerprint, read_public, seal
from portal.foundation import clock
from portal.foundation.fields import decrypt
from portal.people.models import Person

WHOLE = text(
    """
select json_build_object(
  'young_person', (select json_build_object('id', p.id, 'name', p.name, 'date_of_birth', p.date_of_birth)
                   from person p where p.id = :young),
  'family', (select json_build_object('name', f.name) from family f where f.id = :family),
  'people', (select coalesce(json_agg(json_build_object('id', p.id, 'name', p.name, 'relation', p.relation,
      'date_of_birth', p.date_of_birth, 'language', p.language, 'interpreter', p.interpreter,
      'contact_limit', p.contact_limit) order by p.id), '[]')
    from person p where p.family_id = :family and p.relation <> 'supporter'),
  'statements', (select coalesce(json_agg(json_build_object('ref', s.ref, 'section', s.section, 'made_on', s.made_on,
      'said_by_person', s.said_by_person_id, 'said_by_worker', s.said_by_worker_id, 'organisation', s.organisation_id,
      'text', encode(s.text, 'hex'), 'disagrees_with', d.ref, 'version', s.version, 'replaced_by', r.ref,
      'written_at', s.written_at, 'language', s.language, 'event', s.event, 'happened_on', s.happened_on,
      'happened_known', s.happened_known, 'went', s.went, 'readers', s.circle_id) order by s.id), '[]')
    from statement s left join statement d on d.id = s.disagrees_with_id
    left join statement r on r.id = s.replaced_by_id where s.young_person_id = :young),
  'removals', (select coalesce(json_agg(json_build_object('ref', v.ref, 'statement', s.ref, 'made_on', v.made_on,
      'worker', v.by_worker_id, 'because', v.because, 'note', encode(v.note, 'hex'))), '[]')
    from statement_removal v join statement s on s.id = v.statement_id where s.young_person_id = :young),
  'checks', (select coalesce(json_agg(json_build_object('ref', c.ref, 'statement', s.ref, 'made_on', c.made_on,
      'person', c.by_person_id, 'worker', c.by_worker_id, 'still_true', c.still_true) order by c.id), '[]')
    from statement_check c join statement s on s.id = c.statement_id where s.young_person_id = :young),
  'asked_again', (select coalesce(json_agg(json_build_object('ref', a.ref, 'section', a.section, 'made_on', a.made_on,
      'worker', a.by_worker_id, 'reason', encode(a.reason, 'hex'), 'readers', a.circle_id) order by a.id), '[]')
    from asked_again a where a.young_person_id = :young),
  'duties', (select coalesce(json_agg(json_build_object('ref', t.ref, 'section', t.section, 'what', t.what,
      'law', t.law, 'began_on', t.began_on, 'due_on', t.due_on, 'working_days', t.working_days, 'made_on', t.made_on,
      'worker', t.by_worker_id, 'organisation', t.organisation_id, 'ended_on', t.ended_on,
      'outcome', encode(t.outcome, 'hex'), 'readers', t.circle_id) order by t.id), '[]')
    from statutory_entry t where t.young_person_id = :young),
  'kept_elsewhere', (select coalesce(json_agg(json_build_object('ref', k.ref, 'section', k.section, 'what', k.what,
      'made_on', k.made_on, 'worker', k.by_worker_id, 'where_kept', encode(k.where_kept, 'hex'),
      'readers', k.circle_id) order by k.id), '[]')
    from kept_elsewhere k where k.young_person_id = :young),
  'links', (select coalesce(json_agg(json_build_object('ref', l.ref, 'organisation', l.borough_id, 'what', l.what,
      'since', l.since, 'until', l.until, 'asked_on', l.asked_on, 'answered_on', l.answered_on,
      'note', encode(l.note, 'hex'), 'readers', l.circle_id) order by l.id), '[]')
    from link l where l.young_person_id = :young),
  'enquiries', (select coalesce(json_agg(json_build_object('ref', q.ref, 'organisation', q.organisation_id,
      'to_worker', q.to_worker_id, 'to_name', encode(q.to_name, 'hex'), 'about', encode(q.about, 'hex'),
      'text', encode(q.text, 'hex'), 'asked_on', q.asked_on, 'worker', q.asked_by_id, 'due_on', q.due_on,
      'answered_on', q.answered_on, 'answered_by', q.answered_by_id, 'answer', encode(q.answer, 'hex'),
      'readers', q.circle_id) order by q.id), '[]')
    from context_question q where q.young_person_id = :young),
  'move', (select json_build_object('ref', m.ref, 'planned_on', m.planned_on, 'move_day', m.move_day,
      'moved_on', m.moved_on, 'leads_on', m.leads_on, 'old_lead_until', m.old_lead_until,
      'need', coalesce((select n.level from need_level n where n.family_id = m.family_id
        and n.decided_on <= portal_today() order by n.decided_on desc, n.id desc limit 1), m.need_before),
      'borough', m.from_borough_id, 'lead', r.worker_id,
      'phone', (select c.phone from worker_contact c where c.worker_id = r.worker_id),
      'function', coalesce((select i.function from involvement i where i.family_id = m.family_id
        and i.worker_id = r.worker_id and i.starts_on <= portal_today()
        and coalesce(i.ends_on, 'infinity') >= portal_today() order by i.is_lead desc limit 1), 'social_work'),
      'readers', m.circle_id, 'staying', coalesce(m.staying, '{}'))
    from move m, lateral responsible(m.family_id) r
    where m.family_id = :family and m.started_at is not null and m.called_off_on is null and m.finished_on is null
      and r.worker_id is not null limit 1),
  'circles', (select coalesce(json_object_agg(c.id, c.people), '{}') from (
      select c.id, coalesce(json_agg(m.person_id) filter (where m.person_id is not null), '[]') as people
      from circle c left join circle_member m on m.circle_id = c.id where c.family_id = :family group by c.id) c)
)::text"""
)
WORKERS = text(
    """
select w.id, w.ref, w.source, w.source_ref, w.name, w.role, w.organisation_id from worker w where w.id = any(:ids)"""
)
ORGANISATIONS = text(
    """
with recursive named as (
  select o.* from organisation o where o.id = any(:ids)
  union select b.* from organisation b join named n on n.borough_id = b.id)
select id, ref, source, source_ref, name, kind, borough_id from named"""
)
SEALED = {
    "statements": {"text": "statement.text"},
    "removals": {"note": "statement_removal.note"},
    "asked_again": {"reason": "asked_again.reason"},
    "duties": {"outcome": "statutory_entry.outcome"},
    "kept_elsewhere": {"where_kept": "kept_elsewhere.where_kept"},
    "links": {"note": "link.note"},
    "enquiries": {
        "to_name": "context_question.to_name",
        "about": "context_question.about",
        "text": "context_question.text",
        "answer": "context_question.answer",
    },
}
"""Which fields of each list are sealed in the database, under which label."""
OF_WORKERS = ("said_by_worker", "worker", "to_worker", "answered_by")


def young_person(session: Session, ref: str) -> Person:
    """The young person with this reference, ours or the sender's. Raises FileRefused."""
    rows = session.scalars(
        select(Person)
        .where(or_(Person.ref == ref, Person.source_ref == ref), Person.relation == "young_person")
        .order_by((Person.ref == ref).desc(), (Person.source == "main").desc(), Person.id)
        .limit(1)
    )
    found = rows.first()
    if found is None:
        raise FileRefused(f"No young person here has the reference {ref}.")
    return found


def payload_of(session: Session, young: Person, keys: Keys, url: str | None = None) -> dict[str, Any]:
    """Everything of one assessment as plain data. People are numbered as here, workers and services by who made
    them: the portal's fingerprint and the reference there, so that they are known again when they come back."""
    raw = session.scalar(WHOLE, {"young": young.id, "family": young.family_id})
    whole: dict[str, Any] = json.loads(raw)
    circles = whole.pop("circles")
    workers: set[int] = set()
    organisations: set[int] = set()
    whole["portal"] = url
    move = whole["move"]
    if move is not None:
        workers.add(move["lead"])
        organisations.add(move["borough"])
        move["readers"] = circles.get(str(move["readers"]), [])
    for name, rows in whole.items():
        if not isinstance(rows, list):
            continue
        sealed = SEALED.get(name, {})
        for row in rows:
            for field, label in sealed.items():
                if row[field] is not None:
                    row[field] = decrypt(bytes.fromhex(row[field]), label)
            if "readers" in row:
                row["readers"] = circles.get(str(row["readers"]), [])
            workers.update(row[field] for field in OF_WORKERS if row.get(field))
            if row.get("organisation"):
                organisations.add(row["organisation"])
    ours = fingerprint(keys.public)
    staff = session.execute(WORKERS, {"ids": sorted(workers)}).all()
    organisations |= {row.organisation_id for row in staff}
    services = session.execute(ORGANISATIONS, {"ids": sorted(organisations)}).all()
    worker_names = {row.id: name_of(row, ours) for row in staff}
    service_names = {row.id: name_of(row, ours) for row in services}
    whole["workers"] = [
        {
            "id": worker_names[row.id],
            "name": row.name,
            "role": row.role,
            "organisation": service_names[row.organisation_id],
        }
        for row in staff
    ]
    whole["organisations"] = [
        {
            "id": service_names[row.id],
            "name": row.name,
            "kind": row.kind,
            "borough": service_names.get(row.borough_id),
        }
        for row in services
    ]
    if move is not None:
        move |= {"lead": worker_names[move["lead"]], "borough": service_names[move["borough"]]}
    for rows in whole.values():
        for row in rows if isinstance(rows, list) else ():
            for field in OF_WORKERS:
                if row.get(field):
                    row[field] = worker_names[row[field]]
            if isinstance(row.get("organisation"), int):
                row["organisation"] = service_names[row["organisation"]]
    return whole


def pass_on(session: Session, young: Person, keys: Keys, receiver: str, url: str | None = None) -> bytes:
    """The file for the receiver. From now on the copy here is read-only. Raises FileRefused.

    A file that was lost can be made again for the same receiver; for another one it has to be kept here first."""
    read_public(receiver)
    receiver = receiver.strip()
    if receiver == keys.public:
        raise FileRefused("That is this portal's own key: ask the receiver for theirs.")
    elsewhere = session.scalar(
        select(PassedOn.receiver).where(PassedOn.young_person_id == young.id, PassedOn.ended_at.is_(None)).limit(1)
    )
    if elsewhere is not None and elsewhere != receiver:
        raise FileRefused("This assessment went to another portal. `portal assessment keep` brings it back first.")
    payload = payload_of(session, young, keys, url)
    made = seal(payload, keys, receiver, clock.now().isoformat(timespec="seconds"))
    file = json.loads(made)["file"]
    if payload["move"] is not None:
        watch_over(session, young, payload["move"]["ref"], file)
    session.add(
        PassedOn(
            family_id=young.family_id,
            young_person_id=young.id,
            file=file,
            receiver=receiver,
            at=clock.now(),
        )
    )
    session.flush()
    return made


def keep_here(session: Session, young_person_id: int, because: str, at: datetime | None = None) -> int:
    """Write here again: the file came to nothing, or the assessment came back. Returns how many were passed on."""
    done = session.execute(
        update(PassedOn)
        .where(PassedOn.young_person_id == young_person_id, PassedOn.ended_at.is_(None))
        .values(ended_at=at or clock.now(), ended_because=because)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # a cursor's result


def is_kept_here(session: Session, young_person_id: int) -> bool:
    """May something be added here?"""
    return bool(session.scalar(select(func.assessment_open(young_person_id))))
