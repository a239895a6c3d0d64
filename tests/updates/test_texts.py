"""What is texted about updates, what a worker wrote back, and answers: while it is right, and only then."""

from __future__ import annotations

from sqlalchemy import select

from portal.people.models import CircleMember, Person
from portal.updates.models import Update
from tests.questions.conftest import House
from tests.texting import dropped, give_phones, sent
from tests.updates.test_updates import back, path, post

NEW = "Something new from A."


def answer(house: House, ref: str, words: str, moment: str = "2019-07-15T10:20") -> None:
    to = f"{path(house)}/{ref}/reply"
    house.by("ADA", moment).submit(path(house), {"text": words}, to=to, status=303)


def test_what_a_worker_writes_back_is_told_to_whoever_wrote(house: House) -> None:
    give_phones(house.database, "NOOR", "ANA")
    ref = post(house, "NOOR", "ANA")
    house.by("ADA", "2019-07-15T10:02")
    assert sent(house.database) == {"NOOR": [NEW], "ANA": [NEW]}
    back(house, "ANA", ref, "all", "Can it be five?")
    answer(house, ref, "Five is fine.")
    answer(house, ref, "I told Cam.")
    # two in a row are one text, and those who only read are not told of it
    assert sent(house.database) == {"ANA": [NEW]}
    assert dropped(house.database) == [("reply", "not_right")]


def test_whoever_has_read_it_or_reads_it_no_more_is_not_told(house: House) -> None:
    give_phones(house.database, "NOOR", "ANA")
    post(house, "NOOR", "ANA")
    house.by("ANA", "2019-07-15T10:01").get("/updates")
    with house.database.session() as session:
        circle = session.scalars(select(Update.circle_id)).one()
        noor = session.scalars(select(Person.id).where(Person.source_ref == "NOOR")).one()
        session.delete(session.get_one(CircleMember, (circle, noor)))
        session.commit()
    house.by("ADA", "2019-07-15T10:02")
    assert sent(house.database) == {}
    assert sorted(dropped(house.database)) == [("update", "not_right"), ("update", "seen")]


def test_what_was_put_right_is_told_once(house: House) -> None:
    give_phones(house.database, "NOOR")
    ref = post(house, "NOOR")
    page = f"{path(house)}/{ref}/correct"
    house.by("ADA", "2019-07-15T10:01").submit(page, {"text": "On Saturday."}, to=page, status=303)
    house.by("ADA", "2019-07-15T10:05")
    assert sent(house.database) == {"NOOR": [NEW]}


def test_an_answer_that_was_read_on_the_page_is_not_texted(house: House) -> None:
    give_phones(house.database, "ANA")
    ana = house.by("ANA")
    ana.submit("/questions/new", {"text": "May my sister come?", "to": house.workers["ADA"]}, status=303)
    ada = house.by("ADA", "2019-07-15T10:05")
    question = next(a["href"] for a in ada.soup("/work/").find_all("a") if "/questions/" in a["href"])
    ada.submit(question, {"text": "Yes."}, to=question, status=303)
    house.by("ANA", "2019-07-15T10:06").get("/questions")
    assert sent(house.database) == {}
    assert dropped(house.database) == [("answer", "seen")]
