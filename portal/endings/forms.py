"""The forms of a decision to end help. They ask for more where a reason is never enough alone, and say why."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.endings.models import NEVER_ENOUGH
from portal.foundation import clock
from portal.foundation.forms import DateField, RadioField, SelectField
from portal.handovers.forms import AHEAD, LONG
from portal.people.forms import ReadersField

BASES = {
    "done": _l("What we set out to do is done"),
    "asked": _l("The family asks for it"),
    "others": _l("Others carry on with the same help"),
    "moved": _l("They live elsewhere, and help goes on there"),
    "engaged_well": _l("They are engaging well"),
    "declined": _l("They declined our help"),
}
SHORT = 40
"""Letters: fewer do not say what else is different."""


class EndingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A decision to end help."""

    last_day = DateField(_l("Last day"), [InputRequired(_l("Add the last day."))])
    basis = RadioField(
        _l("Why help ends"),
        [InputRequired(_l("Choose why help ends."))],
        choices=list(BASES.items()),
    )
    why = TextAreaField(
        _l("Why, in your own words"),
        [DataRequired(_l("Say why, so that they understand it.")), LONG],
        description=_l("The family reads it. Say what is better, and how you know."),
    )
    besides = TextAreaField(
        _l("What else is different now"),
        [LONG],
        description=_l("Needed when they declined, or when they engage well. Neither says that they are safe."),
    )
    protects = TextAreaField(
        _l("What still protects them after that day"),
        [DataRequired(_l("Say what still protects them.")), LONG],
        description=_l("People, plans, orders: who does what, and until when."),
    )
    come_back = TextAreaField(
        _l("How they come back"),
        [DataRequired(_l("Say how they come back.")), LONG],
        description=_l("Such as: call me, and I open it again the same week. Nothing has to be told again."),
    )
    come_back_to = SelectField(_l("To whom they come back"), [InputRequired(_l("Choose to whom."))])
    manager = SelectField(_l("The manager whose name stands under it"), validate_choice=False)
    readers = ReadersField()

    def offer(self, back: list[Any], managers: list[Any]) -> None:
        """Who can be named."""
        first = ("", _("Choose a name"))
        self.come_back_to.choices = [first, *((one.ref, f"{one.name}, {one.role}") for one in back)]
        self.manager.choices = [first, *((one.ref, f"{one.name}, {one.role}") for one in managers)]

    def validate_last_day(self, field: DateField) -> None:
        """From today on, and not far ahead."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("That day is past. Choose today or a later day."))
        if field.data and field.data > clock.today() + AHEAD:
            raise ValidationError(_("Choose a day in the next year."))

    def validate_besides(self, field: TextAreaField) -> None:
        """More than a no or a yes to appointments."""
        if self.basis.data in NEVER_ENOUGH and len((field.data or "").strip()) < SHORT:
            raise ValidationError(
                _("That alone is never enough. A young person can say no, or come to every meeting, and be in danger.")
                + " "
                + _("Say what else is different, in a sentence or two.")
            )

    def validate_readers(self, field: ReadersField) -> None:
        """Help never ends without somebody in the family reading why."""
        if not field.data:
            raise ValidationError(_("Choose who in the family reads it. Help does not end behind their back."))


class RefuseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A manager says that help goes on."""

    reason = StringField(
        _l("Why help must go on"),
        [
            DataRequired(_l("Say why. Whoever decided it reads it.")),
            Length(max=300, message=_l("That is too long. Use 300 letters or fewer.")),
        ],
    )


class DifferentlyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A family member sees it differently."""

    text = TextAreaField(
        _l("How do you see it?"),
        [
            DataRequired(_l("Write how you see it.")),
            Length(max=4000, message=_l("That is too long. Use 4,000 letters or fewer.")),
        ],
    )
