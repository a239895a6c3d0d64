"""A family moves between two boroughs that each run a portal of their own: two installations, side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from portal.exchange.sealing import keys_from, seal
from portal.foundation import embedded
from portal.people.models import Family
from tests.conftest import TEST_SECRETS, _clone
from tests.exchange.portals import Installation
from tests.moves.conftest import Around, around
from tests.moves.steps import Walk, day

pytestmark = pytest.mark.slow
__all__ = ["around"]

# Newfield's own portal knows its own services and nobody of Oldbridge
NEWFIELD = {
    "organisations.csv": "ref,name,kind,senior_manager_ref\nNEW,Newfield children's services,borough,W-NEW-DIR\n",
    "workers.csv": (
        "ref,name,organisation_ref,role,email,manager,manager_ref\n"
        "W-NEW-DIR,Nadia Rahman,NEW,Director,nadia@newfield.example,yes,\n"
        "W-NEW,Noor Aziz,NEW,Social worker,noor@newfield.example,no,W-NEW-DIR\n"
    ),
    "families.csv": "ref,name,home_borough_ref\n",
    "people.csv": "ref,family_ref,name,relation\n",
}
OLDBRIDGES = ("Oldbridge", "020 7946")
SECRET = ("Newfield", "Nadia", "127.0.0.1")
"""What tells where they go: for Daniel's pages of the portal they leave."""


@pytest.fixture
def oldbridge(around: Around, tmp_path: Path) -> Installation:
    more = {name: TEST_SECRETS[name] for name in ("PORTAL_SECRET_KEY", "PORTAL_FIELD_KEYS", "PORTAL_SEARCH_KEY")}
    return Installation(around.database, tmp_path / "oldbridge", more)


@pytest.fixture
def newfield(server: embedded.Server, empty_template: str, tmp_path: Path) -> Iterator[Installation]:
    for database in _clone(server, empty_template):
        made = Installation(database, tmp_path / "newfield")
        files = tmp_path / "newfield-files"
        files.mkdir()
        for name, rows in NEWFIELD.items():
            (files / name).write_text(rows)
        made.did("import", str(files))
        yield made


def plan_the_move(around: Around, visit: Callable[..., object]) -> str:
    """Grace plans it in Oldbridge's portal: read by Rosa and Leo. Returns the address of her page."""
    walk = Walk(around, visit)  # type: ignore[arg-type]  # the fixture's own type
    assert walk.start().status_code == 303
    return walk.work


def test_the_same_move_between_two_installations(
    around: Around, oldbridge: Installation, newfield: Installation, visit: Callable[..., object], tmp_path: Path
) -> None:
    work = plan_the_move(around, visit)
    key = newfield.did("keys", "show")
    assert key != oldbridge.did("keys", "show"), "each has keys of its own"
    file, receipt = tmp_path / "leo.json", tmp_path / "receipt.json"

    # --- 1 July. Oldbridge passes Leo's record on: its copy is read-only, and Grace has a task until it arrived
    said = oldbridge.did("assessment", "export", "P-LEO", "--to", key, "--out", str(file))
    assert "read and not written" in said
    with ExitStack() as open_today:
        open_today.enter_context(oldbridge.served())
        open_today.enter_context(newfield.served())
        grace, rosa, dan = oldbridge.as_("W-OLD"), oldbridge.as_("P-ROSA"), oldbridge.as_("P-DAN")
        words = grace.text(work)
        assert "went to another portal on 1 July" in words and "not said yet that it arrived" in words
        assert "Leo Marin: the record arrives safely at Newfield children's services" in words
        assert "Write a statement" not in grace.text(work.replace("moving", "assessment"))
        assert "was sent there on 1 July" in rosa.text("/moving")
        assert "Write in your own words" not in rosa.text("/assessment")

        # --- Newfield: Nadia confirms whom it belongs to; the family is there, and Grace leads until they have met
        taken = newfield.did("assessment", "import", str(file), said="NEW\ny\nNadia Rahman\n")
        assert "1 new statements" in taken and f"({leo_ref(newfield)})" in taken
        nadia, noor = newfield.as_("W-NEW-DIR"), newfield.as_("W-NEW")
        assert "asks you about a family that moves" in nadia.text("/work/")
        asked = nadia.soup("/work/moves").select("main h2 a")[0]["href"]
        assert "Grace Owusu" in nadia.text(asked)
        mother = newfield.as_("Rosa Marin")
        assert "Grace Owusu leads the help" in mother.text("/home")
        assert "He is kind." in mother.text("/assessment") and "Nadia Rahman took it in" in mother.text("/moving")

        # --- the receipt goes back: Oldbridge reads who took it in, and Grace's task is done
        newfield.did("assessment", "receipt", leo_ref(newfield), "--out", str(receipt))
        assert "Nadia Rahman took it in" in oldbridge.did("assessment", "received", str(receipt))
        words = grace.text(work)
        assert "Nadia Rahman took it in on 1 July" in words and newfield.url in words
        assert "Done on 1 July" in words and "has arrived in the other portal" in grace.text("/work/")
        assert "arrived there on 1 July" in rosa.text("/moving")
        again = oldbridge.refused("assessment", "received", str(receipt))
        assert again == "This receipt, or a newer one, was taken in before: nothing was changed."

        # --- Nadia says yes with Noor's name; Noor joins; they meet, and both say so, in Newfield's portal
        option = next(o for o in nadia.soup(asked).find_all("option") if "Noor" in o.get_text())["value"]
        yes = {"lead": option, "function": "social_work"} | day("first_day", date(2019, 7, 1))
        nadia.send(asked, yes)
        accept = next(f["action"] for f in noor.soup("/work/").find_all("form") if f["action"].endswith("/accept"))
        noor.send("/work/", {}, to=accept)
        there = f"/work/families/{family_ref(newfield)}/moving"
        assert "The lead passes when they and the family have met" in noor.text(there)
        move = next(a["href"] for a in noor.soup(there).find_all("a") if str(a["href"]).endswith("/met"))
        noor.send(str(move), day("day", date(2019, 7, 1)))
        assert "They wrote that you met on 1 July. Is that right?" in mother.text("/moving")
        assert "Grace Owusu leads the help" in mother.text("/home"), "nothing changes before both have said so"

        # --- Oldbridge hears that far: the family is asked there too, and Grace stays accountable
        newer = tmp_path / "second.json"
        newfield.did("assessment", "receipt", leo_ref(newfield), "--out", str(newer))
        assert "One side says that they have met" in oldbridge.did("assessment", "received", str(newer))
        assert "Noor Aziz says that they met on 1 July" in grace.text(work)
        words = rosa.text("/moving")
        assert "They wrote that you met on 1 July" in words and "Grace Owusu" in words
        action = next(f["action"] for f in mother.soup("/moving").find_all("form") if f["action"].endswith("/met"))
        assert "You have both said that you met" in mother.send("/moving", {}, to=str(action))
        last = tmp_path / "third.json"
        newfield.did("assessment", "receipt", leo_ref(newfield), "--out", str(last))
        assert "Both have said that they met" in oldbridge.did("assessment", "received", str(last))
        assert "From 2 July it is Noor Aziz" in rosa.text("/moving")
        assert "Noor Aziz leads from 2 July" in grace.text(work)
        for path in ("/home", "/network", "/moving", "/assessment", "/plan", "/appointments", "/who-has-looked"):
            answer = dan.browser.get(dan.url + path, timeout=300)
            page = (answer.text + str(answer.headers)).replace(dan.url, "")
            assert not [word for word in SECRET if word.lower() in page.lower()], path

    # --- 2 July: Noor leads in both portals, and Newfield is accountable in both
    oldbridge.day = newfield.day = "2019-07-02"
    with oldbridge.served(), newfield.served():
        for page in (oldbridge.as_("P-ROSA"), newfield.as_("Rosa Marin")):
            assert "Noor Aziz leads the help" in page.text("/home")
            words = page.text("/moving")
            assert "leads since 2 July" in words and "Newfield children's services" in words
        oldbridge.as_("W-OLD").soup(work, 404)
        noor = newfield.as_("W-NEW")
        assert "Write a statement" in noor.text(f"/work/families/{family_ref(newfield)}/assessment")
        assert "He is kind." in noor.text(f"/work/families/{family_ref(newfield)}/assessment")
        daniel = newfield.as_("Daniel Grant")
        for path in ("/home", "/network", "/moving", "/assessment"):
            page = daniel.browser.get(daniel.url + path, timeout=300).text.replace(daniel.url, "")
            assert not [word for word in ("Newfield", *OLDBRIDGES) if word.lower() in page.lower()], path


def leo_ref(installation: Installation) -> str:
    """Leo's reference in this installation."""
    from portal.people.models import Person

    with installation.database.session() as session:
        return str(session.query(Person.ref).filter_by(name="Leo Marin").scalar())


def family_ref(installation: Installation) -> str:
    """The family's reference in this installation."""
    with installation.database.session() as session:
        return str(session.query(Family.ref).scalar())


def test_each_refusal_is_one_clear_sentence(
    around: Around, oldbridge: Installation, newfield: Installation, tmp_path: Path
) -> None:
    key, file = newfield.did("keys", "show"), tmp_path / "leo.json"
    oldbridge.did("assessment", "export", "P-LEO", "--to", key, "--out", str(file))
    raw = json.loads(file.read_text())

    def spoilt(name: str, **change: object) -> str:
        made = tmp_path / name
        made.write_text(json.dumps(raw | change))
        return str(made)

    yes = ("--new-in", "NEW", "--yes")
    refused = newfield.refused
    assert refused("assessment", "import", spoilt("altered.json", file="0" * 32), *yes) == (
        "The file was altered or damaged on the way: ask for it again."
    )
    assert refused("assessment", "import", spoilt("future.json", version=9), *yes) == (
        "The file is of version 9, and this portal reads up to 1: bring this one up to date first."
    )
    assert oldbridge.refused("assessment", "import", str(file), *yes) == (
        "The file is for another portal: only that one can open it."
    )
    newfield.did("assessment", "import", str(file), *yes)
    assert refused("assessment", "import", str(file), *yes) == ("This file was taken in before: nothing was changed.")
    # what is no receipt, a receipt for somebody else, and one from a portal that has nothing to do with it
    assert "This is not a receipt" in oldbridge.refused("assessment", "received", str(file))
    receipt = tmp_path / "receipt.json"
    newfield.did("assessment", "receipt", leo_ref(newfield), "--out", str(receipt))
    assert refused("assessment", "received", str(receipt)) == (
        "The file is for another portal: only that one can open it."
    )
    stranger = keys_from(b"s" * 32)
    said = {"of": raw["file"], "portal": None, "arrived_at": None, "received_by": None, "move": None}
    forged = tmp_path / "forged.json"
    ours = oldbridge.did("keys", "show")
    forged.write_bytes(seal(said, stranger, ours, "2019-07-02T10:00:00+01:00", kind="alongside-receipt"))
    assert oldbridge.refused("assessment", "received", str(forged)) == (
        "This receipt is not from the portal that has to do with that assessment."
    )
    assert "Nadia" not in oldbridge.did("assessment", "received", str(receipt))
    # nothing of a family stands in an error
    assert "Leo" not in refused("assessment", "import", spoilt("cut.json", sealed=""), *yes)
