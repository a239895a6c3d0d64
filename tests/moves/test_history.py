"""A move that came as history is shown as it was, marked where it broke the rules, to those who may know of it."""

from __future__ import annotations

from collections.abc import Callable

from tests.client import Client
from tests.conftest import Database
from tests.moves.steps import said

Visit = Callable[..., Client]
JULY = "2019-07-15T10:00"


def test_nadia_reads_where_the_move_broke_the_rules(sample_read: Database, visit: Visit) -> None:
    words = visit(sample_read, "W-BRV-DIR", JULY).text("/work/families/F1/moving")
    assert "declined by someone who is not the senior manager" in words and "Colin Drew" in words
    assert "No reason was given for declining" in words
    assert "Need was lowered at the move" in words and "From Child protection to Child in need" in words


def test_a_mark_stands_from_the_day_it_can_be_known(sample_read: Database, visit: Visit) -> None:
    words = visit(sample_read, "W-ASH-DIR", "2019-05-25T10:00").text("/work/families/F1/moving")
    assert "Planned for 31 May" in words
    assert "declined by" not in words and "Need was lowered" not in words
    words = visit(sample_read, "W-ASH-DIR", "2019-06-01T10:00").text("/work/families/F1/moving")
    assert "Need was lowered" in words and "declined by" not in words


def test_before_it_was_planned_there_is_no_move(sample_read: Database, visit: Visit) -> None:
    assert "No move is on record" in visit(sample_read, "W-ASH-DIR", "2019-05-21T10:00").text(
        "/work/families/F1/moving"
    )
    assert "No move is planned" in visit(sample_read, "P-ROSA", "2019-05-21T10:00").text("/moving")


def test_rosa_and_leo_read_one_page(sample_read: Database, visit: Visit) -> None:
    for who in ("P-ROSA", "P-LEO"):
        client = visit(sample_read, who, JULY)
        words = said(client.text("/moving"))
        assert "You moved on 31 May" in words and "Amina Yusuf" in words and "Brook Vale Council" in words
        assert "Grace Owusu, Social work: led until 26 June" in words
        assert "Marcus Bell, Mentor: is there until 2 August" in words
        lanes = client.soup("/moving").select("svg.lanes rect.lane")
        assert len(lanes) >= 4


def test_theo_is_in_no_circle_of_it_and_daniel_has_no_such_page(sample_read: Database, visit: Visit) -> None:
    assert "No move is planned" in visit(sample_read, "P-THEO", JULY).text("/moving")
    visit(sample_read, "P-DAN", JULY).get("/moving", status=404)
