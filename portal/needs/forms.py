"""The form of a decision on how much help a family needs."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portal.foundation.database import Row
from portal.foundation.forms import RadioField, SelectField, SelectMultipleField
from portal.moves.conditions import lower
from portal.moves.forms import LONG
from portal.moves.models import NEEDS
from portal.people.forms import ReadersField

NEED_NAMES = {
    "early_help": _l("Early help"),
    "child_in_need": _l("Child in need"),
    "child_protection": _l("Child protection"),
}
GROUNDS = {
    "moved": _l("They have moved away"),
    "no_harm": _l("Nothing has happened for some time, here or there"),
    "own_words": _l("What the young person says"),
    "family_words": _l("What the family says"),
    "seen": _l("What people who see them have seen"),
    "ties": _l("Ties that put them at risk have ended"),
    "other": _l("Something else"),
}
"""What a level of need can stand on; the move by itself is no ground (review 4.1.11)."""


class NeedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A level of need. Around a move a lower one stands on more than the move, and on a manager's name."""

    level = RadioField(
        _l("How much help they need"),
        [InputRequired(_l("Choose one."))],
        choices=list(NEED_NAMES.items()),
    )
    grounds = SelectMultipleField(_l("What it stands on"), choices=list(GROUNDS.items()))
    evidence = TextAreaField(_l("What you have seen or heard"), [DataRequired(_l("Write what it stands on.")), LONG])
    manager = SelectField(_l("The manager who decides this with you"), validate_choice=False)
    readers = ReadersField()

    def offer(self, managers: list[Any], readers: list[Row], before: str | None, around: bool) -> None:
        """Managers by name, readers who may know where the others are, and what stands today."""
        names = [(each.ref, f"{each.name}, {each.role}") for each in managers]
        self.manager.choices = [("", _("Choose a name")), *names]
        self.managers = {each.ref for each in managers}
        self.readers.offer([row for row in readers if row["contact_limit"] == "none"])
        self.before, self.around = before, around

    @property
    def lowers(self) -> bool:
        """A lower level than today, around a move."""
        return self.around and self.level.data in NEEDS and lower(self.level.data, self.before)

    def validate_grounds(self, field: SelectMultipleField) -> None:
        """The move alone is no ground."""
        if self.lowers and not set(field.data or ()) - {"moved"}:
            raise ValidationError(
                _("A move by itself makes nobody safer. Choose what else has changed, or leave the level as it is.")
            )

    def validate_manager(self, field: SelectField) -> None:
        """A name."""
        if self.lowers and field.data not in self.managers:
            raise ValidationError(_("Choose the manager whose name this carries."))
