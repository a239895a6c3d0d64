"""The forms with which a worker says when they can be met. They parse and say what is missing; the actions decide."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal.availability.actions import Exceptional, Rule
from portal.foundation import clock
from portal.foundation.forms import DateField, RadioField, SelectField, SelectMultipleField, filled
from portal.foundation.language import say_minutes

WEEK = (
    ("0", _l("Monday")),
    ("1", _l("Tuesday")),
    ("2", _l("Wednesday")),
    ("3", _l("Thursday")),
    ("4", _l("Friday")),
    ("5", _l("Saturday")),
    ("6", _l("Sunday")),
)


class Where(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """From when to when, and where or by phone."""

    starts = TimeField(_l("From"), [InputRequired(_l("Write a time, such as 15:30."))])
    ends = TimeField(_l("To"), [InputRequired(_l("Write a time, such as 18:00."))])
    place = StringField(
        _l("Where you meet"),
        [Length(max=200, message=_l("That is too long. Use 200 letters or fewer."))],
        description=_l("Leave it empty for calls only. Families see it; texts never say it unasked."),
    )
    by_phone = BooleanField(_l("It can be by phone"))

    def validate_ends(self, field: TimeField) -> None:
        """After it began."""
        if field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError(_("It must end after it begins."))

    def validate_place(self, field: StringField) -> None:
        """Somewhere, or by phone."""
        if not (field.data or "").strip() and not self.by_phone.data:
            raise ValidationError(_("Say where, or tick that it can be by phone."))


class HoursForm(Where):
    """A stretch of the week."""

    weekdays = SelectMultipleField(_l("On which days?"), choices=list(WEEK))

    def validate_weekdays(self, field: SelectMultipleField) -> None:
        """At least one day."""
        if not field.data:
            raise ValidationError(_("Choose a day."))


class ExceptionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Days that are not as usual: away, or there at another time."""

    first = DateField(_l("First day"), [InputRequired(_l("Add the first day."))])
    last = DateField(_l("Last day"), [Optional()])
    there = RadioField(
        _l("What is different?"),
        choices=[("no", _l("I am not there")), ("yes", _l("I am there at another time"))],
        default="no",
    )
    starts = TimeField(_l("From"), [Optional()])
    ends = TimeField(_l("To"), [Optional()])
    place = StringField(
        _l("Where you meet"), [Length(max=200, message=_l("That is too long. Use 200 letters or fewer."))]
    )
    by_phone = BooleanField(_l("It can be by phone"))

    def validate_last(self, field: DateField) -> None:
        """Not before the first, and not over."""
        last = field.data or self.first.data
        if last and self.first.data and last < self.first.data:
            raise ValidationError(_("The last day comes after the first."))
        if last and last < clock.today():
            raise ValidationError(_("Those days have gone."))

    def validate_ends(self, field: TimeField) -> None:
        """Both times or none; and some, when one is there."""
        if (field.data is None) != (self.starts.data is None):
            raise ValidationError(_("Write both times, or none for the whole day."))
        if field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError(_("It must end after it begins."))
        if field.data is None and self.there.data == "yes":
            raise ValidationError(_("Say from when to when you are there."))

    def validate_place(self, field: StringField) -> None:
        """Somewhere, or by phone, when one is there."""
        if self.there.data == "yes" and not (field.data or "").strip() and not self.by_phone.data:
            raise ValidationError(_("Say where, or tick that it can be by phone."))

    def exceptional(self) -> Exceptional:
        """What was filled in."""
        there = self.there.data == "yes"
        return Exceptional(
            first=filled(self.first),
            last=self.last.data or filled(self.first),
            there=there,
            starts=self.starts.data,
            ends=self.ends.data,
            place=(filled(self.place) or None) if there else None,
            by_phone=there and bool(self.by_phone.data),
        )


class RuleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How families may book."""

    open = BooleanField(_l("Families may take my free times themselves"))
    minutes = SelectField(_l("How long is one meeting?"), coerce=int)
    gap_minutes = SelectField(_l("How long do you need to get to the next?"), coerce=int)
    most_per_day = IntegerField(
        _l("At most how many in one day?"),
        [Optional(), NumberRange(1, 20, message=_l("Write a number from 1 to 20, or leave it empty."))],
        description=_l("Leave it empty for no limit."),
    )
    notice_hours = SelectField(_l("How long before can it still be booked?"), coerce=int)
    ahead_days = SelectField(_l("How far ahead?"), coerce=int)

    def prepare(self) -> None:
        """The choices, in the words of this page's language."""
        _choose(self.minutes, {each: say_minutes(each) for each in (20, 30, 45, 60, 90, 120)})
        _choose(self.gap_minutes, {0: _("No time")} | {each: say_minutes(each) for each in (15, 30, 45, 60, 90)})
        _choose(self.notice_hours, {each: say_minutes(each * 60) for each in (1, 2, 4, 12, 24, 48)})
        _choose(self.ahead_days, {7: _("1 week"), 14: _("2 weeks"), 28: _("4 weeks"), 56: _("8 weeks")})

    def rule(self) -> Rule:
        """What was filled in."""
        return Rule(
            open=bool(self.open.data),
            minutes=self.minutes.data,
            gap_minutes=self.gap_minutes.data,
            most_per_day=self.most_per_day.data,
            notice_hours=self.notice_hours.data,
            ahead_days=self.ahead_days.data,
        )


def _choose(field: SelectField, names: dict[int, str]) -> None:
    field.choices = list(names.items())


USUAL: dict[str, Any] = {
    "open": True,
    "minutes": 60,
    "gap_minutes": 15,
    "most_per_day": None,
    "notice_hours": 2,
    "ahead_days": 28,
}
"""What a worker begins with."""
