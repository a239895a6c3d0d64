"""The forms of being away and of leaving."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.foundation import clock
from portal.foundation.forms import DateField, SelectField
from portal.handovers.forms import AHEAD


class AwayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Since when somebody is away, until when as far as is known, and who is there instead."""

    away_from = DateField(_l("Away from"), [InputRequired(_l("Add the first day away."))])
    away_until = DateField(
        _l("Until, as far as you know"),
        [InputRequired(_l("Add the last day away. You can change it."))],
        description=_l("You can change it later."),
    )
    instead = SelectField(_l("Who is there instead"), [InputRequired(_l("Choose who is there instead."))])

    def offer(self, colleagues: list[Any]) -> None:
        """The colleagues one may pick."""
        names = [(each.ref, f"{each.name}, {each.role}") for each in colleagues]
        self.instead.choices = [("", _("Choose a name")), *names]

    def validate_away_until(self, field: DateField) -> None:
        """Not past, and not before it begins."""
        if not field.data:
            return
        if field.data < clock.today():
            raise ValidationError(_("That day is past. Choose today or a later day."))
        if self.away_from.data and field.data < self.away_from.data:
            raise ValidationError(_("That is before the first day away. Choose a later day."))
        if field.data > clock.today() + AHEAD:
            raise ValidationError(_("Choose a day in the next year."))


class LeaveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A worker's last day here. Who takes over each family stands beside it, one field for each."""

    last_day = DateField(_l("Last day here"), [InputRequired(_l("Add the last day."))])
    reason = StringField(
        _l("Why they go"),
        [
            DataRequired(_l("Say why. The family reads it.")),
            Length(max=300, message=_l("That is too long. Use 300 letters or fewer.")),
        ],
        description=_l("The families read this. Such as: new job in another town."),
    )

    def validate_last_day(self, field: DateField) -> None:
        """From today on: whoever is gone already left today."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("That day is past. Choose today or a later day."))
        if field.data and field.data > clock.today() + AHEAD:
            raise ValidationError(_("Choose a day in the next year."))
