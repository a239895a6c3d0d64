"""What reaches a phone about a move, a talk or school: through the queue, in both languages, while it is right.

The boy's phone may be read by somebody dangerous: as long as he has not asked for plain words, every one of these says
the same two things to a stranger, and none ever says where.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from portal.access.models import Account
from portal.foundation import clock
from portal.people.models import Person
from portal.schools.models import SchoolAgreement
from tests.client import Client
from tests.moves.conftest import HIDDEN, Around
from tests.moves.steps import Walk, day
from tests.texting import dropped, give_phones, sent

Visit = Callable[..., Client]

NEWS = "There is something new for you to read. Look when it suits you."
QUESTION = "There is a question for you. Look when it suits you."
NOVEDAD = "Tienes algo nuevo para leer. Míralo cuando te venga bien."
PREGUNTA = "Hay una pregunta para ti. Mírala cuando te venga bien."


@pytest.fixture
def walk(around: Around, visit: Visit) -> Walk:
    give_phones(around.database, "P-LEO", "P-ROSA", "P-DAN", "P-THEO")
    return Walk(around, visit)


def prefer(around: Around, who: str, *, plain: bool = False, language: str = "en") -> None:
    with around.database.session() as session:
        person = session.scalars(select(Person.id).where(Person.source_ref == who)).one()
        chosen = {"discreet": not plain, "language": language}
        session.execute(update(Account).where(Account.person_id == person).values(chosen))
        session.commit()


def limit(around: Around, who: str, what: str) -> None:
    with around.database.session() as session:
        session.execute(update(Person).where(Person.source_ref == who).values(contact_limit=what))
        session.commit()


def arrived(walk: Walk) -> dict[str, list[str]]:
    """What reached whose phone since the last look; nothing in it says where, or who works there."""
    clock.fix(datetime.fromisoformat(f"{walk.day}T10:00"))
    found = sent(walk.around.database)
    where = [word for word in HIDDEN if word not in ("Noor", "Nadia", "Nils", "Marcus")]
    for said in (text for texts in found.values() for text in texts):
        assert not [word for word in where if word.lower() in said.lower()], said
    assert not {"P-DAN", "P-THEO"} & set(found), "nobody hears who may not read of it"
    return found


def begun(walk: Walk) -> None:
    walk.start()
    arrived(walk)


# --- a borough's yes or no


def test_a_yes_is_heard_by_those_who_wait_for_it(walk: Walk) -> None:
    prefer(walk.around, "P-ROSA", plain=True)
    begun(walk)
    walk.accept()
    assert arrived(walk) == {
        "P-LEO": [NEWS],
        "P-ROSA": ["There is a yes to your move. Read who would lead when it suits you."],
    }
    assert arrived(walk) == {}, "once"


def test_a_no_is_heard_in_their_own_language(walk: Walk) -> None:
    prefer(walk.around, "P-ROSA", plain=True, language="es")
    prefer(walk.around, "P-LEO", language="es")
    begun(walk)
    decline(walk)
    assert arrived(walk) == {
        "P-LEO": [NOVEDAD],
        "P-ROSA": ["Hay un no a vuestra mudanza. Lee por qué cuando te venga bien."],
    }


def test_the_answer_to_a_conference_is_heard_as_what_it_is(walk: Walk) -> None:
    prefer(walk.around, "P-ROSA", plain=True)
    begun(walk)
    walk.accept()
    arrived(walk)
    grace, path = walk.as_("W-OLD"), f"{walk.work}/{walk.move_ref()}/conference"
    option = next(o for o in grace.soup(path).find_all("option") if "Newfield" in o.get_text())
    grace.submit(path, {"organisation": option["value"]} | day("day", date(2019, 7, 20)), to=path, status=303)
    assert arrived(walk) == {}, "an invitation is no news yet"
    asked = walk.asked("W-NEW-DIR")
    walk.as_("W-NEW-DIR").submit(asked, {}, to=asked, status=303)
    assert arrived(walk)["P-ROSA"] == ["They said yes to the meeting about you. Read more when it suits you."]


def test_who_has_no_address_by_then_hears_nothing(walk: Walk) -> None:
    begun(walk)
    walk.accept()
    limit(walk.around, "P-ROSA", "no_address")
    assert arrived(walk) == {"P-LEO": [NEWS]}
    assert ("move_answer", "not_right") in dropped(walk.around.database)


def test_an_answer_taken_back_is_not_told(walk: Walk) -> None:
    begun(walk)
    walk.accept()
    answer_back(walk, "W-NEW-TM")
    assert arrived(walk) == {}
    assert "has not answered yet" in walk.words("P-ROSA") or "no answer yet" in walk.words("P-ROSA")
    assert "took back what they said about the move" in walk.as_("W-OLD").text("/work/")
    # and it can be answered again
    walk.accept()
    assert arrived(walk) == {"P-LEO": [NEWS], "P-ROSA": [NEWS]}


def test_whoever_had_read_it_hears_that_it_was_taken_back(walk: Walk) -> None:
    prefer(walk.around, "P-ROSA", plain=True)
    begun(walk)
    decline(walk)
    assert arrived(walk)["P-ROSA"] == ["There is a no to your move. Read why when it suits you."]
    answer_back(walk, "W-NEW-DIR")
    assert arrived(walk) == {
        "P-LEO": [NEWS],
        "P-ROSA": ["An answer about your move was taken back. It is still open. Read more when it suits you."],
    }


def test_it_cannot_be_taken_back_by_others_or_once_somebody_has_built_on_it(walk: Walk) -> None:
    begun(walk)
    path = walk.asked("W-NEW-TM")
    walk.accept()
    for other in ("W-NEW-DIR", "W-THIRD-DIR", "W-OLD", "W-OLD-DIR"):
        assert walk.as_(other).browser.post(f"{path}/back").status_code in (400, 404), other
    walk.day = "2019-07-02"
    assert "Take it back" not in walk.as_("W-NEW-TM").text("/work/moves"), "only on the same day"
    walk.day = "2019-07-01"
    soup = walk.as_("W-NEW-TM").soup("/work/moves")
    action = soup.find("form", action=lambda a: a and a.endswith("/back"))["action"]
    walk.join("W-NEW")
    assert "Take it back" not in walk.as_("W-NEW-TM").text("/work/moves"), "she has said yes on the strength of it"
    token = soup.find("input", attrs={"name": "csrf_token"})["value"]
    stale = walk.as_("W-NEW-TM").browser.post(action, data={"csrf_token": token})
    assert stale.status_code == 404, "a page from before changes nothing"


def test_a_move_that_is_off_is_not_told_a_yes(walk: Walk) -> None:
    begun(walk)
    walk.accept()
    path = f"{walk.work}/{walk.move_ref()}/call-off"
    walk.as_("W-OLD").submit(path, {"reason": "The flat fell through."}, to=path, status=303)
    assert arrived(walk) == {"P-LEO": [NEWS], "P-ROSA": [NEWS]}, "one text each: that it is off"
    assert ("move_answer", "not_right") in dropped(walk.around.database)


def decline(walk: Walk) -> None:
    path = f"{walk.asked('W-NEW-DIR')}/decline"
    reasons = {"reason": "We have no worker for them before August."}
    walk.as_("W-NEW-DIR").submit(path, reasons, to=path, status=303)


def answer_back(walk: Walk, who: str) -> None:
    page = walk.as_(who).soup("/work/moves")
    action = page.find("form", action=lambda a: a and a.endswith("/back"))["action"]
    walk.as_(who).submit("/work/moves", {}, to=action, status=303)


# --- the talk about staying or moving


def open_talk(walk: Walk) -> None:
    grace, path = walk.as_("W-OLD"), f"{walk.work}/talk/new"
    grace.submit(path, {"borough": "", "readers": walk.readers(grace.soup(path))}, to=path, status=303)


def sign(walk: Walk) -> None:
    path = f"{walk.work}/talk/sign"
    walk.as_("W-OLD-DIR").submit(path, {"decision": "stay", "reason": "You asked to stay, and we agree."}, to=path,
                                 status=303)  # fmt: skip


def test_what_a_director_signed_is_heard(walk: Walk) -> None:
    prefer(walk.around, "P-ROSA", plain=True, language="es")
    open_talk(walk)
    assert arrived(walk) == {
        "P-LEO": [NEWS],
        "P-ROSA": ["Ya puedes decir qué piensas de quedarte y de mudarte. Míralo cuando te venga bien."],
    }
    sign(walk)
    assert arrived(walk) == {
        "P-LEO": [NEWS],
        "P-ROSA": ["Se decidió si os mudáis. Léelo cuando te venga bien."],
    }


def test_nobody_is_asked_for_their_view_of_what_is_decided(walk: Walk) -> None:
    prefer(walk.around, "P-ROSA", plain=True)
    open_talk(walk)
    sign(walk)
    assert arrived(walk) == {
        "P-LEO": [NEWS],
        "P-ROSA": ["It was decided whether you move. Read it when it suits you."],
    }
    assert dropped(walk.around.database) == [("move_new", "not_right")] * 2


def test_a_talk_is_kept_from_whoever_may_not_know_where_by_then(walk: Walk) -> None:
    open_talk(walk)
    sign(walk)
    limit(walk.around, "P-LEO", "no_address")
    limit(walk.around, "P-ROSA", "no_contact")
    assert arrived(walk) == {}


# --- what school may be told


def ask_about_school(walk: Walk) -> None:
    grace, path = walk.as_("W-OLD"), f"/work/families/{walk.around.family}/school/agreements/new"
    page = grace.soup(path)
    young = next(o["value"] for o in page.find_all("option") if "Leo" in o.get_text())
    words = {"young_person": young, "way": "told", "text": "Leo may come late on Tuesdays.", "how": "ask"}
    grace.submit(path, words | {"readers": walk.readers(page)}, to=path, status=303)


def test_the_family_is_asked_by_text_what_school_may_be_told(walk: Walk) -> None:
    prefer(walk.around, "P-ROSA", plain=True)
    ask_about_school(walk)
    assert arrived(walk) == {
        "P-LEO": [QUESTION],
        "P-ROSA": ["You are asked what school may be told. Say yes or no when it suits you."],
    }


def test_it_is_asked_in_their_own_language(walk: Walk) -> None:
    prefer(walk.around, "P-ROSA", plain=True, language="es")
    prefer(walk.around, "P-LEO", language="es")
    ask_about_school(walk)
    assert arrived(walk) == {
        "P-LEO": [PREGUNTA],
        "P-ROSA": ["Te preguntamos qué se puede contar a la escuela. Di sí o no cuando te venga bien."],
    }


def test_once_somebody_has_said_yes_nobody_is_asked(walk: Walk) -> None:
    ask_about_school(walk)
    with walk.around.database.session() as session:
        # as when the answer comes in while the text is on its way to be sent
        session.execute(update(SchoolAgreement).values(answer="yes"))
        session.commit()
    assert arrived(walk) == {}
    assert set(dropped(walk.around.database)) == {("school_ask", "answered")}


def test_what_is_not_asked_any_more_or_not_theirs_to_know_is_not_sent(walk: Walk) -> None:
    ask_about_school(walk)
    limit(walk.around, "P-ROSA", "no_address")
    assert arrived(walk) == {"P-LEO": [QUESTION]}
    ask_about_other(walk)
    with walk.around.database.session() as session:
        session.execute(update(SchoolAgreement).values(ended_on=SchoolAgreement.made_at))
        session.commit()
    assert arrived(walk) == {}


def ask_about_other(walk: Walk) -> None:
    grace, path = walk.as_("W-OLD"), f"/work/families/{walk.around.family}/school/agreements/new"
    page = grace.soup(path)
    young = next(o["value"] for o in page.find_all("option") if "Leo" in o.get_text())
    words = {"young_person": young, "way": "tells", "text": "How his mornings go.", "how": "ask"}
    grace.submit(path, words | {"readers": walk.readers(page, "Leo Marin")}, to=path, status=303)


def test_a_stranger_who_holds_his_phone_reads_nothing_of_it(walk: Walk) -> None:
    """Whatever happens, what lies on his screen is one of two sentences, and neither says what it is about."""
    ask_about_school(walk)
    open_talk(walk)
    begun_ = arrived(walk)["P-LEO"]
    walk.start()
    walk.accept()
    said = begun_ + arrived(walk)["P-LEO"]
    walk.day = "2019-07-03"
    walk.join("W-NEW")
    walk.lead_met()
    said += arrived(walk)["P-LEO"]
    walk.family_met("P-ROSA")
    said += arrived(walk)["P-LEO"]
    assert said == [QUESTION, NEWS, NEWS, NEWS, QUESTION, NEWS]


def test_one_who_chose_no_texts_gets_none_of_them(walk: Walk) -> None:
    usual = {"hours_from": "08:00", "hours_until": "20:00", "remind_first": "1440", "remind_last": "120"}
    chosen = usual | {"texts": "no", "safe_reply": "numbers"}
    walk.as_("P-LEO").submit("/account/texts", chosen, to="/account/texts", status=303)
    walk.start()
    walk.accept()
    assert "P-LEO" not in arrived(walk)
