"""Writing down what protects somebody, and changing it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.forms import DateField, RadioField, filled
from portal.people.forms import ReadersField
from portal.protections.actions import Wanted, Written

DAY = _l("Add the day, the month and the year.")
SHORT = Length(max=300, message=_l("Use 300 letters or fewer."))


class FollowsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What it is, when it ends, what follows, and who knows of it."""

    what = StringField(
        _l("In plain words"),
        [DataRequired(_l("Say what it is.")), SHORT],
        description=_l("Such as: no contact from the older group"),
    )
    ends_on = DateField(_l("Which is the last day?"), [InputRequired(DAY)])
    follows = TextAreaField(
        _l("What follows?"),
        [Length(max=1000, message=_l("Use 1,000 letters or fewer."))],
        description=_l("Leave it empty while nothing is settled. The family sees that. You are told 28 days before."),
    )
    readers = ReadersField(_l("Who in the family knows of it already?"))
    seen = HiddenField()

    def wanted(self) -> Wanted:
        """What was filled in."""
        return Wanted(filled(self.what), filled(self.ends_on), self.what_follows, self.readers.people_ids)

    @property
    def what_follows(self) -> str | None:
        """What was written, or None while nothing is settled."""
        return (self.follows.data or "").strip() or None


class ProtectionForm(FollowsForm):
    """What protects whom, from when to when, and who knows of it."""

    who = RadioField(_l("Whom does it protect?"), [InputRequired(_l("Choose whom it protects."))])
    sort = RadioField(
        _l("What is it?"),
        [InputRequired(_l("Choose what it is."))],
        choices=[
            ("order", _l("A court order")),
            ("conditions", _l("Conditions, such as bail or a curfew")),
            ("funding", _l("Money for something")),
            ("worker", _l("A trusted worker's time")),
            ("housing", _l("Somewhere to live for now")),
            ("other", _l("Something else")),
        ],
    )
    starts_on = DateField(_l("Which is the first day?"), [InputRequired(DAY)])

    def offer(self, young: list[Row], rows: list[Row]) -> None:
        """Let these be protected and these know of it."""
        self.young = {row["ref"]: row["id"] for row in young}
        self.who.choices = [(row["ref"], row["name"]) for row in young]
        self.readers.offer(rows)

    def validate_ends_on(self, field: Any) -> None:
        """It ends after it begins, and not in the past."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day is before the first. Check both."))
        if field.data and field.data < clock.today():
            raise ValidationError(_("That day is over. Choose today or a later day."))

    def written(self) -> Written:
        """What was filled in."""
        return Written(
            young_person_id=self.young[self.who.data],
            sort=self.sort.data,
            what=filled(self.what),
            starts_on=filled(self.starts_on),
            ends_on=filled(self.ends_on),
            follows=self.what_follows,
            readers=self.readers.people_ids,
        )
