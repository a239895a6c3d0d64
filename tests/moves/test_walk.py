"""A family moves from one borough to another, with everybody's pages right at each step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.client import Client
from tests.moves.conftest import HIDDEN, Around, family_of
from tests.moves.steps import Walk, day

Visit = Callable[..., Client]


@pytest.fixture
def walk(around: Around, visit: Visit) -> Walk:
    return Walk(around, visit)


def nothing_tells_daniel(walk: Walk) -> None:
    """Daniel reads every page of his after every step, in both languages, headers and all, and learns no place."""
    daniel = walk.as_("P-DAN")
    lead = {*who_leads(walk).split(), *(("Nadia",) if who_leads(walk) == "Noor Aziz" else ())}
    routes = [r.rule for r in daniel.app.url_map.iter_rules() if "GET" in (r.methods or ()) and not r.arguments]
    apart = {"/", "/exit", "/healthz", "/readyz"}
    for path in [p + more for p in sorted(set(routes) - apart) for more in ("", "?lang=es")]:
        response = daniel.browser.get(path)
        everything = f"{response.headers}\n{response.get_data(as_text=True)}"
        for word in HIDDEN:
            if word in lead:
                continue  # who leads, and who is above them, is his to know, by name
            assert word.lower() not in everything.lower(), f"{word} on {path}"
    move = walk.move_ref()
    for path in (f"/moving/{move}/met", f"/moving/{move}/not-met", "/moving/tasks/none/done"):
        assert daniel.browser.post(path).status_code in (400, 404)


def who_leads(walk: Walk) -> str:
    """The name on Theo's first page: he is in no circle of the move, and has no limit."""
    found = walk.as_("P-THEO").soup("/home").find(id="who")
    assert found is not None
    return str(found.find(["h2", "h3"]).get_text(strip=True))


def test_a_family_moves_with_everybodys_pages_right_at_each_step(walk: Walk) -> None:
    # --- 1 July: Grace begins it; Newfield is asked; nothing else changes
    assert walk.start().status_code == 303
    for who in ("P-ROSA", "P-LEO"):
        words = walk.words(who)
        assert "Newfield children's services was asked to help you there. There is no answer yet." in words
        assert "Grace Owusu" in words and "Oldbridge children's services" in words
    assert "No move is planned" in walk.words("P-THEO")
    assert "You stay accountable" in walk.words("W-OLD")
    assert "asks you about a family that moves" in walk.as_("W-NEW-DIR").text("/work/")
    assert walk.as_("W-NEW-TM").text("/work/moves").count("Marin family") == 1
    walk.as_("W-NEW").get(walk.work, status=404)
    walk.as_("W-NEW-TM").get(walk.work, status=404)
    assert walk.as_("W-THIRD-DIR").text("/work/moves").count("Marin family") == 0
    nothing_tells_daniel(walk)

    # --- Newfield's team manager says yes and names Noor
    asked = walk.asked("W-NEW-TM")
    words = walk.as_("W-NEW-TM").text(asked)
    assert "Only Nadia Rahman can say no" in words and "Leo" not in words, "before a yes no more than it takes"
    assert walk.accept().status_code == 303
    assert "said yes to the move of Marin family" in walk.as_("W-OLD").text("/work/")
    words = walk.words("P-LEO")
    assert "Noor Aziz" in words and "have not said yes yet" in words and "Yes, we have met" not in words
    walk.as_("W-NEW").get(walk.work, status=404)
    nothing_tells_daniel(walk)

    # --- Noor says yes, and reads; Grace leads still
    walk.day = "2019-07-02"
    walk.join("W-NEW")
    assert "The lead passes when they and the family have met" in walk.words("W-NEW")
    words = walk.words("P-ROSA")
    assert "They can read what you told us" in words and "Yes, we have met" in words
    assert who_leads(walk) == "Grace Owusu"
    assert "Olive Dean" not in walk.words("P-ROSA")
    nothing_tells_daniel(walk)

    # --- Marcus is kept on past the move; Jordan joins beside him; what must not slip has an owner
    walk.day = "2019-07-03"
    manager = walk.as_("W-OLD-TM")
    part = next(a["href"] for a in manager.soup(walk.work).select("details a") if "Marcus" in a.get_text())
    kept = {"does": "stays", "paid_by": "Newfield", "reason": "Leo trusts him"} | day("until", date(2019, 8, 2))
    manager.submit(part, kept, to=part, status=303)
    task = {"text": "School place for September", "owner": ref_of(walk, "Noor Aziz")} | day("due", date(2019, 7, 20))
    action = f"{walk.work}/{walk.move_ref()}/tasks"
    walk.as_("W-OLD").submit(walk.work, task, to=action, status=303)
    walk.as_("W-OLD").submit(walk.work, task, to=action, status=303)  # sent twice: there once
    words = walk.words("P-LEO")
    assert "Marcus Bell, Mentor: is there until 2 August kept on Paid by Newfield." in words
    assert words.count("School place for September") == 1 and "Noor Aziz, Social worker" in words
    assert "Find a boxing club" in words and "Marcus Bell stops before this is done. It needs a new name." in words
    nothing_tells_daniel(walk)

    # --- they meet: Noor says so; the family is asked; nothing changes before both have said it
    walk.lead_met()
    words = walk.words("P-ROSA")
    assert "They wrote that you met on 3 July. Is that right?" in words
    assert who_leads(walk) == "Grace Owusu"
    # Leo says no: it is taken back, and Noor's manager hears of it
    walk.as_("P-LEO").submit("/moving", {}, to=f"/moving/{walk.move_ref()}/not-met", status=303)
    assert "says that they have not met Noor Aziz" in walk.as_("W-NEW-DIR").text("/work/")
    assert "has joined" in walk.words("W-NEW")
    walk.lead_met(on=date(2019, 7, 3))
    assert walk.family_met().status_code == 303
    words = walk.words("P-ROSA")
    assert "From 4 July it is Noor Aziz" in words and who_leads(walk) == "Grace Owusu"
    assert "Leads until 3 July. Then Noor Aziz leads." in walk.as_("P-ROSA").text("/home")
    assert "until" not in str(walk.as_("P-DAN").soup("/home").find(id="who")).lower()
    nothing_tells_daniel(walk)

    # --- the next day Noor leads, Newfield is accountable, Grace's pages are closed
    walk.day = "2019-07-04"
    assert who_leads(walk) == "Noor Aziz"
    words = walk.words("P-ROSA")
    assert "leads since 4 July" in words and "Newfield children's services" in words
    walk.as_("W-OLD").get(walk.work, status=404)
    assert "Noor Aziz leads since 4 July" in walk.words("W-NEW")
    assert "Noor Aziz" in walk.as_("P-DAN").text("/home")
    nothing_tells_daniel(walk)

    # --- the house move is written down: home is Newfield; Marcus' director still sees them until 2 August
    move = walk.move_ref()
    path = f"{walk.work}/{move}/moved"
    walk.as_("W-NEW").submit(path, day("day", date(2019, 7, 4)), to=path, status=303)
    with walk.around.database.session() as session:
        from portal.organisations.models import Organisation

        home = session.get(Organisation, family_of(walk.around).home_borough_id)
        assert home is not None and home.name.startswith("Newfield")
    assert "You moved on 4 July" in walk.words("P-LEO")
    assert "Marcus Bell" in walk.words("W-MENTOR")
    walk.day = "2019-08-03"
    walk.as_("W-MENTOR").get(walk.work, status=404)
    nothing_tells_daniel(walk)


def ref_of(walk: Walk, name: str) -> str:
    """The reference of a worker."""
    from portal.organisations.models import Worker

    with walk.around.database.session() as session:
        return str(session.query(Worker.ref).filter_by(name=name).scalar())
