"""The form that marks a place."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.foundation.forms import SelectField


class PlaceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A place or an area, in anybody's words."""

    words = StringField(
        _l("Which place, street or area?"),
        [
            DataRequired(_l("Write the place.")),
            Length(max=100, message=_l("That is too long. Use 100 letters or fewer.")),
        ],
        description=_l("One at a time. Such as: the park by the station."),
    )


class WorkPlaceForm(PlaceForm):
    """The same, and for whom."""

    person = SelectField(_l("For whom is it not safe?"), validate_choice=True)

    def offer(self, people: list[Any]) -> None:
        """The people of the family."""
        self.rows = people
        self.person.choices = [(one["ref"], one["name"]) for one in people]

    @property
    def person_id(self) -> int:
        """Whom it is marked for."""
        return int(next(one["id"] for one in self.rows if one["ref"] == self.person.data))
