"""Reads single values of the import files: each reader takes what a field holds and returns it in one clean form.

A reader raises Wrong with the sentence that is reported. Values that may be private (texts, names, numbers, addresses)
are never repeated in that sentence, since reports end up in logs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache

import phonenumbers

from portal.foundation.clock import LONDON

Reader = Callable[[str], str | None]

LONGEST_TEXT = 10_000  # characters
LONGEST_NAME = 200
MOST_IN_LIST = 100
YEARS = range(1900, 2101)
WORDS = ("family", "professionals")

POSSIBLE = phonenumbers.ValidationResult.IS_POSSIBLE  # and not only within one town
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
WHOLE = re.compile(r"\d{1,9}", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", re.ASCII | re.IGNORECASE)
FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
"""How a cell begins that a spreadsheet would run, or one that was kept from it already."""
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
BRITISH_MOBILE = re.compile(r"\+447\d{9}", re.ASCII)
WORK_PHONE = re.compile(r"[0-9+() ./-]{3,40}( ?(ext|x)\.? ?\d{1,8})?", re.ASCII | re.IGNORECASE)


class Wrong(ValueError):
    """What is wrong with a value, in a sentence that follows the file, line and column."""


def shown(value: str) -> str:
    """A value as it may be repeated in a report: short, and without anything a terminal would obey."""
    short = value if len(value) <= 40 else value[:39] + "…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short)


def _clean(value: str, longest: int) -> None:
    if len(value) > longest:
        raise Wrong(f"is {len(value):,} characters long; at most {longest:,} fit")
    if not value.isprintable() and (found := CONTROL.search(value)):
        raise Wrong(f"has a control character in it (U+{ord(found[0]):04X})")


def without_formula(value: str) -> str:
    """The value as it may stand in a cell that a spreadsheet opens: one that begins like a formula gets an apostrophe
    in front, as spreadsheets themselves mark words."""
    return f"'{value}" if FORMULA.match(value) else value


def as_meant(value: str) -> str:
    """What `without_formula` was given."""
    return value[1:] if value.startswith("'") and FORMULA.match(value) else value


def text(value: str) -> str | None:
    """Words, kept exactly as they are; white space alone counts as nothing."""
    _clean(value, LONGEST_TEXT)
    return value if value.strip() else None


def name(value: str) -> str | None:
    """A short text on one line."""
    _clean(value, LONGEST_NAME)
    if "\n" in value or "\r" in value:
        raise Wrong("has a line break in it")
    return value if value.strip() else None


def ref(value: str) -> str | None:
    """A sender's identifier."""
    value = value.strip()
    if not value:
        return None
    if not value.isprintable() or len(value) > LONGEST_NAME or ";" in value:
        raise Wrong(
            f"{shown(value)} cannot be a ref: at most {LONGEST_NAME} characters, no control characters and no ;"
        )
    return value


def person_ref(value: str) -> str | None:
    """A person's identifier, which must not be a word that seen_by means something else by."""
    found = ref(value)
    if found in WORDS:
        raise Wrong(f"{found} has a meaning of its own in seen_by; give this person another ref")
    return found


def refs(value: str) -> str | None:
    """A list of identifiers, each once, in the order given."""
    found = dict.fromkeys(one for part in value.split(";") if (one := ref(part)))
    if len(found) > MOST_IN_LIST:
        raise Wrong(f"names {len(found):,} people; at most {MOST_IN_LIST}")
    return ";".join(found) or None


def seen_by(value: str) -> str | None:
    """`family`, `professionals`, or people: sorted, since their order means nothing."""
    found = refs(value)
    parts = found.split(";") if found else []
    if len(parts) > 1 and (words := [word for word in WORDS if word in parts]):
        raise Wrong(f"{words[0]} stands alone, or the people are named one by one")
    return ";".join(sorted(parts)) or None


def yes_no(value: str) -> str | None:
    """`yes`, `no`, or None when nothing was written."""
    value = value.strip()
    if value not in ("yes", "no", ""):
        raise Wrong(f"{shown(value)} is neither yes nor no")
    return value or None


def one_of(choices: tuple[str, ...]) -> Reader:
    """A reader for one of these words."""
    known = frozenset(choices)

    def read(value: str) -> str | None:
        value = value.strip()
        if value and value not in known:
            raise Wrong(f"{shown(value)} is not one of {', '.join(choices)}")
        return value or None

    return read


def whole(lowest: int, highest: int) -> Reader:
    """A reader for a whole number between these two."""

    def read(value: str) -> str | None:
        value = value.strip()
        if not value:
            return None
        if not WHOLE.fullmatch(value) or not lowest <= int(value) <= highest:
            raise Wrong(f"{shown(value)} is not a whole number from {lowest} to {highest}")
        return str(int(value))

    return read


@lru_cache(maxsize=20_000)
def day(value: str) -> str | None:
    """A date, in the same form: 2019-05-31."""
    value = value.strip()
    if not value:
        return None
    try:
        if not DAY.fullmatch(value):
            raise ValueError
        found = date.fromisoformat(value)
    except ValueError:
        raise Wrong(f"{shown(value)} is not a date; write it like 2019-05-31") from None
    _year(found.year, value)
    return value


@lru_cache(maxsize=20_000)
def moment(value: str) -> str | None:
    """A time on London's clock, as UTC. The hour that comes twice in autumn is taken to be its first."""
    value = value.strip()
    if not value:
        return None
    try:
        if not MOMENT.fullmatch(value):
            raise ValueError
        local = datetime.fromisoformat(value)
    except ValueError:
        raise Wrong(f"{shown(value)} is not a time; write it like 2019-05-31T16:00") from None
    _year(local.year, value)
    found = local.replace(tzinfo=LONDON).astimezone(UTC)
    if found.astimezone(LONDON).replace(tzinfo=None) != local:
        raise Wrong(f"{value} does not exist: the clocks go forward in that hour")
    return found.strftime("%Y-%m-%dT%H:%MZ")


def _year(year: int, value: str) -> None:
    if year not in YEARS:
        raise Wrong(f"{value} is not between {YEARS[0]} and {YEARS[-1]}")


def mobile(value: str) -> str | None:
    """A person's phone number, as +447700900101. British numbers may be written the British way."""
    value = value.strip()
    if not value:
        return None
    if BRITISH_MOBILE.fullmatch(value):
        return value
    try:
        number = phonenumbers.parse(value, "GB")
        found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        possible = phonenumbers.is_possible_number_with_reason(number) == POSSIBLE and not number.extension
    except phonenumbers.NumberParseException:
        possible = False
    # the library takes any British number of nine digits for possible; a mobile has ten
    if not possible or (found.startswith("+447") and not BRITISH_MOBILE.fullmatch(found)):
        raise Wrong("is not a phone number; write it like +447700900101")
    return found


def work_phone(value: str) -> str | None:
    """An office's number as the office writes it."""
    value = value.strip()
    if value and not (WORK_PHONE.fullmatch(value) and any(c.isdigit() for c in value)):
        raise Wrong("is not a phone number; write it like 020 7946 0101")
    return value or None


def email(value: str) -> str | None:
    """The address as written, or None when nothing was."""
    value = value.strip()
    if value and (len(value) > 254 or not value.isprintable() or not EMAIL.fullmatch(value)):
        raise Wrong("is not an e-mail address")
    return value or None


@lru_cache(maxsize=1_000)
def language(value: str) -> str | None:
    """A BCP 47 tag in its usual capitals, such as es, zh-Hant or pt-BR."""
    value = value.strip()
    if not value:
        return None
    if not LANGUAGE.fullmatch(value) or len(value) > 35:
        raise Wrong(f"{shown(value)} is not a language; write it like es or pt-BR (BCP 47)")
    first, *rest = value.lower().split("-")
    usual = {2: str.upper, 4: str.title}
    return "-".join([first, *(usual.get(len(part), str)(part) for part in rest)])


def languages(value: str) -> str | None:
    """A list of languages."""
    found = dict.fromkeys(one for part in value.split(";") if (one := language(part)))
    return ";".join(found) or None
