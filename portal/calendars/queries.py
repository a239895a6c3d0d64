"""Somebody's dates as a calendar reads them, and whose calendar is at an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import column, func, select
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.scope import Scope
from portal.appointments.queries import appointments, readable
from portal.calendars.models import CalendarFeed
from portal.foundation import clock
from portal.foundation.database import NOBODY, AnyRows, Row, speak_for
from portal.foundation.fields import keyed_hash
from portal.people.queries import words_to_hide

if TYPE_CHECKING:
    from icalendar import Event

KEPT = timedelta(days=60)
"""Dates longer ago than this leave the calendar: a phone that is looked through tells less."""
HOUR = timedelta(hours=1)
"""How often a calendar should look again."""


def feeds(scope: Scope) -> AnyRows:
    """This person's own calendar address, if one runs."""
    return select(CalendarFeed.id, CalendarFeed.secret, CalendarFeed.plain, CalendarFeed.made_at).where(
        CalendarFeed.family_id == scope.family_id,
        CalendarFeed.person_id == scope.person_id,
        CalendarFeed.ended_at.is_(None),
    )


class Feed:
    """The dates behind one calendar address."""

    def __init__(self, scope: Scope, plain: bool, language: str | None) -> None:
        self.scope, self.plain, self.language = scope, plain, language


def feed_at(session: Session, actor: Actor | None, secret: str) -> Feed | None:
    """Whose calendar this address opens, whoever else may be signed in on this device; None when it opens nothing."""
    speak_for(session, NOBODY)
    opened = func.open_calendar(keyed_hash(f"calendar {secret}")).table_valued(
        *(column(name) for name in ("person_id", "family_id", "contact_limit", "circles", "language", "plain"))
    )
    row = session.execute(select(opened)).first()
    if row is None:
        return None
    scope = Scope(row.family_id, person_id=row.person_id, circles=frozenset(row.circles), limit=row.contact_limit)
    if scope.limit != "none":
        scope = Scope(
            row.family_id,
            person_id=row.person_id,
            circles=scope.circles,
            limit=row.contact_limit,
            mask=words_to_hide(session, row.family_id),
        )
    return Feed(scope, row.plain, row.language)


def entries(session: Session, scope: Scope) -> list[Row]:
    """This person's own dates, from two months ago on; called off ones too, so that calendars take them out."""
    since = clock.now() - KEPT
    found = readable(scope, ask(session, scope, dates=appointments)["dates"])
    return [row for row in found if row["mine"] and row["starts_at"] >= since]


def calendar(rows: list[Row], words: dict[str, str], *, plain: bool) -> bytes:
    """The file. Discreet: that there is an appointment, and when; nothing of what, with whom and where.

    Times travel in UTC, so that no clock change moves them; a moved date keeps its UID and raises its SEQUENCE.
    """
    from icalendar import Calendar  # some 3 MB, for the processes that give calendars out

    made = Calendar()
    made.add("prodid", "-//dates//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", words["calendar"])
    made.add("refresh-interval", HOUR, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for row in rows:
        made.add_component(_event(row, words, plain))
    return made.to_ical()


def _event(row: Row, words: dict[str, str], plain: bool) -> Event:
    from icalendar import Event

    event = Event()
    begins: datetime = row["starts_at"].astimezone(UTC)
    event.add("uid", f"{row['ref']}@dates")
    event.add("dtstamp", clock.now().astimezone(UTC))
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=row["minutes"]))
    event.add("sequence", row["sequence"])
    event.add("summary", words["appointment"])
    if plain:
        _plainly(event, row)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if row["state"].startswith("cancelled") else "CONFIRMED")
    return event


def _plainly(event: Event, row: Row) -> None:
    said: Any = ", ".join(part for part in (row["purpose"], row["worker"].split()[0]) if part)
    event["summary"] = said
    if row["place"]:
        event.add("location", row["place"])
