"""A young person says what matters in a mentor; whoever chooses sees it beside who is there; a no is explained."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from portal.involvement.models import Alert, Involvement
from portal.messages.models import TextMessage
from portal.organisations.models import Worker
from portal.wishes.models import MentorWish
from tests.client import Client
from tests.conftest import Database

Visit = Callable[..., Client]
AT = "2019-07-15T10:00"
WORK = "/work/families/F1/wishes"
SAID = {
    "gender": "man", "language": "en", "background": "somebody who moved here too", "interests": "engines and football",
    "words": "not a copper",
}  # fmt: skip


def say(client: Client, **more: object) -> None:
    client.submit("/mentor/say", {**SAID, **more}, to="/mentor/say", status=303)


def wish_of(sample: Database) -> MentorWish:
    with sample.session() as session:
        return session.scalars(select(MentorWish)).one()


def answer(client: Client, sample: Database, status: int = 303, **given: str) -> str:
    path = f"{WORK}/{wish_of(sample).ref}"
    to = client.soup(path).find("form", action=lambda to: to and to.endswith(path.rsplit("/", 1)[1]))["action"]
    return client.submit(path, {"mentor": "", **given}, to=to, status=status).get_data(as_text=True)


def test_leo_says_what_matters_once_and_only_those_he_chose_read_it(sample: Database, visit: Visit) -> None:
    leo = visit(sample, "P-LEO", AT)
    assert "Who would you like to work with?" in leo.text("/help")
    say(leo)
    say(leo)
    words = leo.text("/mentor")
    for said in ("A man", "Speaks English", "moved here too", "engines and football", "not a copper", "No answer yet."):
        assert said in words, said
    for who in ("P-ROSA", "P-DAN", "P-THEO"):
        assert "copper" not in visit(sample, who, AT).text("/mentor")
        visit(sample, who, AT).get("/mentor/say", 404)
    with sample.session() as session:
        assert session.scalars(select(Alert.kind)).all() == ["mentor_wish"]
    assert "not a copper" in visit(sample, "W-BRV-SW1", AT).text(WORK)
    visit(sample, "W-ASH-HOM", AT).get(WORK, 404)


def test_the_wish_stands_beside_who_is_there_and_what_they_say_of_themselves(sample: Database, visit: Visit) -> None:
    say(visit(sample, "P-LEO", AT))
    jordan = visit(sample, "W-BRV-CH1", AT)
    given = {"gender": "man", "about": "I mend engines and moved here at nine.", "has_room": "y"}
    jordan.submit("/work/mentoring", given, to="/work/mentoring", status=303)
    page = visit(sample, "W-BRV-DIR", AT).soup(f"{WORK}/{wish_of(sample).ref}")
    card = next(card for card in page.find_all("section") if card.find("h3") and "Jordan" in card.get_text())
    assert {tag.get_text() for tag in card.find_all(class_="good")} == {
        "A man",
        "Speaks English",
        "engines",
        "here",
        "moved",
    }
    assert "I mend engines" not in visit(sample, "P-LEO", AT).text("/mentor")


def test_nobody_fits_is_explained_with_a_day_on_which_somebody_looks_again(sample: Database, visit: Visit) -> None:
    leo, amina = visit(sample, "P-LEO", AT), visit(sample, "W-BRV-SW1", AT)
    say(leo)
    assert "Say when you look again." in answer(amina, sample, 422, answer="nobody", words="Nobody who mends engines.")
    day = {"look_again_on-day": "1", "look_again_on-month": "9", "look_again_on-year": "2019"}
    assert "Write it in your own words." in answer(amina, sample, 422, answer="nobody", words=" ", **day)
    answer(amina, sample, answer="nobody", words="Nobody here mends engines. We ask the garage.", **day)
    words = leo.text("/mentor")
    assert (
        "Nobody fits just now" in words and "We ask the garage." in words and "We look again on 1 September." in words
    )
    with sample.session() as session:
        assert session.scalars(select(TextMessage.wording)).all() == ["help_answer"]
    # new words take the old answer away
    say(leo, interests="making music")
    assert "We ask the garage." not in leo.text("/mentor")


def test_a_manager_who_finds_somebody_asks_them_and_a_worker_tells_the_manager(sample: Database, visit: Visit) -> None:
    leo = visit(sample, "P-LEO", AT)
    say(leo)
    with sample.session() as session:
        jordan = session.scalars(select(Worker).where(Worker.source_ref == "W-BRV-CH1")).one()
    assert "Choose who it is." in answer(visit(sample, "W-BRV-SW1", AT), sample, 422, answer="found", words="Jordan!")
    answer(visit(sample, "W-BRV-SW1", AT), sample, answer="found", mentor=jordan.ref, words="Jordan knows engines.")
    assert "There is somebody: Jordan Pike" in leo.text("/mentor")
    with sample.session() as session:
        told = (
            select(Worker.source_ref).join(Alert, Alert.to_worker_id == Worker.id).where(Alert.kind == "mentor_found")
        )
        assert session.scalars(told).all() == ["W-BRV-TM"]
        before = session.scalars(select(Involvement.id).where(Involvement.worker_id == jordan.id)).all()
    answer(visit(sample, "W-BRV-TM", AT), sample, answer="found", mentor=jordan.ref, words="Jordan knows engines.")
    with sample.session() as session:
        after = session.scalars(select(Involvement).where(Involvement.worker_id == jordan.id)).all()
    # Jordan begins on 1 August already in this record: nobody is asked twice
    assert len(after) == len(before)


def test_an_answer_to_words_that_have_changed_is_told_so(sample: Database, visit: Visit) -> None:
    leo, amina = visit(sample, "P-LEO", AT), visit(sample, "W-BRV-SW1", AT)
    say(leo)
    path = f"{WORK}/{wish_of(sample).ref}"
    form = amina.soup(path).find("form", action=lambda to: to and to.endswith(path.rsplit("/", 1)[1]))
    hidden = {field["name"]: field["value"] for field in form.find_all("input", type="hidden")}
    say(leo, words="a woman after all", gender="woman")
    words = amina.post(
        form["action"], hidden | {"answer": "looking", "mentor": "", "words": "Still looking"}, 422
    ).get_data(as_text=True)
    assert "This changed just now." in words and "a woman after all" in words and "Still looking" in words
