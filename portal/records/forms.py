"""The forms of opening a family in an emergency, and of putting off that openings are shown."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.foundation import clock
from portal.foundation.forms import DateField, RadioField, SelectField
from portal.organisations.models import Worker

FEWEST_WORDS = 4  # "he is missing": anything shorter explains nothing to whoever reads it later
LONGEST_DELAY = timedelta(days=90)


def says_why(form: FlaskForm, field: TextAreaField) -> None:
    """A reason in words, since the family or a manager will read it."""
    if len((field.data or "").split()) < FEWEST_WORDS:
        raise ValidationError(_("Say a little more, so that the reason is clear to whoever reads it."))


class UrgentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Reason first; then exactly whom."""

    reason = TextAreaField(
        _l("Why you need to open this family now"),
        [Length(max=1000, message=_l("That is too long. Use 1,000 letters or fewer.")), says_why],
        description=_l("The family and two managers read your words."),
    )
    why = RadioField(
        _l("What this is"),
        [InputRequired(_l("Choose one."))],
        choices=[
            ("duty", _l("I am on duty out of hours")),
            ("break_glass", _l("It is an emergency")),
        ],
    )
    name = StringField(
        _l("Full name of somebody in the family"),
        [
            DataRequired(_l("Write the full name.")),
            Length(max=200, message=_l("That is too long. Use 200 letters or fewer.")),
        ],
        description=_l("As it is on record, first name and surname."),
    )
    born = DateField(_l("Their date of birth"), [InputRequired(_l("Add the date of birth."))])


class DelayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whose openings the family sees only later, until when and why."""

    worker = SelectField(_l("Whose openings"), validate_choice=False)
    until = DateField(_l("Last day of not showing them"), [InputRequired(_l("Add a date."))])
    reason = TextAreaField(
        _l("Why showing them now could harm somebody"),
        [Length(max=1000, message=_l("That is too long. Use 1,000 letters or fewer.")), says_why],
        description=_l("Kept on record with your name."),
    )

    def offer(self, workers: list[Worker]) -> None:
        """The workers whose openings may wait."""
        names = [(one.ref, f"{one.name}, {one.role}") for one in workers]
        self.worker.choices = [("", _("Choose a name")), *names]

    def validate_until(self, field: DateField) -> None:
        """From today, for at most 90 days."""
        if field.data and not clock.today() <= field.data <= clock.today() + LONGEST_DELAY:
            raise ValidationError(_("Choose a day from today, at most 90 days ahead."))
