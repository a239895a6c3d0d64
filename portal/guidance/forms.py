"""What a borough writes beside the national guidance, and the numbers of its duty team."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.foundation import clock
from portal.foundation.forms import DateField
from portal.foundation.phones import read_number

LONGEST = 1500
AHEAD = timedelta(days=366)


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A note beside one page, in one language."""

    text = TextAreaField(
        _l("What is different or near here?"),
        [
            DataRequired(_l("Write something, or take the note down.")),
            Length(max=LONGEST, message=_l("That is too long. Use 1,500 letters or fewer.")),
        ],
        description=_l("Short sentences. Start a line with - for a list. Links: [what it is](https://address)."),
    )
    review_by = DateField(
        _l("When will somebody look at it again?"),
        [InputRequired(_l("Add a day, so that it does not go out of date unseen."))],
    )
    seen = HiddenField()
    """The note that stood when this form was opened."""

    def validate_review_by(self, field: DateField) -> None:
        """Within a year."""
        if field.data and not clock.today() < field.data <= clock.today() + AHEAD:
            raise ValidationError(_("Choose a day within the next 12 months."))


class DutyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whom people call when a child is not safe."""

    day_phone = StringField(_l("Number in the day"), [Length(max=40, message=_l("That is too long for a number."))])
    day_hours = StringField(
        _l("When it is answered"),
        [Length(max=100, message=_l("That is too long. Use 100 letters or fewer."))],
        description=_l("For example: Monday to Friday, 9am to 5pm."),
    )
    night_phone = StringField(
        _l("Number at night and at weekends"), [Length(max=40, message=_l("That is too long for a number."))]
    )

    def validate_day_phone(self, field: StringField) -> None:
        """A number, and at least one of the two."""
        _number(field)
        if not (field.data or "").strip() and not (self.night_phone.data or "").strip():
            raise ValidationError(_("Add at least one number."))

    def validate_night_phone(self, field: StringField) -> None:
        """A number."""
        _number(field)


def _number(field: StringField) -> None:
    if (field.data or "").strip() and read_number(field.data or "") is None:
        raise ValidationError(_("That is not a phone number. Write it as people dial it."))
