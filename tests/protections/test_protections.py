"""What protects somebody and until when; nothing following is told 28 days before."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, text

from portal.foundation.database import PortalSession, Speaker
from portal.involvement.models import Alert
from portal.organisations.models import Worker
from portal.people.models import Family, Person
from portal.protections.jobs import tell_of_endings
from portal.protections.models import Protection, ProtectionChange
from tests.factories import circle, protection
from tests.involvement.conftest import day
from tests.questions.conftest import House

WHAT = "Stay away from the estate"


def path(house: House) -> str:
    return f"/work/families/{house.family}/protections"


def write(house: House, readers: list[str], sort: str = "conditions", **more: object) -> str:
    with house.database.session() as session:
        known = {str(person.source_ref): person.ref for person in session.scalars(select(Person))}
    fields: dict[str, object] = {"who": known["NOOR"], "sort": sort, "what": WHAT, "follows": ""}
    fields |= {"readers": [known[name] for name in readers]}
    fields |= day("starts_on", date(2019, 7, 1)) | day("ends_on", date(2019, 8, 31)) | more
    new = path(house) + "/new"
    house.by("ADA").submit(new, fields, to=new, status=303)
    with house.database.session() as session:
        return session.scalars(select(Protection.ref).order_by(Protection.id.desc())).first() or ""


def known(house: House) -> dict[str, str]:
    with house.database.session() as session:
        return {str(person.source_ref): person.ref for person in session.scalars(select(Person))}


def save(
    house: House, ref: str, *readers: str, who: str = "ADA", moment: str = "2019-07-15T11:00", **more: object
) -> str:
    """Send the page of one as a browser does, with what is changed."""
    page, refs = f"{path(house)}/{ref}", known(house)
    fields: dict[str, object] = {"what": WHAT, "follows": "", "readers": [refs[name] for name in readers or ("NOOR",)]}
    status = int(str(more.pop("status", 303)))
    sent = fields | day("ends_on", date(2019, 8, 31)) | more
    return house.by(who, moment).submit(page, sent, to=page, status=status).get_data(as_text=True)


def tell(house: House) -> list[str]:
    with PortalSession(house.database.worker) as session:
        tell_of_endings(session)
        session.commit()
    with house.database.session() as session:
        found = session.scalars(select(Worker.source_ref).join(Alert, Alert.to_worker_id == Worker.id)).all()
    return sorted(str(ref) for ref in found)


def test_written_down_and_read_by_those_who_know_of_it(house: House) -> None:
    write(house, ["NOOR", "ANA"])
    words = house.by("NOOR").text("/protections")
    assert WHAT in words
    assert "Until 31 August." in words
    assert "What comes after is not settled yet." in words
    assert WHAT not in house.by("DAN").text("/protections")
    assert "Nothing follows" in house.by("ADA").text(path(house))


def test_for_the_professionals_alone_the_family_reads_nothing(house: House) -> None:
    write(house, [])
    assert WHAT not in house.by("NOOR").text("/protections")


def test_home_says_so_when_it_is_near(house: House) -> None:
    write(house, ["NOOR"])
    assert WHAT not in house.by("NOOR", "2019-08-02T10:00").text("/home")
    near = house.by("NOOR", "2019-08-03T10:00").text("/home")
    assert WHAT in near
    assert "until 31 August" in near


def test_28_days_before_the_lead_and_the_manager_are_told_once(house: House) -> None:
    write(house, ["NOOR"])
    house.by("ADA", "2019-08-02T10:00")
    assert tell(house) == []
    house.by("ADA", "2019-08-03T10:00")
    assert tell(house) == ["ADA", "MONA"]
    assert tell(house) == ["ADA", "MONA"]
    assert "ends soon, and nothing follows" in house.by("MONA", "2019-08-03T11:00").text("/work/")


def test_with_something_following_nobody_is_told(house: House) -> None:
    write(house, ["NOOR"], follows="Cam stays until Christmas")
    house.by("ADA", "2019-08-20T10:00")
    assert tell(house) == []


def test_what_follows_is_added_and_another_last_day_told_again(house: House) -> None:
    ref = write(house, ["NOOR"])
    house.by("ADA", "2019-08-10T10:00")
    tell(house)
    later = day("ends_on", date(2019, 9, 30))
    save(house, ref, moment="2019-08-10T11:00", **later)
    house.by("ADA", "2019-09-10T10:00")
    assert len(tell(house)) == 4, "another last day is told of again"
    save(house, ref, moment="2019-09-10T11:00", follows="Cam stays", **later)
    assert "Cam stays" in house.by("NOOR", "2019-09-10T12:00").text("/protections")


def test_two_workers_change_it_and_the_second_is_told(house: House) -> None:
    page = f"{path(house)}/{write(house, ['NOOR'])}"
    ada, mona = house.by("ADA"), house.by("MONA")
    token = {f["name"]: f["value"] for f in mona.soup(page).select("form input[type=hidden]")}
    last = day("ends_on", date(2019, 8, 31)) | {"what": WHAT, "readers": [known(house)["NOOR"]]}
    ada.submit(page, last | {"follows": "First"}, to=page, status=303)
    again = mona.post(page, token | last | {"follows": "Second"}, 409).get_data(as_text=True)
    assert "Somebody changed this" in again
    assert "Second" in again
    assert "First" in again
    assert "First" in house.by("NOOR").text("/protections")


def test_dates_that_cannot_be(house: House) -> None:
    with house.database.session() as session:
        noor = session.scalars(select(Person.ref).where(Person.source_ref == "NOOR")).one()
    new, ada = path(house) + "/new", house.by("ADA")
    fields = {"who": noor, "sort": "order", "what": WHAT} | day("starts_on", date(2019, 8, 1))
    for last, words in ((date(2019, 7, 20), "before the first"), (date(2019, 7, 1), "before the first")):
        page = ada.submit(new, fields | day("ends_on", last), to=new, status=422).get_data(as_text=True)
        assert words in page
        assert WHAT in page
    over = day("starts_on", date(2019, 6, 1)) | day("ends_on", date(2019, 7, 1))
    assert "That day is over." in ada.submit(new, fields | over, to=new, status=422).get_data(as_text=True)


def test_housing_and_workers_are_kept_from_whoever_may_not_know_where(house: House) -> None:
    with house.database.session() as session:
        people = {str(person.source_ref): person for person in session.scalars(select(Person))}
        family = session.get_one(Family, people["NOOR"].family_id)
        ada = session.scalars(select(Worker).where(Worker.source_ref == "ADA")).one()
        everyone = circle(session, family, *people.values())
        for sort in ("housing", "worker", "funding", "order"):
            protection(session, everyone, ada, people["NOOR"], f"About {sort}", sort=sort)
        session.commit()
    words = house.by("DAN").text("/protections")
    assert "About order" in words
    assert not any(f"About {sort}" in words for sort in ("housing", "worker", "funding"))
    assert "About housing" in house.by("ANA").text("/protections")
    with house.database.session() as session:
        assert session.scalar(text("select count(*) from protection")) == 4


OTHER = "Keep away from the estate and from Canal Street"


def test_other_words_are_read_beside_what_it_said_before(house: House) -> None:
    ref = write(house, ["NOOR", "ANA"])
    assert "Write what" not in save(house, ref, "NOOR", "ANA", what=OTHER)
    words = house.by("NOOR", "2019-07-16T10:00").text("/protections")
    assert OTHER in words
    assert f"Ada Obi put it into other words. Before: “{WHAT}”" in words
    assert "Say what it is." in save(house, ref, "NOOR", what="", status=422)
    with house.database.session() as session:
        assert [row.what for row in session.scalars(select(ProtectionChange))] == ["words"]


def test_who_comes_to_read_it_does_not_read_what_it_said_before(house: House) -> None:
    ref = write(house, ["NOOR"])
    page = house.by("ADA").text(f"{path(house)}/{ref}")
    assert "Noor will see this." in page
    save(house, ref, "NOOR", "ANA", what=OTHER)
    ana, noor = (house.by(who, "2019-07-16T10:00").text("/protections") for who in ("ANA", "NOOR"))
    assert OTHER in ana and WHAT not in ana
    assert "Ada Obi changed who reads this." in ana
    assert WHAT in noor
    save(house, ref, "ANA", what=OTHER, moment="2019-07-16T11:00")
    assert OTHER not in house.by("NOOR", "2019-07-16T12:00").text("/protections")
    # nor does the database show its history to whoever reads it no more
    with house.database.session() as session:
        noor_id = session.scalars(select(Person.id).where(Person.source_ref == "NOOR")).one()
    with PortalSession(house.database.web) as session:
        session.info["speaker"] = Speaker(person_id=noor_id)
        assert session.scalar(text("select count(*) from protection_change")) == 0


def test_sent_twice_it_is_changed_once_and_an_unchanged_page_changes_nothing(house: House) -> None:
    ref = write(house, ["NOOR"])
    page = f"{path(house)}/{ref}"
    ada = house.by("ADA")
    token = {f["name"]: f["value"] for f in ada.soup(page).select("form input[type=hidden]")}
    fields = token | day("ends_on", date(2019, 9, 1)) | {"what": WHAT, "readers": [known(house)["NOOR"]]}
    for _ in range(2):
        ada.post(page, fields, 303)
    with house.database.session() as session:
        (change,) = session.scalars(select(ProtectionChange)).all()
        assert (change.what, change.day_before) == ("end", date(2019, 8, 31))


def test_whose_work_does_not_need_the_plan_changes_nothing(house: House) -> None:
    ref = write(house, ["NOOR"])
    house.by("SAM").get(f"{path(house)}/{ref}", 404)
