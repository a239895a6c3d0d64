"""Forms about texts: when and how somebody wants them, and the reason for stopping all of them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.foundation import clock
from portal.foundation.forms import DateField, RadioField, SelectField

HOURS = tuple(f"{hour:02}:00" for hour in range(24))
FIRST = (0, 12 * 60, 24 * 60, 48 * 60, 7 * 24 * 60)
LAST = (0, 30, 60, 120, 180)
PAUSES = (1, 3, 7, 28)
LONGEST_PAUSE = timedelta(days=366)


class TextsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When and how one person is written to."""

    texts = RadioField(
        _l("Do you want texts?"),
        choices=[("yes", _l("Yes")), ("pause", _l("Not for a while")), ("no", _l("No. I look here by myself"))],
    )
    pause_for = SelectField(_l("If not for a while: until when?"), validate_choice=False)
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
        pauses = {1: _("Until tomorrow"), 3: _("For 3 days"), 7: _("For a week"), 28: _("For 4 weeks")}
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
        self.pause_for.choices = [(str(days), pauses[days]) for days in PAUSES]
        self.remind_first.choices = [(str(minutes), words[minutes]) for minutes in FIRST]
        self.remind_last.choices = [(str(minutes), words[minutes]) for minutes in LAST]

    def validate_pause_for(self, field: SelectField) -> None:
        """Asked only where it is for a while."""
        if self.texts.data == "pause" and field.data not in {str(days) for days in PAUSES}:
            raise ValidationError(_("Choose until when."))

    @property
    def hours(self) -> tuple[time, time]:
        """From when to when."""
        return time.fromisoformat(self.hours_from.data), time.fromisoformat(self.hours_until.data)


class PauseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why somebody gets no texts for a while, until when, and who else."""

    why = RadioField(
        _l("Why?"),
        [InputRequired(_l("Say why."))],
        choices=[
            ("phone", _l("The phone may be in the wrong hands")),
            ("away", _l("In hospital, or away")),
            ("loss", _l("Somebody has died")),
            ("asked", _l("They asked for quiet")),
        ],
    )
    until = DateField(_l("From which day do texts go out again?"), [Optional()])
    who = RadioField(_l("For whom?"), default="one")

    def offer(self, name: str, until: date | None, why: str | None) -> None:
        """Name who it is about, and show the day and the reason that stand."""
        self.who.choices = [("one", _("Only %(name)s", name=name)), ("all", _("Everybody in this family"))]
        if not self.is_submitted():
            self.until.data, self.why.data = until, why

    def validate_until(self, field: DateField) -> None:
        """A day that comes, within a year."""
        if field.data is None:
            return
        if not clock.today() < field.data <= clock.today() + LONGEST_PAUSE:
            raise ValidationError(_("Choose a day from tomorrow on, within a year."))

    @property
    def ends(self) -> datetime | None:
        """The first moment of that day in London; absent: until somebody lets texts go again."""
        return datetime.combine(self.until.data, time(0), clock.LONDON) if self.until.data else None


class SwitchForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why all texts stop, or go again."""

    reason = StringField(
        _l("Why"),
        [
            DataRequired(_l("Say why, for whoever reads it tonight.")),
            Length(max=300, message=_l("Use 300 letters or fewer.")),
        ],
    )
