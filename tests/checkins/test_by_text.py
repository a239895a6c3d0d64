"""How are you? asked by text, answered by one number on one's own phone, and read by whoever asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.checkins.models import Checkin, CheckinAsked
from portal.conversations.models import TextTalk
from portal.conversations.queries import Live
from portal.duty.models import DutyCall
from portal.foundation import clock
from portal.messages.models import TextMessage
from portal.people.models import Person
from portal.questions.models import Question
from tests.questions.conftest import House
from tests.texting import dropped, give_phones, sent

ANA, NOOR = "+447700900300", "+447700900301"
ASKED = "How are you? Reply 1 all right, 2 tired, 3 hard, 4 very low. A reads it."


def how(house: House) -> str:
    return f"/work/families/{house.family}/how-they-are"


def ask(house: House, who: str = "ANA", by: str = "ADA", moment: str = "2019-07-15T10:00") -> None:
    with house.database.session() as session:
        ref = session.scalars(select(Person.ref).where(Person.source_ref == who)).one()
    house.by(by, moment).submit(how(house), {}, to=f"{how(house)}/{ref}/ask", status=303)


def text(house: House, body: str, number: str = ANA, moment: str = "2019-07-15T10:30") -> str | None:
    """Send this from that phone; what comes back at once."""
    house.by("ADA", moment).post(f"/demo/phone/{number}", {"body": body}, 303)
    with house.database.session() as session:
        answers = session.scalars(
            select(TextMessage).where(TextMessage.answers_id.is_not(None)).order_by(TextMessage.id)
        ).all()
        return answers[-1].body if answers else None


def feelings(house: House) -> list[str]:
    with house.database.session() as session:
        return list(session.scalars(select(Checkin.feeling).order_by(Checkin.id)))


def test_asked_by_text_and_answered_by_one_number(house: House) -> None:
    give_phones(house.database, "ANA", "NOOR")
    ask(house)
    assert "Ada Obi asked Ana today. No answer yet." in house.by("ADA").text(how(house))
    assert sent(house.database) == {"ANA": [ASKED]}
    assert text(house, "2") == "Thank you for saying so. A reads it and answers you."
    assert feelings(house) == ["tired"]
    ada = house.by("ADA", "2019-07-15T11:00")
    assert "I am worn out." in ada.text("/work/")
    assert "Ana was asked today, and has answered." in ada.text(how(house))
    # one's own: the others in the family see nothing of it
    assert "worn out" not in house.by("NOOR", "2019-07-15T11:00").text("/questions")
    # the same number again answers nothing
    assert "waits for an answer just now" in (text(house, "2") or "")
    assert feelings(house) == ["tired"]


def test_all_right_needs_no_answer(house: House) -> None:
    give_phones(house.database, "ANA")
    ask(house)
    sent(house.database)
    assert text(house, "1") == "Thank you. It is good to hear."
    with house.database.session() as session:
        assert session.scalars(select(Question)).all() == []


@pytest.mark.parametrize(("number", "feeling"), [("4", "very_low"), ("5", "frightened")])
def test_a_cry_for_help_is_heard_at_once(house: House, number: str, feeling: str) -> None:
    give_phones(house.database, "ANA", plain=True)
    ask(house)
    (asked,) = sent(house.database)["ANA"]
    assert asked.endswith("4 can't go on, 5 frightened. Ada reads it and answers.")
    said = text(house, number) or ""
    assert "116 123" in said and "999" in said
    assert feelings(house) == [feeling]
    # whoever has to call does so from the page that the alert leads to
    ada = house.by("ADA", "2019-07-15T11:00")
    link = next(a["href"] for a in ada.soup("/work/").find_all("a") if "/questions/" in a["href"])
    assert ada.soup(link).find("a", href=f"tel:{ANA}").get_text() == "Call Ana"
    # another function reads no number
    assert house.by("CAM", "2019-07-15T11:00").get(link, None).status_code == 404
    with house.database.session() as session:
        assert len(session.scalars(select(DutyCall)).all()) == 1


def test_a_number_that_was_not_offered_changes_nothing(house: House) -> None:
    give_phones(house.database, "ANA")
    ask(house)
    sent(house.database)
    for number in ("7", "0"):
        text(house, number)
    assert feelings(house) == []
    text(house, "3")
    assert feelings(house) == ["hard"]


def test_nobody_is_asked_on_a_phone_that_others_read(house: House) -> None:
    give_phones(house.database, "ANA", "NOOR", same=True)
    ask(house)
    assert sent(house.database) == {}
    assert dropped(house.database) == [("checkin_ask", "shared")]


def test_nobody_is_asked_while_a_number_would_answer_something_else(house: House) -> None:
    give_phones(house.database, "ANA")
    ask(house)
    with house.database.session() as session:
        ana = session.scalars(select(Person).where(Person.source_ref == "ANA")).one()
        about = Live("yes", "confirm", dates=["d1"], sequence=1).sealed()
        until = clock.now().replace(hour=23)
        session.add(TextTalk(person_id=ana.id, family_id=ana.family_id, waits_for="yes", about=about, expires_at=until))
        session.commit()
    assert sent(house.database) == {}
    assert dropped(house.database) == [("checkin_ask", "talking")]


def test_who_has_said_it_on_the_page_meanwhile_is_not_asked(house: House) -> None:
    give_phones(house.database, "ANA")
    ask(house)
    fields: dict[str, object] = {"feeling": "hard", "wants": [], "words": ""}
    house.by("ANA", "2019-07-15T10:05").submit("/how-are-you", fields, to="/how-are-you", status=303)
    assert sent(house.database) == {}
    assert dropped(house.database) == [("checkin_ask", "answered")]


def test_nobody_is_asked_twice_in_a_week_nor_without_a_phone_nor_by_whoever_has_no_business(house: House) -> None:
    ask(house)
    with house.database.session() as session:
        assert session.scalars(select(CheckinAsked)).all() == [], "there is no number to ask on"
        ana = session.scalars(select(Person.ref).where(Person.source_ref == "ANA")).one()
        noor = session.scalars(select(Person.ref).where(Person.source_ref == "NOOR")).one()
    give_phones(house.database, "ANA")
    ada = house.by("ADA")
    path = f"{how(house)}/{ana}/ask"
    token = {f["name"]: f["value"] for f in ada.soup(how(house)).select(f'form[action="{path}"] input[type=hidden]')}
    for _ in range(2):
        ada.post(path, token, 303)
    assert "was asked in the last seven days" in ada.text(how(house))
    assert len(sent(house.database)["ANA"]) == 1
    ada.post(f"{how(house)}/{noor}/ask", token, 404)
    house.by("SAM").get(how(house), 404)
    assert "Ask Ana by text" in house.by("ADA", "2019-07-23T10:00").text(how(house))


def test_after_stop_nothing_is_asked(house: House) -> None:
    give_phones(house.database, "ANA")
    text(house, "STOP", moment="2019-07-15T09:00")
    ask(house)
    assert sent(house.database) == {}
    assert dropped(house.database) == [("checkin_ask", "stopped")]
