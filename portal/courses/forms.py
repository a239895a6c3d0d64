"""Forms about courses: finding one, joining one, and what organisers write."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from portal.courses.actions import MOST_MEETINGS, CourseWords, GroupPlan
from portal.courses.conditions import Wanted
from portal.foundation import clock
from portal.foundation.forms import DateField, RadioField, SelectField, filled
from portal.foundation.language import say_language
from portal.foundation.phones import read_number

TOO_LONG = _l("That is too long. Use fewer words.")
LANGUAGES = ("en", "es", "ar", "bn", "fr", "pl", "pt", "ro", "so", "ta", "tr", "ur")
"""In which courses are given; a language is said in the reader's own."""


def year_choices() -> list[tuple[str, Any]]:
    """Reception to Year 9: what primary years mean, and a little after."""
    years = [(str(year), _l("Year %(year)d", year=year)) for year in range(1, 10)]
    return [("0", _l("Reception")), *years]


class FindForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a parent looks for."""

    class Meta:
        csrf = False

    year = SelectField(_l("Your child is in"), choices=lambda: [("", _l("Any year")), *year_choices()])
    when = SelectField(
        _l("When"),
        choices=[
            ("", _l("Any time")),
            ("day", _l("In the day")),
            ("evening", _l("In the evening")),
            ("weekend", _l("At the weekend")),
        ],
    )
    mode = SelectField(
        _l("Where"), choices=[("", _l("In a place or online")), ("place", _l("In a place")), ("online", _l("Online"))]
    )
    where = StringField(_l("Near"), description=_l("A street, a school or a postcode. Leave it empty for all."))
    language = SelectField(_l("Language"), choices=[])
    creche = BooleanField(_l("With someone to mind small children"))

    def offer(self, languages: list[str]) -> None:
        """The languages that there are."""
        self.language.choices = [("", _l("Any language")), *((code, say_language(code)) for code in languages)]

    def wanted(self) -> Wanted:
        """What was chosen; nonsense in the address counts as nothing."""
        year = self.year.data or ""
        return Wanted(
            year=int(year) if year.isdigit() and int(year) <= 13 else None,
            language=(self.language.data or "")[:10] or None,
            mode=self.mode.data if self.mode.data in ("place", "online") else None,
            where=(self.where.data or "").strip()[:60] or None,
            when=self.when.data if self.when.data in ("day", "evening", "weekend") else None,
            creche=bool(self.creche.data),
        )


class PlaceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Joining: a name and a phone, nothing else."""

    name = StringField(
        _l("Your first name"),
        [DataRequired(_l("Write a name to call you by.")), Length(max=60, message=TOO_LONG)],
    )
    phone = StringField(
        _l("Your mobile number"),
        [DataRequired(_l("Write your number. The answer comes to it by text."))],
        description=_l("We text you about this course only. Nobody who works on a case sees it."),
    )
    companion = StringField(
        _l("Is someone coming with you?"),
        [Optional(), Length(max=60, message=TOO_LONG)],
        description=_l("Their first name, or leave it empty. You both get a place, or you both wait."),
    )
    website = StringField(_l("Leave this empty"))
    """A trap for machines: people do not see it."""

    def validate_phone(self, field: StringField) -> None:
        """A number that can be texted."""
        if field.data and read_number(field.data) is None:
            raise ValidationError(_l("That does not look like a phone number. Check it."))


class HowForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How it was."""

    stars = RadioField(
        _l("How was it?"),
        [InputRequired(_l("Choose one."))],
        choices=[
            ("5", _l("It helped a lot")),
            ("4", _l("It helped")),
            ("3", _l("So so")),
            ("2", _l("Not much help")),
            ("1", _l("No help")),
        ],
    )
    words = TextAreaField(_l("Anything to add?"), [Optional(), Length(max=1000, message=TOO_LONG)])


class CourseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What the page of a course says."""

    title = StringField(
        _l("Name of the course"), [DataRequired(_l("Give it a name.")), Length(max=100, message=TOO_LONG)]
    )
    summary = StringField(
        _l("In one sentence"),
        [DataRequired(_l("Say in one sentence what a parent gets from it.")), Length(max=200, message=TOO_LONG)],
    )
    covers = TextAreaField(
        _l("What it covers"),
        [DataRequired(_l("Say what it covers, one thing a line.")), Length(max=2000, message=TOO_LONG)],
        description=_l("One thing a line. Say it as it is: gangs, knives, phones."),
    )
    year_from = SelectField(_l("For parents of children from"), choices=year_choices)
    year_to = SelectField(_l("To"), choices=year_choices)
    cost = StringField(
        _l("Cost"), [Optional(), Length(max=60, message=TOO_LONG)], description=_l("Leave it empty if it is free.")
    )
    keyword = StringField(
        _l("Word to text"),
        [Optional()],
        description=_l("Parents join by texting it. 4 to 12 letters that are no other word, such as YEAR5."),
    )

    def validate_keyword(self, field: StringField) -> None:
        """Letters and numbers, and no word that means something else by text."""
        word = (field.data or "").strip().upper()
        if word and (not re.fullmatch(r"[A-Z0-9]{4,12}", word) or word in RESERVED or word.isdigit()):
            raise ValidationError(_l("Use 4 to 12 letters or numbers. Words like STOP, HELP or BOOK are taken."))

    def validate_year_to(self, field: SelectField) -> None:
        """Not before the first year."""
        if field.data and self.year_from.data and int(field.data) < int(self.year_from.data):
            raise ValidationError(_l("The last year comes before the first. Change one of them."))

    def words(self) -> CourseWords:
        """What was written."""
        return CourseWords(
            title=filled(self.title),
            summary=filled(self.summary),
            covers=filled(self.covers),
            year_from=int(self.year_from.data),
            year_to=int(self.year_to.data),
            cost=(self.cost.data or "").strip() or None,
            keyword=(self.keyword.data or "").strip().upper() or None,
        )


RESERVED = {
    "STOP", "STOPALL", "UNSTOP", "START", "HELP", "INFO", "CANCEL", "QUIT", "UNSUBSCRIBE", "OPTOUT",
    "BOOK", "MOVE", "CANT", "NEXT", "WHERE", "MENU", "CALL", "CALLME", "LEAVE", "SAFE", "NOTSAFE",
}  # fmt: skip


class GroupForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One group: when, where, for how many."""

    mode = RadioField(
        _l("Where"),
        [InputRequired(_l("Choose one."))],
        choices=[("place", _l("In a place")), ("online", _l("Online"))],
        default="place",
    )
    place = StringField(_l("Place and street; if online, the link"), [Length(max=120, message=TOO_LONG)])
    getting_in = StringField(
        _l("Getting in"),
        [Length(max=200, message=TOO_LONG)],
        description=_l("Steps, lift, buggies, parking, which bus."),
    )
    creche = BooleanField(_l("Someone minds small children"))
    language = SelectField(_l("Language"), choices=lambda: [(code, say_language(code)) for code in LANGUAGES])
    places = IntegerField(
        _l("How many places"),
        [InputRequired(_l("Write how many can come.")), NumberRange(1, 500, _l("Between 1 and 500."))],
    )
    first_day = DateField(_l("First day"), [InputRequired(_l("Write the first day."))])
    at = StringField(_l("Time"), [DataRequired(_l("Write a time, such as 18:30."))], description=_l("Such as 18:30"))
    minutes = IntegerField(
        _l("How many minutes"),
        [InputRequired(_l("Write how long it is.")), NumberRange(10, 480, _l("Between 10 and 480."))],
        default=90,
    )
    times = IntegerField(
        _l("How many weeks"),
        [InputRequired(_l("Write how many weeks.")), NumberRange(1, MOST_MEETINGS, _l("Between 1 and 30."))],
        default=1,
    )

    def validate_place(self, field: StringField) -> None:
        """A group in a place says where; one online has a link, which only those with a place are shown."""
        said = (field.data or "").strip()
        if not said or (self.mode.data == "online" and not re.match(r"https?://\S+$", said)):
            raise ValidationError(_l("Say where it is; if online, give the link, beginning with https."))

    def validate_first_day(self, field: DateField) -> None:
        """Not in the past."""
        if field.data and field.data < clock.today():
            raise ValidationError(_l("That day has passed. Choose a later one."))

    def validate_at(self, field: StringField) -> None:
        """Hours and minutes."""
        if field.data and not re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", field.data.strip()):
            raise ValidationError(_l("Write the time like this: 18:30."))

    def plan(self) -> GroupPlan:
        """What was filled in."""
        hour, minute = re.split(r"[:.]", filled(self.at))
        in_place = self.mode.data == "place"
        return GroupPlan(
            mode=self.mode.data,
            place=filled(self.place),
            getting_in=(self.getting_in.data or "").strip() or None if in_place else None,
            creche=bool(self.creche.data) and in_place,
            language=self.language.data,
            places=int(self.places.data or 1),
            first_day=filled(self.first_day),
            at=time(int(hour), int(minute)),
            minutes=int(self.minutes.data or 90),
            times=int(self.times.data or 1),
        )


class CallOffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Calling a group off."""

    why = StringField(
        _l("Why"),
        [DataRequired(_l("Say why. Those who signed up read it.")), Length(max=200, message=TOO_LONG)],
        description=_l("Those who signed up read this on their page."),
    )
