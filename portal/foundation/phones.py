"""Phone numbers: read however people type them, kept in one form, found again without being stored in the open."""

from __future__ import annotations

import phonenumbers

from portal.foundation.fields import keyed_hash

HERE = "GB"


def read_number(text: str) -> str | None:
    """The number as +447700900101, from any usual way of writing it; None when it cannot be one."""
    try:
        number = phonenumbers.parse(text[:40], HERE)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def say_number(number: str) -> str:
    """The number as people here write it, such as 07700 900101; with its code where it is another country's."""
    parsed = phonenumbers.parse(number, HERE)
    if parsed.country_code != phonenumbers.country_code_for_region(HERE):
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def number_hash(number: str) -> bytes:
    """The keyed hash under which a number in that one form is found."""
    return keyed_hash(number)
