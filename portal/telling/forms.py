"""The forms of writing in the assessment. They parse and say what is missing; the actions decide."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.assessments.models import EVENT_SECTIONS, Statement
from portal.foundation import clock
from portal.foundation.database import ALPHABET, Row, reference
from portal.foundation.forms import RadioField, SelectField, filled, months, number_from
from portal.people.actions import NotReaders
from portal.people.forms import ReadersField
from portal.telling import actions, queries
from portal.telling.actions import Words
from portal.telling.queries import Writing

LONGEST = 6000
EVENT_CHOICES = [
    ("", _l("It is not about one event")),
    ("loss", _l("We lost somebody or something")),
    ("move", _l("We moved")),
    ("separation", _l("Somebody left, or we were apart")),
    ("start", _l("Something new began")),
    ("tried", _l("Something was tried to help")),
    ("other", _l("Something else happened")),
]
WENT_CHOICES = [
    ("", _l("I do not know")),
    ("well", _l("It helped")),
    ("partly", _l("It helped a little")),
    ("badly", _l("It did not help")),
]


def read_when(text: str) -> tuple[date, str] | None:
    """When something happened, as people write it: `2011`, `March 2011`, `3/2011`, `14 March 2011`; and how exactly."""
    parts = [part for part in re.split(r"[\s./,-]+", text.strip().casefold()) if part]
    if not 1 <= len(parts) <= 3:
        return None
    year = number_from(parts[-1])
    if year is None or not 1900 <= year <= 9999:
        return None
    if len(parts) == 1:
        return date(year, 1, 1), "year"
    month = number_from(parts[-2]) or months(str(get_locale() or "en")).get(parts[-2])
    day = number_from(parts[0]) if len(parts) == 3 else 1
    try:
        return date(year, month or 0, day or 0), "day" if len(parts) == 3 else "month"
    except ValueError:
        return None


class WordsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What somebody says, who reads it, and for an event when it happened and how it went."""

    once = HiddenField(validators=[Optional()])
    readers = ReadersField()
    text = TextAreaField(
        _l("In your own words"),
        [
            DataRequired(_l("Write something first.")),
            Length(max=LONGEST, message=_l("That is too long for one piece. Split it in two.")),
        ],
    )
    event = SelectField(
        _l("Is this about something that happened?"),
        choices=EVENT_CHOICES,
        validators=[Optional()],
    )
    when = StringField(
        _l("When was that?"),
        [Optional(), Length(max=40, message=_l("That is too long."))],
        description=_l("A year is enough, such as 2011. Or March 2011, or 14 March 2011."),
    )
    went = RadioField(_l("How did it go?"), choices=WENT_CHOICES, validators=[Optional()], default="")

    def begin(self, section: str, people: list[Row], writer: int | None, chosen: list[int] | None) -> None:
        """Offer these people as readers; `chosen` are ticked until somebody chooses otherwise."""
        self.readers.offer(people, writer=writer)
        if chosen is not None and not self.is_submitted():
            self.readers.data = [row["ref"] for row in self.readers.rows if row["id"] in chosen]
        if section not in EVENT_SECTIONS:
            del self.event, self.when, self.went
        if not re.fullmatch(f"[{ALPHABET}]{{12}}", self.once.data or ""):
            self.once.data = reference()

    def validate_text(self, field: TextAreaField) -> None:
        """Spaces alone say nothing."""
        if not (field.data or "").strip():
            raise ValidationError(_("Write something first."))

    def validate_event(self, field: SelectField) -> None:
        """Something that happened, happened at some time."""
        if field.data and not (self.when.data or "").strip():
            raise ValidationError(_("Say when it was. A year is enough."))

    def validate_when(self, field: StringField) -> None:
        """A day that can be read, and not one to come."""
        found = read_when(field.data or "")
        if found is None:
            raise ValidationError(_("Write a year, such as 2011, or a month and a year."))
        if found[0] > clock.today():
            raise ValidationError(_("That day has not come yet. Check the year."))

    def words(self, language: str) -> Words:
        """What was filled in."""
        values: dict[str, Any] = {}
        if "when" in self and (found := read_when(self.when.data or "")):
            values = {
                "event": self.event.data or "other",
                "happened_on": found[0],
                "happened_known": found[1],
                "went": self.went.data or None,
            }
        return Words(filled(self.text), self.readers.people_ids, self.once.data or reference(), language, **values)


@dataclass
class Sheet:
    """A form with what was begun before, where it stands now, and what became of it."""

    where: Writing
    form: WordsForm
    begun: bool = False
    """It holds a draft."""
    ref: str | None = None
    """The statement that was written; absent: nothing was."""
    newer: Statement | None = None
    """What it answers or changes was said anew in the meantime: this is how it reads now."""
    closed: bool = False
    """Nothing can be added: it is with another installation, or the words were taken out."""
    same_readers: list[str] | None = None
    """Who reads a new version: the people who read the old one."""

    @property
    def status(self) -> int:
        """422 for a mistake, 409 for a page that was overtaken."""
        if not self.form.is_submitted():
            return 200
        return 409 if self.newer or self.closed else 422


def begin(session: Session, where: Writing) -> Sheet:
    """The form for this place, as it stands now: with the draft, the readers to choose from, the newest version."""
    target, newer = where.answers or where.changes, None
    found = queries.around(session, where)
    if target and any(row["id"] != target.id for row in found["newest"]):
        newer = queries.newest(session, target)
    if newer is not None:
        where = replace(where, answers=newer) if where.answers else replace(where, changes=newer)
        target, found = newer, queries.around(session, where)
    draft = next(iter(found["draft"]), None)
    text = draft.text if draft else _as_it_stands(where)
    people = found["readers"]
    circle = [row["person_id"] for row in found["circle"]] if target else []
    form = WordsForm(data={"text": text} if text else None)
    form.begin(where.section, people, where.scope.person_id, list(draft.reader_ids) if draft else circle)
    if where.changes and "when" in form and not form.is_submitted():
        form.event.data, form.went.data = where.changes.event or "", where.changes.went or ""
        form.when.data = say_when_known(where.changes.happened_on, where.changes.happened_known)
    closed = not found["open"][0]["open"] or bool(target and found["removed"])
    sheet = Sheet(where, form, draft is not None, newer=newer, closed=closed)
    if where.changes:
        sheet.same_readers = [row["name"] for row in people if row["id"] in circle]
    return sheet


def _as_it_stands(where: Writing) -> str | None:
    """The words to begin with when they are said anew: none where this person may not read some of them."""
    words = where.changes.text if where.changes else None
    return words if words and where.scope.mask(words) == words else None


def fill_in(session: Session, where: Writing, language: str) -> Sheet:
    """The form, and when it was sent without a mistake the statement it made (`ref`)."""
    sheet = begin(session, where)
    overtaken = sheet.newer is not None and where.path != sheet.where.path
    if overtaken or sheet.closed or not sheet.form.validate_on_submit():
        return sheet
    try:
        sheet.ref = actions.say(session, sheet.where, sheet.form.words(language))
    except NotReaders:
        sheet.form.readers.errors = [_("Somebody you chose is no longer in the list. Choose again.")]
    except actions.NotHere:
        sheet.closed = True
    except actions.SaidAnew:
        return begin(session, where)
    return sheet


def keep(session: Session, where: Writing) -> bool:
    """Keep what is typed so far as a draft. False when there is nothing to keep."""
    form = begin(session, where).form
    if queries.is_said(session, form.once.data or ""):
        return False  # still on its way while the words were said
    text = (form.text.data or "")[: actions.LONGEST_DRAFT]
    if not text.strip():
        return False
    actions.keep(session, where, text, form.readers.people_ids)
    return True


def say_when_known(day: date | None, known: str | None) -> str:
    """A day as one may have typed it: `2011`, `3/2011` or `14/3/2011`."""
    if day is None:
        return ""
    return {"year": f"{day.year}", "month": f"{day.month}/{day.year}"}.get(known or "", f"{day:%-d/%-m/%Y}")


class RemoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why the words of a statement are taken out."""

    because = RadioField(
        _l("Why must it be taken out?"),
        choices=[
            ("court", _l("A court ordered it")),
            ("wrong_person", _l("It is about somebody else")),
            ("data_protection", _l("Data protection law asks for it")),
        ],
        validators=[InputRequired(_l("Choose why."))],
    )
    note = StringField(
        _l("Which order, or what happened"),
        [
            DataRequired(_l("Say which order, or what happened. It stays where the words were.")),
            Length(max=300, message=_l("That is too long. Use 300 letters or fewer.")),
        ],
        description=_l("This stays, with your name. Do not repeat what you take out."),
    )
