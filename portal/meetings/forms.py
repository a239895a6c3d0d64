"""Announcing a meeting, saying what was decided, keeping it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.forms import DateField, SelectMultipleField, filled
from portal.people.forms import ReadersField

TOO_LONG = _l("That is too long. Use 4,000 letters or fewer.")
LONGEST_DELAY = timedelta(days=90)
YEAR = timedelta(days=366)


class MeetingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is being met about, when, who knows of it and who is invited."""

    about = StringField(
        _l("What is it about?"),
        [DataRequired(_l("Write what it is about.")), Length(max=200, message=_l("Use 200 letters or fewer."))],
        description=_l("As you would say it to them. Such as: how Leo gets back to school"),
    )
    day = DateField(_l("Which day?"), [InputRequired(_l("Add the day, the month and the year."))])
    at = TimeField(_l("What time?"), [InputRequired(_l("Write the time, such as 16:30."))])
    readers = ReadersField(_l("Who in the family can know of it?"))
    invited = SelectMultipleField(_l("Who of them is invited?"))
    why_not = TextAreaField(
        _l("If somebody is not invited: why?"),
        [Length(max=1000, message=_l("That is too long. Use 1,000 letters or fewer."))],
        description=_l("They read this."),
    )

    def offer(self, rows: list[Row]) -> None:
        """Let these know of it and be invited."""
        self.readers.offer(rows)
        self.invited.choices = self.readers.choices

    def validate_day(self, field: Any) -> None:
        """A day near enough to be meant."""
        if field.data and abs(field.data - clock.today()) > YEAR:
            raise ValidationError(_("That is more than a year away. Check the year."))

    def validate_readers(self, field: ReadersField) -> None:
        """A meeting is told to somebody."""
        if not field.chosen:
            raise ValidationError(_("Choose who in the family can know of it."))

    def validate_why_not(self, field: TextAreaField) -> None:
        """Whoever knows of it and is not invited reads why."""
        left_out = [row for row in self.readers.chosen if row["ref"] not in (self.invited.data or ())]
        if left_out and not (field.data or "").strip():
            raise ValidationError(_("Say why somebody is not invited. They read this."))

    @property
    def held_at(self) -> datetime:
        """Day and time together, on a London clock."""
        return clock.london(datetime.combine(filled(self.day), filled(self.at)))

    @property
    def reason(self) -> str | None:
        """Why somebody is not invited, if somebody is not."""
        return (self.why_not.data or "").strip() or None

    @property
    def invited_ids(self) -> list[int]:
        """The keys of those who are invited."""
        return [row["id"] for row in self.readers.rows if row["ref"] in (self.invited.data or ())]


class KnowingForm(MeetingForm):
    """Who knows of a meeting that was announced, who is invited, and why not the others. `seen`: its version then."""

    about = day = at = None  # type: ignore[assignment]  # WTForms leaves out what is None
    seen = HiddenField()


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """What was decided. `version`: the meeting's on the page, which named who reads it."""

    version = HiddenField()
    text = TextAreaField(
        _l("What was decided?"),
        [DataRequired(_l("Write what was decided.")), Length(max=4000, message=TOO_LONG)],
        description=_l("Who does what by when. They read it as you write it."),
    )


class CorrectionForm(DecisionForm):
    """What was decided, put right. `seen`: which wording the page showed."""

    seen = HiddenField()
    text = TextAreaField(
        _l("What was decided?"),
        [DataRequired(_l("Write what was decided.")), Length(max=4000, message=TOO_LONG)],
        description=_l("What stood here before stays to be read. The same people are told."),
    )


class MoveForm(FlaskForm):  # type: ignore[misc]
    """Another time for a meeting. `seen`: its version on the page."""

    seen = HiddenField()
    day = DateField(_l("Which day?"), [InputRequired(_l("Add the day, the month and the year."))])
    at = TimeField(_l("What time?"), [InputRequired(_l("Write the time, such as 16:30."))])
    why = TextAreaField(
        _l("Why is it moved?"),
        [Length(max=500, message=_l("That is too long. Use 500 letters or fewer."))],
        description=_l("They read this. It can stay empty."),
    )

    def validate_day(self, field: Any) -> None:
        """To come, and near enough to be meant."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("That day is over. Choose today or a later day."))
        if field.data and field.data - clock.today() > YEAR:
            raise ValidationError(_("That is more than a year away. Check the year."))

    def validate_at(self, field: Any) -> None:
        """Not a time of today that has gone."""
        if self.day.data == clock.today() and field.data and self.held_at <= clock.now():
            raise ValidationError(_("That time is over. Choose a later one."))

    @property
    def held_at(self) -> datetime:
        """Day and time together, on a London clock."""
        return clock.london(datetime.combine(filled(self.day), filled(self.at)))

    @property
    def reason(self) -> str | None:
        """Why, if somebody says."""
        return (self.why.data or "").strip() or None


class OffForm(FlaskForm):  # type: ignore[misc]
    """Why a meeting does not take place. `seen`: its version on the page."""

    seen = HiddenField()
    why = TextAreaField(
        _l("Why does it not take place?"),
        [
            DataRequired(_l("Write why. They read this.")),
            Length(max=500, message=_l("That is too long. Use 500 letters or fewer.")),
        ],
        description=_l("They read this."),
    )


class WithholdForm(FlaskForm):  # type: ignore[misc]
    """A manager's reason and a day."""

    reason = TextAreaField(
        _l("Why can they not know yet?"),
        [DataRequired(_l("Write the reason.")), Length(max=1000, message=_l("Use 1,000 letters or fewer."))],
        description=_l("Those who work with the family read this. The family reads your name and the date."),
    )
    until = DateField(_l("Until which day?"), [InputRequired(_l("Add the day, the month and the year."))])
    whole = BooleanField(
        _l("Not even that there is a meeting"),
        description=_l("Without this they see the meeting, and that you keep back what was decided."),
    )

    def validate_until(self, field: Any) -> None:
        """A day to come, and not far."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("Choose today or a later day."))
        if field.data and field.data > clock.today() + LONGEST_DELAY:
            raise ValidationError(_("Choose a day in the next 90 days. You can do this again then."))
