"""Ending help is a decision the family can see: who, why, what still protects, the way back; and not at any price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select

from portal.endings.models import Ending
from portal.involvement.models import Alert, Involvement
from portal.moments.models import Moment
from portal.questions.models import Question
from tests import factories as make
from tests.client import Client
from tests.conftest import Database
from tests.factories.records import moment_of
from tests.texting import dropped, give_phones, sent

NOW = "2019-07-15T10:00"
WORDS = {
    "basis": "done",
    "why": "School is steady and home is calm.",
    "protects": "Cam meets Leo each Friday until Christmas.",
    "come_back": "Call me, and I open it again the same week.",
}
MORE = "He has a place at college, and he sleeps at his aunt's on Fridays."


@dataclass
class House:
    """ADA leads, CAM is a mentor beside her, MONA manages ADA; ANA, LEO, and DAN, who may not know where they live."""

    database: Database
    visit: Callable[..., Client]
    family: str
    parts: dict[str, str]
    workers: dict[str, str]

    def by(self, who: str, moment: str = NOW) -> Client:
        return self.visit(self.database, who, moment)

    def decide_at(self, who: str = "ADA") -> str:
        return f"/work/families/{self.family}/staff/{self.parts[who]}/ending"


@pytest.fixture
def house(database: Database, visit: Callable[..., Client]) -> House:
    with database.session() as session:
        north = make.organisation(session, source_ref="NORTH", source="main")
        mona = make.worker(session, north, "Mona Hart", ref="MONA", role="Team manager", manager=True)
        ada = make.worker(session, north, "Ada Obi", ref="ADA", phone="020 7946 0301", manager_id=mona.id)
        cam = make.worker(session, north, "Cam Reed", ref="CAM", role="Mentor", manager_id=mona.id)
        rivera = make.family(session, north)
        make.person(session, rivera, "Ana Rivera", ref="ANA")
        make.person(session, rivera, "Leo Rivera", "young_person", ref="LEO")
        make.person(session, rivera, "Dan Rivera", ref="DAN", contact_limit="no_address")
        leads = make.involvement(session, ada, rivera, lead=True)
        mentors = make.involvement(session, cam, rivera, "mentor")
        session.commit()
        workers = {one.name.split()[0]: one.ref for one in (mona, ada, cam)}
        return House(database, visit, rivera.ref, {"ADA": leads.ref, "CAM": mentors.ref}, workers)


def words(response) -> str:
    return " ".join(Client.soup_of(response).get_text(" ").split())


def day(name: str, value: date) -> dict[str, str]:
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}


def readers(client: Client, path: str, *names: str) -> list[str]:
    """The values of the boxes beside these names."""
    soup = client.soup(path)
    labels = {label.get_text(strip=True): label["for"] for label in soup.find_all("label")}
    return [soup.find(id=labels[name])["value"] for name in names]


def decide(
    house: House, by: str = "ADA", part: str = "ADA", status: int = 303, seen=("Ana Rivera", "Leo Rivera"), **more
):
    client, path = house.by(by), house.decide_at(part)
    form = WORDS | {"come_back_to": house.workers["Ada"]} | day("last_day", date(2019, 7, 31))
    return client.submit(path, form | {"readers": readers(client, path, *seen)} | more, status=status)


def something_happened(
    house: House, when: str = "2019-06-01T21:00", contacted: str | None = "2019-06-02T10:00"
) -> None:
    with house.database.session() as session:
        from portal.people.models import Family, Person

        family = session.scalars(select(Family)).one()
        leo = session.scalars(select(Person).where(Person.source_ref == "LEO")).one()
        more = {"contacted_at": contacted} if contacted else {}
        make.moment(session, make.circle(session, family, leo), leo, "threat", when, **more)
        session.commit()


def of_the_family(house: House) -> str:
    with house.database.session() as session:
        return f"/network/endings/{session.scalars(select(Ending.ref)).one()}"


def test_the_family_reads_who_decided_why_what_protects_and_the_way_back(house: House) -> None:
    decide(house)
    ana = house.by("ANA")
    assert "Ada's help ends on 31 July" in ana.text("/home")
    page = ana.text(of_the_family(house))
    for said in (*WORDS.values(), "decided this on 15 July.", "Cam Reed", "Call Ada"):
        assert said in page or said == "done", said
    assert "What we set out to do is done." in page
    # after the last day nobody is accountable, and the way back still stands
    after = house.by("ANA", "2019-08-05T10:00")
    assert "Your help ended on 31 July." in after.text("/home")
    with house.database.session() as session:
        lead = session.scalars(select(Involvement).where(Involvement.is_lead)).one()
        assert lead.closes and lead.ends_on == date(2019, 7, 31)
        told = session.scalars(select(Alert)).all()
        assert [(alert.kind, alert.to_worker_id) for alert in told] == [("help_ends", cam_of(session))]


def cam_of(session) -> int:
    return session.scalars(select(Involvement).where(Involvement.function == "mentor")).one().worker_id


@pytest.mark.parametrize("basis", ["declined", "engaged_well"])
def test_no_and_well_are_never_reason_enough_alone(house: House, basis: str) -> None:
    for besides in ("", "He said no."):
        told = words(decide(house, status=422, basis=basis, besides=besides))
        assert "That alone is never enough." in told
        assert "School is steady and home is calm." in told
    decide(house, basis=basis, besides=MORE)
    page = house.by("ANA").text(of_the_family(house))
    assert "That alone is no reason to stop, so there is more." in page and MORE in page


def test_help_does_not_end_while_somebody_still_has_to_be_reached(house: House) -> None:
    page = house.by("ADA")
    path = house.decide_at()
    something_happened(house, contacted=None)
    assert "Not today." in page.text(path)
    with house.database.session() as session:
        session.scalars(select(Moment)).one().contacted_at = moment_of("2019-07-15T09:00")
        session.commit()
    # the page was open when it happened again
    client = house.by("ADA")
    soup_readers = readers(client, path, "Ana Rivera")
    token = client.soup(path).find("input", attrs={"name": "csrf_token"})["value"]
    something_happened(house, "2019-07-15T09:30", contacted=None)
    form = WORDS | {"come_back_to": house.workers["Ada"], "readers": soup_readers, "csrf_token": token}
    form |= {"manager": house.workers["Mona"]} | day("last_day", date(2019, 7, 31))
    told = words(client.post(path, form, 422))
    assert "Somebody still has to be reached after what happened." in told and WORDS["why"] in told
    with house.database.session() as session:
        assert session.scalars(select(Ending)).all() == []


def test_after_a_critical_moment_in_the_last_year_a_manager_gives_their_name(house: House) -> None:
    something_happened(house)
    assert "A manager has to give their name to this." in words(decide(house, status=422))
    decide(house, manager=house.workers["Mona"])
    ana = house.by("ANA")
    ana.get(of_the_family(house), 404)
    assert "help ends" not in ana.text("/home")
    mona = house.by("MONA")
    link = mona.soup("/work/").find("a", href=lambda to: to and "/endings/" in to)["href"]
    assert "It waits for Mona Hart" in mona.text(link)
    house.by("ADA").post(f"{link}/agree", {}, None)
    mona.submit(link, {}, to=f"{link}/agree", status=303)
    assert "Mona Hart, Team manager, agreed." in house.by("ANA").text(of_the_family(house))


def test_a_moment_longer_ago_than_a_year_needs_no_manager(house: House) -> None:
    something_happened(house, "2018-07-01T21:00", "2018-07-02T10:00")
    decide(house)
    house.by("ANA").get(of_the_family(house))


def test_the_manager_can_say_that_help_goes_on(house: House) -> None:
    something_happened(house)
    decide(house, manager=house.workers["Mona"])
    mona = house.by("MONA")
    link = mona.soup("/work/").find("a", href=lambda to: to and "/endings/" in to)["href"]
    assert "Say why." in words(mona.submit(link, {}, to=f"{link}/refuse", status=422))
    mona.submit(link, {"reason": "He was threatened in June"}, to=f"{link}/refuse", status=303)
    told = house.by("ADA").text("/work/")
    assert "Mona Hart says help must go on for Rivera family" in told and "He was threatened in June" in told
    house.by("ANA").get(of_the_family(house), 404)
    with house.database.session() as session:
        assert session.scalars(select(Involvement).where(Involvement.is_lead)).one().ends_on is None
    # and Ada can decide again, with more to say
    decide(house, manager=house.workers["Mona"])


def test_a_manager_who_decides_stands_with_their_own_name(house: House) -> None:
    something_happened(house)
    decide(house, by="MONA")
    assert "Mona Hart, Team manager, decided this" in house.by("ANA").text(of_the_family(house))


def test_only_whoever_is_named_agrees(house: House) -> None:
    something_happened(house)
    decide(house, manager=house.workers["Mona"])
    with house.database.session() as session:
        ref = session.scalars(select(Ending.ref)).one()
    cam = house.by("CAM")
    token = cam.soup("/work/urgent").find("input", attrs={"name": "csrf_token"})["value"]
    cam.post(f"/work/families/{house.family}/endings/{ref}/agree", {"csrf_token": token}, 404)


def test_each_reads_it_and_can_see_it_differently(house: House) -> None:
    decide(house)
    path = of_the_family(house)
    leo = house.by("LEO")
    leo.submit(path, {}, to=f"{path}/read", status=303)
    assert "You have read this." in leo.text(path)
    ana = house.by("ANA")
    assert "Write how you see it." in words(ana.submit(f"{path}/differently", {"text": ""}, status=422))
    ana.submit(f"{path}/differently", {"text": "He is not safe on the way home."}, status=303)
    assert "You said that you see it differently." in ana.text(path)
    with house.database.session() as session:
        question = session.scalars(select(Question)).one()
        assert question.about_kind == "ending" and question.text == "He is not safe on the way home."
    assert "He is not safe on the way home." in house.by("MONA").text("/work/")
    seen = house.by("ADA").text(path.replace("/network/", f"/work/families/{house.family}/"))
    assert "Ana Rivera sees it differently" in seen and "Leo Rivera has read it" in seen


def test_who_is_not_chosen_reads_nothing_and_who_may_not_know_where_reads_no_place(house: House) -> None:
    decide(house, seen=("Ana Rivera", "Dan Rivera"), protects="The Northfield team, 020 7946 0300, is near.")
    path = of_the_family(house)
    house.by("LEO").get(path, 404)
    said = house.by("DAN").text(path)
    assert "Northfield" not in said and "020 7946" not in said and "Call Ada" not in said


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (day("last_day", date(2019, 7, 1)), "That day is past."),
        (day("last_day", date(2021, 7, 1)), "Choose a day in the next year."),
        ({"basis": "tired"}, "Something needs another look"),
        ({"protects": ""}, "Say what still protects them."),
        ({"come_back": ""}, "Say how they come back."),
        ({"come_back_to": ""}, "Choose to whom."),
        ({"why": "x" * 3001}, "That is too long."),
        ({"readers": []}, "Help does not end behind their back."),
    ],
)
def test_what_is_missing_is_said(house: House, more, told: str) -> None:
    assert told in words(decide(house, status=422, **more))


def test_two_decide_at_once_and_one_stands(house: House) -> None:
    path = house.decide_at()
    late = house.by("MONA")
    chosen = readers(late, path, "Ana Rivera")
    token = late.soup(path).find("input", attrs={"name": "csrf_token"})["value"]
    decide(house)
    form = WORDS | {"come_back_to": house.workers["Ada"], "readers": chosen, "csrf_token": token}
    answer = late.post(path, form | day("last_day", date(2019, 7, 31)), 303)
    assert "There is a decision already. Here it is." in late.text(answer.location)


def test_one_who_helps_beside_the_lead_ends_only_their_own_help(house: House) -> None:
    decide(house, by="CAM", part="CAM")
    with house.database.session() as session:
        mentor = session.scalars(select(Involvement).where(Involvement.function == "mentor")).one()
        lead = session.scalars(select(Involvement).where(Involvement.is_lead)).one()
        assert mentor.ends_on == date(2019, 7, 31) and not mentor.closes and lead.ends_on is None
    assert "Ada Obi leads the help" in house.by("ANA", "2019-08-05T10:00").text("/home")


def test_the_readers_are_told_by_text_that_help_ends_and_others_are_not(house: House) -> None:
    give_phones(house.database, "ANA", "LEO", "DAN")
    decide(house, seen=("Ana Rivera",))
    assert sent(house.database) == {"ANA": ["There is something new for you to read. Look when it suits you."]}


def test_plain_words_say_whose_help_ends_and_a_reader_who_has_answered_is_not_told(house: House) -> None:
    give_phones(house.database, "ANA", "LEO", plain=True)
    decide(house)
    ana = house.by("ANA")
    ana.submit(of_the_family(house), {}, to=f"{of_the_family(house)}/read", status=303)
    said = "The help by Ada ends: Wed 31 July is the last day. Read why, and how to come back."
    assert sent(house.database) == {"LEO": [said]}
    assert dropped(house.database) == [("help_ends", "seen")]
