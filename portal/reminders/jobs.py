"""Planning reminders, for all dates at once: those whose moment comes in the next quarter of an hour (M10).

A reminder is planned shortly before it is due and from the date as it stands, so a date that is moved or called off
rarely leaves one behind, and whoever changes their choice changes the next one.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.foundation import clock

AHEAD = timedelta(minutes=15)
BEHIND = timedelta(hours=12)
"""A worker process that was away so long still sends the last of the reminders it missed."""
FARTHEST = timedelta(days=9)  # the longest choice is a week before, and a night
SOON = timedelta(minutes=10)  # so close to its beginning nobody is reminded any more

PLAN = text("""
insert into text_message (ref, person_id, family_id, wording, about_kind, about_id, once, urgent, made_at, due_at,
                          state, attempts)
select new_ref(), r.person_id, r.family_id, 'reminder', 'appointment', r.id,
  concat_ws(' ', 'appointment', r.id, r.person_id, extract(epoch from r.starts_at)::bigint, r.minutes),
  false, cast(:now as timestamptz), r.due, 'queued', 0
from (
  select distinct on (a.id, p.person_id) a.id, p.person_id, a.family_id, a.starts_at, m.minutes, d.due
  from appointment a
  join appointment_person p on p.appointment_id = a.id
  join person who on who.id = p.person_id and who.contact_limit <> 'no_contact'
  left join text_choice c on c.person_id = p.person_id
  cross join lateral (values (coalesce(c.remind_first, 1440)), (coalesce(c.remind_last, 120))) m(minutes)
  cross join lateral (select (a.starts_at - make_interval(mins => m.minutes)) at time zone 'Europe/London' as at,
                             coalesce(c.hours_from, '08:00') as opens, coalesce(c.hours_until, '20:00') as shuts) l
  -- one that would fall in the night goes the evening before, an hour before their texts end
  cross join lateral (select case
      when l.opens = l.shuts or (l.opens < l.shuts and l.at::time >= l.opens and l.at::time < l.shuts)
        or (l.opens > l.shuts and (l.at::time >= l.opens or l.at::time < l.shuts)) then l.at
      when l.at::time >= l.shuts then l.at::date + l.shuts - interval '1 hour'
      else l.at::date - 1 + l.shuts - interval '1 hour' end at time zone 'Europe/London' as due) d
  where a.starts_at > cast(:soon as timestamptz) and a.starts_at < cast(:farthest as timestamptz)
    and (a.status = 'booked'
         or coalesce(a.status_on, (a.starts_at at time zone 'Europe/London')::date) > cast(:today as date))
    and coalesce(a.made_on, '-infinity') <= cast(:today as date)
    -- a date made or moved after that moment was told then
    and d.due > coalesce((select max(h.at) from appointment_change h
                          where h.appointment_id = a.id and h.what in ('booked', 'moved')), '-infinity')
    and m.minutes > 0 and d.due <= cast(:ahead as timestamptz) and d.due > cast(:behind as timestamptz)
    and exists (select 1 from phone f join account acc on acc.id = f.account_id where acc.person_id = p.person_id)
  order by a.id, p.person_id, d.due desc) r
on conflict (once) do nothing
""")


def plan_reminders(session: Session, ahead: timedelta = AHEAD) -> int:
    """Write the reminders that are due within `ahead` into the outbox. Planned again, nothing changes. Returns how
    many were written."""
    now = clock.now()
    done = session.execute(
        PLAN,
        {
            "now": now,
            "today": now.date(),
            "soon": now + SOON,
            "farthest": now + max(FARTHEST, ahead + FARTHEST),
            "ahead": now + ahead,
            "behind": now - BEHIND,
        },
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # a cursor's


def plan_soon(session: Session) -> None:
    """For the timetable."""
    plan_reminders(session)
