"""Families signing in by number and code, and everything that can go wrong on the way."""

from __future__ import annotations

from tests.access.conftest import NUMBERS, Street


def test_a_code_by_text_and_in(street: Street) -> None:
    client, place = street.prove("07700 900201", NUMBERS["ANA"])
    assert place == "/home"
    assert client.get("/home").status_code == 200
