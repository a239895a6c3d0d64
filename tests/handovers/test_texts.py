"""What is texted about a change of worker: who comes, their hello; right when it is sent, and nothing to a stranger."""

from __future__ import annotations

from sqlalchemy import select

from portal.foundation.database import PortalSession
from portal.handovers.models import Handover
from portal.reminders.jobs import plan_reminders
from tests.handovers.conftest import House
from tests.handovers.test_handover import answered, page_of, plan, take_all
from tests.texting import dropped, give_phones, sent

NEW = "There is something new for you to read. Look when it suits you."


def hello(house: House, words: str = "I am Ben. I like chess.") -> None:
    ben, page = page_of(house, "BEN")
    ben.submit(page, {"hello": words}, to=f"{page}/words", status=303)


def test_who_comes_and_their_first_hello_are_told(house: House) -> None:
    give_phones(house.database, "ANA", "LEO", "DAN")
    plan(house)
    assert sent(house.database) == {}, "nothing before the yes"
    answered(house)
    assert sent(house.database) == {"ANA": [NEW], "LEO": [NEW]}
    hello(house)
    assert sent(house.database) == {"ANA": [NEW], "LEO": [NEW]}
    hello(house, "I am Ben. I like chess and tea.")
    assert sent(house.database) == {}, "words that change are not told again"


def test_plain_words_say_who(house: House) -> None:
    give_phones(house.database, "ANA", plain=True)
    plan(house)
    answered(house)
    assert sent(house.database)["ANA"] == [
        "Ben comes after Ada. You meet before Ada goes. Read more when it suits you."
    ]
    hello(house)
    assert sent(house.database)["ANA"] == ["Ben says hello to you. Read it when it suits you."]


def test_a_hello_that_was_taken_back_is_not_told(house: House) -> None:
    give_phones(house.database, "ANA")
    plan(house)
    answered(house)
    sent(house.database)
    hello(house)
    hello(house, "")
    assert sent(house.database) == {}
    assert dropped(house.database) == [("worker_hello", "not_right")]


def test_of_the_police_only_those_hear_who_chose_to(house: House) -> None:
    give_phones(house.database, "ANA")
    plan(house)
    answered(house)
    with house.database.session() as session:
        session.scalars(select(Handover)).one().function = "police_liaison"
        session.commit()
    assert sent(house.database) == {}


def test_whoever_comes_to_a_date_that_was_passed_on_hears_with_whom_and_is_reminded_once(house: House) -> None:
    plan(house)
    answered(house)
    give_phones(house.database, "ANA", "LEO")
    house.by("BEN", "2019-08-09T10:00")
    with PortalSession(house.database.worker) as session:
        plan_reminders(session)
        session.commit()
    take_all(house, "BEN", moment="2019-08-09T10:30")
    assert sent(house.database) == {
        "ANA": ["Changed: now Mon 16:00 with B. If you can't, reply CANT or MOVE."],
    }
    for moment in ("2019-08-09T11:00", "2019-08-11T16:01", "2019-08-12T14:01"):
        house.by("BEN", moment)
        with PortalSession(house.database.worker) as session:
            plan_reminders(session)
            session.commit()
        if moment != "2019-08-09T11:00":
            (reminder,) = sent(house.database)["ANA"]
            assert "16:00 with B." in reminder
