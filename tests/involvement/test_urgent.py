"""Out of hours and in an emergency: reason first, exactly whom, a short time, two managers told, the family reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from portal.involvement.actions import AT_ONCE, TRIES
from portal.involvement.models import Alert, UrgentAccess
from portal.organisations.models import Worker
from tests.involvement.conftest import day
from tests.involvement.test_joining import words

REASON = "Noor is at the police station and asks for her mother."


def try_to_open(client, name="Ana Rivera", born=date(1980, 5, 3), status=None, **form):
    said = {"reason": REASON, "why": "break_glass", "name": name} | day("born", born) | form
    return client.submit("/work/urgent", said, status=status)


def accesses(place):
    with place.database.session() as session:
        return session.scalars(select(UrgentAccess).order_by(UrgentAccess.id)).all()


@pytest.mark.parametrize(("why", "minutes"), [("break_glass", 60), ("duty", 720)])
def test_it_opens_for_a_while_and_the_page_says_how_long(place, why, minutes):
    cam = place.by("CAM")
    cam.get(f"/work/families/{place.family}", 404)
    answer = try_to_open(cam, " ana rivera ", why=why, status=302)
    page = cam.text(answer.location)
    assert f"Open to you for {minutes} more minutes." in page
    assert REASON in page
    assert "Ana Rivera" in page
    for part in ("plan", "appointments", "updates", "assessment", "people"):
        assert "more minutes" in cam.text(f"{answer.location}/{part}")
    assert "Rivera family is open to you until" in cam.text("/work/")
    (access,) = accesses(place)
    left = access.ends_at - datetime.now(UTC)
    assert timedelta(minutes=minutes - 2) < left <= timedelta(minutes=minutes)


def test_when_the_time_is_up_it_is_closed(place):
    cam = place.by("CAM")
    path = try_to_open(cam, status=302).location
    with place.database.session() as session:
        session.execute(update(UrgentAccess).values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
        session.commit()
    cam.get(path, 404)


def test_the_manager_of_the_lead_and_their_own_manager_are_told_at_once(place):
    try_to_open(place.by("CAM"), status=302)
    with place.database.session() as session:
        told = session.execute(
            select(Worker.source_ref, Alert.kind, Alert.note).join(Worker, Worker.id == Alert.to_worker_id)
        ).all()
    assert sorted(told) == [("CHIEF", "break_glass", REASON), ("MANAGER", "break_glass", REASON)]
    mona = place.by("MANAGER").text("/work/")
    assert "Cam Reed opened Rivera family in an emergency" in mona
    assert REASON in mona
    # the other manager is told too, and may not open the family for that
    cleo = place.by("CHIEF").text("/work/")
    assert "Cam Reed opened a family you cannot open in an emergency" in cleo
    assert "Rivera" not in cleo


def test_the_family_reads_who_why_and_their_words(place):
    cam = place.by("CAM")
    cam.get(try_to_open(cam, why="duty", status=302).location)
    page = place.by("ANA").text("/who-has-looked")
    assert "Cam Reed" in page
    assert "because they were on duty" in page
    assert REASON in page


def test_nobody_matches_is_said_after_it_was_written_down_and_the_manager_sees_it(place):
    cam = place.by("CAM")
    for name, born in (("Ana Rivera", date(1980, 5, 4)), ("Ana River", date(1980, 5, 3)), ("Ana%", date(1980, 5, 3))):
        assert "Nobody matches that name and date of birth." in words(try_to_open(cam, name, born, 200))
    found = accesses(place)
    assert [access.family_id for access in found] == [None] * 3
    assert "Cam Reed" in place.by("CHIEF").text("/work/oversight").split("found nobody")[1]
    assert "found nobody" not in place.by("MANAGER").text("/work/oversight")


def test_after_five_guesses_it_stops_for_an_hour_even_for_a_right_name(place):
    cam = place.by("CAM")
    for _ in range(TRIES):
        try_to_open(cam, "Somebody Else", status=200)
    assert "Please call somebody" in words(try_to_open(cam, status=429))
    assert len(accesses(place)) == TRIES
    with place.database.session() as session:
        session.execute(update(UrgentAccess).values(ends_at=datetime.now(UTC) - timedelta(minutes=61)))
        session.commit()
    try_to_open(cam, status=302)


def test_not_more_than_a_night_s_families_at_once(place):
    with place.database.session() as session:
        cam = session.scalars(select(Worker).where(Worker.source_ref == "CAM")).one()
        home = session.scalar(text("select home_borough_id from family"))
        for number in range(AT_ONCE):
            session.execute(
                text("insert into family (name, home_borough_id, ref) values ('x', :home, :ref)"),
                {"home": home, "ref": f"x{number}"},
            )
        others = session.scalars(text("select id from family where name = 'x'")).all()
        for other in others:
            session.add(
                UrgentAccess(
                    family_id=other,
                    worker_id=cam.id,
                    why="duty",
                    reason="a night",
                    began_at=datetime(2019, 7, 15, 8, tzinfo=UTC),
                    ends_at=datetime.now(UTC) + timedelta(hours=1),
                )
            )
        session.commit()
    try_to_open(place.by("CAM"), status=429)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"reason": "because"}, "Say a little more"),
        ({"reason": "x " * 600}, "That is too long."),
        ({"why": ""}, "Choose one."),
        ({"name": ""}, "Write the full name."),
        ({"born-day": ""}, "Add the day."),
    ],
)
def test_the_reason_comes_first_and_nothing_is_searched_without_it(place, form, told):
    assert told in words(try_to_open(place.by("CAM"), status=422, **form))
    assert accesses(place) == []


def test_a_family_one_works_with_needs_nothing_special(place):
    ada = place.by("ADA")
    answer = try_to_open(ada, status=302)
    assert "You can open this family anyway" in ada.text(answer.location)
    assert accesses(place) == []
    with place.database.session() as session:
        assert session.scalars(select(Alert)).all() == []


def test_two_families_with_the_same_person_both_open(place):
    with place.database.session() as session:
        from portal.organisations.models import Organisation
        from tests.factories import family, person

        other = family(session, session.scalars(select(Organisation)).first(), "Other family")
        person(session, other, "Ana Rivera", date_of_birth=date(1980, 5, 3))
        session.commit()
    cam = place.by("CAM")
    day_page = cam.text(try_to_open(cam, status=302).location)
    assert "2 families match." in day_page
    assert "Other family is open to you" in day_page
    assert "Rivera family is open to you" in day_page


def test_an_emergency_is_for_reading_not_for_staffing(place):
    chief = place.by("CHIEF")
    path = try_to_open(chief, status=302).location
    chief.get(f"{path}/staff/new", 404)
    chief.get(f"{path}/looks", 404)
    chief.get(f"{path}/staff/{place.involvement['ADA']}/end", 404)
    assert "Ask a worker to join" not in chief.text(path)


def test_markup_in_a_reason_is_shown_as_text_everywhere(place):
    cam = place.by("CAM")
    path = try_to_open(cam, reason="<b>Noor</b> is not home & it is late", status=302).location
    pages = [cam.get(path), place.by("MANAGER").get("/work/"), place.by("MANAGER").get(f"{path}/looks")]
    pages.append(place.by("ANA").get("/who-has-looked"))
    for page in pages:
        html = page.get_data(as_text=True)
        assert "&lt;b&gt;Noor&lt;/b&gt; is not home &amp; it is late" in html
        assert "<b>Noor</b>" not in html
