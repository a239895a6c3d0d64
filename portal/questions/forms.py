"""Asking, answering and passing on."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.foundation.database import Row
from portal.foundation.forms import RadioField, SelectField
from portal.people.forms import ReadersField

LONGEST = 4000
TOO_LONG = _l("That is too long. Use 4,000 letters or fewer.")


class AskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One question: to whom, the words, and who else in the family reads it."""

    to = RadioField(_l("Whom do you want to ask?"), [InputRequired(_l("Choose whom you want to ask."))])
    text = TextAreaField(
        _l("What do you want to ask?"),
        [DataRequired(_l("Write your question.")), Length(max=LONGEST, message=TOO_LONG)],
    )
    readers = ReadersField(_l("Should anyone else in the family read it?"))

    def offer(self, whom: list[Row], readers: list[Row], writer: int | None) -> None:
        """Let these workers be asked and these family members read it too."""
        self.to.choices = [(row["ref"], f"{row['name']}, {row['role']}") for row in whom]
        self.readers.offer(readers, writer=writer)


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """A question about the thing it stands under."""

    text = TextAreaField(
        _l("What do you want to ask?"),
        [DataRequired(_l("Write your question.")), Length(max=LONGEST, message=TOO_LONG)],
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """A worker's answer."""

    text = TextAreaField(
        _l("Your answer"), [DataRequired(_l("Write your answer.")), Length(max=LONGEST, message=TOO_LONG)]
    )


class PassForm(FlaskForm):  # type: ignore[misc]
    """Who answers instead."""

    to = SelectField(_l("Who answers this instead?"), [InputRequired(_l("Choose who answers."))])

    def offer(self, colleagues: list[Row]) -> None:
        """Let these take it on."""
        self.to.choices = [(row["ref"], f"{row['name']}, {row['role']}") for row in colleagues]
