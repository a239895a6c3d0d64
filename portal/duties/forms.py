"""Forms about what the law asks for, what is kept elsewhere, and asking again. They parse; the actions decide."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from portal.access.scope import Scope
from portal.duties.actions import NewDuty, section_of
from portal.foundation import clock
from portal.foundation.database import Row, reference
from portal.foundation.forms import DateField, SelectField
from portal.involvement.models import SECTION_KIND
from portal.people.forms import ReadersField

WHAT = (
    ("section_17", _l("Child and family assessment (section 17): 45 working days")),
    ("section_47", _l("Section 47 enquiry: 15 working days to the conference")),
    ("first_conference", _l("First child protection conference: 15 working days")),
    ("review_conference", _l("Child protection review")),
    ("core_group", _l("Core group: 10 working days")),
    ("looked_after_review", _l("Review for a child in care: 20 working days")),
    ("referral_order_report", _l("Report for the referral order panel")),
    ("referral_order_review", _l("Referral order review")),
    ("ehcp_review", _l("Yearly review of the EHCP")),
    ("homelessness", _l("Decision about help with housing")),
    ("other", _l("Something else the law asks for")),
)
ELSEWHERE = (
    ("youth_justice", _l("Youth justice assessment")),
    ("ehcp", _l("EHCP")),
    ("homelessness", _l("Housing file")),
    ("health", _l("Health record")),
    ("other", _l("Another record")),
)


class _Written(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    once = HiddenField(validators=[Optional()])
    readers = ReadersField()

    def begin(self, scope: Scope, people: list[Row]) -> None:
        """Offer these readers; whoever may know where the family is, is ticked until somebody chooses otherwise."""
        self.scope = scope
        self.readers.offer(people)
        if not self.is_submitted():
            self.readers.data = [row["ref"] for row in people if row["contact_limit"] == "none"]
        self.once.data = self.once.data or reference()

    def opened(self, what: str) -> bool:
        """Does this worker's function open the section where it would stand?"""
        return self.scope.sees_kind(SECTION_KIND[section_of(what)])


class DutyForm(_Written):
    """What the law asks for, and by when."""

    what = SelectField(_l("What does the law ask for?"), choices=list(WHAT))
    law = StringField(
        _l("Under which section"),
        [Optional(), Length(max=120, message=_l("That is too long. Use 120 letters or fewer."))],
        description=_l("Left empty, the usual one is written."),
    )
    began_on = DateField(_l("When it began"), [InputRequired(_l("Add the day it began."))])
    days = IntegerField(
        _l("Working days it may take"),
        [Optional(), NumberRange(1, 400, message=_l("Choose from 1 to 400 working days."))],
        description=_l("Left empty, the usual number is counted. Bank holidays are left out."),
    )
    due_on = DateField(_l("Or the last day for it"), [Optional()])

    def validate_what(self, field: SelectField) -> None:
        """One that stands in a section this worker may read."""
        if not self.opened(field.data):
            raise ValidationError(_("Your part does not open where this would stand. Ask the lead to add it."))

    def validate_began_on(self, field: DateField) -> None:
        """Not a day to come."""
        if field.data and field.data > clock.today():
            raise ValidationError(_("That day has not come yet. Check the year."))

    def validate_due_on(self, field: DateField) -> None:
        """Not before it began."""
        if field.data and self.began_on.data and field.data < self.began_on.data:
            raise ValidationError(_("It cannot end before it began."))

    def duty(self) -> NewDuty:
        """What was filled in."""
        law = " ".join((self.law.data or "").split()) or None
        return NewDuty(
            self.what.data,
            law,
            self.began_on.data,  # type: ignore[arg-type]  # required
            None if self.due_on.data else self.days.data,
            self.due_on.data,
            self.readers.people_ids,
            self.once.data or "",
        )


class FinishForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How something the law asked for ended."""

    ended_on = DateField(_l("When it ended"), [InputRequired(_l("Add the day it ended."))])
    outcome = TextAreaField(
        _l("What was decided"),
        [
            DataRequired(_l("Say what was decided. The family reads it.")),
            Length(max=3000, message=_l("That is too long. Use 3,000 letters or fewer.")),
        ],
        description=_l("The family reads this."),
    )

    def __init__(self, *args: Any, began_on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.began_on = began_on

    def validate_ended_on(self, field: DateField) -> None:
        """From its beginning to today."""
        if field.data and not self.began_on <= field.data <= clock.today():
            raise ValidationError(_("Choose a day from its beginning to today."))


class ElsewhereForm(_Written):
    """A record that another system keeps."""

    what = SelectField(_l("What is kept elsewhere?"), choices=list(ELSEWHERE))
    where_kept = StringField(
        _l("Who keeps it, and whom to ask"),
        [
            DataRequired(_l("Say who keeps it and whom to ask.")),
            Length(max=300, message=_l("That is too long. Use 300 letters or fewer.")),
        ],
        description=_l("Such as: the youth justice service, number 1234, ask Omar Haddad"),
    )

    def validate_what(self, field: SelectField) -> None:
        """One that stands in a section this worker may read."""
        if not self.opened(field.data):
            raise ValidationError(_("Your part does not open where this would stand. Ask the lead to add it."))


class AgainForm(_Written):
    """Why something is asked again."""

    reason = StringField(
        _l("Why must you ask again?"),
        [
            DataRequired(_l("Say why. The family reads it.")),
            Length(max=300, message=_l("That is too long. Use 300 letters or fewer.")),
        ],
        description=_l("The family reads this, with your name and the day."),
    )

    def validate_readers(self, field: ReadersField) -> None:
        """Somebody in the family must be able to read the reason."""
        if field.rows and not field.data:
            raise ValidationError(_("Choose who reads the reason. Somebody in the family must."))
