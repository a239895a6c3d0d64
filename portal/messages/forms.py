"""Forms about texts: when and how somebody wants them, and the reason for stopping all of them."""

from __future__ import annotations

from datetime import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length

HOURS = tuple(f"{hour:02}:00" for hour in range(24))
FIRST = (0, 12 * 60, 24 * 60, 48 * 60, 7 * 24 * 60)
LAST = (0, 30, 60, 120, 180)


class TextsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When and how one person is written to."""

    texts = RadioField(
        _l("Do you want texts?"),
        choices=[("yes", _l("Yes")), ("no", _l("No. I look here by myself"))],
    )
    hours_from = SelectField(_l("Not before"), choices=[(hour, hour) for hour in HOURS])
    hours_until = SelectField(_l("Not after"), choices=[(hour, hour) for hour in HOURS])
    remind_first = SelectField(_l("Remind me first"))
    remind_last = SelectField(_l("Remind me again"))
    safe_reply = RadioField(
        _l("If you text that you are not safe, what do you want back?"),
        choices=[
            ("numbers", _l("Who to call, and who knows now")),
            ("quiet", _l("A few words that tell nobody anything")),
            ("none", _l("No answer at all")),
        ],
    )

    def offer(self) -> None:
        """The choices that are made of numbers, in words."""
        words = {
            0: _("No reminder"),
            30: _("30 minutes before"),
            60: _("1 hour before"),
            120: _("2 hours before"),
            180: _("3 hours before"),
            720: _("12 hours before"),
            1440: _("1 day before"),
            2880: _("2 days before"),
            10080: _("1 week before"),
        }
        self.remind_first.choices = [(str(minutes), words[minutes]) for minutes in FIRST]
        self.remind_last.choices = [(str(minutes), words[minutes]) for minutes in LAST]

    @property
    def hours(self) -> tuple[time, time]:
        """From when to when."""
        return time.fromisoformat(self.hours_from.data), time.fromisoformat(self.hours_until.data)


class SwitchForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why all texts stop, or go again."""

    reason = StringField(
        _l("Why"),
        [
            DataRequired(_l("Say why, for whoever reads it tonight.")),
            Length(max=300, message=_l("Use 300 letters or fewer.")),
        ],
    )
