"""Reading the assessment as it was on an earlier day."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import Optional

from portal.foundation.forms import DateField


class AsOfForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A day to look back at, in the address."""

    on = DateField(_l("As it was on"), [Optional()])

    def day_asked(self) -> date | None:
        """The day, when one was asked for that can be read."""
        return self.on.data
