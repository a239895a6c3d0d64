"""Writing an update, putting one right, and writing back."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.foundation.database import Row
from portal.foundation.forms import RadioField
from portal.guidance.queries import jargon
from portal.people.forms import ReadersField

LONGEST = 6000
TOO_LONG = _l("That is too long. Use 6,000 letters or fewer.")
WORDS = [DataRequired(_l("Write something first.")), Length(max=LONGEST, message=TOO_LONG)]


class WriteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """An update: the words, and who in the family reads them."""

    text = TextAreaField(_l("What do you want to tell them?"), WORDS)
    readers = ReadersField(_l("Who in the family reads it?"))
    shown = HiddenField()
    """What stood on the screen when the worker said yes (`conditions.as_shown`)."""

    def offer(self, rows: list[Row]) -> None:
        """Let these be chosen. Somebody who was and can no longer read is left out: the names are shown again then."""
        self.readers.offer(rows)
        there = {row["ref"] for row in rows}
        self.readers.data = [ref for ref in self.readers.data or () if ref in there]

    def validate_readers(self, field: ReadersField) -> None:
        """An update is for somebody."""
        if not field.chosen:
            raise ValidationError(_("Choose who in the family reads it."))

    def take(self, word: str | None) -> None:
        """Write the plainer phrase where this word of the trade stands."""
        self.text.data = plainer(self.text.data or "", word)


class CorrectForm(FlaskForm):  # type: ignore[misc]
    """What should have been written."""

    text = TextAreaField(_l("What should it say?"), WORDS)


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """A family member writes back, or asks."""

    how = RadioField(_l("Who should read it?"), [InputRequired(_l("Choose who should read it."))])
    text = TextAreaField(_l("Your words"), WORDS)

    def offer(self, update: Row, names: str, worker: str) -> None:
        """The ways there are to write back about this update."""
        choices = [
            ("worker", _("Only %(name)s", name=worker)),
            ("question", _("Only %(name)s, and I need an answer", name=worker)),
        ]
        if names:
            choices.append(("all", _("%(name)s, and %(names)s too", name=worker, names=names)))
        self.how.choices = choices


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """A worker writes back."""

    text = TextAreaField(_l("Your reply"), WORDS)


def plainer(text: str, word: str | None) -> str:
    """The text with the plainer phrase for this word, in every place where it stands."""
    phrase = dict(jargon(text)).get(word or "")
    if phrase is None or not word:
        return text

    def instead(found: re.Match[str]) -> str:
        before = text[: found.start()].rstrip()
        return phrase[:1].upper() + phrase[1:] if not before or before[-1] in ".!?\n" else phrase

    # "the strategy meeting" becomes "a meeting of …", not "the a meeting of …"
    article = r"(?:(?:[Tt]he|[Aa]n?)\s+)?" if phrase.split()[0] in ("a", "an", "the") else ""
    return re.sub(rf"(?<!\w){article}{re.escape(word)}(?!\w)", instead, text)
