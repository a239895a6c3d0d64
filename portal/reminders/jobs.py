"""Planning the reminders before each date: one statement for all of them, again and again, each planned once.

Twenty-four hours and two hours before, or as each person chose. One that would fall outside somebody's hours goes the
evening before. What became of the date meanwhile is asked when the text is sent.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.fields import encrypt
from portal.foundation.texts import packed

AHEAD = timedelta(days=4)
"""How far ahead they are planned: longer than anybody wants to be reminded before."""
EVENING = timedelta(minutes=30)
"""An evening before: this long before somebody's hours end."""

PLAN = text("""
with wanted as (
  select d.*, concat_ws('/', 'reminder', d.appointment_id, d.sequence, d.person_id, d.which) as once
  from (
    select a.id as appointment_id, a.family_id, a.sequence, ap.person_id, w.which, a.starts_at,
      -- after which none follows: the later one, or the only one they chose
      w.which = 'last' or coalesce(t.remind_last, 120) = 0 as final,
      coalesce((select max(c.at) from appointment_change c
                where c.appointment_id = a.id and c.what in ('booked', 'moved')),
               a.made_on::timestamp at time zone 'Europe/London', '-infinity') as since,
      -- on the person's own clock: outside their hours it goes the evening before
      case
        when w.at::time < h.begins then ((w.at::date - 1) + h.ends - :evening) at time zone 'Europe/London'
        when w.at::time >= h.ends then (w.at::date + h.ends - :evening) at time zone 'Europe/London'
        else w.at at time zone 'Europe/London' end as due
    from appointment a
    join appointment_person ap on ap.appointment_id = a.id
    join person p on p.id = ap.person_id and p.contact_limit <> 'no_contact'
    join account ac on ac.person_id = p.id
    left join text_choice t on t.person_id = p.id
    cross join lateral (select coalesce(t.hours_from, '08:00'::time) as begins,
                               coalesce(t.hours_until, '20:00'::time) as ends) h
    cross join lateral (values ('first', coalesce(t.remind_first, 1440)), ('last', coalesce(t.remind_last, 120)))
      chosen(which, minutes)
    cross join lateral (select chosen.which,
      (a.starts_at - make_interval(mins => chosen.minutes)) at time zone 'Europe/London' as at) w
    where a.starts_at > :now and a.starts_at < :until and chosen.minutes > 0
      and (a.status = 'booked' or a.status_on > (:now at time zone 'Europe/London')::date)
      and coalesce(a.made_on, '-infinity') <= (:now at time zone 'Europe/London')::date
      and ap.answer is distinct from 'cannot'
      and exists (select 1 from phone f where f.account_id = ac.id)
  ) d
  -- one whose time had passed when the date was made is not made up for: they know of it already
  where d.due > d.since
    -- nor is a first one that would be further behind its time than the date is ahead: the one after it says it
    and (d.final or :now - d.due <= d.starts_at - :now)),
fresh as (
  insert into text_message (ref, person_id, family_id, wording, given, about_kind, about_id, once, urgent, made_at,
                            due_at, state, attempts)
  select new_ref(), w.person_id, w.family_id, 'reminder', case when w.final then :last else :first end,
    'appointment', w.appointment_id, w.once, false, :now, w.due, 'queued', 0
  from wanted w where not exists (select 1 from text_message m where m.once = w.once)
  on conflict (once) do nothing)
update text_message m set due_at = w.due from wanted w
where m.once = w.once and m.state = 'queued' and w.due > :now and m.due_at <> w.due
""")


def plan_reminders(session: Session) -> None:
    """Queue the reminders of every date in the next days that has none yet; one whose time changed is put right."""
    now = clock.now()
    session.execute(
        PLAN,
        {
            "now": now,
            "until": now + AHEAD,
            "evening": EVENING,
            "first": encrypt(packed({"last": False}), "text_message.given"),
            "last": encrypt(packed({"last": True}), "text_message.given"),
        },
    )
