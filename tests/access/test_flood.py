"""A flood of sign-in forms from one address is stopped before it reaches the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.access import pages
from tests.client import Client
from tests.conftest import Database


def test_too_many_forms_from_one_address_are_told_to_wait(
    database: Database, visit: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "POSTS", "3/minute")
    client = visit(database)
    for _ in range(3):
        client.submit("/sign-in", {"number": "07700 900001"}, status=303)
    response = client.submit("/sign-in", {"number": "07700 900001"}, status=429)
    assert "Please wait a little" in response.get_data(as_text=True)
    assert client.get("/sign-in").status_code == 200
