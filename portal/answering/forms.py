"""The forms of an answer. They parse and say kindly what is missing; the database decides who may."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portal.foundation.forms import DateField, SelectField
from portal.involvement.forms import FUNCTION_NAMES
from portal.moves.forms import LONG, soon


class AcceptForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Yes to a transfer, with the name of who will lead."""

    lead = SelectField(_l("Who will lead for them here"), validate_choice=False)
    function = SelectField(
        _l("What they do"),
        choices=[each for each in FUNCTION_NAMES.items() if each[0] != "police_liaison"],
    )
    first_day = DateField(_l("Their first day beside the one who leads now"), [InputRequired(_l("Add the first day."))])

    def offer(self, colleagues: list[Any]) -> None:
        """The colleagues one may name."""
        names = [(each.ref, f"{each.name}, {each.role}") for each in colleagues]
        self.lead.choices = [("", _("Choose a name")), *names]

    def validate_lead(self, field: SelectField) -> None:
        """A name: a borough that says yes says who."""
        if not field.data:
            raise ValidationError(_("Choose who will lead. A yes needs a name."))

    def validate_first_day(self, field: DateField) -> None:
        """From today on."""
        soon(field)


class DeclineForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """No, with reasons that the family reads."""

    reason = TextAreaField(
        _l("Why you say no"), [DataRequired(_l("Write your reasons. A no without them does not stand.")), LONG]
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """Words, not blanks."""
        if len((field.data or "").split()) < 3:
            raise ValidationError(_("Write your reasons in a sentence. The family reads them."))


def first_day(field: DateField) -> date:
    """The day of a field that the form has shown to be there."""
    if field.data is None:
        raise LookupError("validated before")
    return field.data
