"""The forms of signing in and of one's own account. They parse and say what is missing; the views decide."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import ValidationError

from portal.access.passwords import LONGEST, SHORTEST
from portal.foundation.forms import DateField, RadioField
from portal.foundation.phones import read_number


def digits_of(text: str | None) -> str:
    """The digits somebody typed, in any script, without the spaces and dashes between them."""
    plain = re.sub(r"[\s\-.]", "", text or "")
    return "".join(str(unicodedata.digit(letter)) if unicodedata.digit(letter, -1) >= 0 else letter for letter in plain)


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The forms below: parsed and checked, with a token against forged posts."""


def values_of(field: Any) -> set[str]:
    """The values that may be chosen."""
    return {choice.value for choice in field.choices or []}


class SecretField(PasswordField):
    """A password or PIN: never sent back to the page, right or wrong."""

    def _value(self) -> str:
        return ""


class NumberForm(Form):
    """A phone number. `e164` is the number in its one form."""

    number = StringField(_l("Your mobile number"))
    e164: str = ""

    def validate_number(self, field: StringField) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_("Write your mobile number."))
        self.e164 = read_number(field.data or "") or ""
        if not self.e164:
            raise ValidationError(_("That does not look like a phone number. Write it like 07700 900123."))


class JoinForm(NumberForm):
    """For a person without a number on record: the number, and the birthday so that the link alone is not enough."""

    birthday = DateField(_l("Your date of birth"))

    def validate_birthday(self, field: DateField) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(_("Write your date of birth."))


class CodeForm(Form):
    """The digits from a text."""

    code = StringField(_l("The 6 numbers from the text"))
    shared = BooleanField(_l("Other people use this phone or computer too"))
    digits: str = ""

    def validate_code(self, field: StringField) -> None:
        self.digits = digits_of(field.data)
        if not re.fullmatch(r"\d{6}", self.digits):
            raise ValidationError(_("The code has 6 numbers. Write them as they are in the text."))


class WhoForm(Form):
    """Which of the people on a number."""

    who = RadioField(_l("Who are you?"), validate_choice=False)

    def validate_who(self, field: RadioField) -> None:
        if field.data not in values_of(field):
            raise ValidationError(_("Choose the letters of your own name."))


class PinForm(Form):
    """A personal PIN."""

    pin = SecretField(_l("Your PIN"))
    digits: str = ""

    def validate_pin(self, field: SecretField) -> None:
        self.digits = digits_of(field.data)
        if not re.fullmatch(r"\d{4,6}", self.digits):
            raise ValidationError(_("A PIN has 4 to 6 numbers."))


class NewPinForm(PinForm):
    """A new PIN, typed twice since it cannot be seen."""

    pin = SecretField(_l("A PIN of 4 to 6 numbers"))
    again = SecretField(_l("The same PIN again"))

    def validate_pin(self, field: SecretField) -> None:
        super().validate_pin(field)
        steps = {int(b) - int(a) for a, b in zip(self.digits, self.digits[1:], strict=False)}
        if steps in ({0}, {1}, {-1}):
            raise ValidationError(_("That PIN is easy to guess. Choose one without a pattern."))

    def validate_again(self, field: SecretField) -> None:
        if digits_of(field.data) != digits_of(self.pin.data):
            raise ValidationError(_("The two PINs are not the same. Type both again."))


class ChangePinForm(NewPinForm):
    """A new PIN in place of the one there is."""

    old = SecretField(_l("Your PIN now"))


class BirthdayForm(Form):
    """A date of birth."""

    birthday = DateField(_l("Your date of birth"))

    def validate_birthday(self, field: DateField) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(_("Write your date of birth."))


class TakenForm(NumberForm):
    """Whose phone was taken, from somebody who is not signed in."""

    number = StringField(_l("The number of the phone that was taken"))
    birthday = DateField(_l("Your date of birth"))

    def validate_birthday(self, field: DateField) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(_("Write your date of birth."))


class StaffForm(Form):
    """A worker's e-mail and password."""

    email = StringField(_l("Your work e-mail"))
    password = SecretField(_l("Your password"))

    def validate_email(self, field: StringField) -> None:
        field.data = (field.data or "").strip()
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", field.data) or len(field.data) > 254:
            raise ValidationError(_("Write your work e-mail, such as name@council.example."))

    def validate_password(self, field: SecretField) -> None:
        if not field.data:
            raise ValidationError(_("Write your password."))


class AppCodeForm(Form):
    """Six digits from a worker's app."""

    code = StringField(_l("The 6 numbers in your app"))
    digits: str = ""

    def validate_code(self, field: StringField) -> None:
        self.digits = digits_of(field.data)
        if not re.fullmatch(r"\d{6}", self.digits):
            raise ValidationError(_("The code has 6 numbers. Write them as your app shows them."))


class PasswordForm(Form):
    """A new password, typed twice."""

    password = SecretField(_l("A password of 12 letters or more"))
    again = SecretField(_l("The same password again"))

    def validate_password(self, field: SecretField) -> None:
        if len(field.data or "") < SHORTEST:
            raise ValidationError(_("Use at least 12 letters, numbers or spaces. Four words together are good."))
        if len(field.data or "") > LONGEST:
            raise ValidationError(_("That is too long. Use at most 200 letters."))

    def validate_again(self, field: SecretField) -> None:
        if field.data != self.password.data:
            raise ValidationError(_("The two passwords are not the same. Type both again."))


YES_NO = [("no", _l("Yes, only I use it")), ("yes", _l("No, others use it too"))]
TEXTS = [("discreet", _l("Say as little as possible")), ("plain", _l("Say what it is about"))]


class ChoicesForm(Form):
    """Language, texts and this phone. Each may be left as it is."""

    language = RadioField(_l("Which language do you want to read?"), validate_choice=False)
    texts = RadioField(_l("What may our texts say?"), choices=TEXTS, validate_choice=False)
    shared = RadioField(_l("Is this phone or computer only yours?"), choices=YES_NO, validate_choice=False)

    def chosen(self, name: str) -> Any:
        """What was chosen, if it is one of the choices; None when the question was passed by."""
        field = self[name]
        return field.data if field.data in values_of(field) else None
