"""The date field: what people type, what is missing, and posts that no browser would send."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired, Optional

from portal.foundation.forms import DateField


class Asked(Form):
    day = DateField("When", [InputRequired("Add the date.")])


class MayAsk(Form):
    day = DateField("When", [Optional()])


@pytest.fixture(autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: getattr(request, "param", "en"))
    with app.test_request_context():
        yield


def posted(kind: type[Form] = Asked, **parts: str) -> Form:
    form = kind(MultiDict({f"day-{part}": text for part, text in parts.items()} | {"other": "x"}))
    form.validate()
    return form


@pytest.mark.parametrize(
    "parts",
    [
        {"day": "3", "month": "8", "year": "2019"},
        {"day": " 03 ", "month": "08", "year": "2019"},
        {"day": "3", "month": "Aug", "year": "2019"},
        {"day": "3", "month": "august", "year": "2019"},
        {"day": "٣", "month": "٨", "year": "٢٠١٩"},
    ],
)
def test_a_date_as_people_type_it(parts: dict[str, str]) -> None:
    form = posted(**parts)
    assert (form.day.data, form.errors) == (date(2019, 8, 3), {})


@pytest.mark.parametrize("language", ["es"], indirect=True)
def test_month_names_of_the_language() -> None:
    assert posted(day="3", month="agosto", year="2019").day.data == date(2019, 8, 3)


@pytest.mark.parametrize(
    ("parts", "says", "wrong"),
    [
        ({}, "Add the date.", ()),
        ({"day": " ", "month": "", "year": ""}, "Add the date.", ()),
        ({"day": "3", "year": "2019"}, "Add the month.", ("month",)),
        ({"month": "8", "year": "2019"}, "Add the day.", ("day",)),
        ({"day": "3"}, "Add the day, the month and the year.", ("month", "year")),
        ({"day": "3", "month": "8", "year": "19"}, "Write the year with four numbers, such as 2019.", ("year",)),
        (
            {"day": "3", "month": "8", "year": "99999999999999999999"},
            "Write the year with four numbers, such as 2019.",
            ("year",),
        ),
        ({"day": "3", "month": "13", "year": "2019"}, "Write the month as a number from 1 to 12.", ("month",)),
        ({"day": "3", "month": "0", "year": "2019"}, "Write the month as a number from 1 to 12.", ("month",)),
        ({"day": "31", "month": "2", "year": "2019"}, "That month does not have that day. Check the date.", ("day",)),
        ({"day": "-3", "month": "2", "year": "2019"}, "That month does not have that day. Check the date.", ("day",)),
        (
            {"day": "three", "month": "2", "year": "2019"},
            "That month does not have that day. Check the date.",
            ("day",),
        ),
        (
            {"day": "x" * 10_000, "month": "<b>", "year": "2019"},
            "Write the month as a number from 1 to 12.",
            ("month",),
        ),
    ],
)
def test_what_is_missing_or_wrong_is_said(parts: dict[str, str], says: str, wrong: tuple[str, ...]) -> None:
    form = posted(**parts)
    assert form.errors == {"day": [says]}
    assert form.day.wrong == wrong
    assert form.day.first_wrong_id == f"day-{(wrong or ('day',))[0]}"


def test_what_was_typed_stays_in_the_boxes() -> None:
    form = posted(day="31", month="Feb", year="2019")
    assert [(box["name"], box["value"], box["wrong"]) for box in form.day.parts()] == [
        ("day-day", "31", True),
        ("day-month", "Feb", False),
        ("day-year", "2019", False),
    ]


def test_one_value_twice_and_none_at_all() -> None:
    form = Asked(MultiDict([("day-day", "3"), ("day-day", "4"), ("day-month", "8"), ("day-year", "2019")]))
    assert form.validate()
    assert form.day.data == date(2019, 8, 3)
    assert not Asked(MultiDict([("day", "2019-08-03")])).validate()


def test_left_empty_where_that_is_allowed() -> None:
    form = posted(MayAsk)
    assert (form.errors, form.day.data) == ({}, None)
    assert posted(MayAsk, day="3").errors == {"day": ["Add the day, the month and the year."]}


def test_a_date_that_was_known_is_shown() -> None:
    assert [box["value"] for box in MayAsk(data={"day": date(2019, 8, 3)}).day.parts()] == ["3", "8", "2019"]
