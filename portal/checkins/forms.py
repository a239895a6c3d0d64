"""How are you? Two taps and, if one likes, some words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal.checkins.models import FEELING_WORDS
from portal.foundation.forms import RadioField, SelectMultipleField

FEELINGS = list(FEELING_WORDS.items())
WANTS = [
    ("call", _l("Somebody to call me")),
    ("rest", _l("A rest from it all")),
    ("parents", _l("Other parents who know what this is like")),
    ("counsellor", _l("Somebody to talk to, just for me")),
    ("practical", _l("Help with money, work or the home")),
]


class CheckinForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How somebody is, what would help, and their words."""

    feeling = RadioField(_l("How are you these days?"), [InputRequired(_l("Choose how you are."))], choices=FEELINGS)
    wants = SelectMultipleField(_l("Would any of this help?"), choices=WANTS)
    words = TextAreaField(
        _l("Anything you want to say"), [Length(max=2000, message=_l("That is too long. Use 2,000 letters or fewer."))]
    )

    def as_asked(self) -> str:
        """What the worker reads: the words of the page, then the person's own."""
        lines = [str(dict(FEELINGS)[self.feeling.data]) + "."]
        lines += [f"– {dict(WANTS)[want]}" for want in self.wants.data or ()]
        own = (self.words.data or "").strip()
        return "\n".join([*lines, own] if own else lines)
