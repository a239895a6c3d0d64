"""The forms of joining a family and leaving it. They parse and say what is missing; the actions decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.foundation import clock
from portal.foundation.forms import DateField, SelectField
from portal.foundation.phones import read_number

FUNCTION_NAMES = {
    "social_work": _l("Social work"),
    "youth_justice": _l("Youth justice"),
    "youth_support": _l("Youth support"),
    "mentor": _l("Mentor"),
    "school": _l("School"),
    "health": _l("Health"),
    "housing": _l("Housing"),
    "police_liaison": _l("Police contact"),
}
BACK = timedelta(days=31)  # a worker who began last week and was written down late
AHEAD = timedelta(days=366)


class JoinForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A worker who is asked to join a family."""

    colleague = SelectField(_l("Somebody from your organisation"), validate_choice=False)
    elsewhere = StringField(
        _l("Or somebody from elsewhere"),
        [Length(max=200, message=_l("That is too long. Use 200 letters or fewer."))],
        description=_l("Their work e-mail, or their reference."),
    )
    function = SelectField(_l("What they will do for the family"), choices=list(FUNCTION_NAMES.items()))
    starts_on = DateField(_l("Their first day"), [InputRequired(_l("Add their first day."))])
    lead = BooleanField(_l("They lead the help for this family"))

    def offer(self, colleagues: list[Any]) -> None:
        """The colleagues one may pick."""
        names = [(each.ref, f"{each.name}, {each.role}") for each in colleagues]
        self.colleague.choices = [("", _("Choose a name")), *names]

    def validate_elsewhere(self, field: StringField) -> None:
        """One of the two ways to say who."""
        if not (field.data or "").strip() and not self.colleague.data:
            raise ValidationError(_("Choose a name, or write an e-mail."))

    def validate_starts_on(self, field: DateField) -> None:
        """Not long ago and not far ahead."""
        if field.data and not clock.today() - BACK <= field.data <= clock.today() + AHEAD:
            raise ValidationError(_("Choose a day in the last month or the next year."))


class EndForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The last day of a worker's part in a family's life."""

    last_day = DateField(_l("Last day"), [InputRequired(_l("Add the last day."))])
    reason = StringField(
        _l("Why it ends"),
        [
            DataRequired(_l("Say why. The family reads it.")),
            Length(max=300, message=_l("That is too long. Use 300 letters or fewer.")),
        ],
        description=_l("The family reads this."),
    )

    def __init__(self, *args: Any, earliest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest = earliest

    def validate_last_day(self, field: DateField) -> None:
        """From the first day, or from today for one's own."""
        if not field.data:
            return
        if field.data < self.earliest:
            raise ValidationError(_("Choose a day that is not too early."))
        if field.data > clock.today() + AHEAD:
            raise ValidationError(_("Choose a day in the next year."))


class NoForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Saying no to a family one was asked to join, with a reason."""

    reason = StringField(
        _l("Why you cannot"),
        [
            DataRequired(_l("Say why, so that somebody else can be found.")),
            Length(max=300, message=_l("That is too long. Use 300 letters or fewer.")),
        ],
        description=_l("Whoever asked you reads it, not the family."),
    )


class NumberForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The number that a person's codes go to."""

    number = StringField(_l("Mobile number"), [DataRequired(_l("Write the number."))])

    def validate_number(self, field: StringField) -> None:
        """A number people can be texted on."""
        if read_number(field.data or "") is None:
            raise ValidationError(_("That does not look like a phone number. Check it with them."))
