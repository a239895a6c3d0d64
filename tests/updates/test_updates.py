"""A worker posts in a minute, to people named before it is posted; the family reads it at once and writes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from portal.messages.models import TextMessage
from portal.organisations.models import Worker
from portal.people.models import Family, Person
from portal.updates import conditions
from portal.updates.models import Reply, Update, UpdateRead
from tests.client import Client
from tests.conftest import Database
from tests.factories import circle, update
from tests.questions.conftest import House

WORDS = "We met today. Cam comes on Friday at four."
Fields = dict[str, object]


def refs(database: Database) -> dict[str, str]:
    with database.session() as session:
        found = select(Person.source_ref, Person.ref).where(Person.source_ref.is_not(None))
        return {str(name): ref for name, ref in session.execute(found)}


def path(house: House) -> str:
    return f"/work/families/{house.family}/updates"


def fill(house: House, *readers: str, words: str = WORDS) -> Fields:
    known = refs(house.database)
    return {"text": words, "readers": [known[name] for name in readers]}


def looked(house: House, worker: Client, fields: Fields) -> Fields:
    """Fill in the form, look at the names, and give what the next press of the button would send."""
    new = path(house) + "/new"
    page = worker.soup_of(worker.submit(new, fields | {"step": "look"}, to=new, status=200))
    hidden = {f["name"]: f.get("value", "") for f in page.select("#write input[type=hidden]")}
    return hidden | fields | {"step": "post"}


def post(house: House, *readers: str, words: str = WORDS, by: str = "ADA", moment: str = "2019-07-15T10:00") -> str:
    worker = house.by(by, moment)
    worker.post(path(house) + "/new", looked(house, worker, fill(house, *readers, words=words)), 303)
    with house.database.session() as session:
        return session.scalars(select(Update.ref).order_by(Update.id.desc())).first() or ""


def updates_there(house: House) -> int:
    with house.database.session() as session:
        return session.scalar(select(func.count()).select_from(Update)) or 0


def test_posted_from_my_day_and_read_on_the_next_request(house: House) -> None:
    ada, noor = house.by("ADA"), house.by("NOOR")
    assert "nothing" not in noor.text("/updates")
    assert "/work/updates/new" in str(ada.soup("/work/"))
    # with one family there is nothing to choose
    assert ada.get("/work/updates/new", 303).location == path(house) + "/new"
    post(house, "NOOR", "ANA")
    assert WORDS in noor.text("/home")
    assert WORDS in noor.text("/updates")
    assert WORDS not in house.by("DAN").text("/updates")


def test_the_names_of_who_will_read_it_and_who_will_not_stand_there_before(house: House) -> None:
    ada = house.by("ADA")
    new = path(house) + "/new"
    page = ada.submit(new, fill(house, "NOOR", "ANA") | {"step": "look"}, to=new, status=200).get_data(as_text=True)
    assert "Ana and Noor will see this." in page.replace("Noor and Ana", "Ana and Noor")
    assert "Dan will not." in page
    assert "Post to Noor and Ana" in page
    assert WORDS in page
    assert updates_there(house) == 0, "looking posts nothing"


def test_without_having_looked_nothing_is_posted(house: House) -> None:
    ada = house.by("ADA")
    new = path(house) + "/new"
    ada.submit(new, fill(house, "NOOR") | {"step": "post"}, to=new, status=409)
    assert updates_there(house) == 0


@pytest.mark.parametrize(
    "change",
    [
        "update person set contact_limit = 'no_address' where source_ref = 'ANA'",
        "update person set contact_limit = 'no_contact' where source_ref = 'ANA'",
        "insert into person (family_id, name, relation, ref, interpreter, parental_responsibility, contact_limit,"
        " sees_police) select family_id, 'Kit New', 'other', 'kitkitkitkit', false, false, 'none', false from person"
        " where source_ref = 'ANA'",
    ],
)
def test_a_family_that_has_just_changed_is_caught_and_asked_again(house: House, change: str) -> None:
    ada = house.by("ADA")
    ready = looked(house, ada, fill(house, "NOOR", "ANA"))
    with house.database.session() as session:
        session.execute(text(change))
        session.commit()
    again = ada.post(path(house) + "/new", ready, 409).get_data(as_text=True)
    assert "has changed since you looked" in again
    assert WORDS in again, "nothing is lost"
    assert updates_there(house) == 0
    fields = fill(house, "NOOR")
    ada.post(path(house) + "/new", looked(house, ada, fields), 303)
    assert updates_there(house) == 1


def test_other_names_than_those_shown_are_asked_about_again(house: House) -> None:
    ada = house.by("ADA")
    ready = looked(house, ada, fill(house, "NOOR"))
    ada.post(path(house) + "/new", ready | fill(house, "NOOR", "DAN"), 409)
    assert updates_there(house) == 0


def test_a_form_without_words_or_readers_says_so(house: House) -> None:
    ada = house.by("ADA")
    new = path(house) + "/new"
    page = ada.submit(new, {"text": "", "step": "look"}, to=new, status=422).get_data(as_text=True)
    assert "Write something first." in page
    assert "Choose who in the family reads it." in page


def test_sent_twice_it_is_posted_once(house: House) -> None:
    ada = house.by("ADA")
    ready = looked(house, ada, fill(house, "NOOR"))
    ada.post(path(house) + "/new", ready, 303)
    ada.post(path(house) + "/new", ready, 303)
    assert updates_there(house) == 1


def test_each_reader_is_told_by_text_after_the_minute(house: House) -> None:
    post(house, "NOOR", "ANA")
    with house.database.session() as session:
        texts = list(session.scalars(select(TextMessage).where(TextMessage.wording == "update")))
        assert len(texts) == 2
        assert all(one.due_at - one.made_at == timedelta(minutes=1) for one in texts)


def test_taken_back_within_the_minute_it_never_was(house: House) -> None:
    ref = post(house, "NOOR")
    ada = house.by("ADA")
    undo = f"{path(house)}/{ref}/undo"
    page = ada.soup_of(ada.submit(path(house), {}, to=undo, status=200))
    assert WORDS in str(page), "the words come back, to be changed"
    assert "Taken back." in page.get_text()
    assert updates_there(house) == 0
    assert WORDS not in house.by("NOOR").text("/updates")
    with house.database.session() as session:
        assert not list(session.scalars(select(TextMessage).where(TextMessage.state == "queued")))


@pytest.mark.parametrize("why", ["read", "seen at home", "over"])
def test_too_late_it_can_only_be_put_right(house: House, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    ref = post(house, "NOOR", words=WORDS if why != "seen at home" else WORDS + " More." * 90)
    ada = house.by("ADA")
    undo = f"{path(house)}/{ref}/undo"
    token = {f["name"]: f["value"] for f in ada.soup(path(house)).select("form[action$=undo] input")}
    if why == "over":
        real = conditions.real_now
        monkeypatch.setattr(conditions, "real_now", lambda: real() + timedelta(seconds=61))
    else:
        house.by("NOOR").get("/home" if why == "seen at home" else "/updates")
    assert ada.post(undo, token, 303).headers["Location"].endswith(f"{ref}/correct")
    assert updates_there(house) == 1
    assert not ada.soup(path(house)).select("form[action$=undo]") or why == "seen at home"


def test_a_correction_reaches_the_same_people_and_is_shown_as_one(house: House) -> None:
    ref = post(house, "NOOR", "ANA")
    noor = house.by("NOOR")
    assert WORDS in noor.text("/updates")
    ada = house.by("ADA", "2019-07-15T11:00")
    page = f"{path(house)}/{ref}/correct"
    assert "Ana and Noor will see this." in ada.text(page)
    same = ada.submit(page, {"text": WORDS}, to=page, status=422).get_data(as_text=True)
    assert "still says the same" in same
    right = "We met today. Cam comes on Thursday at four."
    ada.submit(page, {"text": right}, to=page, status=303)
    noor = house.by("NOOR", "2019-07-15T11:01")
    home = noor.text("/home")
    assert right in home
    assert WORDS not in home
    words = noor.text("/updates")
    assert words.index(right) < words.index(WORDS), "what it said before stays, under it"
    assert "Put right on" in words
    assert "New" in words or right in home
    assert right not in house.by("DAN", "2019-07-15T11:01").text("/updates")


def test_the_worker_sees_who_has_read_it(house: House) -> None:
    post(house, "NOOR", "ANA")
    assert "Ana and Noor have not read it yet." in house.by("ADA").text(path(house))
    house.by("ANA").get("/updates")
    words = house.by("ADA").text(path(house))
    assert "Ana has read it." in words
    assert "Noor has not read it yet." in words


def test_unread_stands_first_on_home(house: House) -> None:
    with house.database.session() as session:
        noors = session.scalars(select(Person).where(Person.source_ref == "NOOR")).one()
        family = session.get_one(Family, noors.family_id)
        ada = session.scalars(select(Worker).where(Worker.source_ref == "ADA")).one()
        his = circle(session, family, noors)
        update(session, his, ada, "Older and unread", "2019-07-01T10:00")
        newer = update(session, his, ada, "Newer and read", "2019-07-10T10:00")
        common = {"family_id": family.id, "circle_id": his.id, "seen_at": newer.posted_at, "read_at": newer.posted_at}
        session.add(UpdateRead(update_id=newer.id, person_id=noors.id, **common))
        session.commit()
    noor = house.by("NOOR")
    assert "Older and unread" in noor.text("/home")
    once_read = noor.text("/home")
    assert "Newer and read" in once_read
    assert "Older and unread" not in once_read


def back(house: House, who: str, ref: str, how: str, words: str, status: int = 303) -> str:
    person = house.by(who)
    action = f"/updates/{ref}/reply"
    form = person.soup("/updates").find("form", action=action)
    assert form is not None
    names = {f["name"].split("-")[-1]: f["name"] for f in form.find_all(["input", "textarea"]) if f.get("name")}
    token = {f["name"]: f["value"] for f in form.find_all("input", type="hidden")}
    return person.post(action, token | {names["how"]: how, names["text"]: words}, status).get_data(as_text=True)


def test_the_family_writes_back_to_all_to_one_or_asks(house: House) -> None:
    ref = post(house, "NOOR", "ANA")
    back(house, "NOOR", ref, "all", "Friday is good.")
    back(house, "NOOR", ref, "worker", "I do not want Mum there.")
    back(house, "ANA", ref, "question", "Can I come too?")
    ana, noor, ada = house.by("ANA").text("/updates"), house.by("NOOR").text("/updates"), house.by("ADA")
    assert "Friday is good." in ana
    assert "I do not want Mum there." not in ana
    assert "Can I come too?" in ana
    assert "Ada answers by 22 July." in ana
    assert "Can I come too?" not in noor
    day = ada.text("/work/")
    assert "Friday is good." in day
    assert "Can I come too?" in day
    words = ada.text(path(house))
    assert "I do not want Mum there." in words
    assert "Friday is good." not in ada.text("/work/"), "once read it no longer waits"
    cam = house.by("CAM").text(path(house))
    assert "Friday is good." in cam
    assert "I do not want Mum there." not in cam, "what was for Ada alone is not for the mentor"


def test_the_worker_answers_only_whoever_wrote_alone(house: House) -> None:
    ref = post(house, "NOOR", "ANA")
    back(house, "NOOR", ref, "worker", "I do not want Mum there.")
    with house.database.session() as session:
        private = session.scalars(select(Reply.ref)).one()
    ada = house.by("ADA")
    action = f"{path(house)}/{ref}/reply"
    token = {f["name"]: f["value"] for f in ada.soup(path(house)).select(f'form[action="{action}"] input')}
    assert token["to"] == private or "to" in token
    ada.post(action, token | {"to": private, "text": "Then only you and I."}, 303)
    assert "Then only you and I." in house.by("NOOR").text("/updates")
    assert "Then only you and I." not in house.by("ANA").text("/updates")
    missing = ada.post(action, token | {"to": private, "text": ""}, 422).get_data(as_text=True)
    assert "Write something first." in missing


def test_a_reply_without_words_keeps_its_form_open(house: House) -> None:
    ref = post(house, "NOOR", "ANA")
    page = back(house, "NOOR", ref, "all", "", 422)
    assert "Write something first." in page
    assert '<details class="ask" open' in page


def test_words_of_the_trade_are_caught_and_a_plainer_phrase_taken(house: House) -> None:
    ada = house.by("ADA")
    new = path(house) + "/new"
    fields = fill(house, "NOOR", words="Strategy meeting on Friday. The strategy meeting is at the office.")
    page = ada.soup_of(ada.submit(new, fields | {"step": "look"}, to=new, status=200))
    take = page.select_one("button[name=take]")
    assert take is not None
    assert "strategy meeting" in take["value"].lower()
    after = ada.soup_of(ada.submit(new, fields | {"take": take["value"]}, to=new, status=200))
    box = after.select_one("textarea")
    assert box is not None
    assert take["value"] not in box.get_text()
    assert "The a " not in box.get_text()
    assert "Post to Noor" in after.get_text(), "it is never in the way of posting"


def test_while_one_types_the_part_changes_and_nothing_is_saved(house: House) -> None:
    ada = house.by("ADA")
    token = {f["name"]: f["value"] for f in ada.soup(path(house) + "/new").select("#write input[type=hidden]")}
    long = "The assessment will be completed following consultation with the allocated practitioner in due course."
    part = ada.post(
        path(house) + "/check", token | fill(house, "NOOR", words=long), 200, headers={"HX-Request": "true"}
    ).get_data(as_text=True)
    assert "<html" not in part
    assert "Noor will see this." in part
    assert "reads this with ease" in part
    assert updates_there(house) == 0


def test_markdown_is_shown_clean_and_places_are_left_out_for_dan(house: House) -> None:
    post(house, "NOOR", "DAN", words="**Bring** a coat\n\n- one\n- two\n\n<script>x</script> Ring 020 7946 0101")
    page = house.by("NOOR").soup("/updates")
    assert page.select_one(".told strong") is not None
    assert len(page.select(".told li")) == 2
    assert "7946" in page.get_text()
    assert "7946" not in house.by("DAN").text("/updates")
    assert "7946" not in house.by("DAN").text("/home")
    assert "**" not in house.by("NOOR").text("/home")


def test_only_those_who_work_with_the_family_write(house: House) -> None:
    for who, status in (("ADA", 200), ("CAM", 200), ("MONA", 200), ("SAM", 404), ("BEN", 404)):
        house.by(who).get(path(house) + "/new", status)
    ref = post(house, "NOOR")
    house.by("CAM").get(f"{path(house)}/{ref}/correct", 404)
