"""Single values: what is taken, in which clean form, and what is said when it is not."""

from __future__ import annotations

import pytest

from portal.imports import values
from portal.imports.values import Reader, Wrong


@pytest.mark.parametrize(
    ("reader", "value", "clean"),
    [
        (values.day, "2019-05-31", "2019-05-31"),
        (values.day, "2020-02-29", "2020-02-29"),
        (values.moment, "2019-05-31T16:00", "2019-05-31T15:00Z"),
        (values.moment, "2019-01-31T16:00", "2019-01-31T16:00Z"),
        (values.moment, "2019-03-31T02:00", "2019-03-31T01:00Z"),  # the first minute of summer time
        (values.moment, "2019-10-27T01:30", "2019-10-27T00:30Z"),  # comes twice: the first
        (values.yes_no, "yes", "yes"),
        (values.ref, " F1 ", "F1"),
        (values.refs, "P-1; P-2;;P-1", "P-1;P-2"),
        (values.seen_by, "P-2;P-1", "P-1;P-2"),
        (values.seen_by, "family", "family"),
        (values.mobile, "+447700900101", "+447700900101"),
        (values.mobile, "07700 900101", "+447700900101"),
        (values.mobile, "+34 600 000 000", "+34600000000"),
        (values.work_phone, "020 7946 0101 ext 12", "020 7946 0101 ext 12"),
        (values.email, "amina.yusuf@brookvale.example", "amina.yusuf@brookvale.example"),
        (values.language, "ES", "es"),
        (values.language, "zh-hant", "zh-Hant"),
        (values.language, "pt-br", "pt-BR"),
        (values.languages, "en; so;en", "en;so"),
        (values.whole(0, 14), "011", "11"),
        (values.text, "=HYPERLINK(1) <b>bold</b>\n ", "=HYPERLINK(1) <b>bold</b>\n "),
        (values.text, "x" * 10_000, "x" * 10_000),
        (values.text, " \n ", None),
        (values.name, "Siân O’Néill-Łukasz", "Siân O’Néill-Łukasz"),
    ],
)
def test_taken(reader: Reader, value: str, clean: str | None) -> None:
    assert reader(value) == clean


@pytest.mark.parametrize(
    ("reader", "value", "words"),
    [
        (values.day, "2019-02-29", "2019-02-29 is not a date; write it like 2019-05-31"),
        (values.day, "31/05/2019", "31/05/2019 is not a date; write it like 2019-05-31"),
        (values.day, "20190531", "20190531 is not a date; write it like 2019-05-31"),
        (values.day, "2019-W22-5", "2019-W22-5 is not a date; write it like 2019-05-31"),
        (values.day, "٢٠١٩-٠٥-٣١", "٢٠١٩-٠٥-٣١ is not a date; write it like 2019-05-31"),
        (values.day, "0219-05-31", "0219-05-31 is not between 1900 and 2100"),
        (values.moment, "2019-05-31", "2019-05-31 is not a time; write it like 2019-05-31T16:00"),
        (values.moment, "2019-05-31T25:00", "2019-05-31T25:00 is not a time; write it like 2019-05-31T16:00"),
        (values.moment, "2019-05-31T16:00Z", "2019-05-31T16:00Z is not a time; write it like 2019-05-31T16:00"),
        (values.moment, "2019-03-31T01:30", "2019-03-31T01:30 does not exist: the clocks go forward in that hour"),
        (values.yes_no, "Yes", "Yes is neither yes nor no"),
        (values.one_of(("todo", "done")), "doen", "doen is not one of todo, done"),
        (values.ref, "F1;F2", "F1;F2 cannot be a ref: at most 200 characters, no control characters and no ;"),
        (values.person_ref, "family", "family has a meaning of its own in seen_by; give this person another ref"),
        (values.seen_by, "family;P-1", "family stands alone, or the people are named one by one"),
        (values.refs, ";".join(f"P{i}" for i in range(101)), "names 101 people; at most 100"),
        (values.mobile, "12345", "is not a phone number; write it like +447700900101"),
        (values.mobile, "+44770090010", "is not a phone number; write it like +447700900101"),
        (values.work_phone, "ask reception", "is not a phone number; write it like 020 7946 0101"),
        (values.email, "amina at brookvale", "is not an e-mail address"),
        (values.language, "Somali language", "Somali language is not a language; write it like es or pt-BR (BCP 47)"),
        (values.whole(0, 14), "15", "15 is not a whole number from 0 to 14"),
        (values.whole(1, 9), "1.5", "1.5 is not a whole number from 1 to 9"),
        (values.text, "x" * 10_001, "is 10,001 characters long; at most 10,000 fit"),
        (values.text, "a\x00b", "has a control character in it (U+0000)"),
        (values.name, "Leo\nMarin", "has a line break in it"),
        (values.name, "x" * 201, "is 201 characters long; at most 200 fit"),
        (values.yes_no, "\x1b[31mred", "\\u001b[31mred is neither yes nor no"),
        (values.yes_no, "n" * 50, "n" * 39 + "… is neither yes nor no"),
    ],
)
def test_refused(reader: Reader, value: str, words: str) -> None:
    with pytest.raises(Wrong) as wrong:
        reader(value)
    assert str(wrong.value) == words
