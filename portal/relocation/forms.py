"""The forms of the conversation. Amounts are read as people type them and kept as pence."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.forms import DateField, RadioField, SelectField, number_from
from portal.people.forms import ReadersField
from portal.relocation.conditions import AMOUNTS, WEEKS, pence, typed
from portal.relocation.models import DECISIONS, TOPICS, WAYS

LONG = Length(max=4000, message=_l("That is too long. Use 4,000 letters or fewer."))
WAY_NAMES = {
    "stay": _l("Stay"),
    "move": _l("Move away"),
    "rest": _l("A short rest somewhere safe"),
}


class OpenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A conversation that begins: with whom, where they might go, until when."""

    borough = SelectField(_l("Where they might go"), validate_choice=False)
    decide_by = DateField(_l("When it must be decided, if there is such a day"), [Optional()])
    readers = ReadersField()

    def offer(self, boroughs: list[Any], readers: list[Row]) -> None:
        """Boroughs, and those who may know where the others are."""
        names = [(each.ref, each.name) for each in boroughs]
        self.borough.choices = [("", _("Not known yet")), *names]
        self.readers.offer([row for row in readers if row["contact_limit"] == "none"])

    def validate_readers(self, field: ReadersField) -> None:
        """It is theirs."""
        if not field.chosen:
            raise ValidationError(_("Choose who in the family talks it through with you."))

    def validate_decide_by(self, field: DateField) -> None:
        """From today on."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("Choose today or a later day."))


class SayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Something somebody says on one topic."""

    topic = SelectField(choices=[(one, one) for one in TOPICS])
    side = SelectField(choices=[(one, one) for one in ("both", "stay", "move")], default="both")
    text = TextAreaField(_l("Your words"), [DataRequired(_l("Write something first.")), LONG])
    readers = ReadersField()


class SignForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a director signs."""

    decision = RadioField(
        _l("What was decided"),
        [InputRequired(_l("Choose one."))],
        choices=[(one, WAY_NAMES[one]) for one in DECISIONS],
    )
    reason = TextAreaField(
        _l("Why, and what else was looked at"), [DataRequired(_l("Write why. The family reads it.")), LONG]
    )


class AmountField(StringField):
    """An amount in pounds as people type it; `pence` is what it comes to."""

    def pre_validate(self, form: Any) -> None:
        """Pounds and pence, not less than nothing."""
        if pence(self.data or "") is None:
            raise ValidationError(_("Write an amount such as 120 or 120.50."))

    @property
    def pence(self) -> int:
        """The amount, in pence; nothing when it is no amount."""
        return pence(self.data or "") or 0


class WeeksField(StringField):
    """A whole number of weeks; `weeks` is the number. Left empty it is none."""

    def pre_validate(self, form: Any) -> None:
        """From 0 to five years."""
        if self.weeks is None:
            raise ValidationError(_("Write a number of weeks from 0 to 260."))

    @property
    def weeks(self) -> int | None:
        """The number of weeks; None when it is no such number."""
        plain = (self.data or "").strip()
        number = number_from(plain) if plain else 0
        return number if number is not None and 0 <= number <= WEEKS else None


class MoneyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """All three ways on one sheet."""

    mark = HiddenField()

    def sheets(self) -> dict[str, dict[str, int]]:
        """The amounts of each way in pence, and the weeks."""
        return {
            way: {name: self[f"{way}_{name}"].pence for name in AMOUNTS}
            | {name: self[f"{way}_{name}"].weeks or 0 for name in ("weeks", "help_weeks")}
            for way in WAYS
        }

    def fields(self, way: str) -> list[Any]:
        """The boxes of one way."""
        return [
            self[f"{way}_{name}"]
            for name in ("home_now", "home_new", "travel", "other", "weeks", "help", "help_weeks", "income")
        ]


LABELS = {
    "home_now": _l("Rent for the home you have now"),
    "home_new": _l("Rent or price of the other place"),
    "travel": _l("Travel"),
    "other": _l("Anything else"),
    "income": _l("Money that comes in: wages or benefits"),
    "help": _l("Help with the cost, if somebody promised it"),
}
for _way in WAYS:
    for _name, _label in LABELS.items():
        setattr(MoneyForm, f"{_way}_{_name}", AmountField(_label))
    setattr(MoneyForm, f"{_way}_weeks", WeeksField(_l("For how many weeks")))
    setattr(MoneyForm, f"{_way}_help_weeks", WeeksField(_l("For how many weeks does that help last")))


def as_typed(sheets: dict[str, dict[str, int]]) -> dict[str, Any]:
    """What the boxes begin with."""
    found: dict[str, Any] = {}
    for way, amounts in sheets.items():
        for name, amount in amounts.items():
            found[f"{way}_{name}"] = str(amount) if name.endswith("weeks") else typed(amount)
    return found
