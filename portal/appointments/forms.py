"""The forms about dates. They parse and say what is missing; the actions decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.appointments.actions import Plan
from portal.availability.conditions import Slot
from portal.foundation import clock
from portal.foundation.forms import DateField, RadioField, SelectField, filled
from portal.foundation.language import say_minutes, say_when
from portal.people.forms import ReadersField

LENGTHS = (15, 20, 30, 40, 45, 50, 60, 75, 90, 120, 180, 240)
BACK, AHEAD = timedelta(days=366), timedelta(days=366)
TOO_LONG = _l("That is too long. Use 500 letters or fewer.")


def name_of(slot: Slot) -> str:
    """How a form names a time: its start, as machines write it."""
    return slot.starts_at.strftime("%Y-%m-%dT%H:%M")


class SlotForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One of the times that are free."""

    seen = HiddenField()
    slot = RadioField(_l("Which time suits you?"), [InputRequired(_l("Choose a time."))], validate_choice=False)
    by_phone = BooleanField(_l("By phone, please"))

    def offer(self, slots: list[Slot]) -> None:
        """Show these times, each with where it is."""
        self.slots = slots
        self.slot.choices = [(name_of(slot), say_when(slot.starts_at)) for slot in slots]

    @property
    def chosen(self) -> datetime | None:
        """The time that was chosen, whether or not it is still free; None for what is no time at all."""
        try:
            return clock.london(datetime.strptime(self.slot.data or "", "%Y-%m-%dT%H:%M"))  # noqa: DTZ007  # London's
        except ValueError:
            return None

    def validate_slot(self, field: RadioField) -> None:
        """A time."""
        if self.chosen is None:
            raise ValidationError(_("Choose a time."))


class BookForm(SlotForm):
    """A free time, taken; and who else in the family may read it."""

    purpose = StringField(
        _l("What is it about?"), [Length(max=200, message=_l("That is too long. Use 200 letters or fewer."))]
    )
    readers = ReadersField(_l("Who else in the family may read this?"))


class WordsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When else it would suit, in one's own words."""

    seen = HiddenField()
    words = TextAreaField(
        _l("When is better for you?"),
        [DataRequired(_l("Say which days or times are better.")), Length(max=500, message=TOO_LONG)],
        description=_l("Such as: after school, or any Thursday."),
    )


class CannotForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Saying that one can't come. No reason is needed."""

    seen = HiddenField()
    words = TextAreaField(
        _l("Anything you want to say?"),
        [Optional(), Length(max=500, message=TOO_LONG)],
        description=_l("You need not give a reason."),
    )


class OffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A worker calls a date off."""

    seen = HiddenField()
    words = TextAreaField(
        _l("Why, and what happens next?"),
        [DataRequired(_l("Say why, and what happens next. They read it.")), Length(max=500, message=TOO_LONG)],
        description=_l("They read this. Say when you will be in touch."),
    )


class WriteUpForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A worker writes down whether a date took place."""

    seen = HiddenField()
    took_place = RadioField(
        _l("Did it take place?"),
        [InputRequired(_l("Say whether it took place."))],
        choices=[("yes", _l("Yes, we met")), ("no", _l("No, it did not happen"))],
    )
    words = TextAreaField(
        _l("What happens next?"),
        [Length(max=500, message=TOO_LONG)],
        description=_l("They read this. Say it without blame: “I will ring on Monday.”"),
    )

    def validate_words(self, field: TextAreaField) -> None:
        """A date that did not happen is never left there."""
        if self.took_place.data == "no" and not (field.data or "").strip():
            raise ValidationError(_("Say what happens next, so that they are not left with it."))


class DateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A date that a worker makes or changes."""

    seen = HiddenField()
    people = ReadersField(_l("Who is it with?"))
    readers = ReadersField(_l("Who else in the family may read it?"))
    worker = SelectField(_l("Whose date is it?"), validate_choice=True)
    day = DateField(_l("Day"), [InputRequired(_l("Add the day."))])
    at = TimeField(_l("Time"), [InputRequired(_l("Write the time, such as 16:30."))])
    minutes = SelectField(_l("How long"), coerce=int)
    way = RadioField(
        _l("How do you meet?"),
        choices=[("place", _l("At a place")), ("phone", _l("By phone"))],
        default="place",
    )
    place = StringField(
        _l("Where"),
        [Length(max=200, message=_l("That is too long. Use 200 letters or fewer."))],
        description=_l("Such as: at home, or Library cafe. Leave it empty for a call."),
    )
    purpose = StringField(
        _l("What is it for?"),
        [
            DataRequired(_l("Say what it is for, in plain words.")),
            Length(max=200, message=_l("That is too long. Use 200 letters or fewer.")),
        ],
        description=_l("The family reads this."),
    )
    anyway = BooleanField(_l("There is no other place, and I have planned with them how to get there"))
    warned = False
    """The place was refused once: now, and only now, one can say that there is no other."""

    def prepare(self, workers: list[Any], length: int | None = None) -> None:
        """The choices that depend on the family and on who asks."""
        self.worker.choices = [(one["ref"], one["name"]) for one in workers]
        lengths = sorted({*LENGTHS, *([length] if length else [])})
        self.minutes.choices = [(each, say_minutes(each)) for each in lengths]

    def validate_people(self, field: ReadersField) -> None:
        """Somebody comes."""
        if not field.chosen:
            raise ValidationError(_("Choose who it is with."))

    def validate_place(self, field: StringField) -> None:
        """A place, where there is a way to go."""
        if self.way.data == "place" and not (field.data or "").strip():
            raise ValidationError(_("Say where, or choose a call."))

    def validate_day(self, field: DateField) -> None:
        """Not long ago and not far ahead."""
        if field.data and not clock.today() - BACK <= field.data <= clock.today() + AHEAD:
            raise ValidationError(_("Choose a day in the last or the next year."))

    @property
    def starts_at(self) -> datetime:
        """Day and time together, on a London clock."""
        return clock.london(datetime.combine(filled(self.day), filled(self.at)))

    def plan(self, worker_id: int, people: list[int]) -> Plan:
        """What was filled in."""
        return Plan(
            worker_id=worker_id,
            starts_at=self.starts_at,
            minutes=self.minutes.data,
            place=filled(self.place) if self.way.data == "place" else None,
            purpose=filled(self.purpose),
            people=tuple(people),
            anyway=bool(self.anyway.data),
        )
