"""Forms about duty: a turn on the rota, a worry, what came of a call, a visit alone."""

from __future__ import annotations

from datetime import time

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from portal.foundation.forms import SelectField, SelectMultipleField
from portal.foundation.phones import read_number

HOURS = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30))
DAYS = [
    ("0", _l("Monday")),
    ("1", _l("Tuesday")),
    ("2", _l("Wednesday")),
    ("3", _l("Thursday")),
    ("4", _l("Friday")),
    ("5", _l("Saturday")),
    ("6", _l("Sunday")),
    ("7", _l("Bank holidays")),
]
LONG = _l("That is too long. Use 500 letters or fewer.")


class TurnForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One worker's turn."""

    worker = SelectField(_l("Who is on duty"))
    days = SelectMultipleField(_l("On which days"), choices=DAYS)
    begins = SelectField(_l("From"), choices=[(hour, hour) for hour in HOURS], default="09:00")
    ends = SelectField(
        _l("Until. Earlier than the start: the next morning"), choices=[(hour, hour) for hour in HOURS], default="17:00"
    )
    number = StringField(_l("Mobile number for calls for help, if they have one"), [Optional(), Length(max=30)])

    def validate_days(self, field: SelectMultipleField) -> None:
        """A turn on no day is none."""
        if not field.data:
            raise ValidationError(_l("Choose at least one day."))

    def validate_number(self, field: StringField) -> None:
        """A number that can be texted."""
        if field.data and read_number(field.data) is None:
            raise ValidationError(_l("Write the whole number, such as 07700 900123."))

    @property
    def times(self) -> tuple[time, time]:
        """From when to when."""
        return time.fromisoformat(self.begins.data), time.fromisoformat(self.ends.data)


class LineForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The number that answers out of hours."""

    phone = StringField(_l("Number out of hours"), [DataRequired(_l("Write the number.")), Length(max=30)])
    hours = StringField(_l("When it is answered"), [DataRequired(_l("Say when it is answered.")), Length(max=100)])


class WorryForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """He did not come, and somebody is worried."""

    said = TextAreaField(
        _l("What worries you"),
        [DataRequired(_l("Say in a few words what worries you.")), Length(max=500, message=LONG)],
    )


class OutcomeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What came of a call for help."""

    outcome = TextAreaField(
        _l("What happened"),
        [DataRequired(_l("Say in a few words how they are and what was done.")), Length(max=500, message=LONG)],
    )


class VisitForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A visit alone: when somebody shall ask after this worker."""

    minutes = SelectField(
        _l("I check back within"),
        choices=[
            ("30", _l("30 minutes")),
            ("60", _l("1 hour")),
            ("90", _l("1 hour 30")),
            ("120", _l("2 hours")),
            ("180", _l("3 hours")),
        ],
        default="60",
    )
    where = StringField(
        _l("Where you are going"), [Optional(), Length(max=200, message=_l("Use 200 letters or fewer."))]
    )
