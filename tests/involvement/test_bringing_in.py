"""A worker brings the people of a family in: number, link, lock, and back again."""

from __future__ import annotations

import re

from sqlalchemy import select

from portal.access.models import Account, Invitation
from portal.people.models import Person
from tests.involvement.test_joining import words


def ref_of(place, who):
    with place.database.session() as session:
        return session.scalar(select(Person.ref).where(Person.source_ref == who))


def page_of(place, who):
    return f"/work/families/{place.family}/people/{ref_of(place, who)}"


def press(client, page, action):
    soup = client.soup(page)
    form = soup.find("form", action=f"{page}/{action}")
    return client.post(form["action"], {"csrf_token": form.find("input", attrs={"name": "csrf_token"})["value"]})


def test_the_list_says_how_each_stands(place):
    page = place.by("ADA").text(f"/work/families/{place.family}/people")
    assert "Ana Rivera , parent Has not signed in yet." in page
    assert "Noor Rivera , young person Has not signed in yet. No phone number yet." in page


def test_the_link_is_a_picture_and_an_address_shown_once(place):
    ada = place.by("ADA")
    answer = press(ada, page_of(place, "ANA"), "invite")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    soup = ada.soup_of(answer)
    assert soup.find("img", class_="qr")["src"].startswith("data:image/svg+xml")
    link = re.search(r"http://localhost/join/[\w-]+", soup.get_text())
    assert link is not None
    assert "Has a link that works until" in ada.text(f"/work/families/{place.family}/people")
    visitor = place.visit(place.database)
    visitor.get(link[0].removeprefix("http://localhost"))
    with place.database.session() as session:
        (invitation,) = session.scalars(select(Invitation)).all()
        assert invitation.made_by_worker_id is not None


def test_a_taken_phone_is_locked_at_once_and_let_back_only_by_a_worker(place):
    ana = place.by("ANA")
    ana.get("/home")
    ada = place.by("ADA")
    answer = press(ada, page_of(place, "ANA"), "lock")
    assert "Locked. Nobody gets in as Ana Rivera" in ada.text(answer.location)
    ana.get("/home", 302)
    page = ada.text(page_of(place, "ANA"))
    assert "Let them back in" in page
    assert "Was their phone taken?" not in page
    press(ada, page_of(place, "ANA"), "invite")
    with place.database.session() as session:
        account = session.scalars(
            select(Account).join(Person, Person.id == Account.person_id).where(Person.source_ref == "ANA")
        ).one()
        assert account.locked_by == "worker"


def test_a_number_is_written_down_and_a_wrong_one_is_not(place):
    ada = place.by("ADA")
    page = page_of(place, "NOOR")
    wrong = ada.submit(page, {"number": "call her mum"}, page, 422)
    assert "That does not look like a phone number." in words(wrong)
    ada.submit(page, {"number": "07700 900 202"}, page, 302)
    assert "No phone number yet" not in ada.text(page)


def test_with_no_contact_there_is_no_way_in(place):
    with place.database.session() as session:
        session.scalars(select(Person).where(Person.source_ref == "ANA")).one().contact_limit = "no_contact"
        session.commit()
    ada = place.by("ADA")
    page = ada.text(f"/work/families/{place.family}/people")
    assert "No contact with Ana Rivera." in page
    assert "May not sign in." in page
    soup = ada.soup(page_of(place, "ANA"))
    assert soup.find("form", action=f"{page_of(place, 'ANA')}/invite") is None
    token = ada.soup("/work/urgent").find("input", attrs={"name": "csrf_token"})["value"]
    answer = ada.post(f"{page_of(place, 'ANA')}/invite", {"csrf_token": token}, 302)
    assert "Ana Rivera may not sign in." in ada.text(answer.location)


def test_only_those_whose_function_reaches_people(place):
    cam = place.by("CAM")
    cam.get(f"/work/families/{place.family}/people", 404)
    cam.get(page_of(place, "ANA"), 404)
    token = cam.soup("/work/urgent").find("input", attrs={"name": "csrf_token"})["value"]
    for action in ("invite", "lock"):
        cam.post(f"{page_of(place, 'ANA')}/{action}", {"csrf_token": token}, 404)
    # a person of another family is not found through one's own
    place.by("ADA").get(f"/work/families/{place.family}/people/nobody", 404)
