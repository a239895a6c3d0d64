"""Forms about what changed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.changes.actions import Done
from portal.foundation import clock
from portal.foundation.forms import DateField, RadioField, filled
from portal.foundation.phones import read_number

TOO_LONG = _l("That is too long. Use fewer words.")


class FollowForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A number that wants to hear of news."""

    phone = StringField(
        _l("Your mobile number"),
        [DataRequired(_l("Write your number."))],
        description=_l("One text a day at most. Reply STOP to end it. Nobody is told that you follow this."),
    )

    def validate_phone(self, field: StringField) -> None:
        """A number that can be texted."""
        if field.data and read_number(field.data) is None:
            raise ValidationError(_l("That does not look like a phone number. Check it."))


class DoneForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a service did."""

    owner = StringField(
        _l("Who is responsible for it"),
        [DataRequired(_l("Name who is responsible.")), Length(max=120, message=TOO_LONG)],
    )
    done = TextAreaField(
        _l("What was done"),
        [DataRequired(_l("Say what was done.")), Length(max=2000, message=TOO_LONG)],
        description=_l("Plain words. Parents read this."),
    )
    evidence = TextAreaField(
        _l("How can one tell?"),
        [DataRequired(_l("Say how one can tell that it helped.")), Length(max=2000, message=TOO_LONG)],
    )
    on_day = DateField(_l("On which day"), [InputRequired(_l("Write the day."))])
    state = RadioField(
        _l("How it stands"),
        [InputRequired(_l("Choose one."))],
        choices=[("begun", _l("Begun")), ("done", _l("Done")), ("stopped", _l("Stopped"))],
    )

    def validate_on_day(self, field: DateField) -> None:
        """Only what has happened."""
        if field.data and field.data > clock.today():
            raise ValidationError(_l("That day has not come yet. Write down what has happened."))

    def said(self) -> Done:
        """What was written."""
        return Done(filled(self.owner), filled(self.done), filled(self.evidence), filled(self.on_day), self.state.data)
