"""The forms of wishes for a mentor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.foundation import clock
from portal.foundation.forms import DateField, RadioField, SelectField, filled
from portal.foundation.language import say_language
from portal.people.forms import ReadersField
from portal.wishes.actions import Said

TOO_MANY_WORDS = _l("That is too long. Use 2,000 letters or fewer.")
GENDERS = {"woman": _l("A woman"), "man": _l("A man"), "other": _l("Neither, or both")}
LANGUAGES = ("en", "es", "ar", "bn", "fa", "fr", "ku", "pa", "pl", "ps", "pt", "ro", "so", "sq", "ta", "tr", "ur", "yo")
"""Spoken in many families here; another one goes into the words."""
ANY = "any"


class WishForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What matters in a mentor."""

    gender = RadioField(
        _l("A woman or a man?"), choices=[(ANY, _l("It does not matter")), *GENDERS.items()], default=ANY
    )
    language = SelectField(_l("A language they should speak"), default=ANY)
    background = TextAreaField(
        _l("Where they come from, or what they have been through"),
        [Length(max=2000, message=TOO_MANY_WORDS)],
        description=_l("Such as: somebody who moved here too."),
    )
    interests = TextAreaField(
        _l("What you would like to do or talk about"),
        [Length(max=2000, message=TOO_MANY_WORDS)],
        description=_l("Such as: football, making music, getting a job."),
    )
    words = TextAreaField(_l("Anything else, in your own words"), [Length(max=2000, message=TOO_MANY_WORDS)])
    readers = ReadersField()

    def offer_languages(self) -> None:
        """The languages one can choose, by name in the language of the page."""
        named = sorted(((code, say_language(code)) for code in LANGUAGES), key=lambda one: one[1])
        self.language.choices = [(ANY, _("It does not matter")), *named]

    def said(self) -> Said:
        """What was filled in."""
        gender, language = self.gender.data, self.language.data
        return Said(
            gender=None if gender == ANY else gender,
            language=None if language == ANY else language,
            background=filled(self.background) or None,
            interests=filled(self.interests) or None,
            words=filled(self.words) or None,
        )


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is answered to a young person's wishes."""

    version = HiddenField()
    answer = RadioField(
        _l("What do you tell them?"),
        [DataRequired(_l("Choose one."))],
        choices=[
            ("found", _l("There is somebody")),
            ("looking", _l("We are still looking")),
            ("nobody", _l("Nobody fits just now")),
        ],
    )
    mentor = SelectField(_l("Who?"))
    words = TextAreaField(
        _l("In your words, to the young person"),
        [DataRequired(_l("Write it in your own words.")), Length(max=2000, message=TOO_MANY_WORDS)],
        description=_l("If nobody fits: why, what you try instead, and when you look again."),
    )
    look_again_on = DateField(_l("When do you look again?"))

    def offer(self, mentors: list[Any]) -> None:
        """Who could be the one."""
        self.mentor.choices = [("", _("Choose a name")), *((one.ref, one.name) for one in mentors)]

    def validate_mentor(self, field: SelectField) -> None:
        """Somebody who was found has a name."""
        if self.answer.data == "found" and not field.data:
            raise ValidationError(_("Choose who it is."))

    def validate_look_again_on(self, field: DateField) -> None:
        """When nobody fits, there is a day on which somebody looks again."""
        if self.answer.data == "nobody" and not field.data:
            raise ValidationError(_("Say when you look again. A no is not where it ends."))
        if field.data and not clock.today() < field.data <= clock.today() + timedelta(days=366):
            raise ValidationError(_("Choose a day that is still to come, within a year."))

    @property
    def seen(self) -> int:
        """The version on the page as it was opened; 0, which is none, when somebody altered it."""
        digits = self.version.data or ""
        return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


class ProfileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a mentor says of themselves."""

    gender = RadioField(_l("You are"), choices=[(ANY, _l("I would rather not say")), *GENDERS.items()], default=ANY)
    about = TextAreaField(
        _l("About you"),
        [Length(max=2000, message=TOO_MANY_WORDS)],
        description=_l("What you like to do, where you come from, what you know from life. Only what others may read."),
    )
    has_room = BooleanField(_l("I have room for one more young person"))
