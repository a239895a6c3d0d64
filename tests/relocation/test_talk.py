"""Staying or moving, talked through from each phone: a pause weighs as much as going on, and a director signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import text

from portal.foundation import clock
from portal.foundation.database import PortalSession, Speaker
from tests.client import Client
from tests.moves.conftest import Around
from tests.moves.steps import Walk, said

Visit = Callable[..., Client]


@pytest.fixture
def walk(around: Around, visit: Visit) -> Walk:
    return Walk(around, visit)


def open_talk(walk: Walk) -> None:
    """Grace opens it for Leo and Rosa; they might go to Newfield."""
    path = f"{walk.work}/talk/new"
    grace = walk.as_("W-OLD")
    page = grace.soup(path)
    option = next(o for o in page.find_all("option") if "Newfield" in o.get_text())
    grace.submit(path, {"borough": option["value"], "readers": walk.readers(page)}, to=path, status=303)


def say(walk: Walk, who: str, topic: str, words: str, side: str = "both", hide: str | None = None) -> None:
    """Say something on a topic; `hide`: a name taken away from the readers."""
    path = "/moving/talk/say" if who.startswith("P-") else f"{walk.work}/talk/say"
    client = walk.as_(who)
    page = client.soup(f"{path}?topic={topic}")
    names = {each["for"]: each.get_text(strip=True) for each in page.find_all("label") if each.get("for")}
    boxes = [box for box in page.find_all("input", attrs={"name": "readers"}) if names[box["id"]] != hide]
    filled = {"text": words, "side": side, "readers": [box["value"] for box in boxes]}
    client.submit(f"{path}?topic={topic}", filled, to=path, status=303)


def talk(walk: Walk, who: str) -> str:
    """The words of the conversation's page, for this person."""
    return said(walk.as_(who).text("/moving/talk" if who.startswith("P-") else f"{walk.work}/talk"))


def stance(walk: Walk, who: str, wanted: str) -> None:
    client = walk.as_(who)
    token = client.soup("/moving/talk").find("input", attrs={"name": "csrf_token"})["value"]
    client.post("/moving/talk/stance", {"csrf_token": token, "stance": wanted}, status=303)


def test_each_says_their_part_from_their_own_phone(walk: Walk) -> None:
    open_talk(walk)
    say(walk, "W-OLD", "new_place", "Two groups meet at the station.", side="move")
    say(walk, "P-ROSA", "strain", "I cannot pay two rents.", side="move")
    say(walk, "P-LEO", "same_life", "My friends are here.", side="stay", hide="Rosa Marin")
    words = talk(walk, "P-LEO")
    assert "Two groups meet at the station." in words and "I cannot pay two rents." in words
    assert "My friends are here." in words and "Only Leo, and those who work with you, can read this." in words
    assert "My friends are here." not in talk(walk, "P-ROSA")
    assert "My friends are here." in talk(walk, "W-OLD")
    assert "Nobody has asked you to move." in talk(walk, "P-THEO")
    for path in ("/moving/talk", "/moving/talk/say", "/moving/money"):
        walk.as_("P-DAN").get(path, status=404)


def test_what_is_sent_twice_stands_once_and_nothing_is_a_kind_mistake(walk: Walk) -> None:
    open_talk(walk)
    say(walk, "P-ROSA", "question", "Who pays?")
    say(walk, "P-ROSA", "question", "Who pays?")
    assert talk(walk, "P-ROSA").count("Who pays?") == 1
    client = walk.as_("P-ROSA")
    answer = client.submit("/moving/talk/say?topic=question", {"text": " "}, to="/moving/talk/say", status=422)
    assert "Write something first." in answer.get_data(as_text=True)


def test_a_pause_is_as_large_as_going_on_and_stops_the_signature(walk: Walk) -> None:
    open_talk(walk)
    buttons = list(walk.as_("P-LEO").soup("/moving/talk").select(".two form button"))
    assert [b.get_text(strip=True) for b in buttons] == ["Pause, we need to think", "Go on"]
    assert len({tuple(b["class"]) for b in buttons}) == 1
    stance(walk, "P-LEO", "pause")
    assert "Leo needs a pause. Nothing is signed until they say: go on." in talk(walk, "P-ROSA")
    assert "needs a pause before a move is decided" in walk.as_("W-OLD").text("/work/")
    path = f"{walk.work}/talk/sign"
    director = walk.as_("W-OLD-DIR")
    director.submit(path, {"decision": "rest", "reason": "They need time."}, to=path, status=303)
    assert "Somebody in the family needs a pause" in said(director.text(f"{walk.work}/talk"))
    stance(walk, "P-LEO", "go_on")
    director.submit(path, {"decision": "rest", "reason": "They need time."}, to=path, status=303)
    words = talk(walk, "P-ROSA")
    assert (
        "A short rest somewhere safe Olive Dean, Director, signed this on 1 July." in words
        and "They need time." in words
    )
    walk.as_("P-ROSA").get("/moving/talk/say", status=404)


def test_only_the_director_signs(walk: Walk) -> None:
    open_talk(walk)
    path = f"{walk.work}/talk/sign"
    manager = walk.as_("W-OLD-TM")
    assert manager.get(path, status=303).headers["Location"].endswith("/talk")
    assert "Only the director signs this" in manager.text(f"{walk.work}/talk")
    with PortalSession(walk.around.database.web) as session:
        who = ids(walk, "W-OLD-TM")
        session.info["speaker"] = Speaker(worker_id=who)
        done = session.execute(
            text("update relocation set decision = 'move', reason = 'x', signed_by_id = :id"), {"id": who}
        )
        assert done.rowcount == 0  # type: ignore[attr-defined]  # a cursor's result


def ids(walk: Walk, ref: str) -> int:
    with walk.around.database.session() as session:
        return int(session.scalar(text("select id from worker where source_ref = :ref"), {"ref": ref}))


MONEY = {"stay_home_now": "142.50", "move_home_now": "142.50", "move_home_new": "219.99", "move_travel": "35.10",
         "move_help": "142.50", "move_help_weeks": "4", "move_weeks": "12", "stay_weeks": "12", "rest_weeks": "1",
         "stay_help_weeks": "0", "rest_help_weeks": "0"}  # fmt: skip


def test_the_money_is_added_up_as_it_is_typed_and_saved_for_all(walk: Walk) -> None:
    open_talk(walk)
    rosa = walk.as_("P-ROSA")
    token = rosa.soup("/moving/money").find("input", attrs={"name": "csrf_token"})["value"]
    part = rosa.post("/moving/money/sums", MONEY | {"csrf_token": token}, status=200, headers={"HX-Request": "true"})
    words = said(" ".join(rosa.soup_of(part).get_text(" ").split()))
    assert "£4,201.08 in all for 12 weeks" in words and "£255.09 a week while help lasts: 4 weeks." in words
    assert "Then £397.59 a week, with no help." in words
    assert "£4,201.08" not in rosa.text("/moving/money"), "adding up saves nothing"
    rosa.submit("/moving/money", MONEY, to="/moving/money", status=303)
    for who in ("P-LEO", "P-ROSA"):
        page = walk.as_(who).soup("/moving/money")
        assert "£4,201.08 in all" in said(" ".join(page.get_text(" ").split()))
        assert len(page.select("svg.bar rect.of")) == 2
    assert "£1,710 in all" in said(walk.as_("W-OLD").text(f"{walk.work}/money"))
    for word in ("entitled", "you will get", "you qualify"):
        assert word not in walk.as_("P-ROSA").text("/moving/money").lower()


def test_a_sheet_that_somebody_else_changed_is_shown_and_nothing_is_lost(walk: Walk) -> None:
    open_talk(walk)
    rosa, ian = walk.as_("P-ROSA"), walk.as_("W-OLD")
    mine = {f["name"]: f.get("value", "") for f in rosa.soup("/moving/money").find_all("input", type="hidden")}
    path = f"{walk.work}/money"
    ian.submit(path, MONEY, to=path, status=303)
    answer = rosa.post("/moving/money", MONEY | {"move_travel": "50"} | mine)
    page = rosa.soup_of(answer)
    words = said(" ".join(page.get_text(" ").split()))
    assert "Somebody changed the numbers while you were typing." in words and "£35.10" in words
    assert page.find(id="move_travel")["value"] == "50"
    again = {f["name"]: f.get("value", "") for f in page.select("form[action='/moving/money'] input[type=hidden]")}
    rosa.post("/moving/money", MONEY | {"move_travel": "50"} | again, status=303)
    assert "£4,379.88 in all" in said(ian.text(path))


def test_a_wrong_amount_is_said_beside_its_box_and_what_was_typed_stays(walk: Walk) -> None:
    open_talk(walk)
    rosa = walk.as_("P-ROSA")
    wrong = MONEY | {"move_travel": "about fifty", "move_weeks": "lots"}
    page = rosa.soup_of(rosa.submit("/moving/money", wrong, to="/moving/money", status=422))
    words = page.get_text(" ")
    assert "Write an amount such as 120 or 120.50." in words and "Write a number of weeks from 0 to 260." in words
    assert page.find(id="move_travel")["value"] == "about fifty"


def test_before_it_is_opened_there_is_nothing_to_say_into(walk: Walk) -> None:
    walk.as_("P-ROSA").get("/moving/money", status=404)
    clock.fix(datetime.fromisoformat("2019-07-01T10:00"))
    assert "Nobody has talked it through yet" in talk(walk, "W-OLD")
