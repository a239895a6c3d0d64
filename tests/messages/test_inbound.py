"""Texts that come in: kept once, understood in any language, answered without telling a stranger anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from portal.access.models import Account, Phone
from portal.duty.models import DutyCall, DutyTold
from portal.foundation.clock import real_now
from portal.foundation.database import DOOR, PortalSession, speak_for
from portal.foundation.phones import number_hash
from portal.hearing.conditions import means_not_safe, means_start, means_stop
from portal.hearing.models import InboundText, TextNumber
from portal.involvement.models import Alert
from portal.messages.actions import receive
from portal.messages.models import TextChoice, TextMessage
from portal.messages.queries import Inbound, Texter
from portal.people.models import Person
from tests.client import Client
from tests.conftest import Database

LEO, ROSA, NOBODY = "+447700900101", "+447700900102", "+447700900777"
WHEN = "2019-07-15T22:30"


class Line:
    """Somebody's phone."""

    def __init__(self, database: Database, client: Client) -> None:
        self.database, self.client = database, client
        # what is talked about stands in tests/conversations
        client.app.extensions["converse"] = None

    def text(self, body: str, number: str = LEO) -> str | None:
        """Send this; what comes back, or None."""
        before = len(self.rows(TextMessage))
        self.client.post(f"/demo/phone/{number}", {"body": body}, 303)
        after = self.rows(TextMessage)
        assert len(after) - before <= 1
        return after[-1].body if len(after) > before else None

    def rows(self, model: type) -> list:
        with self.database.session() as session:
            key = getattr(model, "id", None) or next(iter(model.__table__.primary_key.columns))
            return list(session.scalars(select(model).order_by(key)))

    def change(self, statement: object) -> None:
        with self.database.session() as session:
            session.execute(statement)
            session.commit()

    def share(self) -> None:
        """Rosa and Leo use one phone."""
        with self.database.session() as session:
            rosa = session.scalars(select(Phone).where(Phone.number_hash == number_hash(ROSA))).one()
            rosa.number, rosa.number_hash = LEO, number_hash(LEO)
            session.commit()


@pytest.fixture
def line(sample: Database, visit: Callable[..., Client]) -> Line:
    return Line(sample, visit(sample, None, WHEN))


def test_whoever_writes_is_answered_and_it_is_kept_sealed(line: Line) -> None:
    said = line.text("can i see marcus this week")
    assert said == "Got it. A is told and will read it. Reply CALL ME to be rung. Not safe? Say so here, or call 999."
    (kept,) = line.rows(InboundText)
    assert (kept.body, kept.heard) == ("can i see marcus this week", "conversation")
    with line.database.owner.connect() as connection:
        row = connection.exec_driver_sql("select body, number from inbound_text").one()
    assert b"marcus" not in bytes(row.body) and b"900101" not in bytes(row.number)


def test_a_conversation_is_held_as_that_person_and_in_their_language(line: Line) -> None:
    from flask_babel import gettext

    heard: list[object] = []

    def converse(session: PortalSession, texter: Texter, body: str) -> str | None:
        seen = session.scalars(select(Person.name).order_by(Person.name)).all()
        heard.append((texter.name, body, tuple(seen), gettext("tomorrow")))
        return "¿Vale?"

    line.client.app.extensions["converse"] = converse
    assert line.text("hola", ROSA) == "¿Vale?"
    assert heard == [
        ("Rosa Marin", "hola", ("Daniel Grant", "Leo Marin", "Rosa Marin", "Theo Marin"), "mañana"),
    ]


def test_stop_is_said_once_and_the_worker_is_told(line: Line) -> None:
    said = line.text("please stop")
    assert said is not None and said.startswith("OK, no more texts. Times you have agreed stay as they are.")
    assert line.text("STOP") is None, "said once"
    assert [alert.kind for alert in line.rows(Alert)] == ["texts_stopped"]
    (number,) = line.rows(TextNumber)
    assert (number.stopped_at is not None, number.stopped_by) == (True, "person")
    assert (line.text("START") or "").startswith("OK, you get texts again.")
    assert [alert.kind for alert in line.rows(Alert)] == ["texts_stopped", "texts_started"]
    assert line.rows(TextNumber)[0].stopped_at is None


@pytest.mark.parametrize(
    ("meant", "words"),
    [
        (
            means_stop,
            "STOP|stop| Stop. |please stop|stop texting me|Para|no más mensajes|opt-out|stop messaging me bruv",
        ),
        (means_stop, "don't text me again|dont message me|wrong number|you have the wrong person|delete my number pls"),
        (means_stop, "no me escribas más|dejad de mandar mensajes|número equivocado|borra mi número"),
        (means_start, "START|start please|UNSTOP|empezar"),
        (
            means_not_safe,
            "I am not safe|im not safe|I’m NOT safe!!|imnotsafe|i am nt safe|not safe pls|help|they are after me|"
            "No estoy a salvo|estoy en peligro|AYÚDAME|tengo miedo|someone is folowing me|im scared 😭|not saef|🆘",
        ),
        (
            means_not_safe,
            "they're outside my house|there are people outside|theyre chasing me|im being chased|hes got a blade|"
            "im gonna get shanked|i got stabbed|he pulled a machete|they wont let me leave|i cant do this anymore|"
            "cant take this no more|i dont want to be here|me están siguiendo|hay gente fuera de mi casa|"
            "lleva un cuchillo|me han apuñalado|no puedo más|me quieren pegar",
        ),
    ],
)
def test_what_is_meant_is_understood(meant: Callable[[str], bool], words: str) -> None:
    for said in words.split("|"):
        assert meant(said), said


@pytest.mark.parametrize(
    ("meant", "words"),
    [
        (
            means_stop,
            "please cancel my appointment|the bus stop is closed|can we stop at the shop|cancel|end of the day?|"
            "can you stop by on friday|stopped raining|para mañana|hasta que hora para|I quit my job|"
            "dont text me on fridays, call|stop texting him|my mum has the wrong number for marcus|leave me alone|",
        ),
        (means_start, "when does it start|start at 4?|"),
        (means_not_safe, "I'm safe|is it safe there?|all good|see you at 4|thx|I need help with maths|stop|1|"),
        (
            means_not_safe,
            "not sure|cant do thursday|wait outside the library|no puedo el jueves|not late|i want to live there",
        ),
    ],
)
def test_what_only_sounds_like_it_is_not(meant: Callable[[str], bool], words: str) -> None:
    for said in words.split("|"):
        assert not meant(said), said


def test_please_cancel_my_appointment_is_no_opt_out(line: Line) -> None:
    line.text("please cancel my appointment")
    assert line.rows(TextNumber)[0].stopped_at is None
    assert [alert.kind for alert in line.rows(Alert)] == ["text_came"], "somebody reads what no machine answers"
    line.text("please cancel it for me")
    assert len(line.rows(Alert)) == 1, "and hears of it once until they look"


def test_not_safe_reaches_the_lead_and_their_managers_at_once(line: Line) -> None:
    said = line.text("I’m not safe 😭")
    assert said == (
        "If you are in danger now, call 999. Childline: 0800 1111, free, day and night."
        " A was told. Nobody reads texts at night."
    )
    (call,) = line.rows(DutyCall)
    assert (call.why, call.said) == ("not_safe", "I’m not safe 😭")
    assert len(line.rows(DutyTold)) == 2, "Amina, who leads, and Colin above her: no rota is here"
    assert [(alert.kind, alert.path) for alert in line.rows(Alert)] == [("not_safe", f"/work/duty/{call.ref}")] * 2
    line.text("please im not safe")
    assert len(line.rows(DutyCall)) == 1, "the same call within five minutes is one"


def test_the_answer_to_not_safe_is_the_one_they_chose(line: Line) -> None:
    with line.database.session() as session:
        leo = session.scalars(select(Person).where(Person.source_ref == "P-LEO")).one()
        session.add(TextChoice(person_id=leo.id, family_id=leo.family_id, safe_reply="quiet"))
        session.commit()
    assert line.text("im not safe") == "OK, got it. Talk soon."
    line.change(update(TextChoice).values(safe_reply="none"))
    assert line.text("im not safe") is None
    assert len(line.rows(DutyCall)) == 1


def test_an_unknown_number_learns_nothing(line: Line) -> None:
    said = line.text("who are you? is this leo's social worker", NOBODY)
    assert said is not None and "do not know this number" in said
    for word in ("Leo", "Marin", "Alongside", "Amina", "social"):
        assert word not in said
    assert line.text("hello??", NOBODY) is None, "said once in a while"
    assert line.rows(InboundText)[0].family_id is None


def test_a_taken_phone_learns_nothing_and_a_call_for_help_from_it_is_heard(line: Line) -> None:
    line.change(update(Account).values(locked_at=real_now()))
    assert "do not know this number" in (line.text("when is my next one") or "")
    said = line.text("im not safe") or ""
    assert said.startswith("If you are in danger now, call 999.") and "A was told" not in said
    assert len(line.rows(DutyCall)) == 1


def test_a_shared_number_is_asked_by_initials_and_learns_nothing_else(line: Line) -> None:
    line.share()
    heard: list[tuple[str, str]] = []
    line.client.app.extensions["converse"] = lambda session, texter, body: heard.append((texter.name, body)) or "OK"
    asked = "Who is writing? Reply with the first letters of your names, such as A B."
    assert line.text("can i see marcus") == asked
    assert line.text("X Y") == asked
    assert line.text("l.m.") == "OK"
    assert line.text("thurs") == "OK", "for a while it speaks for him"
    assert heard == [("Leo Marin", "can i see marcus"), ("Leo Marin", "thurs")]
    line.change(update(TextNumber).values(speaks_until=real_now()))
    assert line.text("friday then") == asked


def test_a_flood_is_answered_once_and_counted(line: Line) -> None:
    said = [line.text(f"hi {n}") for n in range(25)]
    assert said[20] is not None and said[20].startswith("That was a lot of texts.")
    assert said[21:] == [None] * 4
    assert len(line.rows(InboundText)) == 25
    assert (line.text("im not safe") or "").startswith("If you are in danger"), "that is always heard"


def test_any_words_at_all_are_taken(line: Line) -> None:
    bodies = ["", "   ", "\u202e\u05d0\u05d1", "😀" * 400, "a" * 1600, "مرحبا", "\0", "<b>&"]
    for body in bodies:
        line.text(body)
    kept = line.rows(InboundText)
    assert [row.body for row in kept] == [body.replace("\0", "") for body in bodies]
    assert [row.heard for row in kept] == ["conversation" if body.strip(" \0") else "empty" for body in bodies]


def test_pictures_are_counted_and_not_fetched(line: Line) -> None:
    with PortalSession(line.database.web) as session:
        speak_for(session, DOOR)
        brought = Inbound("twilio", "SM1", LEO, "", 3, None)
        answer = receive(session, brought, lambda *_: None, "Alongside", answers=True)
        session.commit()
    assert answer is not None
    (kept,) = line.rows(InboundText)
    assert (kept.media, kept.body, kept.heard) == (3, "", "empty")
