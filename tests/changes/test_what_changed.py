"""The fifteen recommendations, what a service writes about them, and those who follow that by text."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from portal.changes.jobs import tell_followers
from portal.changes.models import ChangeFollower
from portal.changes.queries import recommendations
from portal.foundation.database import PortalSession
from portal.messages.models import TextMessage
from tests.client import Client
from tests.conftest import Database

Visit = Callable[..., Client]
DAY = "2019-07-15T10:00"
NOTE = {
    "done": "A form is used before each move.", "evidence": "12 of 12 moves since May had one.", "owner": "Director",
    "on_day-day": "1", "on_day-month": "7", "on_day-year": "2019", "state": "done",
}  # fmt: skip


def test_all_fifteen_are_there_in_each_language() -> None:
    for language in ("en", "es"):
        asked = recommendations(language)
        assert sorted(asked) == list(range(1, 16))
        assert all(one.said and one.for_whom for one in asked.values())


def test_a_manager_writes_what_was_done_and_anybody_reads_it(sample: Database, visit: Visit) -> None:
    director = visit(sample, "W-BRV-DIR", DAY)
    path = "/work/what-changed/9"
    director.submit(path, NOTE | {"on_day-year": "2031"}, to=path, status=422)
    director.submit(path, NOTE, to=path, status=303)
    director.submit(path, NOTE, to=path, status=303)
    page = visit(sample, None, DAY).text("/what-changed")
    assert page.count("A form is used before each move.") == 1
    assert "Done · 1 July · Brook Vale" in page and "12 of 12 moves" in page
    visit(sample, "W-BRV-SW1", DAY).get("/work/what-changed", 404)


def test_a_follower_is_texted_once_a_day_at_most(sample: Database, visit: Visit, at: Callable[[str], None]) -> None:
    anybody = visit(sample, None, DAY)
    anybody.submit("/what-changed", {"phone": "07700 900811"}, to="/what-changed/follow", status=303)
    anybody.submit("/what-changed", {"phone": "07700 900811"}, to="/what-changed/follow", status=303)
    anybody.submit("/what-changed", {"phone": "1"}, to="/what-changed/follow", status=422)
    with sample.session() as session:
        assert session.scalar(select(func.count()).select_from(ChangeFollower)) == 1
    tell(sample)
    assert texts(sample) == []
    director = visit(sample, "W-BRV-DIR", "2019-07-15T11:00")
    director.submit("/work/what-changed/9", NOTE, to="/work/what-changed/9", status=303)
    tell(sample)
    tell(sample)
    assert len(texts(sample)) == 1 and "/what-changed" in texts(sample)[0]


def tell(database: Database) -> None:
    with PortalSession(database.worker) as session:
        tell_followers(session, "https://alongside.example")
        session.commit()


def texts(database: Database) -> list[str]:
    with database.session() as session:
        return [one.body or "" for one in session.scalars(select(TextMessage))]
