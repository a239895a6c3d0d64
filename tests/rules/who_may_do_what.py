"""Writes who_may_do_what.txt: every route, and who gets what. `python -m tests.rules.who_may_do_what` does it again.

One family in one small borough is what every address is about; each kind of person and worker asks for each address.
Nothing is kept: whatever a form does is undone before the next asks.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import unquote

from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.routing import Rule as Route

from portal import policy
from portal.access.actions import start_device
from portal.access.gate import COOKIE, Need
from portal.access.models import Account, Credential, Device
from portal.availability.models import WorkException, WorkHours, WorkRule
from portal.foundation import clock
from portal.foundation.database import PortalSession
from portal.guidance.models import LocalNote
from portal.involvement.models import Alert, Involvement
from portal.places.models import UnsafePlace, UnsafePlaceSource
from tests import factories as make

PAGE = Path(__file__).with_suffix(".txt")
NOW = datetime(2019, 6, 20, 10, 0, tzinfo=clock.LONDON)
AGAIN = "REWRITE_WHO_MAY_DO_WHAT"
HEAD = """Who may do what: every route, and what each kind of person or worker gets who asks for it about one family.
Made by `python -m tests.rules.who_may_do_what` from the running portal in demo mode; forms are sent empty.
A change here is a change of what somebody may do: it belongs in the review.
"""


@dataclass
class Small:
    """The small world: device tokens by role, and what an address needs in place of each <name>."""

    tokens: dict[str, str | None] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


def build(owner: Engine) -> Small:
    """One borough and its neighbour, a family and another, and one of each kind of people around them."""
    small = Small(tokens={"nobody": None})
    with PortalSession(owner) as session:
        here, there = make.organisation(session, "Here"), make.organisation(session, "There")
        housing = make.organisation(session, "Here housing", "housing", borough_id=here.id)
        family, other = make.family(session, here), make.family(session, there, "Other family")
        child = make.person(session, family, "Leo", "young_person")
        parent = make.person(session, family, "Ana", phone="+447700900101")
        far = make.person(session, family, "Dan", contact_limit="no_address")
        stranger = make.person(session, other, "Eva")
        friend = make.supporter(session, family, parent)
        manager, above = (
            make.worker(session, here, "Mo", manager=True),
            make.worker(session, there, "Nia", manager=True),
        )
        works = {
            "involved": make.worker(session, here, "Ada"),
            "housing": make.worker(session, housing, "Ben"),
            "asked": make.worker(session, there, "Cy"),
            "gone": make.worker(session, here, "Di"),
            "elsewhere": make.worker(session, there, "Ed"),
        }
        part = make.involvement(session, works["involved"], family, lead=True)
        rents = make.involvement(session, works["housing"], family, "housing")
        asked = make.involvement(session, works["asked"], family, "mentor", accepted=False)
        make.involvement(session, works["gone"], family, "health", ends=date(2019, 6, 19))
        make.involvement(session, works["elsewhere"], other, lead=True)
        everyone = make.circle(session, family, child, parent, far)
        step = make.step(session, everyone, works["involved"])
        offer = make.offer(session, everyone, works["involved"], parent)
        asked_for = make.help_request(session, everyone, parent, works["involved"])
        review = make.refusal_review(session, everyone, parent, manager)
        safe = make.safety_plan(session, everyone, works["involved"])
        wish = make.mentor_wish(session, make.circle(session, family, child), child)
        make.step(session, everyone, works["involved"])
        date_ = make.appointment(session, everyone, works["involved"], "2019-06-27T16:00", parent, child)
        hours = WorkHours(
            worker_id=works["involved"].id, weekday=0, starts=time(9), ends=time(12), place=None, by_phone=True
        )
        rule = WorkRule(
            worker_id=works["involved"].id, open=True, minutes=60, gap_minutes=0, notice_hours=1, ahead_days=28
        )
        off = WorkException(
            worker_id=works["involved"].id,
            starts_on=date(2019, 6, 28),
            ends_on=date(2019, 6, 28),
            there=False,
            by_phone=False,
        )
        marked = UnsafePlace(family_id=family.id, person_id=child.id, words="Canal", own=True, made_at=NOW)
        session.add_all([hours, rule, off, marked])
        session.flush()
        session.add(UnsafePlaceSource(unsafe_place_id=marked.id, family_id=family.id, person_id=child.id))
        circle = make.circle(session, family, child, parent)
        handover = make.handover(session, circle, part, works["housing"], said_yes=date(2019, 6, 18))
        handed = make.handover(session, circle, rents, works["asked"])
        ending = make.ending(session, circle, rents, manager)
        asks = make.ending(session, circle, part, manager, decided=False)
        alert = Alert(
            to_worker_id=manager.id, family_id=family.id, kind="no_lead", made_at=datetime(2019, 6, 1, tzinfo=UTC)
        )
        session.add(alert)
        update = make.update(session, everyone, works["involved"])
        met = make.meeting(session, everyone, works["involved"])
        protects = make.protection(session, everyone, works["involved"], child)
        question = make.question(session, make.circle(session, family, parent), parent, works["involved"])
        note = {"organisation_id": here.id, "slug": "arrested", "language": "en", "text": "Ask for Ada."}
        session.add(LocalNote(**note, review_by=date(2019, 12, 1), written_by_id=manager.id, written_at=NOW))
        said = make.statement(session, circle, child, parent)
        duty = make.duty(session, circle, child, works["involved"])
        enquiry = make.enquiry(session, circle, child, works["involved"], works["elsewhere"])
        helps = session.scalars(select(Involvement).where(Involvement.worker_id == works["housing"].id)).one()
        move = make.move(session, make.circle(session, family, child, parent), here, there, works["involved"])
        invitation = make.asked_about(session, move, there, works["involved"])
        task = make.move_task(session, move, parent, works["involved"])
        two = make.circle(session, family, child, parent)
        make.talk(session, two, works["involved"])
        at_school = make.school_records(session, two, child, housing, works["involved"])
        charity = make.organisation(session, "Here families", "charity", borough_id=here.id)
        runs = make.worker(session, charity, "Fay", manager=True)
        course, group = make.course(session, runs)
        session.flush()
        roles = {
            "family member": parent, "young person": child, "no_address": far, "other family": stranger,
            "supporter": friend, "worker: involved": works["involved"], "worker: housing": works["housing"],
            "worker: asked, no answer yet": works["asked"], "worker: part ended": works["gone"],
            "worker: other borough": works["elsewhere"], "manager": manager, "manager: other borough": above,
            "manager: charity, organises courses": runs,
        }  # fmt: skip
        for role, who in roles.items():
            account = session.scalars(
                select(Account).where((Account.worker_id if hasattr(who, "role") else Account.person_id) == who.id)
            ).one()
            account.welcomed_at = account.joined_at = datetime(2019, 6, 1, tzinfo=UTC)
            small.tokens[role] = start_device(session, account, "Test", second_factor=True)
            if role == "worker: involved":
                session.add(Credential(account_id=account.id, email="ada@here.example"))
                small.tokens["worker: password only"] = start_device(session, account, "Test")
            if role == "family member":
                device = session.scalars(select(Device.ref).where(Device.account_id == account.id)).one()
        small.values = {
            "family": family.ref, "other family": other.ref,
            "person": parent.ref, "involvement": part.ref, "asked": asked.ref, "alert": alert.ref,
            "handover": handover.ref, "handed": handed.ref, "ended": ending.ref, "ending": asks.ref,
            "supporter": friend.ref, "device": device,
            "question": question.ref,
            "step": step.ref, "goal": step.ref, "how": "why", "name": "safe-this-week", "offer": offer.ref,
            "request": asked_for.ref, "review": review.ref, "plan": safe.ref, "wish": wish.ref,
            "borough": here.ref,
            "update": update.ref,
            "meeting": met.ref,
            "protection": protects.ref,
            "young": child.ref, "said": said.ref, "duty": duty.ref, "enquiry": enquiry.ref,
            "move": move.ref, "invitation": invitation.ref, "task": task.ref, "helps": helps.ref,
            "school place": at_school[0].ref, "agreement": at_school[1].ref, "absence": at_school[2].ref,
            "course": course.ref, "group": group.ref, "organiser": runs.ref,
            "date": date_.ref, "worker": works["involved"].ref, "place": marked.ref,
            "hours": hours.ref, "days": off.ref,
        }  # fmt: skip
        session.commit()
    return small


GROUPS = {
    "all families": ["family member", "young person", "no_address", "other family"],
    "all staff": [
        "worker: involved", "worker: housing", "worker: asked, no answer yet", "worker: part ended",
        "worker: other borough", "manager", "manager: other borough", "manager: charity, organises courses",
    ],
}  # fmt: skip
"""Roles that mostly get the same; staff without their second factor are `worker: password only`, apart."""
OF = {
    "/work/families/<ref>/school": {"ref": "family", "place": "school place"},
    "/work/families/<ref>/moving": {"ref": "family", "involvement": "helps"},
    "/work/families/<ref>": {"ref": "family"},
    "/work/involvements/<ref>": {"ref": "asked"},
    "/work/alerts/<ref>": {"ref": "alert"},
    "/work/asked/<ref>": {"ref": "enquiry"},
    "/work/handovers/<ref>": {"ref": "handed"},
    "/work/staff/<ref>": {"ref": "worker"},
    "/network/handovers/<ref>": {"ref": "handover"},
    "/network/endings/<ref>": {"ref": "ended"},
    "/network/supporters/<ref>": {"ref": "supporter"},
    "/questions/<ref>": {"ref": "question"},
    "/plan/goals/<ref>": {"ref": "goal"},
    "/plan/<ref>": {"ref": "step"},
    "/help/offers/<ref>": {"ref": "offer"},
    "/help/requests/<ref>": {"ref": "request"},
    "/safety/<ref>": {"ref": "plan"},
    "/meetings/<ref>": {"ref": "meeting"},
    "/updates/<ref>": {"ref": "update"},
    "/account/devices/<ref>": {"ref": "device"},
    "/courses/groups/<ref>": {"ref": "group"},
    "/courses/<ref>": {"ref": "course"},
    "/work/courses/groups/<ref>": {"ref": "group"},
    "/work/courses/organisers/<ref>": {"ref": "organiser"},
    "/work/courses/<ref>": {"ref": "course"},
    "/guidance/<slug>/in/<ref>": {"ref": "borough"},
    "/work/guidance/<ref>": {"ref": "borough"},
    "/appointments/<ref>": {"ref": "date"},
    "/places/<ref>": {"ref": "place"},
    "/work/places/<ref>": {"ref": "place"},
    "/work/availability/hours/<ref>": {"ref": "hours"},
    "/work/availability/days/<ref>": {"ref": "days"},
}
"""What an address's `<ref>` names; other names speak for themselves."""
MADE_UP = {
    "ref": "no-such-thing",
    "secret": "no-such-secret",
    "text": "no-such-text",
    "token": "no-such-token",
    "slug": "arrested",
    "code": "en",
    "number": "+447700900101",
    "identity_": "no-such-id",
    "known": "mentor",
    "section": "story",
    "how": "differently",
}


def address(route: Route, values: dict[str, str]) -> str:
    """The route's address about our one family."""
    named = next((names for start, names in OF.items() if route.rule.startswith(start)), {})
    found = {name: values.get(named.get(name, name)) or MADE_UP[name] for name in route.arguments}
    return re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda match: found[match.group(1)], route.rule)


def lines(app: Flask, owner: Engine) -> Iterator[str]:
    """The page, line by line."""
    small = build(owner)
    yield HEAD
    for route in sorted(app.url_map.iter_rules(), key=lambda route: route.rule):
        need: Need | None = getattr(app.view_functions[route.endpoint], "need", None)
        for method in sorted((route.methods or set()) & {"GET", "POST"}):
            permission = need.permission if need else "CLOSED: declares nothing"
            yield f"{method} {route.rule} · {permission}"
            got: dict[str, list[str]] = {}
            for role, token in small.tokens.items():
                got.setdefault(ask(app, method, address(route, small.values), token, small), []).append(role)
            for outcome in sorted(got):
                yield f"    {outcome}: {everybody(got[outcome], small)}"
            yield ""


def everybody(roles: list[str], small: Small) -> str:
    """The roles, shortly: groups that are whole by their name."""
    missing = [role for role in small.tokens if role not in roles]
    if not missing:
        return "everybody"
    if len(missing) <= 3:
        return "everybody but " + ", ".join(missing)
    for group, theirs in GROUPS.items():
        if set(theirs) <= set(roles):
            roles = [group, *(role for role in roles if role not in theirs)]
    return ", ".join(roles)


def ask(app: Flask, method: str, path: str, token: str | None, small: Small) -> str:
    """What somebody with this device gets for this address: the status, and where to."""
    browser = app.test_client()
    if token:
        browser.set_cookie(COOKIE, token)
    response = browser.open(path, method=method)
    if not 300 <= response.status_code < 400:
        return str(response.status_code)
    place = unquote(response.headers["Location"])
    for name, value in small.values.items():
        place = place.replace(value, f"<{name}>")
    return f"{response.status_code} to {place}"


def prepared(app: Flask) -> Flask:
    """Forms need no token here: the gate is what is asked, not the form."""
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    clock.fix(NOW)
    return app


def unused(app: Flask) -> set[str]:
    """Permissions that no route needs."""
    needed = {need.permission for view in app.view_functions.values() if (need := getattr(view, "need", None))}
    return set(policy.RULES) - needed


if __name__ == "__main__":
    import pytest

    os.environ[AGAIN] = "1"
    sys.exit(pytest.main(["-q", str(Path(__file__).with_name("test_who_may_do_what.py"))]))
