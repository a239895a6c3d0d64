"""Answering a text. Each answer comes at once and changes something; what it asks is kept until it expires.

`converse` is what portal/messages calls once it knows who wrote and that it was neither STOP nor a cry for help. The
session speaks as that person, and the request commits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_or_update
from sqlalchemy.orm import Session

from portal.access.asking import ask
from portal.access.models import Account
from portal.appointments import actions as dates
from portal.appointments.actions import Changed, SlotGone, Wish
from portal.appointments.conditions import instead
from portal.appointments.queries import OneDate, next_for, one_date
from portal.availability.queries import bookable
from portal.checkins.actions import say_by_text
from portal.conversations import conditions, queries
from portal.conversations.conditions import When, asks, fitting, when
from portal.conversations.models import TextTalk
from portal.conversations.queries import Live, Offer, Texter, offer_of, offered, spread
from portal.foundation import clock, texts
from portal.foundation.database import Row
from portal.hearing.conditions import small_talk
from portal.involvement.actions import alert
from portal.messages.actions import tell
from portal.people.actions import NotReaders
from portal.people.models import Family, Person
from portal.places.actions import mark
from portal.questions.actions import NotWholeFamily
from portal.questions.actions import ask as ask_worker

ANSWERED_WITHIN = timedelta(hours=12)
"""A number sent later than this after an offer picks nothing."""
AWAY_ANSWERED_WITHIN = timedelta(hours=36)
"""As above, where nobody had written first: it may wait for the morning, and for them to look."""
LATE_WITHIN = timedelta(hours=12)
"""A date that begins so soon is the one that somebody is late for."""


def converse(session: Session, texter: Texter, body: str) -> str | None:
    """What is answered to this text. None: nothing fits. Empty: nothing needs to be said."""
    return Talk(session, texter).answer(body)


class Talk:
    """One text of one person, and everything that decides its answer."""

    def __init__(self, session: Session, texter: Texter) -> None:
        self.session, self.texter, self.now = session, texter, clock.now()
        self.language = texts.spoken(texter.language)
        self.plain = not texter.discreet and texter.limit == "none"
        self.scope = queries.scope_of(session, texter)
        self.live = queries.live(session, texter.person_id, self.now)

    def say(self, wording: str, **values: Any) -> str:
        """A wording in this person's language, discreet unless they chose otherwise."""
        return texts.say(wording, self.language, self.plain, values)

    def answer(self, body: str) -> str | None:
        """Read what was said, in this order: an answer to what was asked, a request, a time."""
        said = conditions.bare(body)
        if (small := small_talk(body)) is not None and (answered := self.small(small)) is not None:
            return answered
        if (number := conditions.number(body)) is not None:
            return self.pick(number)
        if conditions.says_yes(body):
            if self._waits_for_yes:
                return self.pick(1)
            if self.live and self.live.offers:
                return self.say("talk_which", dates=[{"at": one.starts_at} for one in self.live.offers])
            # "ok" after what was said to them is no answer to anything, and needs none
            return "" if said.rstrip(".") in conditions.HEARD and self.live is None else self.old()
        if conditions.says_no(body):
            return self.no()
        meant = when(body, self.now)
        asked = asks(body)
        if self.live and self.live.waits_for != "which" and asked in (None, "book") and self._a_time(meant, asked):
            return self.choose(meant)
        if self.live and self.live.waits_for == "which" and asked is None and meant.says_something:
            return self.which_by_words(meant)
        requests: dict[str, Callable[[], str | None]] = {
            "menu": lambda: self.say("talk_menu"),
            "call": self.call,
            "late": self.late,
            "not_there": self.not_there,
            "cannot": lambda: self.about_a_date("cannot", meant, body),
            "move": lambda: self.about_a_date("move", meant, body),
            "where": self.where,
            "who": self.who,
            "next": self.next,
            "book": lambda: self.book(meant, said),
        }
        if asked:
            return requests[asked]()
        return self.book(meant, said) if meant.says_something else None

    def small(self, small: str) -> str | None:
        """A greeting, a thumb, thanks: answered as one person would, or not at all."""
        if small == "yes":
            return self.pick(1) if self._waits_for_yes else ""
        if small == "thanks":
            return ""
        if small == "menu":
            return self.say("talk_menu")
        return self.say("talk_robot" if small == "robot" else "talk_hello", name=self.texter.lead or "")

    @property
    def _waits_for_yes(self) -> bool:
        return self.live is not None and (self.live.waits_for == "yes" or len(self.live.offers) == 1)

    def _a_time(self, meant: When, asked: str | None) -> bool:
        """Does this choose among what was offered? BOOK begins anew."""
        return bool(self.live and self.live.offers) and (meant.says_something or (meant.by_phone and asked is None))

    # --- what the next text answers

    def keep(self, live: Live, until: datetime | None = None) -> None:
        """Remember what the next text answers."""
        values = {
            "waits_for": live.waits_for,
            "about": live.sealed(),
            "expires_at": until or self.now + ANSWERED_WITHIN,
        }
        row = insert_or_update(TextTalk).values(
            person_id=self.texter.person_id, family_id=self.texter.family_id, **values
        )
        self.session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=values))
        self.live = live

    def forget(self) -> None:
        """Nothing is asked any more: the same number twice does one thing."""
        self.session.execute(delete(TextTalk).where(TextTalk.person_id == self.texter.person_id))
        self.live = None

    def old(self) -> str:
        """A number, or a yes, that answers nothing."""
        return self.say("talk_old")

    def pick(self, number: int) -> str:
        """A number: one of the times, one of the dates, or yes and no."""
        live = self.live
        if live is None:
            return self.old()
        if live.waits_for == "feeling":
            return self.feeling(live, number)
        if live.waits_for == "yes":
            if number == 2:
                return self.second(live)
            return self.do(live, live.offers[0] if live.offers else None) if number == 1 else self.old()
        many = live.offers if live.waits_for == "slot" else live.dates
        if not 1 <= number <= len(many):
            return self.old()
        if live.waits_for == "slot":
            return self.do(live, live.offers[number - 1])
        return self.with_date(live.does, live.dates[number - 1], When())

    def feeling(self, live: Live, number: int) -> str:
        """How they are, by its number; who asked reads it, and when it is bad several people hear at once."""
        said = say_by_text(self.session, self.scope, live.dates[0], number)
        if said is None:
            return self.old()
        self.forget()
        checkin, name = said
        return self.say("checkin_thanks", name=name, feeling=checkin.feeling)

    def second(self, live: Live) -> str:
        """2 where yes or no was asked: no; after a reminder, another time."""
        if live.does == "confirm":
            return self.with_date("move", live.dates[0], When())
        return self.no()

    def no(self) -> str:
        """Not that one."""
        if self.live and self.live.does == "confirm":
            return self.with_date("move", self.live.dates[0], When())
        if self.live and self.live.does in ("book", "move"):
            # what was asked stays open to another day, but no number picks it any more
            self.keep(Live("slot", self.live.does, [], self.live.dates))
        return self.say("talk_no")

    def do(self, live: Live, offer: Offer | None) -> str:
        """Do what was asked, with this time."""
        self.forget()
        if live.does == "confirm":
            return self.confirm(live)
        if offer is None:
            return self.old()
        wish = Wish(offer.worker_id, offer.starts_at, offer.phone)
        try:
            if live.does == "move" and live.dates:
                if (date := one_date(self.session, self.scope, live.dates[0])) is None or not date.speaks_for:
                    return self.old()
                dates.move(self.session, date, wish)
            else:
                dates.book(self.session, self.scope, wish)
        except SlotGone:
            return self.offer(offer.worker_id, offer.name, When(), why="gone", moves=live.dates)
        except Changed:
            return self.next()
        return self.say("talk_booked", at=offer.starts_at, phone=offer.phone)

    def confirm(self, live: Live) -> str:
        """Yes, to a reminder; told what it is by now when it changed since."""
        date = one_date(self.session, self.scope, live.dates[0])
        if date is None or not date.is_ahead:
            return self.next()
        if date.row["sequence"] != live.sequence:
            return self.say("talk_changed", at=date.starts_at)
        try:
            dates.confirm(self.session, date)
        except Changed:
            return self.next()
        return self.say("talk_confirmed", at=date.starts_at, name=date.row["worker"])

    # --- free times

    def book(self, meant: When, said: str) -> str:
        """Offer free times of whoever was named, or of their mentor."""
        worker = queries.meant_worker(self.session, self.scope, said)
        if worker is None:
            return self.say("talk_nobody", name=self.texter.lead or "")
        return self.offer(worker["id"], worker["name"], meant)

    def offer(self, worker_id: int, name: str, meant: When, *, why: str = "", moves: list[str] | None = None) -> str:
        """At most three real times that fit; where none does, others. One alone is asked for with yes or no."""
        date = one_date(self.session, self.scope, moves[0]) if moves else None
        does, people = ("move" if moves else "book"), self.people(moves)
        slots = queries.free(self.session, self.scope, worker_id, people)
        slots = instead(date, slots) if date else slots
        if not slots:
            return self.say("talk_nobody", name=self.texter.lead or "")
        found = fitting(slots, meant)
        if (at := meant.moment) and (
            one_time := queries.exactly(self.session, self.scope, worker_id, people, at, by_phone=meant.by_phone)
        ):
            found = instead(date, [one_time]) if date else [one_time]
        if len(found) == 1 and meant.says_something and not why:
            one = offer_of(found[0])
            self.keep(Live("yes", does, [one], moves or []))
            return self.say("talk_sure", at=one.starts_at, phone=one.phone)
        if not found:
            why = why or "none"
        body, fit = offered(self.language, self.plain, name, [offer_of(slot) for slot in spread(found or slots)], why)
        self.keep(Live("slot", does, fit, moves or []))
        return body

    def people(self, moves: list[str] | None) -> list[int]:
        """Who comes: whose marked places must not be offered."""
        date = one_date(self.session, self.scope, moves[0]) if moves else None
        return [one["person_id"] for one in date.people] if date else [self.texter.person_id]

    def choose(self, meant: When) -> str:
        """Words after an offer: one of the times offered is taken at once, another one is asked for."""
        live = self.live
        if live is None:
            return self.old()
        first = live.offers[0]
        same = [one for one in live.offers if _fits(one, meant)]
        if len(same) == 1 and not (meant.by_phone and not same[0].phone):
            return self.do(live, same[0])
        if meant.by_phone and not meant.says_something:
            meant = When(
                min(one.starts_at.date() for one in live.offers),
                max(one.starts_at.date() for one in live.offers),
                by_phone=True,
                exactly=first.starts_at.time() if len(live.offers) == 1 else None,
            )
        return self.offer(first.worker_id, first.name, meant, moves=live.dates)

    def others_instead(self, date: OneDate) -> list[Offer]:
        """Other times for this date: of the same worker, or where they have none, of somebody else."""
        people = [one["person_id"] for one in date.people]
        workers = ask(self.session, self.scope, workers=bookable)["workers"]
        order = sorted(workers, key=lambda one: one["id"] != date.row["worker_id"])
        for worker in order:
            if slots := queries.free(self.session, self.scope, worker["id"], people):
                return [offer_of(slot) for slot in spread(slots)]
        return []

    # --- dates that are booked

    def coming(self) -> list[Row]:
        """The next dates of whoever wrote."""
        return next_for(self.session, self.scope, limit=queries.MOST)

    def about_a_date(self, does: str, meant: When, body: str) -> str:
        """MOVE and CANT: the one date there is, or the one that is named, or a question which."""
        coming = self.coming()
        if not coming:
            self.forget()
            return self.say("talk_nothing")
        if self.live and self.live.does == "confirm" and self.live.dates[0] in [row["ref"] for row in coming]:
            return self.with_date(does, self.live.dates[0], meant)
        named = [row for row in coming if meant.first and row["starts_at"].date() == meant.first]
        if does == "cannot" and len(named) == 1:
            return self.with_date(does, named[0]["ref"], When())
        if len(coming) == 1:
            return self.with_date(does, coming[0]["ref"], meant)
        self.keep(Live("which", does, dates=[row["ref"] for row in coming]))
        return self.say("talk_which", dates=[{"at": row["starts_at"]} for row in coming])

    def which_by_words(self, meant: When) -> str:
        """A day, where it was asked which date."""
        live, coming = self.live, self.coming()
        named = [
            row
            for row in coming
            if meant.first and meant.first <= row["starts_at"].date() <= (meant.last or meant.first)
        ]
        if live is None:
            return self.old()
        if len(named) != 1:
            # a day on which there is none, or two: asked again, and nothing is lost; dates may have changed meanwhile
            return self.about_a_date(live.does, When(), "")
        return self.with_date(live.does, named[0]["ref"], When())

    def with_date(self, does: str, ref: str, meant: When) -> str:
        """Move or call off this date."""
        date = one_date(self.session, self.scope, ref)
        if date is None or not date.is_ahead or not date.speaks_for:
            self.forget()
            return self.next()
        if does == "cannot":
            return self.cannot(date)
        worker_id, name = date.row["worker_id"], date.row["worker"]
        if instead(date, queries.free(self.session, self.scope, worker_id, self.people([ref]))):
            return self.offer(worker_id, name, meant, moves=[ref])
        self.forget()
        dates.ask_to_move(self.session, date, _("Asked by text for another time."))
        return self.say("talk_asked", name=name)

    def cannot(self, date: OneDate) -> str:
        """They can't come; the worker knows, and another time is one word away."""
        self.forget()
        try:
            off = dates.cannot_come(self.session, date)
        except Changed:
            return self.next()
        return self.say("talk_cant", at=date.starts_at, name=date.row["worker"], off=off)

    def next(self) -> str:
        """What is next: the day and the time, and with whom by a letter."""
        if not (coming := self.coming()):
            return self.say("talk_nothing")
        row = coming[0]
        return self.say("talk_next", at=row["starts_at"], name=row["worker"], phone=_by_phone(row))

    # --- who, where, call me, late, not there

    def late(self) -> str:
        """They come late: whoever waits for them hears it."""
        coming = [row for row in self.coming() if row["starts_at"] - self.now <= LATE_WITHIN]
        if not coming:
            return self.next()
        row = coming[0]
        family = self.session.scalar(select(Family.ref).where(Family.id == self.texter.family_id))
        path = f"/work/families/{family}/appointments/{row['ref']}"
        alert(self.session, [row["worker_id"]], self.texter.family_id, "date_late", path=path)
        return self.say("talk_late", at=row["starts_at"], name=row["worker"])

    def who(self) -> str:
        """Who is there for them."""
        coming = self.coming()
        meets = coming[0]["worker"] if coming else ""
        return self.say("talk_who", name=self.texter.lead or meets or "?", meets=meets)

    def where(self) -> str:
        """The place, because they ask; of the times on offer, or of the next date."""
        if self.live and self.live.waits_for in ("slot", "yes") and self.live.offers:
            places = [one.place or "" for one in self.live.offers]
            if len(places) > 1:
                return self.say("talk_places", places=places)
            return self.say("talk_where", at=self.live.offers[0].starts_at, place=places[0], phone=not places[0])
        if not (coming := self.coming()):
            return self.say("talk_nothing")
        row = coming[0]
        place = row["place"] or ""
        return self.say("talk_where", at=row["starts_at"], place=place, phone=_by_phone(row))

    def call(self) -> str | None:
        """Somebody is asked to call: a question with a clock, which a manager hears of when it runs out."""
        worker = queries.lead_id(self.session, self.texter.family_id)
        if worker is None:
            return self.say("talk_menu")
        try:
            with self.session.begin_nested():
                ask_worker(self.session, self.scope, worker, _("Please call me."))
        except (NotReaders, NotWholeFamily):
            # somebody whom the family invited asks no questions of their own; whoever leads reads that they wrote
            return None
        return self.say("talk_call", name=self.texter.lead or "?")

    def not_there(self) -> str | None:
        """Not at that place: it is marked, and other times or a call are offered."""
        live = self.live
        if live and live.offers:
            first = live.offers[0]
            self.mark({one.place for one in live.offers if one.place})
            return self.offer(first.worker_id, first.name, When(), why="there", moves=live.dates)
        coming = [row for row in self.coming() if row["place"] and not _by_phone(row)]
        if not coming:
            return None
        self.mark({coming[0]["place"]})
        return self.offer(coming[0]["worker_id"], coming[0]["worker"], When(), why="there", moves=[coming[0]["ref"]])

    def mark(self, places: set[str]) -> None:
        """Nobody asks them to come there any more."""
        for place in sorted(places):
            mark(self.session, self.scope, self.texter.person_id, place)


def _by_phone(row: Row) -> bool:
    return bool(row["by_phone"] or (row["place"] or "").casefold() in ("phone", "by phone", "telephone"))


def _fits(offer: Offer, meant: When) -> bool:
    day, at = offer.starts_at.date(), offer.starts_at.time()
    if (meant.first and day < meant.first) or (meant.last and day > meant.last):
        return False
    if (meant.begins and at < meant.begins) or (meant.ends and at >= meant.ends):
        return False
    return meant.exactly is None or at.replace(minute=0) == meant.exactly.replace(minute=0)


@dataclass(frozen=True)
class Reached:
    """Somebody who is written to without having written first."""

    person_id: int
    family_id: int
    language: str | None
    discreet: bool
    limit: str
    lead: str | None


def tell_away(session: Session, person_id: int, family_id: int, ref: str) -> None:
    """Their worker will not be there: told in one text with other times, of the same worker or of somebody else.

    Whoever is responsible hears of it too. The session speaks as the person.
    """
    found = session.execute(
        select(Account.language, Person.language.label("own"), Account.discreet, Person.contact_limit)
        .join(Person, Person.id == Account.person_id)
        .where(Person.id == person_id)
    ).one()
    reached = Reached(person_id, family_id, found.language or found.own, found.discreet, found.contact_limit, None)
    talk = Talk(session, reached)
    date = one_date(session, talk.scope, ref)
    if date is None:
        return
    offers = talk.others_instead(date)
    tell(
        session,
        person_id,
        "date_away",
        about=("appointment", date.id),
        at=date.starts_at,
        name=date.row["worker"],
        other=offers[0].name if offers else "",
        slots=[one.said() for one in offers],
    )
    if offers:
        talk.keep(Live("slot", "move", offers, [ref]), talk.now + AWAY_ANSWERED_WITHIN)
    if lead := queries.lead_id(session, family_id):
        family = session.scalar(select(Family.ref).where(Family.id == family_id))
        alert(session, [lead], family_id, "date_away", path=f"/work/families/{family}/appointments/{ref}")
