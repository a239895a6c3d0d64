"""Forms about the people of a family."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from portal.foundation.database import Row
from portal.foundation.forms import SelectMultipleField, filled
from portal.foundation.phones import read_number
from portal.people.actions import NotReaders, SupporterInvitation, circle_of


class ReadersField(SelectMultipleField):
    """Who will read what is written here: people of the family by name. Before it is saved, the names are on the page.

    `offer` says who can be chosen (`people.queries.readers`); `people_ids` gives what `people.actions.circle_of` takes.
    """

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label or _l("Who in the family will read this?"), validate_choice=True, **options)
        self.rows: list[Row] = []

    def offer(self, rows: list[Row], writer: int | None = None) -> None:
        """Let these be chosen. A family member who writes (`writer`) reads it too, so is not asked about."""
        self.writer = writer
        self.rows = [row for row in rows if row["id"] != writer]
        self.choices = [(row["ref"], row["name"]) for row in self.rows]

    @property
    def chosen(self) -> list[Row]:
        """The people chosen, in the order of the page."""
        return [row for row in self.rows if row["ref"] in (self.data or ())]

    @property
    def others(self) -> list[Row]:
        """Those who will not see it."""
        return [row for row in self.rows if row["ref"] not in (self.data or ())]

    @property
    def people_ids(self) -> list[int]:
        """Everybody who will read it, the writer among them."""
        return [*([self.writer] if self.writer else []), *(row["id"] for row in self.chosen)]

    def circle_in(self, session: Session, family_id: int, *more: int) -> int | None:
        """The circle of those chosen and of `more`; None, with the reason beside the field, when one is gone."""
        try:
            return circle_of(session, family_id, {*self.people_ids, *more})
        except NotReaders:
            self.errors = [_("Somebody you chose is no longer here. Choose again.")]
            return None


class SupporterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Somebody the family invites."""

    name = StringField(
        _l("Their name"),
        [
            DataRequired(_l("Write their name.")),
            Length(max=100, message=_l("That is too long. Use 100 letters or fewer.")),
        ],
    )
    who = StringField(
        _l("Who they are to you"),
        [
            DataRequired(_l("Say who they are to you, such as: my brother.")),
            Length(max=100, message=_l("That is too long. Use 100 letters or fewer.")),
        ],
        description=_l("Such as: my brother, our neighbour, Leo's coach"),
    )
    phone = StringField(
        _l("Their mobile number"),
        [Optional()],
        description=_l("They need it to sign in. Leave it empty if they should only be named here."),
    )
    sees_network = BooleanField(_l("They may see everyone who helps us"))
    comes_to_conference = BooleanField(_l("They would come to a family meeting"))

    def validate_phone(self, field: StringField) -> None:
        """A number people can be texted on."""
        if field.data and read_number(field.data) is None:
            raise ValidationError(_l("That does not look like a phone number. Check it, or leave it empty."))

    def invitation(self) -> SupporterInvitation:
        """What was filled in."""
        return SupporterInvitation(
            name=filled(self.name),
            who=filled(self.who),
            number=read_number(self.phone.data) if self.phone.data else None,
            sees_network=self.sees_network.data,
            comes_to_conference=self.comes_to_conference.data,
        )
