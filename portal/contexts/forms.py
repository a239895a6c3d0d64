"""The forms about links and about asking elsewhere. They parse and say what is missing; the actions decide."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from portal.contexts.actions import DAYS, Asking, NewLink
from portal.foundation import clock
from portal.foundation.database import Row, reference
from portal.foundation.forms import DateField, SelectField, filled
from portal.organisations.models import Worker
from portal.people.forms import ReadersField

WHAT = (
    ("school", _l("A school")),
    ("friends", _l("Friends")),
    ("family", _l("Family")),
    ("youth_club", _l("A youth club")),
    ("place", _l("A place")),
    ("home", _l("A home")),
    ("other", _l("Something else")),
)


class LinkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A school, place or friendship in some borough."""

    once = HiddenField(validators=[Optional()])
    borough = SelectField(_l("In which borough?"), validate_choice=True)
    what = SelectField(_l("What is there?"), choices=list(WHAT))
    note = StringField(
        _l("Its name, or what it is"),
        [Optional(), Length(max=200, message=_l("That is too long. Use 200 letters or fewer."))],
    )
    since = DateField(_l("Since when?"), [Optional()], description=_l("Leave it empty if nobody knows."))
    until = DateField(_l("Until when?"), [Optional()], description=_l("Leave it empty if it goes on."))
    readers = ReadersField()

    def begin(self, boroughs: list[Row], people: list[Row], writer: int | None) -> None:
        """Offer these boroughs and readers."""
        self.boroughs = boroughs
        self.borough.choices = [(row["ref"], row["name"]) for row in boroughs]
        self.readers.offer(people, writer=writer)
        self.once.data = self.once.data or reference()

    def validate_until(self, field: DateField) -> None:
        """Not before it began."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_("It cannot end before it began."))

    def validate_since(self, field: DateField) -> None:
        """Not a day to come."""
        if field.data and field.data > clock.today():
            raise ValidationError(_("That day has not come yet. Check the year."))

    def link(self) -> NewLink:
        """What was filled in."""
        borough = next(row for row in self.boroughs if row["ref"] == self.borough.data)
        note = (self.note.data or "").strip() or None
        since, until = self.since.data, self.until.data
        return NewLink(borough["id"], self.what.data, since, until, note, self.readers.people_ids, self.once.data or "")


class AskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Asking a borough or a school what it knows."""

    once = HiddenField(validators=[Optional()])
    readers = ReadersField()
    young = SelectField(_l("About whom?"), validate_choice=True)
    organisation = SelectField(_l("Whom do you ask?"), validate_choice=True)
    colleague = StringField(
        _l("Somebody there in particular"),
        [Optional(), Length(max=200, message=_l("That is too long. Use 200 letters or fewer."))],
        description=_l("Their work e-mail. Left empty, the question goes to whoever is senior there."),
    )
    by_hand = StringField(
        _l("Or somebody who is not on the portal"),
        [Optional(), Length(max=200, message=_l("That is too long. Use 200 letters or fewer."))],
        description=_l("Name and number. You ask them yourself, and write the answer down here."),
    )
    text = TextAreaField(
        _l("What do you want to know?"),
        [
            DataRequired(_l("Write your question.")),
            Length(max=2000, message=_l("That is too long. Use 2,000 letters or fewer.")),
        ],
    )
    days = IntegerField(
        _l("Working days for the answer"),
        [
            InputRequired(_l("Say how many working days.")),
            NumberRange(1, 30, message=_l("Choose from 1 to 30 working days.")),
        ],
        default=DAYS,
    )

    def begin(self, organisations: list[Row], young: list[Row], people: list[Row], borough: str | None) -> None:
        """Offer these; `borough` is chosen to begin with."""
        self.organisations = organisations
        self.organisation.choices = [(row["ref"], row["name"]) for row in organisations]
        self.young.choices = [(row["ref"], row["name"]) for row in young]
        self.readers.offer(people)
        self.once.data = self.once.data or reference()
        if borough and not self.is_submitted():
            self.organisation.data = borough

    def asking(self, to: Worker | None) -> Asking | None:
        """Whom to ask what: `to`, else somebody by hand, else whoever is senior there. None when nobody is known."""
        there = next(row for row in self.organisations if row["ref"] == self.organisation.data)
        by_hand = (self.by_hand.data or "").strip() or None
        to_id = to.id if to else None if by_hand else there["senior_id"]
        if to_id is None and by_hand is None:
            return None
        readers, days = self.readers.people_ids, self.days.data or DAYS
        return Asking(there, filled(self.text), readers, to_id, by_hand, days, self.once.data or "")


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What came back."""

    text = TextAreaField(
        _l("What is known"),
        [
            DataRequired(_l("Write what is known. If nothing is, say so.")),
            Length(max=5000, message=_l("That is too long. Use 5,000 letters or fewer.")),
        ],
        description=_l("If nothing is known, say that. It is an answer too."),
    )

    def validate_text(self, field: Any) -> None:
        """Spaces alone say nothing."""
        if not (field.data or "").strip():
            raise ValidationError(_("Write what is known. If nothing is, say so."))
