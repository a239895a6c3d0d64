"""The forms about school."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.forms import DateField, RadioField, SelectField
from portal.people.forms import ReadersField

LONG = Length(max=4000, message=_l("That is too long. Use 4,000 letters or fewer."))
REVIEW = timedelta(days=90)
"""The longest that a family is kept from knowing before somebody looks at that again."""
WHY_NAMES = {
    "excluded": _l("Excluded"),
    "no_place": _l("No school has a place yet"),
    "moved": _l("They moved"),
    "not_safe": _l("The way there or the school is not safe"),
    "unwell": _l("Not well"),
    "part_time": _l("A part-time table: the days without"),
    "other": _l("Another reason"),
}


class OfAChild(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which young person, and who in the family reads it."""

    young_person = SelectField(_l("Who it is about"), validate_choice=False)

    def offer(self, members: list[Row]) -> None:
        """The children of the family, and those who may know where the others are."""
        self.people = {row["ref"]: row["id"] for row in members if row["relation"] in ("young_person", "sibling")}
        names = [(row["ref"], row["name"]) for row in members if row["ref"] in self.people]
        self.young_person.choices = names
        readers = [row for row in members if row["contact_limit"] == "none"]
        if "readers" in self:
            self.readers.offer(readers)

    def validate_young_person(self, field: SelectField) -> None:
        """One of them."""
        if field.data not in self.people:
            raise ValidationError(_("Choose who it is about."))

    @property
    def young_person_id(self) -> int:
        """The key of the one who was chosen."""
        return int(self.people[self.young_person.data])


class PlaceForm(OfAChild):
    """A place at a school, and the named person there."""

    school = SelectField(_l("School"), validate_choice=False)
    named = StringField(
        _l("The person there who knows"), [Length(max=200)], description=_l("Their work e-mail, or their reference.")
    )
    since = DateField(_l("First day there"), [InputRequired(_l("Add the first day."))])
    readers = ReadersField()

    def schools(self, found: list[Any]) -> None:
        """The schools to choose from."""
        names = [(each.ref, each.name) for each in found]
        self.school.choices = [("", _("Choose a school")), *names]
        self.known = {each.ref for each in found}

    def validate_school(self, field: SelectField) -> None:
        """One of them."""
        if field.data not in self.known:
            raise ValidationError(_("Choose a school."))


class ShareForm(OfAChild):
    """What school is told, or tells: agreed with the family where that is safe."""

    way = RadioField(
        _l("Which way"),
        [InputRequired(_l("Choose one."))],
        choices=[("told", _l("School is told")), ("tells", _l("School tells us"))],
    )
    text = TextAreaField(_l("What, in a sentence"), [DataRequired(_l("Write what it is.")), LONG])
    how = RadioField(
        _l("And the family"),
        [InputRequired(_l("Choose one."))],
        choices=[
            ("ask", _l("Is asked first")),
            ("tell", _l("Is told, and not asked")),
            ("hide", _l("Is not told: it would raise the risk")),
        ],
    )
    reason = TextAreaField(_l("Why they are not asked, or not told"), [LONG])
    review_on = DateField(_l("If they are not told: look at that again on"))
    readers = ReadersField()

    def validate_reason(self, field: TextAreaField) -> None:
        """Without asking there is a reason on record."""
        if self.how.data in ("tell", "hide") and not (field.data or "").strip():
            raise ValidationError(_("Write why. Sharing without asking needs a reason on record."))

    def validate_review_on(self, field: DateField) -> None:
        """Nobody is kept from knowing for good."""
        if self.how.data != "hide":
            return
        latest = clock.today() + REVIEW
        if not field.data or not clock.today() < field.data <= latest:
            raise ValidationError(_("Choose a day in the next 90 days to look at this again."))

    def validate_readers(self, field: ReadersField) -> None:
        """Somebody is asked, or told."""
        if self.how.data in ("ask", "tell") and not field.chosen:
            raise ValidationError(_("Choose who in the family reads this."))


class OutForm(OfAChild):
    """A time without education begins."""

    why = SelectField(_l("Why"), choices=list(WHY_NAMES.items()))
    since = DateField(_l("First day without"), [InputRequired(_l("Add the first day."))])
    readers = ReadersField()

    def validate_since(self, field: DateField) -> None:
        """Not in the future, and not further back than school goes."""
        if field.data and not date(2000, 1, 1) <= field.data <= clock.today():
            raise ValidationError(_("Choose today or a day before."))


class BackForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The last day without education."""

    until = DateField(_l("Last day without"), [InputRequired(_l("Add the last day."))])

    def __init__(self, *args: Any, since: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since

    def validate_until(self, field: DateField) -> None:
        """From the first day up to today."""
        if field.data and not self.since <= field.data <= clock.today():
            raise ValidationError(_("Choose a day from the first one up to today."))


class NextForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What one school tells the next."""

    text = TextAreaField(
        _l("What the next school needs to know"),
        [DataRequired(_l("Write what the next school needs to know.")), LONG],
        description=_l("What helps, what to look out for, who their friends are. The family reads it."),
    )
