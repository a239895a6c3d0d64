"""Dates, as the family reads, answers, moves and books them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.appointments import actions, queries
from portal.appointments.actions import Changed, SlotGone, Wish
from portal.appointments.conditions import instead
from portal.appointments.forms import BookForm, CannotForm, SlotForm, WordsForm
from portal.appointments.queries import OneDate, own_date
from portal.availability.conditions import Slot
from portal.availability.queries import bookable, free_slots
from portal.foundation.database import Row
from portal.foundation.forms import filled
from portal.foundation.language import say_when
from portal.foundation.web import db, page
from portal.people.actions import NotReaders, circle_of
from portal.people.queries import own_scope, readers
from portal.questions import queries as questions
from portal.questions.actions import ask as ask_worker
from portal.questions.forms import QuestionForm

appointments = Blueprint("appointments", __name__)

SHOWN = 12
"""Times on one page: as many as one reads on a phone."""


@appointments.get("/appointments")
@needs("appointments.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """What is next, then what is past."""
    found = ask(db(), scope, dates=queries.appointments, bookable=bookable)
    coming, past = queries.coming_and_past(queries.readable(scope, found["dates"]))
    return page("appointments/appointments.html", coming=coming, past=past, scope=scope, bookable=found["bookable"])


@appointments.get("/appointments/<ref>")
@needs("appointments.read", own_date, "date")
def one(date: OneDate) -> AnyResponse:
    """One date: who, where, when, why, how long, what happens next."""
    return _page(date)


def _page(date: OneDate, status: int = 200, form: QuestionForm | None = None) -> AnyResponse:
    here = questions.about_one(db(), date.scope, ("appointment", date.id), date.row["worker_id"])
    return page(
        "appointments/date.html",
        status,
        date=date,
        changed=status == 409,
        scope=date.scope,
        asked=here,
        form=form or QuestionForm(formdata=None),
        asks=not date.scope.supporter,
    )


@appointments.post("/appointments/<ref>/question")
@needs("appointments.ask", own_date, "date")
def ask_about(date: OneDate) -> AnyResponse:
    """Ask whoever comes to it about this date; they, or whoever is responsible once they help no more."""
    form = QuestionForm()
    here = questions.about_one(db(), date.scope, ("appointment", date.id), date.row["worker_id"])
    if not form.validate_on_submit():
        return _page(date, 422, form)
    if here.to_id is not None:
        ask_worker(db(), date.scope, here.to_id, filled(form.text), ("appointment", date.id, date.row["ref"]))
        flash(_("%(name)s has your question.", name=here.to.split()[0]))
    return redirect(url_for("appointments.one", ref=date.row["ref"]) + "#asked", 303)


def _seen(date: OneDate, sequence: str | None) -> bool:
    """Is the date as it was on the page that was sent?"""
    return sequence == str(date.row["sequence"]) and date.is_ahead


@appointments.post("/appointments/<ref>/confirm")
@needs("appointments.answer", own_date, "date")
def confirm(date: OneDate) -> AnyResponse:
    """They will be there."""
    if not _seen(date, request.form.get("seen")):
        return _page(date, 409)
    try:
        actions.confirm(db(), date)
    except Changed:
        return _page(date, 409)
    flash(_("Thank you. %(name)s knows that you'll be there.", name=date.row["worker"].split()[0]))
    return redirect(url_for("appointments.one", ref=date.row["ref"]), 303)


@appointments.route("/appointments/<ref>/move", methods=["GET", "POST"])
@needs("appointments.answer", own_date, "date")
def move(date: OneDate) -> AnyResponse:
    """Another time: one of those that are free, or a question in one's own words."""
    form, words = SlotForm(), WordsForm(formdata=None)
    people = [one["person_id"] for one in date.people]
    form.offer(_instead(date, people))
    if not _seen(date, form.seen.data if form.is_submitted() else str(date.row["sequence"])):
        return _page(date, 409)
    if form.validate_on_submit():
        wish = _wish(form, date.row["worker_id"])
        try:
            actions.move(db(), date, wish)
        except Changed:
            return _page(date, 409)
        except SlotGone:
            form.offer(_instead(date, people))
            form.slot.errors = [_gone(form.slots)]
        else:
            flash(_("Moved to %(when)s. The others who come are told.", when=say_when(wish.starts_at)))
            return redirect(url_for("appointments.one", ref=date.row["ref"]), 303)
    return _move_page(date, form, words)


def _move_page(date: OneDate, form: SlotForm, words: WordsForm) -> AnyResponse:
    form.seen.data = words.seen.data = str(date.row["sequence"])
    wrong = form.errors or words.errors
    return page("appointments/move.html", 422 if wrong else 200, date=date, form=form, words=words)


@appointments.post("/appointments/<ref>/ask")
@needs("appointments.answer", own_date, "date")
def ask_to_move(date: OneDate) -> AnyResponse:
    """Ask for another time in one's own words."""
    words, form = WordsForm(), SlotForm(formdata=None)
    people = [one["person_id"] for one in date.people]
    if words.validate_on_submit() and _seen(date, words.seen.data) and _asked(date, filled(words.words)):
        flash(_("%(name)s has your words and will come back to you.", name=date.row["worker"].split()[0]))
        return redirect(url_for("appointments.one", ref=date.row["ref"]), 303)
    if words.is_submitted() and not words.errors:
        # what was written is not lost: it stands in the box under the date as it is now
        flash(_("This date has changed since. Look at it again."), "error")
    form.offer(_instead(date, people))
    return _move_page(date, form, words)


def _asked(date: OneDate, words: str) -> bool:
    """Ask; False when the date changed in this very moment."""
    try:
        actions.ask_to_move(db(), date, words)
    except Changed:
        return False
    return True


@appointments.route("/appointments/<ref>/cannot", methods=["GET", "POST"])
@needs("appointments.answer", own_date, "date")
def cannot(date: OneDate) -> AnyResponse:
    """Say that one can't come."""
    form = CannotForm()
    if not _seen(date, form.seen.data if form.is_submitted() else str(date.row["sequence"])):
        return _page(date, 409)
    if form.validate_on_submit():
        name = date.row["worker"].split()[0]
        try:
            off = actions.cannot_come(db(), date, filled(form.words) or "")
        except Changed:
            return _page(date, 409)
        if off:
            flash(_("That's fine. %(name)s is told, and the time is free again.", name=name))
        else:
            flash(_("That's fine. %(name)s is told. The date stands for the others.", name=name))
        return redirect(url_for("appointments.one", ref=date.row["ref"]), 303)
    form.seen.data = str(date.row["sequence"])
    return page("appointments/cannot.html", 422 if form.errors else 200, date=date, form=form)


@appointments.get("/appointments/book")
@needs("appointments.book", own_scope, "scope")
def book_whom(scope: Scope) -> AnyResponse:
    """With whom one can book time. With one alone, their times at once."""
    workers = ask(db(), scope, workers=bookable)["workers"]
    if len(workers) == 1:
        return redirect(url_for("appointments.book", worker=workers[0]["ref"]))
    return page("appointments/book_whom.html", workers=workers)


@dataclass(frozen=True)
class Bookable:
    """A worker with whom this family member can take a free time."""

    scope: Scope
    worker: Row
    readers: list[Row]
    """Who else in the family could read it."""


def bookable_worker(session: Session, actor: Actor, worker: str) -> Bookable | None:
    """The worker with this reference, if this family member may book time with them."""
    if not (scope := own_scope(session, actor)):
        return None
    asked = ask(session, scope, workers=bookable, readers=readers)
    found = [one for one in asked["workers"] if one["ref"] == worker]
    return Bookable(scope, found[0], asked["readers"]) if found else None


@appointments.route("/appointments/book/<worker>", methods=["GET", "POST"])
@needs("appointments.book_with", bookable_worker, "found")
def book(found: Bookable) -> AnyResponse:
    """Take one of the times that are free with this worker."""
    scope, me = found.scope, found.scope.person_id or 0
    form = BookForm()
    form.readers.offer(found.readers, writer=me)
    form.offer(_free(scope, found.worker["id"], [me]))
    if form.validate_on_submit():
        try:
            circle = circle_of(db(), scope.family_id, [me, *(one["id"] for one in form.readers.chosen)])
            made = actions.book(
                db(), scope, _wish(form, found.worker["id"]), circle_id=circle, purpose=filled(form.purpose) or ""
            )
        except SlotGone:
            form.offer(_free(scope, found.worker["id"], [me]))
            form.slot.errors = [_gone(form.slots)]
        except NotReaders:
            form.readers.errors = [_("Choose again who may read this.")]
        else:
            flash(_("Booked: %(when)s.", when=say_when(made.starts_at)))
            return redirect(url_for("appointments.one", ref=made.ref), 303)
    return page("appointments/book.html", 422 if form.errors else 200, form=form, worker=found.worker, scope=scope)


def _free(scope: Scope, worker_id: int, people: list[int]) -> list[Slot]:
    return free_slots(db(), scope, worker_id, people=people, limit=SHOWN)


def _instead(date: OneDate, people: list[int]) -> list[Slot]:
    """The times to which this date can be moved without asking."""
    return instead(date, free_slots(db(), date.scope, date.row["worker_id"], people=people))[:SHOWN]


def _wish(form: SlotForm, worker_id: int) -> Wish:
    assert form.chosen is not None  # noqa: S101  # as the form's validation has shown
    return Wish(worker_id, form.chosen, bool(form.by_phone.data))


def _gone(slots: list[Slot]) -> str:
    """That the time has gone, and which one is free instead."""
    if not slots:
        return _("That time has just gone, and no other is free just now.")
    first = slots[0]
    return _(
        "That time has just gone. %(name)s is also free on %(when)s.",
        name=first.worker.split()[0],
        when=say_when(first.starts_at),
    )
