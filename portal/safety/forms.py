"""The forms of a safety plan: a box for each person in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.forms import DateField, filled
from portal.people.forms import ReadersField
from portal.safety.actions import Said

TOO_MANY_WORDS = _l("That is too long. Use 2,000 letters or fewer.")


class SafetyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a plan says, besides what each person does, which `with_lines` adds a box for."""

    version = HiddenField()
    staff = TextAreaField(
        _l("What we who work with you do"),
        [Length(max=2000, message=TOO_MANY_WORDS)],
        description=_l("With names: “Amina rings each evening at 6.”"),
    )
    signs = TextAreaField(_l("What tells us that it is getting worse"), [Length(max=2000, message=TOO_MANY_WORDS)])
    calls = TextAreaField(
        _l("Who to call"),
        [DataRequired(_l("Write who can be called, by day and by night.")), Length(max=2000, message=TOO_MANY_WORDS)],
        description=_l("One in each line, with the number."),
    )
    review_on = DateField(_l("When do you look at it again?"), [InputRequired(_l("Add a day."))])
    readers = ReadersField(_l("Whom does it concern?"))

    def validate_review_on(self, field: DateField) -> None:
        """Soon: a plan for this week is no plan for the year."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("That day has gone. Choose today or a day that is still to come."))
        if field.data and field.data > clock.today() + timedelta(days=92):
            raise ValidationError(_("That is too far away. Look at it again within three months."))

    @property
    def seen(self) -> int:
        """The version on the page as it was opened; 0, which is none, when somebody altered it."""
        digits = self.version.data or ""
        return int(digits) if digits.isdecimal() and len(digits) < 10 else 0

    def boxes(self, people: list[Row]) -> list[Any]:
        """The boxes of these people, in order."""
        return [self[f"line_{row['ref']}"] for row in people]

    def said(self, people: list[Row]) -> Said:
        """What was filled in."""
        lines: dict[int | None, str] = {row["id"]: filled(self[f"line_{row['ref']}"]) or "" for row in people}
        lines[None] = filled(self.staff) or ""
        return Said(lines, filled(self.calls), filled(self.signs) or None, filled(self.review_on))


def with_lines(people: list[Row]) -> type[SafetyForm]:
    """The form with a box for each of these people: what they do to stay safe."""
    boxes = {
        f"line_{row['ref']}": TextAreaField(
            _("What %(name)s does", name=row["name"].split()[0]), [Length(max=2000, message=TOO_MANY_WORDS)]
        )
        for row in people
    }
    return type("SafetyFormWithLines", (SafetyForm,), boxes)


class MineForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a family member does themselves."""

    text = TextAreaField(
        _l("What I do to stay safe"),
        [DataRequired(_l("Write what you do.")), Length(max=2000, message=TOO_MANY_WORDS)],
    )
