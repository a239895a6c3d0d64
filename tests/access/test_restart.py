"""The database restarted under a running web process: nobody who comes next sees an error."""

from __future__ import annotations

from sqlalchemy import text

from tests.access.conftest import NUMBERS, Street
from tests.access.test_devices import signed_in


def restart(street: Street) -> None:
    """What a restart does to the web process: each of its connections is dead."""
    with street.database.session() as session:
        session.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'portal_web'"
                " and datname = current_database()"
            )
        )


def test_the_next_page_is_shown(street: Street) -> None:
    client = signed_in(street)
    client.get("/home")
    restart(street)
    assert client.get("/home").status_code == 200
    restart(street)
    street.ask_code(NUMBERS["ANA"])
    restart(street)
    assert street.browser().get("/readyz", None).json["database"] in (True, False)
    assert street.browser().get("/readyz", None).json["database"] is True
