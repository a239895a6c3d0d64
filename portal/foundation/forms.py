"""Form fields of our own: a date in three boxes that takes whatever people type and says which part is wrong; and
fields to choose from whose choices may be given as pairs of a value and its words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import wtforms
from babel.dates import get_month_names
from flask_babel import get_locale, gettext
from wtforms import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the types lag behind WTForms 3.3

PARTS = ("day", "month", "year")


@lru_cache(64)
def months(locale: str) -> dict[str, int]:
    """Month names, long and short, in a language and in English: people write Aug where 8 is asked for."""
    names: dict[str, int] = {}
    for language in ("en", locale):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                names[name.casefold().strip(".")] = number
    return names


def number_from(text: str) -> int | None:
    """The whole number somebody typed, in the digits of any script."""
    try:
        return int("".join(str(unicodedata.digit(letter)) for letter in text))
    except ValueError:
        return None


def choices(said: Iterable[Any]) -> list[Any]:
    """What a question may be answered with, as WTForms wants it: each a pair of a value and its words, or ready."""
    return [one if isinstance(one, SelectChoice) else SelectChoice(*one) for one in said]


def _ready(said: Iterable[Any] | Callable[[], Iterable[Any]] | None) -> Any:
    if said is None:
        return None
    return (lambda: choices(said())) if callable(said) else choices(said)


class _Pairs:
    """Takes choices as pairs, when it is made and later."""

    def __init__(self, *told: Any, choices: Any = None, **more: Any) -> None:
        super().__init__(*told, choices=_ready(choices), **more)  # type: ignore[call-arg]  # the field's, which this stands before

    @property
    def choices(self) -> Any:
        """What can be chosen."""
        return super().choices  # type: ignore[misc]  # of the field that this stands before

    @choices.setter
    def choices(self, said: Any) -> None:
        wtforms.SelectField.choices.fset(self, _ready(said))  # type: ignore[union-attr]  # a property since WTForms 3.3


class SelectField(_Pairs, wtforms.SelectField):
    """One of a list."""


class RadioField(_Pairs, wtforms.RadioField):
    """One of a few, each with its button."""


class SelectMultipleField(_Pairs, wtforms.SelectMultipleField):
    """Any of a list."""


class DateField(Field):
    """A date as `<name>-day`, `<name>-month` and `<name>-year`. A post without them is a mistake, never a crash."""

    def __init__(
        self,
        label: str | None = None,
        validators: list[Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.typed: dict[str, str] = dict.fromkeys(PARTS, "")
        self.wrong: tuple[str, ...] = ()
        self.data: date | None = None

    @property
    def first_wrong_id(self) -> str:
        """The id of the box that an error message should lead to."""
        return f"{self.id}-{(self.wrong or PARTS)[0]}"

    def parts(self) -> list[dict[str, Any]]:
        """The three boxes for the template: part, id, name, what was typed, whether it is wrong."""
        shown = self.typed
        if self.data is not None and not any(shown.values()):
            shown = {part: str(getattr(self.data, part)) for part in PARTS}
        blame = self.wrong or (PARTS if self.errors else ())
        return [
            {
                "part": part,
                "id": f"{self.id}-{part}",
                "name": f"{self.name}-{part}",
                "value": shown[part],
                "wrong": part in blame,
            }
            for part in PARTS
        ]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """WTForms asks for one value by the field's own name; a date has three, by names of theirs."""
        super().process(None, *(() if data is None else (data,)))
        if not formdata:
            return
        self.typed = {part: _first(formdata, f"{self.name}-{part}") for part in PARTS}
        # One string for Optional and InputRequired, which ask whether anything was typed.
        self.raw_data = [" ".join(self.typed.values())] if any(self.typed.values()) else []
        self.data = None
        if not self.raw_data:
            return
        try:
            self.data = self._date()
        except ValueError as problem:
            self.process_errors = [str(problem)]

    def _date(self) -> date:
        missing = tuple(part for part in PARTS if not self.typed[part])
        if missing:
            self.wrong = missing
            raise ValueError(self._say_missing(missing))
        month_text = self.typed["month"].casefold().strip(".")
        day, year = number_from(self.typed["day"]), number_from(self.typed["year"])
        month = number_from(month_text) or months(str(get_locale() or "en")).get(month_text)
        if year is None or not 1000 <= year <= 9999:
            self.wrong = ("year",)
            raise ValueError(gettext("Write the year with four numbers, such as 2019."))
        if month is None or not 1 <= month <= 12:
            self.wrong = ("month",)
            raise ValueError(gettext("Write the month as a number from 1 to 12."))
        try:
            return date(year, month, day or 0)
        except ValueError:
            self.wrong = ("day",)
            raise ValueError(gettext("That month does not have that day. Check the date.")) from None

    @staticmethod
    def _say_missing(missing: tuple[str, ...]) -> str:
        if len(missing) > 1:
            return gettext("Add the day, the month and the year.")
        said: Mapping[str, str] = {
            "day": gettext("Add the day."),
            "month": gettext("Add the month."),
            "year": gettext("Add the year."),
        }
        return said[missing[0]]


def _first(formdata: Any, name: str) -> str:
    values = formdata.getlist(name)
    return str(values[0]).strip()[:40] if values else ""


def filled(field: Field) -> Any:
    """The value of a field that the form's validation has shown to be there; text without spaces around it."""
    value = field.data
    return value.strip() if isinstance(value, str) else value
