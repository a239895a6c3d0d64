"""The forms of a handover. They parse and say what is missing; the actions decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.foundation import clock
from portal.foundation.forms import DateField, SelectField

AHEAD = timedelta(days=366)
LONG = Length(max=3000, message=_l("That is too long. Use 3,000 letters or fewer."))


class HandoverForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A handover as it is planned."""

    colleague = SelectField(_l("Who takes over"), validate_choice=False)
    elsewhere = StringField(
        _l("Or somebody from elsewhere"),
        [Length(max=200, message=_l("That is too long. Use 200 letters or fewer."))],
        description=_l("Their work e-mail, or their reference."),
    )
    meets_on = DateField(_l("From when both are there"), [InputRequired(_l("Add the day they begin together."))])
    last_day = DateField(_l("Last day of the one who goes"), [InputRequired(_l("Add the last day."))])
    reason = StringField(
        _l("Why it changes"),
        [
            DataRequired(_l("Say why. The family reads it.")),
            Length(max=300, message=_l("That is too long. Use 300 letters or fewer.")),
        ],
        description=_l("The family reads this. Such as: new job in another town."),
    )
    goodbye = TextAreaField(
        _l("Goodbye, in your own words"), [Optional(), LONG], description=_l("The family reads it. It can wait.")
    )
    passed_on = TextAreaField(
        _l("What the next one knows from you"), [Optional(), LONG], description=_l("The family reads it.")
    )
    not_again = TextAreaField(
        _l("What the family need not say again"), [Optional(), LONG], description=_l("The family reads it.")
    )

    def __init__(self, *args: Any, ends_on: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ends_on = ends_on

    def offer(self, colleagues: list[Any]) -> None:
        """The colleagues one may pick."""
        names = [(each.ref, f"{each.name}, {each.role}") for each in colleagues]
        self.colleague.choices = [("", _("Choose a name")), *names]

    def validate_elsewhere(self, field: StringField) -> None:
        """One of the two ways to say who."""
        if not (field.data or "").strip() and not self.colleague.data:
            raise ValidationError(_("Choose a name, or write an e-mail."))

    def validate_meets_on(self, field: DateField) -> None:
        """From today on."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("That day is past. Choose today or a later day."))

    def validate_last_day(self, field: DateField) -> None:
        """Not before the two were there together, not past, and not after a last day that is settled."""
        if not field.data:
            return
        if field.data < clock.today():
            raise ValidationError(_("That day is past. Choose today or a later day."))
        if field.data > clock.today() + AHEAD:
            raise ValidationError(_("Choose a day in the next year."))
        if self.ends_on and field.data > self.ends_on:
            raise ValidationError(_("Their last day is set already. Choose that day or one before it."))
        if self.meets_on.data and field.data < self.meets_on.data:
            raise ValidationError(_("They need at least one day together. Choose a later last day."))


class WordsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What the two write for the family; each only their own."""

    goodbye = TextAreaField(_l("Goodbye, in your own words"), [Optional(), LONG])
    passed_on = TextAreaField(_l("What the next one knows from you"), [Optional(), LONG])
    not_again = TextAreaField(_l("What the family need not say again"), [Optional(), LONG])
    hello = TextAreaField(_l("Hello, in your own words"), [Optional(), LONG])
