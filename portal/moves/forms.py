"""The forms of a move. They parse and say kindly what is missing; the actions decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.forms import DateField, RadioField, SelectField, SelectMultipleField
from portal.people.forms import ReadersField

AHEAD = timedelta(days=731)
BACK = timedelta(days=366)
SHORT = Length(max=300, message=_l("That is too long. Use 300 letters or fewer."))
LONG = Length(max=4000, message=_l("That is too long. Use 4,000 letters or fewer."))


def soon(field: DateField) -> None:
    """A day from today on, in the next two years."""
    if field.data and not clock.today() <= field.data <= clock.today() + AHEAD:
        raise ValidationError(_("Choose a day from today on, in the next two years."))


class DaysForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The days of a move; none of them has to be known."""

    move_day = DateField(_l("The day they move"), [Optional()])
    leads_on = DateField(_l("The day the new one should lead"), [Optional()])
    old_lead_until = DateField(_l("Until when whoever leads now stays beside them"), [Optional()])

    def validate_leads_on(self, field: DateField) -> None:
        """From today on."""
        soon(field)

    def validate_old_lead_until(self, field: DateField) -> None:
        """From today on, and not before the new one leads."""
        soon(field)
        if field.data and self.leads_on.data and field.data < self.leads_on.data:
            raise ValidationError(_("Choose a day on or after the day the new one leads."))


class StartForm(DaysForm):
    """A move that begins: where to, when, who stays, and who in the family reads of it."""

    borough = SelectField(_l("Where to"))
    staying = SelectMultipleField(_l("Who does not move"), [Optional()])
    readers = ReadersField()

    def offer(self, boroughs: list[Any], readers: list[Row]) -> None:
        """The boroughs to choose from, and those who may know where the others are."""
        names = [(each.ref, each.name) for each in boroughs]
        self.borough.choices = [("", _("Choose a borough")), *names]
        self.staying.choices = [(row["ref"], row["name"]) for row in readers]
        self.readers.offer([row for row in readers if row["contact_limit"] == "none"])

    def validate_borough(self, field: SelectField) -> None:
        """Somewhere."""
        if not field.data:
            raise ValidationError(_("Choose where they move to."))

    def validate_readers(self, field: ReadersField) -> None:
        """Somebody reads of it: a move is theirs."""
        if not field.chosen:
            raise ValidationError(_("Choose who in the family reads about the move."))


class ConferenceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """An invitation to a child protection conference."""

    organisation = SelectField(_l("Whom you invite"))
    day = DateField(_l("The day of the conference"), [InputRequired(_l("Add the day of the conference."))])

    def offer(self, boroughs: list[Any]) -> None:
        """Those who can be invited."""
        self.organisation.choices = [(each.ref, each.name) for each in boroughs]

    def validate_day(self, field: DateField) -> None:
        """From today on."""
        soon(field)


class PartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What becomes of one worker's part at a move."""

    does = RadioField(
        _l("What happens"),
        choices=[
            ("leaves", _l("They stop on a day")),
            ("stays", _l("They stay on past the move")),
        ],
        default="leaves",
    )
    until = DateField(_l("Until when"), [InputRequired(_l("Add the last day."))])
    paid_by = StringField(
        _l("Who pays for it"), [SHORT], description=_l("For somebody who stays on: the borough or the fund.")
    )
    reason = StringField(
        _l("Why"), [DataRequired(_l("Say why. The family reads it.")), SHORT], description=_l("The family reads this.")
    )

    def validate_until(self, field: DateField) -> None:
        """From today on."""
        soon(field)

    def validate_paid_by(self, field: StringField) -> None:
        """Somebody pays for who is kept on past a move (review 3.4.19)."""
        if self.does.data == "stays" and not (field.data or "").strip():
            raise ValidationError(_("Write who pays. It must not end because nobody asked."))


class TaskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Something that must not slip between."""

    text = StringField(_l("What must not slip"), [DataRequired(_l("Write what must be done.")), SHORT])
    owner = SelectField(_l("Who sees to it"), validate_choice=False)
    due = DateField(_l("By when"), [InputRequired(_l("Add a day."))])

    def offer(self, owners: list[tuple[str, str]]) -> None:
        """Workers and family members who can see to it."""
        self.owners = dict(owners)
        self.owner.choices = [("", _("Choose a name")), *owners]

    def validate_owner(self, field: SelectField) -> None:
        """One person by name."""
        if field.data not in self.owners:
            raise ValidationError(_("Choose one person. What everybody owns, nobody does."))

    def validate_due(self, field: DateField) -> None:
        """From today on."""
        soon(field)


class MetForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The day on which something happened: they met, or the family moved."""

    day = DateField(_l("On which day"), [InputRequired(_l("Add the day."))])

    def validate_day(self, field: DateField) -> None:
        """Up to today."""
        if field.data and not clock.today() - BACK <= field.data <= clock.today():
            raise ValidationError(_("Choose today or a day before."))


class CallOffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a move is called off."""

    reason = TextAreaField(_l("Why it is called off"), [DataRequired(_l("Say why. The family reads it.")), LONG])
