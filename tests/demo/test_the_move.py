"""In the demo a family moves from one borough to another, and everyone's pages are right at each step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from portal.foundation import embedded
from tests.client import Client
from tests.conftest import _clone
from tests.moves.conftest import Around
from tests.moves.steps import Walk, day
from tests.who_sees_what.test_no_address import pages

PLACES = ("Brook Vale", "Ashmere", "Kingsford", "020 7946")
PEOPLE = ("Marcus", "Peter Amos", "Ian Brook")
"""Who helps there. Who has looked is told by name and role to everybody, and tells no place."""
APART = ("/guidance", "/help-now", "/static", "/sign-in", "/taken")
OLD, NEW, CHIEF = "W-ASH-SW2", "W-BRV-SW2", "W-ASH-DIR"


@pytest.fixture
def walk(server: embedded.Server, world_template: str, visit: Callable[..., Client]) -> Iterator[Walk]:
    """The demo's own world on its first day, for this test alone; the family that moves is F3."""
    for database in _clone(server, world_template):
        made = Walk(Around(database, "F3"), visit)
        made.day = "2026-03-11"
        yield made


def leads(walk: Walk, who: str) -> str:
    """Who leads, on this person's first page."""
    found = walk.as_(who).soup("/home").find(id="who")
    return str(found.find(["h2", "h3"]).get_text(strip=True))


def nothing_tells_their_father(walk: Walk) -> None:
    """Sureshkumar, who may not know where they live, reads each page of his, headers and all."""
    father = walk.as_("P-SURESH")
    names = PEOPLE if leads(walk, "P-SURESH") == "Callum Reid" else (*PEOPLE, "Callum")
    for path in pages(father):
        if path.startswith(APART):
            continue
        response = father.browser.get(path)
        everything = f"{response.headers}\n{response.get_data(as_text=True)}".lower()
        hidden = PLACES if path.startswith("/who-has-looked") else PLACES + names
        assert not [word for word in hidden if word.lower() in everything], path


def test_the_ilankovans_move_with_everyones_pages_right_at_each_step(walk: Walk) -> None:
    # --- 11 March: Callum has joined, nobody has met; Meenakshi wants a pause, so the director cannot sign
    for who in ("P-MEENA", "P-ARAV", "P-KAVI"):
        words = walk.words(who)
        assert "Callum Reid" in words and "They can read what you told us" in words and "Yes, we have met" in words
        assert leads(walk, who) == "Grace Owusu"
    assert "The lead passes when they and the family have met" in walk.words(OLD)
    assert "Callum Reid has joined" in walk.words(NEW)
    nothing_tells_their_father(walk)
    talk = f"{walk.work}/talk"
    assert "needs a pause" in walk.as_(CHIEF).text(talk)
    decision = {"decision": "move", "reason": "The threats go on here, and they want to go."}
    walk.as_(CHIEF).submit(f"{talk}/sign", decision, status=303)
    assert "Somebody in the family needs a pause" in walk.as_(CHIEF).text(talk)

    # --- the next day she has thought, and it is signed; Callum visits
    walk.day = "2026-03-12"
    walk.as_("P-MEENA").submit("/moving/talk", {"stance": "go_on"}, to="/moving/talk/stance", status=303)
    walk.as_(CHIEF).submit(f"{talk}/sign", decision, status=303)
    assert "The threats go on here" in walk.as_("P-MEENA").text("/moving/talk")
    walk.lead_met(NEW, on=date(2026, 3, 12))
    assert "They wrote that you met on 12 March. Is that right?" in walk.words("P-ARAV")
    nothing_tells_their_father(walk)

    # --- Aravinthan was not there and says no: nothing passes, and they are asked again
    walk.as_("P-ARAV").submit("/moving", {}, to=f"/moving/{walk.move_ref()}/not-met", status=303)
    assert "Callum Reid has joined" in walk.words(OLD) and leads(walk, "P-ARAV") == "Grace Owusu"
    walk.day = "2026-03-13"
    walk.lead_met(NEW, on=date(2026, 3, 13))
    walk.family_met("P-MEENA")
    for who in ("P-MEENA", "P-ARAV", "P-KAVI"):
        assert "From 25 March it is Callum Reid" in walk.words(who) and leads(walk, who) == "Grace Owusu"
    assert "Callum Reid leads from 25 March" in walk.words(OLD)
    nothing_tells_their_father(walk)

    # --- 25 March: Callum leads; Grace stays beside him; what must not get lost is ticked by whoever sees to it
    walk.day = "2026-03-25"
    for who in ("P-MEENA", "P-ARAV", "P-KAVI", "P-SURESH"):
        assert leads(walk, who) == "Callum Reid", who
    assert "Callum Reid leads since 25 March" in walk.words(NEW)
    words = walk.words("P-MEENA")
    assert "Brook Vale Council children's services" in words and "leads since 25 March" in words
    walk.as_(OLD).get(walk.work)
    tasks = walk.as_("P-MEENA").soup("/moving").select("#tasks ~ ul form")
    walk.as_("P-MEENA").submit("/moving", {}, to=tasks[0]["action"], status=303)
    assert "Done on 25 March." in walk.words("P-ARAV")
    nothing_tells_their_father(walk)

    # --- 30 March: they live in the new borough, and no less help is needed for that
    walk.day = "2026-03-30"
    path = f"{walk.work}/{walk.move_ref()}/moved"
    walk.as_(NEW).submit(path, day("day", date(2026, 3, 30)), to=path, status=303)
    assert "You moved on 30 March." in walk.words("P-KAVI")
    assert "Child in need" in walk.words(NEW)
    nothing_tells_their_father(walk)

    # --- Grace's last day was 22 April, Marcus's is 10 May, paid for by the new borough
    walk.day = "2026-04-23"
    walk.as_(OLD).get(walk.work, status=404)
    assert "Marcus Bell" in walk.words("W-ASH-TY1")
    walk.day = "2026-05-11"
    walk.as_("W-ASH-TY1").get(walk.work, status=404)
    assert "Marcus Bell, Mentor: was there until 10 May" in walk.words("P-ARAV")
    nothing_tells_their_father(walk)
